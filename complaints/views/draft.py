"""What the steps of the guided form share: the draft they work on, its page, saving, going on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import casework
from complaints.models import Complaint
from complaints.views.common import find, numbers, put_error
from portal.accounts.actors import actor_of
from portal.errors import Conflict, DomainError

STEPS = (
    ("right", gettext_lazy("Right")),
    ("reason", gettext_lazy("Reason")),
    ("items", gettext_lazy("Items")),
    ("evidence", gettext_lazy("Evidence")),
    ("declarations", gettext_lazy("Declarations")),
    ("review", gettext_lazy("Review and submit")),
)


def page(request: HttpRequest, step: str, draft: Complaint, status: int = 200, **context: Any) -> HttpResponse:
    """Shows one step of the form over a draft, with where it stands among the six."""
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
        "conflict": status == 409,
        "steps": steps,
        "back": steps[here - 1] if here else None,
        "onward": steps[here + 1] if here + 1 < len(steps) else None,
    }
    return render(request, f"complaints/filing/{step}.html", context, status=status)


def first_steps() -> list[dict[str, Any]]:
    """The six steps as they stand before there is a draft."""
    return [{"name": name, "label": label, "here": name == "right", "done": False} for name, label in STEPS]


def draft_of(request: HttpRequest, public_id: UUID) -> Complaint | HttpResponse:
    """Finds the draft to work on, or answers where its reader should be instead."""
    found = find(request, public_id)
    if found.is_draft and actor_of(request).can_file:
        return found
    return elsewhere(found)


def elsewhere(found: Complaint) -> HttpResponse:
    """Leads to the case when it is filed already, to the list when the reader may not edit the draft."""
    return redirect("complaints:list") if found.is_draft else redirect("complaints:detail", found.public_id)


def onward(request: HttpRequest, draft: Complaint, step: str) -> HttpResponse:
    """Leads to the next step, or to the dashboard when the reader leaves."""
    if "leave" in request.POST:
        messages.success(request, _("Draft saved. It waits for you on the dashboard for 30 days."))
        return redirect("complaints:dashboard")
    return redirect(f"complaints:draft-{step}", draft.public_id)


def posted(request: HttpRequest) -> QueryDict | None:
    """Gives what was posted, also when it is nothing at all; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def save(request: HttpRequest, draft: Complaint, form: Any, **fields: Any) -> Complaint | None:
    """Saves fields of the draft; puts a refusal beside its field, a conflict on top, and returns None."""
    try:
        return _keep(request, draft, fields)
    except Conflict as error:
        form.add_error(None, ValidationError(str(error.message), code=error.code))
        return None
    except DomainError as error:
        put_error(form, error)
        return None


def autosave(request: HttpRequest, draft: Complaint, **fields: Any) -> HttpResponse:
    """Saves while the reader types, and answers with the line that says so."""
    try:
        saved = _keep(request, draft, fields)
    except Conflict as error:
        return not_saved(request, str(error.message))
    except DomainError as error:
        return render(request, "complaints/filing/_saved.html", {"error": error})
    return render(request, "complaints/filing/_saved.html", {"saved_at": timezone.now(), "version": saved.version})


def not_saved(request: HttpRequest, words: str) -> HttpResponse:
    """Answers an autosave of a draft that has changed elsewhere; what was typed stays where it is."""
    context = {"error": words, "conflict": True}
    answer = render(request, "complaints/filing/_saved.html", context, status=409)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#saved", "innerHTML"
    return answer


def _keep(request: HttpRequest, draft: Complaint, fields: dict[str, Any]) -> Complaint:
    """Saves over the version that the form was opened with; a form without one says nothing about it."""
    version = next(iter(numbers([request.POST.get("version", "")])), None)
    actor, now = actor_of(request), timezone.now()
    return casework.save_draft(actor=actor, complaint_id=draft.pk, now=now, version=version, **fields)


def in_conflict(form: Form) -> bool:
    """Says whether the draft had changed since this form was opened."""
    return form.has_error(NON_FIELD_ERRORS, "moved_on")


def status_of(form: Form) -> int:
    """The status of a page that shows this form again, or for the first time."""
    if in_conflict(form):
        return 409
    return 422 if form.errors else 200


def keep_in_browser(form: Form, name: str, draft: Complaint) -> None:
    """Lets the page keep what is typed until the desk has it; says since when the desk has what is shown."""
    form.fields[name].widget.attrs["data-keep"] = f"{draft.updated_at.timestamp():.3f}"
