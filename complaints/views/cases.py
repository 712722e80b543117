"""Following complaints: the list, one complaint, one item, and what a complainant may do there."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints import casework, clock_lines, curing, legal, states, timeline
from complaints.forms import AnswerForm
from complaints.models import Complaint, Evidence, Item, StatementOfReasons
from complaints.querysets import MessageQuerySet, StatementQuerySet
from complaints.views.common import find, numbers, put_error, raise_http
from portal.accounts import why
from portal.accounts.actors import Actor, actor_of
from portal.accounts.doors import member_required
from portal.accounts.grants import AgentVerb
from portal.errors import DomainError
from portal.files import store

PER_PAGE = 50
UNDECIDED = [state.value for state in states.UNDECIDED]


@member_required
def complaint_list(request: HttpRequest) -> HttpResponse:
    """Lists the organisation's complaints, newest first, by state and by reference or mark."""
    found = Complaint.objects.visible_to(actor_of(request)).for_lists().newest_first()
    state, text = request.GET.get("state", ""), request.GET.get("q", "").replace("\x00", "").strip()[:100]
    if state in set(states.ComplaintState):
        found = found.filter(state__in=states.told_as(states.ComplaintState(state)))
    if text:
        found = found.search(text)
    return render(
        request,
        "complaints/list.html",
        {
            "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
            "state": state,
            "q": text,
            "states": [
                (code.value, shown.label) for code, shown in states.COMPLAINT_SHOWN.items() if states.told_as(code)
            ],
        },
    )


@member_required
def detail(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Shows one complaint: items with outcome and measure, messages, clocks, timeline. Drafts lead to their form."""
    found = find(request, complaint)
    if found.is_draft:
        return redirect("complaints:draft-review", found.public_id)
    return _show(request, found, AnswerForm())


def _show(request: HttpRequest, complaint: Complaint, form: AnswerForm, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "complaint": complaint,
        "answer_form": form,
        "may_answer": _may(actor, complaint, AgentVerb.ANSWER, ["asked"]),
        "cure": curing.offer(complaint, actor, timezone.now()),
        "may_withdraw": _may(actor, complaint, AgentVerb.WITHDRAW, UNDECIDED),
        **_facts(complaint, actor),
    }
    return render(request, "complaints/detail.html", context, status=status)


def _may(actor: Actor, complaint: Complaint, verb: AgentVerb, in_states: list[str]) -> bool:
    """Whether the reader may do this here: an agent only with items that an authorisation covers for it."""
    if not actor.may(verb) or not actor.is_bound:
        return actor.may(verb)
    return complaint.items.filter(state__in=in_states).covered(actor, verb).exists()


def _facts(complaint: Complaint, actor: Actor) -> dict[str, Any]:
    items = list(complaint.items.covered(actor).for_pages())
    question = complaint.messages.filter(kind="question").covered(actor).order_by("-created_at", "-id").first()
    asked = [item for item in items if item.state == states.ItemState.ASKED]
    evidence = list(complaint.evidence.select_related("file").order_by("id"))
    return {
        "items": items,
        "asked": asked,
        "question": question if asked else None,
        "can_withdraw": [item for item in items if item.state in UNDECIDED],
        "counts": {state.value: sum(item.told_state == state for item in items) for state in states.ItemState},
        "undecided_count": sum(item.state not in {*states.DECIDED, states.ItemState.WITHDRAWN} for item in items),
        "decided_count": sum(item.state in states.DECIDED for item in items),
        "talk": _talk(complaint, actor),
        "evidence": evidence,
        "laws": legal.laws(complaint, items, len(evidence)),
        "statements": _statements(complaint, actor),
        "timeline": timeline.of_complaint(complaint, actor),
        "clocks": clock_lines.of_complaint(complaint, actor),
    }


def _talk(complaint: Complaint, actor: Actor) -> MessageQuerySet:
    found: MessageQuerySet = complaint.messages.exclude(kind="response").covered(actor).select_related("author")
    return found.order_by("created_at", "id")


def _statements(complaint: Complaint, actor: Actor) -> StatementQuerySet:
    told = StatementOfReasons.objects.filter(decision__complaint=complaint, side="complainant").covered(actor)
    return told.select_related("decision").order_by("-decision_id", "id")


@member_required
@require_POST
def answer(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Sends the answer to the reviewer's question."""
    found = find(request, complaint)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    try:
        casework.answer(
            actor=actor_of(request), complaint_id=found.pk, text=form.cleaned_data["text"], now=timezone.now()
        )
    except DomainError as error:
        put_error(form, error)
        return _show(request, found, form, status=409)
    messages.success(request, _("Your answer is with the reviewer. The clock goes on."))
    return redirect("complaints:detail", found.public_id)


@member_required
def withdraw(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Asks which items to take back, and takes them back."""
    found, actor = find(request, complaint), actor_of(request)
    if not actor.may(AgentVerb.WITHDRAW):
        raise PermissionDenied(why.not_this(actor, AgentVerb.WITHDRAW))
    items = list(found.items.covered(actor, AgentVerb.WITHDRAW).for_pages().filter(state__in=UNDECIDED))
    if request.method == "POST":
        chosen = numbers(request.POST.getlist("items"))
        try:
            casework.withdraw(actor=actor, complaint_id=found.pk, item_ids=chosen, now=timezone.now())
        except DomainError as error:
            raise_http(error)
            messages.error(request, str(error.message))
            return redirect("complaints:withdraw", found.public_id)
        messages.success(request, _("Taken back. It does not count against you."))
        return redirect("complaints:detail", found.public_id)
    return render(request, "complaints/withdraw.html", {"complaint": found, "items": items})


def _find_item(request: HttpRequest, complaint: UUID, item: int) -> Item:
    items = Item.objects.visible_to(actor_of(request)).for_pages()
    found: Item = get_object_or_404(items, complaint__public_id=complaint, pk=item)
    return found


@member_required
def item(request: HttpRequest, complaint: UUID, item: int) -> HttpResponse:
    """Shows one item: what was frozen, what was decided, its measure and its own timeline."""
    found = _find_item(request, complaint, item)
    context = {
        "item": found,
        "complaint": find(request, complaint),
        "timeline": timeline.of_item(found, actor_of(request)),
    }
    return render(request, "complaints/item.html", context)


@member_required
def item_picture(request: HttpRequest, complaint: UUID, item: int) -> HttpResponseBase:
    """Serves the frozen picture of an item."""
    found = _find_item(request, complaint, item)
    if not hasattr(found, "snapshot") or found.snapshot.picture is None:
        raise Http404
    return store.serve(found.snapshot.picture)


@member_required
def evidence_file(request: HttpRequest, complaint: UUID, evidence: UUID) -> HttpResponseBase:
    """Serves a file that the complainant attached; `?thumbnail` its small picture."""
    found = get_object_or_404(
        Evidence.objects.visible_to(actor_of(request)), complaint__public_id=complaint, public_id=evidence
    )
    return store.serve(found.file, which="thumbnail" if "thumbnail" in request.GET else "clean")
