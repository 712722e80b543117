"""What a page of the desk shows besides the case: what was typed, what was refused, what would be sent."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils import timezone

from complaints.admin import choosing, verbs
from complaints.admin.forms import USUAL, DecisionForm
from complaints.admin.press import Press
from complaints.admin.preview import Preview, preview
from complaints.admin.verbs import Notice
from complaints.models import Complaint
from complaints.reasons import Reason
from portal.accounts.actors import Actor
from portal.errors import DomainError

BEGUN = ("text", "outcome", "ground", "missing_proof", "rest_text", "rest_outcome", "rest_ground")


@dataclass
class Shown:
    """`form` is the decision form as typed, `notices` are refusals, `preview` what both sides would receive."""

    form: DecisionForm
    typed: QueryDict = field(default_factory=QueryDict)
    notices: list[Notice] = field(default_factory=list)
    preview: Preview | None = None
    status: int = 200


def fresh_form(case: Complaint, actor: Actor, typed: QueryDict | None = None) -> DecisionForm:
    """Makes the decision form with what this reader may cite and, for who holds the case, templates to start from."""
    policy = getattr(case, "policy_version", None) or ""
    senior = actor.has_staff_role("senior")
    holds = actor.user is not None and case.held_by(actor.user.pk, timezone.now())
    offered = choosing.templates() if holds else []
    form = DecisionForm(typed, senior=senior, templates=offered, policy=policy)
    if case.reason:
        form.fields["ground"].widget.attrs["data-usual"] = USUAL[Reason(case.reason)].value
    return form


def refuse(error: DomainError, press: Press, shown: Shown, *, at_fields: bool) -> None:
    """Puts a refusal at the field it is about, or on top of the page."""
    shown.status = verbs.status_of(error)
    if at_fields and error.field:
        shown.form.add_error(error.field if error.field in shown.form.fields else None, str(error))
    else:
        shown.notices.append(verbs.notice_of(error, press))


def look(press: Press, shown: Shown, *, again: bool = False) -> None:
    """Composes what both sides would receive."""
    try:
        parts = verbs.verdicts(press)
        opened = press.text("policy")
        shown.preview = preview(press.complaint, press.actor, parts, policy=opened, now=press.now, again=again)
    except DomainError as error:
        refuse(error, press, shown, at_fields=True)
        if not error.field:
            shown.form.add_error(None, str(error))


def has_typed(typed: QueryDict) -> bool:
    """Says whether a decision has been begun in the form."""
    return bool(any(typed.get(name) for name in BEGUN) or typed.getlist("items"))
