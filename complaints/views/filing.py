"""The guided form: six short steps over one draft that can be left and resumed at any of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from brands.models import IPRight, Usability
from complaints import casework, intake
from complaints.forms import EvidenceForm, ItemsForm, ReasonForm, RightForm
from complaints.models import Complaint
from complaints.reasons import Reason
from complaints.rules.declarations import COMPLAINT
from complaints.views.common import find, put_error
from complaints.views.signing import keep_signature, kept_signature, sign_form
from portal.accounts.actors import actor_of
from portal.accounts.doors import fresh_sign_in_required, member_required
from portal.errors import DomainError
from portal.marketplace.csv_lines import read_lines

STEPS = (
    ("right", gettext_lazy("Right")),
    ("reason", gettext_lazy("Reason")),
    ("items", gettext_lazy("Items")),
    ("evidence", gettext_lazy("Evidence")),
    ("declarations", gettext_lazy("Declarations")),
    ("review", gettext_lazy("Review and submit")),
)


def _page(request: HttpRequest, step: str, draft: Complaint, status: int = 200, **context: Any) -> HttpResponse:
    names = [name for name, _label in STEPS]
    here = names.index(step)
    steps = [
        {
            "name": name,
            "label": label,
            "url": reverse(f"complaints:draft-{name}", args=[draft.public_id]),
            "done": index < here,
            "here": index == here,
        }
        for index, (name, label) in enumerate(STEPS)
    ]
    context |= {
        "draft": draft,
        "steps": steps,
        "back": steps[here - 1] if here else None,
        "onward": steps[here + 1] if here + 1 < len(steps) else None,
    }
    return render(request, f"complaints/filing/{step}.html", context, status=status)


def _draft(request: HttpRequest, public_id: UUID) -> Complaint | HttpResponse:
    found = find(request, public_id)
    if found.is_draft and actor_of(request).can_file:
        return found
    return _elsewhere(found)


def _elsewhere(found: Complaint) -> HttpResponse:
    """Leads to the case when it is filed already, to the list when the reader may not edit the draft."""
    return redirect("complaints:list") if found.is_draft else redirect("complaints:detail", found.public_id)


def _onward(request: HttpRequest, draft: Complaint, step: str) -> HttpResponse:
    if "leave" in request.POST:
        messages.success(request, _("Draft saved. It waits for you on the dashboard for 30 days."))
        return redirect("complaints:dashboard")
    return redirect(f"complaints:draft-{step}", draft.public_id)


def _posted(request: HttpRequest) -> QueryDict | None:
    """Gives what was posted, also when it is nothing at all; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def _rights(request: HttpRequest) -> list[IPRight]:
    today = timezone.now().date()
    return list(IPRight.objects.visible_to(actor_of(request)).live(today).for_lists())


@member_required
def start(request: HttpRequest) -> HttpResponse:
    """Begins a complaint: the first step, a draft only once a right is chosen. `?lines=` and `?right=` fill it in."""
    actor = actor_of(request)
    if not actor.can_file:
        return render(request, "complaints/filing/not_allowed.html", status=403)
    rights = _rights(request)
    form = RightForm(request.POST or None, rights=rights)
    if request.method == "POST" and form.is_valid():
        try:
            draft = casework.start_draft(actor=actor, now=timezone.now(), right=form.cleaned_data["right"])
        except DomainError as error:
            put_error(form, error)
        else:
            return _onward(request, draft, "reason")
    unusable = _unusable(request, rights)
    return render(
        request,
        "complaints/filing/right.html",
        {"form": form, "rights": rights, "unusable": unusable, "steps": _first()},
        status=422 if form.errors else 200,
    )


def _unusable(request: HttpRequest, usable: list[IPRight]) -> list[tuple[IPRight, Usability]]:
    """The newest rights that cannot be used today, each with why."""
    today = timezone.now().date()
    others = IPRight.objects.visible_to(actor_of(request)).exclude(pk__in=[right.pk for right in usable])
    return [(right, right.usable(today)) for right in others.for_lists()[:10]]


def _first() -> list[dict[str, Any]]:
    return [{"name": name, "label": label, "here": name == "right", "done": False} for name, label in STEPS]


