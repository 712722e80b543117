"""The pages of the desk: the queue, one case, the measures to mend. Each POST is one verb of the case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import casework
from complaints.admin import choosing, queue, verbs
from complaints.admin.filters import QueueFilter, page_after
from complaints.admin.forms import DecisionForm
from complaints.admin.loading import load
from complaints.admin.page import CasePage
from complaints.admin.press import Done, Press, number
from complaints.admin.shown import Shown, fresh_form, has_typed, look, refuse
from complaints.admin.verbs import DECIDING
from complaints.models import Complaint
from complaints.reasons import Ground
from portal.accounts.actors import Actor, actor_of
from portal.errors import DomainError
from portal.marketplace.connectors.base import ConnectorDown

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
PER_PAGE = 50
METHODS = ["GET", "HEAD", "POST"]


def at_desk(view: View[P]) -> View[P]:
    """Lets staff read; lets only reviewers press buttons (403 for policy and auditors)."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        actor = actor_of(request)
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        if not actor.is_staff:
            raise PermissionDenied
        if request.method == "POST" and not actor.has_staff_role("reviewer", "senior"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return inner


# --- the queue


@at_desk
def queue_page(request: HttpRequest) -> HttpResponse:
    """Shows a view of the queue, narrowed as asked; the button takes the first case that its reader can take."""
    actor, now = actor_of(request), timezone.now()
    if request.method == "POST":
        return take_next(request, actor)
    asked = request.GET.get("view", "queue")
    view = asked if asked in queue.VIEWS else "queue"
    chosen = QueueFilter(request.GET)
    page, after = page_after(chosen.narrow(queue.cases(view, actor, now)), request.GET.get("after", ""), PER_PAGE)
    rows = [(case, queue.due_tone(case, now), queue.mark_of(case), queue.why_there(case)) for case in page]
    context = {
        "view": view,
        "title": queue.VIEWS[view],
        "hint": queue.HINTS[view],
        "rows": rows,
        "filter": chosen,
        "next_page": link_with(request, after=after) if after else "",
        "first_page": link_with(request, after="") if request.GET.get("after") else "",
    }
    return render(request, "admin/complaints/desk/queue.html", around(request, now, **context))


def link_with(request: HttpRequest, **changed: str) -> str:
    """The same page with other words in its query; an empty one is left out."""
    query = request.GET.copy()
    for name, value in changed.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{request.path}?{query.urlencode()}"


def take_next(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Goes back to the case in hand; with none, claims the first that the reader can take, or says why none."""
    now = timezone.now()
    held = queue.in_hand(actor, now)
    if held is not None:
        messages.info(request, _("You still hold %s: decide what is open, or release it.") % held.reference)
        return redirect("admin:complaints_complaint_case", held.pk)
    try:
        found = casework.claim_next(actor=actor, now=now)
    except DomainError as error:
        messages.warning(request, str(error))
        return redirect("admin:complaints_complaint_desk")
    if found is None:
        messages.info(request, nothing_found(actor, now))
        return redirect("admin:complaints_complaint_desk")
    return redirect("admin:complaints_complaint_case", found.pk)


def nothing_found(actor: Actor, now: datetime) -> str:
    """Says why “next” found nothing: the queue is empty, or what waits asks for somebody else."""
    if Complaint.objects.visible_to(actor).claimable(now).exists():
        return _("What waits asks for a skill or a language that you do not have. A lead sets these under “Workload”.")
    return _("Nothing waits in the queue.")


def around(request: HttpRequest, now: Any, **context: Any) -> dict[str, Any]:
    """Gives what the pages around the cases share: the views with their numbers, and what there is to mend."""
    actor = actor_of(request)
    numbers = queue.counts(actor, now)
    shared = {
        "views": [(view, label, numbers[view]) for view, label in queue.VIEWS.items()],
        "numbers": numbers,
        "mend_total": queue.to_mend(actor).count(),
        "decided_today": queue.decided_today(actor, now),
        "can_work": actor.has_staff_role("reviewer", "senior"),
    }
    return {**admin.site.each_context(request), **shared, **context}


# --- measures to mend


@at_desk
def mend_page(request: HttpRequest) -> HttpResponse:
    """Lists every measure that did not go as asked, over all cases, with the buttons that mend it."""
    actor, now = actor_of(request), timezone.now()
    shown = Shown(DecisionForm())
    if request.method == "POST":
        done = press_mend(request, actor, shown)
        if done:
            return done
    measures = queue.to_mend(actor)
    only = number(request.GET.get("case", ""))
    if only:
        measures = measures.filter(decision__complaint=only)
    page = Paginator(measures, PER_PAGE).get_page(request.GET.get("page"))
    context = around(request, now, view="mend", title=_("Measures to mend"), page=page, shown=shown, only=only)
    return render(request, "admin/complaints/desk/mend.html", context, status=shown.status)


def press_mend(request: HttpRequest, actor: Actor, shown: Shown) -> HttpResponse | None:
    """Does one mending verb; gives where to go, or None when it was refused and the page says why."""
    case = load(actor, number(request.POST.get("case", "")) or 0)
    verb = verbs.VERBS.get(request.POST.get("do", ""))
    if case is None or verb is None or request.POST["do"] not in verbs.MENDING:
        raise Http404
    if not run(request, Press(actor, case, request.POST, timezone.now()), shown):
        return None
    return redirect(request.get_full_path())


# --- one case


@at_desk
def case_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows one case; a pressed button does its verb, and a refusal is told with what was typed kept."""
    actor = actor_of(request)
    case = load(actor, pk)
    if case is None:
        raise Http404
    if request.method != "POST":
        return show(request, case, Shown(fresh_form(case, actor)))
    return press_case(request, actor, case)


def press_case(request: HttpRequest, actor: Actor, case: Complaint) -> HttpResponse:
    """Does what the button says; stays on the page when it was refused or when something typed must not be lost."""
    do = "select" if "pick" in request.POST else request.POST.get("do", "")
    press = Press(actor, case, request.POST, timezone.now())
    shown = Shown(fresh_form(case, actor, request.POST), typed=request.POST)
    if do == "preview":
        look(press, shown)
        return show_preview(request, case, shown)
    if do == "next":
        return take_next(request, actor)
    if do in choosing.PRESSES:
        return choose(request, press)
    if do not in verbs.VERBS:
        raise Http404
    done = run(request, press, shown)
    if done is None or (done.to == "case" and do in {"claim", "extend"} and has_typed(request.POST)):
        return show(request, load(actor, case.pk) or case, shown)
    return go(request, actor, case, done)


def choose(request: HttpRequest, press: Press) -> HttpResponse:
    """Changes what stands in the form, and nothing else: items alike are selected, a template becomes the text."""
    page = page_of(request, press.complaint, Shown(DecisionForm(), typed=press.typed))
    typed = choosing.with_items(press.typed, choosing.select(page.rows, press.text("pick")))
    if press.text("do") == "fill":
        chosen = [row.item for row in page.rows if row.selected]
        typed = choosing.filled(press.typed, press.complaint, chosen, choosing.templates())
    return show(request, press.complaint, Shown(fresh_form(press.complaint, press.actor, typed), typed=typed))


def run(request: HttpRequest, press: Press, shown: Shown) -> Done | None:
    """Runs one verb. Success is told as a message; a refusal becomes a notice or an error at its field."""
    do = press.text("do")
    shown.typed = press.typed
    try:
        done = verbs.VERBS[do](press)
    except DomainError as error:
        refuse(error, press, shown, at_fields=do in DECIDING)
    except ConnectorDown as error:
        shown.notices.append(verbs.marketplace_is_down(error))
        shown.status = 503
    else:
        messages.add_message(request, messages.DEFAULT_LEVELS[done.tone.upper()], done.says)
        return done
    return None


def go(request: HttpRequest, actor: Actor, case: Complaint, done: Done) -> HttpResponse:
    """Leads on after a verb was done."""
    if done.to == "next":
        return take_next(request, actor)
    if done.to == "queue":
        return redirect("admin:complaints_complaint_desk")
    item = number(request.GET.get("item", ""))
    address = reverse("admin:complaints_complaint_case", args=[case.pk])
    return redirect(f"{address}?item={item}" if item and request.POST.get("do") not in DECIDING else address)


def show(request: HttpRequest, case: Complaint, shown: Shown) -> HttpResponse:
    """Draws the case, or only the parts that follow the chosen item."""
    page = page_of(request, case, shown)
    if page.offers_listed:
        shown.form.offer_first(Ground.AUTHORISED_SELLER)
    part = is_part(request, "pair")
    template = "admin/complaints/desk/_chosen.html" if part else "admin/complaints/desk/case.html"
    context: dict[str, Any] = {"page": page, "case": page.complaint, "shown": shown, "form": shown.form}
    if not part:
        context |= beside(request, page)
    return render(request, template, context, status=shown.status)


def show_preview(request: HttpRequest, case: Complaint, shown: Shown) -> HttpResponse:
    """Draws the preview alone when htmx asks, else the whole page with it."""
    if not is_part(request, "preview"):
        return show(request, case, shown)
    context = {"shown": shown, "form": shown.form, "case": case, "alone": True}
    return render(request, "admin/complaints/desk/_preview.html", context)


def page_of(request: HttpRequest, case: Complaint, shown: Shown) -> CasePage:
    typed = shown.typed
    return CasePage(
        actor=actor_of(request),
        complaint=case,
        now=timezone.now(),
        chosen=number(request.GET.get("item", "")),
        selected=frozenset(filter(None, (number(value) for value in typed.getlist("items")))),
        select_all=request.method != "POST" and request.GET.get("select") == "all",
        passes="pass" in request.GET or typed.get("do") in {"hand_over", "step_back"},
    )


def beside(request: HttpRequest, page: CasePage) -> dict[str, Any]:
    """Gives what stands around the case: the queue at its left."""
    actor, now = page.actor, page.now
    waiting = [(case, queue.due_tone(case, now), queue.mark_of(case)) for case in queue.beside(actor, now)]
    numbers = queue.counts(actor, now)
    return {
        **admin.site.each_context(request),
        "title": page.complaint.reference,
        "waiting": waiting,
        "waiting_total": numbers["queue"] + numbers["yours"],
        "decided_today": queue.decided_today(actor, now),
        "can_work": page.can_work,
        "mark": queue.mark_of(page.complaint),
    }


def is_part(request: HttpRequest, target: str) -> bool:
    """Says whether htmx asks for this part alone."""
    return request.headers.get("HX-Target") == target and "HX-History-Restore-Request" not in request.headers
