"""Steps 1 and 2 of the guided form: which right, and what is wrong."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from brands.models import IPRight, Usability
from complaints import casework
from complaints.forms import ReasonForm, RightForm
from complaints.models import Complaint
from complaints.reasons import Reason
from complaints.views.common import put_error
from complaints.views.draft import (
    autosave,
    draft_of,
    first_steps,
    keep_in_browser,
    onward,
    page,
    posted,
    save,
    status_of,
)
from portal.accounts import why
from portal.accounts.actors import actor_of
from portal.accounts.doors import member_required
from portal.accounts.grants import AgentVerb
from portal.errors import DomainError


@member_required
def start(request: HttpRequest) -> HttpResponse:
    """Begins a complaint: the first step, a draft only once a right is chosen. `?right=` chooses one beforehand."""
    actor = actor_of(request)
    if not actor.can_file:
        words = why.not_this(actor, AgentVerb.FILE)
        return render(request, "complaints/filing/not_allowed.html", {"why": words}, status=403)
    rights = _rights(request)
    form = RightForm(request.POST or None, rights=rights, initial={"right": request.GET.get("right", "")})
    if request.method == "POST" and form.is_valid():
        try:
            draft = casework.start_draft(actor=actor, now=timezone.now(), right=form.cleaned_data["right"])
        except DomainError as error:
            put_error(form, error)
        else:
            return onward(request, draft, "reason")
    unusable = _unusable(request, rights)
    return render(
        request,
        "complaints/filing/right.html",
        {"form": form, "rights": rights, "unusable": unusable, "steps": first_steps()},
        status=422 if form.errors else 200,
    )


def _rights(request: HttpRequest) -> list[IPRight]:
    today = timezone.now().date()
    return list(IPRight.objects.open_to(actor_of(request), AgentVerb.FILE).live(today).for_lists())


@member_required
def right(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Step 1: which right."""
    draft = draft_of(request, complaint)
    if isinstance(draft, HttpResponse):
        return draft
    rights = _rights(request)
    initial = {"right": str(draft.right.public_id) if draft.right else ""}
    form = RightForm(request.POST or None, rights=rights, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = save(request, draft, form, right=form.cleaned_data["right"])
        if saved:
            return onward(request, draft, "reason")
    return page(
        request,
        "right",
        draft,
        status=status_of(form),
        form=form,
        rights=rights,
        unusable=_unusable(request, rights),
    )


def _unusable(request: HttpRequest, usable: list[IPRight]) -> list[tuple[IPRight, Usability]]:
    """The newest rights that cannot be used today, each with why."""
    today = timezone.now().date()
    mine = IPRight.objects.open_to(actor_of(request), AgentVerb.FILE)
    others = mine.exclude(pk__in=[right.pk for right in usable])
    return [(right, right.usable(today)) for right in others.for_lists()[:10]]


@member_required
def reason(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Step 2: what is wrong. Reasons that are not IP reasons are refused with an explanation."""
    draft = draft_of(request, complaint)
    if isinstance(draft, HttpResponse):
        return draft
    form = ReasonForm(
        posted(request), right=draft.right, initial={"reason": draft.reason, "explanation": draft.explanation}
    )
    if request.method == "POST":
        if request.htmx:  # type: ignore[attr-defined]
            return autosave(request, draft, **_begun(request))
        if form.is_valid() and save(request, draft, form, **form.cleaned_data):
            return onward(request, draft, "items")
        if "explanation" in form.cleaned_data and _leaves(request, draft, form):
            return onward(request, draft, "items")
    keep_in_browser(form, "explanation", draft)
    return page(request, "reason", draft, status=status_of(form), form=form)


def _begun(request: HttpRequest) -> dict[str, str]:
    """What can be kept of a reason step that is not finished: the words, and the reason once it is one of ours."""
    begun = {"explanation": request.POST.get("explanation", "")}
    reason = request.POST.get("reason", "")
    return begun | {"reason": reason} if reason in set(Reason) else begun


def _leaves(request: HttpRequest, draft: Complaint, form: ReasonForm) -> bool:
    """Keeps the words of who leaves before a reason is chosen."""
    if "leave" not in request.POST or request.POST.get("reason"):
        return False
    return save(request, draft, form, explanation=form.cleaned_data["explanation"]) is not None