@member_required
def right(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Step 1: which right."""
    draft = _draft(request, complaint)
    if isinstance(draft, HttpResponse):
        return draft
    rights = _rights(request)
    initial = {"right": str(draft.right.public_id) if draft.right else ""}
    form = RightForm(request.POST or None, rights=rights, initial=initial)
    if request.method == "POST" and form.is_valid():
        saved = _save(request, draft, form, right=form.cleaned_data["right"])
        if saved:
            return _onward(request, draft, "reason")
    return _page(
        request,
        "right",
        draft,
        status=422 if form.errors else 200,
        form=form,
        rights=rights,
        unusable=_unusable(request, rights),
    )


@member_required
def reason(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Step 2: what is wrong. Reasons that are not IP reasons are refused with an explanation."""
    draft = _draft(request, complaint)
    if isinstance(draft, HttpResponse):
        return draft
    form = ReasonForm(_posted(request), initial={"reason": draft.reason, "explanation": draft.explanation})
    if request.method == "POST":
        if request.htmx:  # type: ignore[attr-defined]
            return _autosave(request, draft, **_begun(request))
        if form.is_valid() and _save(request, draft, form, **form.cleaned_data):
            return _onward(request, draft, "items")
        if "explanation" in form.cleaned_data and _leaves(request, draft, form):
            return _onward(request, draft, "items")
    _keep_in_browser(form, "explanation", draft)
    return _page(request, "reason", draft, status=422 if form.errors else 200, form=form)


def _keep_in_browser(form: Form, name: str, draft: Complaint) -> None:
    """Lets the page keep what is typed until the desk has it; says since when the desk has what is shown."""
    form.fields[name].widget.attrs["data-keep"] = str(int(draft.updated_at.timestamp()) + 1)


def _begun(request: HttpRequest) -> dict[str, str]:
    """What can be kept of a reason step that is not finished: the words, and the reason once it is one of ours."""
    begun = {"explanation": request.POST.get("explanation", "")}
    reason = request.POST.get("reason", "")
    return begun | {"reason": reason} if reason in set(Reason) else begun


def _leaves(request: HttpRequest, draft: Complaint, form: ReasonForm) -> bool:
    """Keeps the words of who leaves before a reason is chosen."""
    if "leave" not in request.POST or request.POST.get("reason"):
        return False
    return _save(request, draft, form, explanation=form.cleaned_data["explanation"]) is not None


@member_required
def items(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Step 3: which items; each line is answered at once."""
    draft = _draft(request, complaint)
    if isinstance(draft, HttpResponse):
        return draft
    form = ItemsForm(_posted(request), request.FILES or None, initial={"lines": draft.lines})
    if request.method == "POST":
        draft = _save_lines(request, draft, form) or draft
        if request.htmx:  # type: ignore[attr-defined]
            return render(request, "complaints/filing/_checked.html", _answers(draft))
        if not form.errors and "check" not in request.POST:
            return _after_items(request, draft)
        form = form if form.errors else ItemsForm(initial={"lines": draft.lines})
    _keep_in_browser(form, "lines", draft)
    return _page(request, "items", draft, status=422 if form.errors else 200, form=form, **_answers(draft))


def _after_items(request: HttpRequest, draft: Complaint) -> HttpResponse:
    count = intake.tally(_answers(draft)["answers"])
    if "leave" in request.POST or (count[intake.READY] and not count[intake.TO_CORRECT]):
        return _onward(request, draft, "evidence")
    return redirect("complaints:draft-items", draft.public_id)


def _save_lines(request: HttpRequest, draft: Complaint, form: ItemsForm) -> Complaint | None:
    form.is_valid()  # a file that cannot be read is told at its field; what was pasted is kept all the same
    text = form.cleaned_data.get("lines", "") if "lines" in request.POST else draft.lines
    upload = form.cleaned_data.get("csv")
    try:
        if upload:
            text = "\n".join([*intake.split(text), *read_lines(upload.read())])
    except DomainError as error:
        form.add_error("csv", str(error.message))
    return _save(request, draft, form, lines=text)


def _answers(draft: Complaint) -> dict[str, Any]:
    today = timezone.now().date()
    answers = intake.answer_draft(draft, today=today)
    return {
        "answers": answers,
        "count": intake.tally(answers),
        "findings": intake.check(draft, answers, today=today),
        "line_count": len(answers),
    }


@member_required
def evidence(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Step 4: files that show it."""
    draft = _draft(request, complaint)
    if isinstance(draft, HttpResponse):
        return draft
    if request.method == "POST" and not request.FILES and not request.POST.get("caption"):
        return _onward(request, draft, "declarations")
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            casework.add_evidence(
                actor=actor_of(request),
                complaint_id=draft.pk,
                upload=form.cleaned_data["file"],
                caption=form.cleaned_data["caption"],
                now=timezone.now(),
            )
        except DomainError as error:
            form.add_error("file", str(error.message))
        else:
            return _onward(request, draft, "evidence" if "add" in request.POST else "declarations")
    files = draft.evidence.select_related("file").order_by("id")
    return _page(request, "evidence", draft, status=422 if form.errors else 200, form=form, files=files)


@member_required
@require_POST
def remove_evidence(request: HttpRequest, complaint: UUID, evidence: UUID) -> HttpResponse:
    """Takes a file out of the draft."""
    draft = _draft(request, complaint)
    if isinstance(draft, HttpResponse):
        return draft
    casework.remove_evidence(actor=actor_of(request), complaint_id=draft.pk, evidence_id=evidence)
    return redirect("complaints:draft-evidence", draft.public_id)


@member_required
@fresh_sign_in_required
def declarations(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Step 5: the exact text, signed by typed name after a fresh sign-in check."""
    draft = _draft(request, complaint)
    if isinstance(draft, HttpResponse):
        return draft
    form = sign_form(request)
    if request.method == "POST" and form.is_valid():
        try:
            keep_signature(request, draft, form.cleaned_data)
        except DomainError as error:
            put_error(form, error)
        else:
            return _onward(request, draft, "review")
    return _page(request, "declarations", draft, status=422 if form.errors else 200, form=form, declaration=COMPLAINT)


@member_required
def review(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Step 6: everything on one page, then submit. Submitting twice makes one complaint."""
    found = find(request, complaint)
    if not found.is_draft or not actor_of(request).can_file:
        return _elsewhere(found)
    signature = kept_signature(request, found)
    error = None
    if request.method == "POST" and signature is None:
        messages.info(request, _("Sign the declarations first; nothing was sent yet."))
        return redirect("complaints:draft-declarations", found.public_id)
    if request.method == "POST" and signature:
        try:
            filed = casework.submit(
                actor=actor_of(request),
                complaint_id=found.pk,
                signing=signature,
                now=timezone.now(),
                version=found.version,
            )
        except DomainError as refusal:
            error = refusal
        else:
            words = _("Filed as %(reference)s. We sent you an acknowledgement.")
            messages.success(request, words % {"reference": filed.reference})
            return redirect("complaints:detail", filed.public_id)
    return _page(
        request,
        "review",
        found,
        status=422 if error else 200,
        error=error,
        signature=signature,
        files=found.evidence.select_related("file").order_by("id"),
        **_answers(found),
    )


@member_required
@require_POST
def discard(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Throws the draft away."""
    draft = _draft(request, complaint)
    if isinstance(draft, HttpResponse):
        return draft
    casework.discard(actor=actor_of(request), complaint_id=draft.pk)
    messages.success(request, _("The draft is gone."))
    return redirect("complaints:dashboard")


def _save(request: HttpRequest, draft: Complaint, form: Any, **fields: Any) -> Complaint | None:
    try:
        return casework.save_draft(actor=actor_of(request), complaint_id=draft.pk, now=timezone.now(), **fields)
    except DomainError as error:
        put_error(form, error)
        return None


def _autosave(request: HttpRequest, draft: Complaint, **fields: Any) -> HttpResponse:
    try:
        casework.save_draft(actor=actor_of(request), complaint_id=draft.pk, now=timezone.now(), **fields)
    except DomainError as error:
        return render(request, "complaints/filing/_saved.html", {"error": error})
    return render(request, "complaints/filing/_saved.html", {"saved_at": timezone.now()})
