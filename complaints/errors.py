"""What the verbs of a case refuse, each with a stable code that the API repeats and docs/integrator.md lists."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.errors import Conflict, Forbidden, NotFound, Refused

NO_ITEMS_CHOSEN = gettext_lazy("Choose at least one item.")


def no_such_complaint() -> NotFound:
    return NotFound("not_found", _("There is no such complaint."))


def may_not(code: str = "not_allowed") -> Forbidden:
    return Forbidden(code, _("Your role does not allow this."))


def moved_on() -> Conflict:
    return Conflict("moved_on", _("This has changed since you opened it. Look at it again; nothing was saved."))


def not_claimed(holder: str) -> Conflict:
    if holder:
        return Conflict("claimed_by_other", _("%(name)s holds this case now. Nothing was decided.") % {"name": holder})
    return Conflict("not_claimed", _("Claim the case first. Your lease may have run out; nothing was decided."))


def already_decided(count: int) -> Conflict:
    return Conflict(
        "already_decided",
        ngettext(
            "%(count)d item was decided by somebody else meanwhile. Nothing was decided twice.",
            "%(count)d items were decided by somebody else meanwhile. Nothing was decided twice.",
            count,
        )
        % {"count": count},
    )


def step_refused(verb: str, source: str) -> Conflict:
    return Conflict(
        "wrong_state",
        _("“%(verb)s” is not possible while it is “%(state)s”.") % {"verb": verb, "state": source},
    )


def reason_not_supported(kind_label: str) -> Refused:
    text = _("This reason does not fit a right of the kind “%(kind)s”. Choose one that the right supports.")
    return Refused("reason_not_supported", text % {"kind": kind_label}, "reason")


def right_not_authorised() -> Refused:
    text = _("Your authorisation lets you read this right, but not file under it. Ask the principal to extend it.")
    return Refused("right_not_authorised", text, "right")


def right_not_in_force(right: str, why: str) -> Conflict:
    text = _("%(right)s is not in force: %(why)s Nothing was decided. Reject with R-01, or wait until it is settled.")
    return Conflict("right_not_in_force", text % {"right": right, "why": why})


def policy_moved(version: str, changed: str) -> Conflict:
    text = _(
        "The policy moved to %(version)s while this page was open; here is what changed for this ground: %(changed)s "
        "Your text is kept; press again to decide under the new version."
    )
    return Conflict("policy_moved", text % {"version": version, "changed": changed})


def senior_only(ground: str) -> Forbidden:
    text = _("%(ground)s weighs on the complainant: only a senior reviewer may cite it.")
    return Forbidden("senior_only", text % {"ground": ground}, "ground")


def unfilled(names: str) -> Refused:
    text = _("%(names)s is not filled in. Fill it in or take it out; a text with a gap never leaves.")
    return Refused("unfilled", text % {"names": names}, "text")


def missing_proof() -> Refused:
    return Refused(
        "missing_proof_missing",
        _("Say which proof is missing, so that the complainant can send it: this ground needs it."),
        "missing_proof",
    )


def nothing_to_supersede() -> Conflict:
    return Conflict("not_decided", _("Only what was decided can be decided again. Nothing was changed."))


def complainant_suspended(name: str) -> Conflict:
    text = _("%(name)s is suspended: nothing that it filed can be accepted now. Wait until that is settled, or reject.")
    return Conflict("organisation_suspended", text % {"name": name})


def refused(code: str, message: str, field: str = "") -> Refused:
    return Refused(code, message, field)


__all__ = [
    "NO_ITEMS_CHOSEN",
    "Conflict",
    "Forbidden",
    "NotFound",
    "already_decided",
    "may_not",
    "moved_on",
    "no_such_complaint",
    "not_claimed",
    "refused",
    "step_refused",
]
