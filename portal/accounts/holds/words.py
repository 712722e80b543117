"""A hold in words, the same on pages, in mails, at the desk and in the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django_countries import countries

from portal.accounts.holds import people
from portal.accounts.models import Hold, HoldKind, HoldState, OrganisationForm, Role, User

UNKNOWN = "–"


class Told:
    """The words of a hold for a template, made when they are asked for: then its language and zone are on."""

    def __init__(self, hold: Hold) -> None:
        self.hold = hold

    def what(self) -> str:
        return what(self.hold)

    def meanwhile(self) -> str:
        return meanwhile(self.hold)

    def stopping(self) -> str:
        return stopping(self.hold)

    def changes(self) -> list[tuple[str, str, str]]:
        return changes(self.hold)

    def needs_desk(self) -> bool:
        return self.hold.is_open and self.hold.approved_at is None and people.needs_desk(self.hold)

    def approved_by(self) -> str:
        return _desk_or_name(self.hold.approved_by)

    def taken_back(self) -> bool:
        return taken_back(self.hold)

    def ended_by(self) -> str:
        return _desk_or_name(self.hold.ended_by)


def what(hold: Hold) -> str:
    """Says in one or two sentences what happened or is to happen."""
    name, by = subject_name(hold), name_of(hold.started_by)
    facts: dict[str, Any] = {"name": name, "by": by}
    if hold.kind == HoldKind.ADMINISTRATOR_ADDED and hold.membership and hold.started_by_id == hold.membership.user_id:
        return _("%(name)s became administrator by single sign-on.") % facts
    if hold.kind == HoldKind.ADMINISTRATOR_ADDED:
        return _("%(name)s became administrator, by %(by)s.") % facts
    if hold.kind == HoldKind.ADMINISTRATOR_RECOVERED:
        return _("The desk made %(name)s administrator, because none could act any more.") % facts
    if hold.kind == HoldKind.ADMINISTRATOR_REMOVED:
        return _leaving(hold, facts)
    if hold.kind == HoldKind.SECOND_FACTOR_LOST:
        return _("The account of %(name)s lost its last second factor.") % facts
    if hold.kind == HoldKind.KEY_BY_NEW_ADMINISTRATOR:
        text = _("%(by)s, administrator since lately, made the API key rdk_%(prefix)s_….")
        return text % {**facts, "prefix": hold.change.get("to", "")}
    text = _("%(by)s wants to change: %(changes)s.")
    return text % {**facts, "changes": "; ".join(f"{label}: {old} → {new}" for label, old, new in changes(hold))}


def meanwhile(hold: Hold) -> str:
    """Says what does not go while it is open."""
    if hold.kind == HoldKind.KEY_BY_NEW_ADMINISTRATOR:
        return _("Until it is settled the key opens nothing.")
    text = _("Until it is settled %(name)s can read and nothing else.") % {"name": subject_name(hold)}
    if hold.kind in {HoldKind.OWNER_CHANGED, HoldKind.CONTACT_CHANGED}:
        return _("The old entry stays until then.") + " " + text
    return text


def stopping(hold: Hold) -> str:
    """Says what a stop does."""
    if hold.kind == HoldKind.SECOND_FACTOR_LOST:
        text = _("If you stop it, %(name)s goes on reading only, until a senior of the desk has looked at it.")
        return text % {"name": subject_name(hold)}
    if hold.kind == HoldKind.KEY_BY_NEW_ADMINISTRATOR:
        return _("If you stop it, the key is revoked.")
    if hold.kind in {HoldKind.ADMINISTRATOR_ADDED, HoldKind.ADMINISTRATOR_RECOVERED}:
        if hold.change.get("from"):
            text = _("If you stop it, %(name)s is %(role)s again.")
            return text % {"name": subject_name(hold), "role": Role(hold.change["from"]).label}
        return _("If you stop it, %(name)s is no longer a member.") % {"name": subject_name(hold)}
    return _("If you stop it, everything stays as it was.")


def changes(hold: Hold) -> list[tuple[str, str, str]]:
    """Gives (label, before, after) for what waits to be written; nothing for the other kinds."""
    if hold.kind == HoldKind.CONTACT_CHANGED:
        return [(_("Register contact"), hold.change["from"] or UNKNOWN, hold.change["to"] or UNKNOWN)]
    if hold.kind != HoldKind.OWNER_CHANGED:
        return []
    before, after = hold.change["from"], hold.change["to"]
    return [(_label(name), _shown(name, before.get(name, "")), _shown(name, value)) for name, value in after.items()]


def taken_back(hold: Hold) -> bool:
    """Says whether who started it stopped it themselves: no alarm, they thought again."""
    return hold.state == HoldState.STOPPED and hold.ended_by_id is not None and hold.ended_by_id == hold.started_by_id


def subject_name(hold: Hold) -> str:
    """Gives the name of whom it is about: whose powers rest, or who made the key."""
    return name_of(hold.membership.user if hold.membership is not None else hold.started_by)


def name_of(user: User | None) -> str:
    """Gives a person's name; a dash where nobody is known."""
    return user.get_full_name() if user is not None else UNKNOWN


def _desk_or_name(user: User | None) -> str:
    if user is None:
        return ""
    return _("the desk") if user.is_staff else user.get_full_name()


def _leaving(hold: Hold, facts: dict[str, Any]) -> str:
    if not hold.change.get("to"):
        return _("%(by)s wants to remove %(name)s, administrator.") % facts
    text = _("%(by)s wants to make %(name)s, administrator, %(role)s instead.")
    return text % {**facts, "role": Role(hold.change["to"]).label}


def _label(name: str) -> str:
    return {
        "name": _("Name"),
        "country": _("Country"),
        "form": _("Form"),
        "company_number": _("Company number"),
    }.get(name, name)


def _shown(name: str, value: str) -> str:
    if name == "country":
        return str(countries.name(value)) or UNKNOWN
    if name == "form" and value in OrganisationForm.values:
        return str(OrganisationForm(value).label)
    return value or UNKNOWN
