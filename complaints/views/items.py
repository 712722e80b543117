"""Steps 3 and 4 of the guided form: which items, and what shows it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints import casework, errors, preflight
from complaints.casework.drafting import MAX_LINES_TEXT
from complaints.forms import EvidenceForm, ItemsForm
from complaints.models import Complaint
from complaints.views.checked import answers_of, first_wrong
from complaints.views.draft import (
    draft_of,
    in_conflict,
    keep_in_browser,
    not_saved,
    onward,
    page,
    posted,
    save,
    status_of,
)
from portal.accounts.actors import actor_of
from portal.accounts.doors import member_required
from portal.errors import DomainError
from portal.marketplace import csv_lines


@member_required
def items(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Step 3: which items; each line is answered at once."""
    draft = draft_of(request, complaint)
    if isinstance(draft, HttpResponse):
        return draft
    form = ItemsForm(posted(request), request.FILES or None, initial={"lines": draft.lines})
    if request.method == "POST":
        draft = _save_lines(request, draft, form) or draft
        if request.htmx and in_conflict(form):  # type: ignore[attr-defined]
            return not_saved(request, " ".join(map(str, form.non_field_errors())))
        if request.htmx:  # type: ignore[attr-defined]
            context = {**answers_of(request, draft), "draft": draft, "at": "items"}
            return render(request, "complaints/filing/_checked.html", context)
        if not form.errors and "check" not in request.POST:
            return _after_items(request, draft)
        form = form if form.errors else ItemsForm(initial={"lines": draft.lines})
    keep_in_browser(form, "lines", draft)
    return page(request, "items", draft, status=status_of(form), form=form, at="items", **answers_of(request, draft))


def _after_items(request: HttpRequest, draft: Complaint) -> HttpResponse:
    """Goes on when everything is answered, else to the first line that is wrong."""
    answers = answers_of(request, draft)["answers"]
    count = preflight.tally(answers)
    if "leave" in request.POST or (count[preflight.READY] and not count[preflight.TO_CORRECT]):
        return onward(request, draft, "evidence")
    return to_line(draft, first_wrong(answers))


def to_line(draft: Complaint, number: int | None, part: str = "line") -> HttpResponse:
    """Leads to the step of the items: to the field of the line of this number, or to its `row` among the answers."""
    answer = redirect("complaints:draft-items", draft.public_id)
    if number is not None:
        answer["Location"] += f"#{part}-{number}"
    return answer


def _save_lines(request: HttpRequest, draft: Complaint, form: ItemsForm) -> Complaint | None:
    form.is_valid()  # a file that cannot be read is told at its field; what was pasted is kept all the same
    text = form.cleaned_data.get("lines", "") if "lines" in request.POST else draft.lines
    upload = form.cleaned_data.get("csv")
    try:
        text = "\n".join(csv_lines.read_text(text)) if csv_lines.is_table(text) else text
        if upload:
            text = _with_file(text, csv_lines.read_lines(upload.read()))
    except DomainError as error:
        form.add_error("csv", str(error.message))
    return save(request, draft, form, lines=text)


def _with_file(text: str, lines: list[str]) -> str:
    """The paste and the lines of a file below it. Raises Refused where that is more than a draft keeps."""
    both = "\n".join([*preflight.split(text), *lines])
    if len(both) > MAX_LINES_TEXT:
        words = _("With this file there are %(count)d characters; %(limit)d fit. Split the file.")
        raise errors.refused("too_long", words % {"count": len(both), "limit": MAX_LINES_TEXT}, "csv")
    return both


@member_required
def evidence(request: HttpRequest, complaint: UUID) -> HttpResponse:
    """Step 4: files that show it."""
    draft = draft_of(request, complaint)
    if isinstance(draft, HttpResponse):
        return draft
    if request.method == "POST" and not request.FILES and not request.POST.get("caption"):
        return onward(request, draft, "declarations")
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
            return onward(request, draft, "evidence" if "add" in request.POST else "declarations")
    files = draft.evidence.select_related("file").order_by("id")
    return page(request, "evidence", draft, status=422 if form.errors else 200, form=form, files=files)


@member_required
@require_POST
def remove_evidence(request: HttpRequest, complaint: UUID, evidence: UUID) -> HttpResponse:
    """Takes a file out of the draft."""
    draft = draft_of(request, complaint)
    if isinstance(draft, HttpResponse):
        return draft
    casework.remove_evidence(actor=actor_of(request), complaint_id=draft.pk, evidence_id=evidence, now=timezone.now())
    return redirect("complaints:draft-evidence", draft.public_id)
