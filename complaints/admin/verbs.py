"""What a button of the desk does: one domain verb each, and what is said and shown afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints import casework, enforcement, errors
from complaints.admin.forms import ASK, OUTCOMES
from complaints.models import Complaint, Decision, Item, Measure
from complaints.states import DECIDED, MeasureState
from portal.accounts.actors import Actor
from portal.errors import Conflict, DomainError, NotFound, Refused
from portal.marketplace.connectors.base import ConnectorDown

STATUS: dict[type[DomainError], int] = {Conflict: 409, Refused: 422, NotFound: 404}


@dataclass(frozen=True, slots=True)
class Press:
    """One pressed button: who, on which case, with what was typed."""

    actor: Actor
    complaint: Complaint
    typed: QueryDict
    now: datetime

    def text(self, name: str) -> str:
        return self.typed.get(name, "")

    def number(self, name: str) -> int:
        """Reads an id that the page itself wrote; anything else is nobody's id."""
        return number(self.text(name)) or 0

    def numbers(self, name: str) -> list[int]:
        found = [number(value) for value in self.typed.getlist(name)]
        return [value for value in found if value]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in words, and where to go: the same case, the queue, or the next case."""

    says: str
    to: str = "case"
    tone: str = "success"


@dataclass(frozen=True, slots=True)
class Notice:
    """A refusal as the page shows it: what, why, what to do."""

    tone: str
    title: str
    text: str
    retry: str = ""


def number(text: str) -> int | None:
    """Reads a positive id of at most 18 digits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


# --- the verbs


def claim(press: Press) -> Done:
    casework.claim(actor=press.actor, complaint_id=press.complaint.pk, now=press.now)
    return Done(_("The case is yours for an hour."))


def extend(press: Press) -> Done:
    casework.extend(actor=press.actor, complaint_id=press.complaint.pk, now=press.now)
    return Done(_("Your hour starts anew."))


def release(press: Press) -> Done:
    casework.release(actor=press.actor, complaint_id=press.complaint.pk, now=press.now)
    return Done(_("%s is back in the queue.") % press.complaint.reference, to="queue")


def decide(press: Press) -> Done:
    """Decides or asks, as the form says."""
    outcome, items = press.text("outcome"), press.numbers("items")
    if outcome not in {code for code, _label in OUTCOMES if code}:
        raise errors.refused("outcome_missing", _("Choose what to decide."), "outcome")
    case = press.complaint.pk
    if outcome == ASK:
        casework.ask(actor=press.actor, complaint_id=case, item_ids=items, text=press.text("text"), now=press.now)
        return Done(ngettext("Asked about %d item.", "Asked about %d items.", len(items)) % len(items))
    decisions = casework.decide(
        actor=press.actor,
        complaint_id=case,
        item_ids=items,
        outcome=outcome,
        ground=press.text("ground"),
        text=press.text("text"),
        now=press.now,
    )
    said = ngettext("%d item decided.", "%d items decided.", len(items)) % len(items)
    if any(decision.needs_second for decision in decisions):
        said += " " + _("Measures on accounts wait for a second person; nothing was sent about them yet.")
    return Done(said)


def decide_and_next(press: Press) -> Done:
    return Done(decide(press).says, to="next")


def confirm(press: Press) -> Done:
    casework.confirm(actor=press.actor, decision_id=_decision(press), now=press.now)
    return Done(_("Confirmed. The measures leave now; whoever left an address is told by mail."))


def send_back(press: Press) -> Done:
    casework.send_back(actor=press.actor, decision_id=_decision(press), text=press.text("why"), now=press.now)
    return Done(_("Sent back. The items are open again, and your reason is an internal note."))


def add_note(press: Press) -> Done:
    casework.add_note(actor=press.actor, complaint_id=press.complaint.pk, text=press.text("note"), now=press.now)
    return Done(_("Note kept. It never leaves the desk."))


def retry(press: Press) -> Done:
    enforcement.retry(actor=press.actor, measure_id=_measure(press), now=press.now)
    return Done(_("The measure is on its way again."))


def settle(press: Press) -> Done:
    enforcement.settle_by_hand(actor=press.actor, measure_id=_measure(press), note=press.text("how"), now=press.now)
    return Done(_("Settled by hand, with your note."))


def look_again(press: Press) -> Done:
    pk = _measure(press)
    enforcement.check(actor=press.actor, measure_id=pk, now=press.now)
    measure = Measure.objects.get(pk=pk)
    if measure.state == MeasureState.CONFIRMED:
        return Done(_("Read back: it is carried out now."))
    return Done(_("Read back: no change. It is still “%s”.") % measure.shown.label, tone="warning")


def _decision(press: Press) -> int:
    """Gives the posted decision's id if it is of this case. Raises NotFound alike for absent and foreign ones."""
    pk = press.number("decision")
    if not Decision.objects.filter(complaint=press.complaint, pk=pk).exists():
        raise errors.no_such_complaint()
    return pk


def _measure(press: Press) -> int:
    """Gives the posted measure's id if it is of this case. Raises NotFound alike for absent and foreign ones."""
    pk = press.number("measure")
    if not Measure.objects.filter(decision__complaint=press.complaint, pk=pk).exists():
        raise errors.no_such_complaint()
    return pk


VERBS: dict[str, Callable[[Press], Done]] = {
    "claim": claim,
    "extend": extend,
    "release": release,
    "decide": decide,
    "decide_next": decide_and_next,
    "confirm": confirm,
    "send_back": send_back,
    "note": add_note,
    "retry": retry,
    "settle": settle,
    "look": look_again,
}
DECIDING = frozenset({"decide", "decide_next", "preview"})
MENDING = frozenset({"retry", "settle", "look"})


# --- refusals


TITLES: dict[str, Promise] = {
    "claimed_by_other": gettext_lazy("Another reviewer holds this case"),
    "not_claimed": gettext_lazy("The case is not yours now"),
    "already_decided": gettext_lazy("Decided meanwhile"),
    "moved_on": gettext_lazy("It has changed meanwhile"),
    "wrong_state": gettext_lazy("Not possible now"),
    "second_person": gettext_lazy("Another person must confirm"),
}


def status_of(error: DomainError) -> int:
    """Gives the HTTP status of a refusal."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 403)


def notice_of(error: DomainError, press: Press) -> Notice:
    """Says a refusal in plain words; names who was first."""
    text = str(error)
    if error.code == "already_decided":
        text = " ".join(part for part in (text, _deciders(press)) if part)
    tone = "warn" if isinstance(error, Conflict) else "bad"
    title = TITLES.get(error.code, gettext_lazy("Nothing was changed"))
    return Notice(tone, str(title), text, retry="claim" if error.code == "not_claimed" else "")


def _deciders(press: Press) -> str:
    """Names who decided the chosen items meanwhile."""
    mine = Item.objects.filter(complaint=press.complaint, pk__in=press.numbers("items"), state__in=DECIDED)
    found = Decision.objects.filter(current_items__in=mine).select_related("decided_by").distinct()
    names = {decision.decided_by.get_short_name() for decision in found}
    return _("Decided by %s.") % ", ".join(sorted(names)) if names else ""


def marketplace_is_down(error: ConnectorDown) -> Notice:
    """Says that the marketplace could not be asked."""
    return Notice(
        "bad",
        _("The marketplace does not answer"),
        _("Nothing is known about the measure, and nothing was changed. Look again in a few minutes."),
    )
