"""What a button of the desk does: one domain verb each, and what is said and shown afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints import casework, enforcement, errors
from complaints.admin import clock_verbs
from complaints.admin.forms import OUTCOMES, PARTS
from complaints.admin.press import Done, Press, number
from complaints.casework.deciding import ASK, Verdict
from complaints.models import Decision, Item, Measure
from complaints.states import DECIDED, MeasureState
from portal.errors import Conflict, DomainError, NotFound, Refused
from portal.marketplace.connectors.base import ConnectorDown

STATUS: dict[type[DomainError], int] = {Conflict: 409, Refused: 422, NotFound: 404}


@dataclass(frozen=True, slots=True)
class Notice:
    """A refusal as the page shows it: what, why, what to do."""

    tone: str
    title: str
    text: str
    retry: str = ""


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


def hand_over(press: Press) -> Done:
    casework.hand_over(
        actor=press.actor,
        complaint_id=press.complaint.pk,
        to_id=press.number("to"),
        note=press.text("pass_note"),
        now=press.now,
    )
    return Done(_("Handed over; your note is kept with the case."))


def step_back(press: Press) -> Done:
    made = casework.step_back(
        actor=press.actor,
        complaint_id=press.complaint.pk,
        organisation_id=press.number("organisation"),
        reason=press.text("back_why"),
        now=press.now,
    )
    said = _("You see no case of %s any more. What you held of it is back in the queue.")
    return Done(said % made.organisation.name, to="queue")


def verdicts(press: Press) -> list[Verdict]:
    """Reads the decision form: what is decided for the chosen items, and for the other open ones where that is said.

    The others are those that the page showed as open. Raises Refused where an outcome is missing.
    """
    chosen = press.numbers("items")
    rest = [pk for pk in map(number, press.text("open").split(",")) if pk and pk not in chosen]
    found = []
    for part, items in zip(PARTS, (chosen, rest), strict=True):
        outcome = press.text(f"{part}outcome")
        if part and not outcome:
            continue
        if outcome not in {code for code, _label in OUTCOMES if code}:
            raise errors.refused("outcome_missing", _("Choose what to decide."), "outcome")
        if part and not items:
            raise errors.refused("no_rest", _("No other item is open: every one is chosen above."), "rest_outcome")
        typed = {name: press.text(f"{part}{name}") for name in ("ground", "text", "missing_proof")}
        found.append(Verdict(items, outcome, field_prefix=part, **typed))
    return found


def decide(press: Press) -> Done:
    """Decides or asks, as the form says; two parts are done together or not at all."""
    parts = verdicts(press)
    decisions = casework.decide_together(
        actor=press.actor,
        complaint_id=press.complaint.pk,
        verdicts=parts,
        policy=press.text("policy"),
        now=press.now,
    )
    said = " ".join(_said(len(part.item_ids), part.outcome) for part in parts)
    if any(decision.needs_second for decision in decisions):
        said += " " + _("Measures on accounts wait for a second person; nothing was sent about them yet.")
    return Done(said)


def _said(count: int, outcome: str) -> str:
    if outcome == ASK:
        return ngettext("Asked about %d item.", "Asked about %d items.", count) % count
    return ngettext("%d item decided.", "%d items decided.", count) % count


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
    "hand_over": hand_over,
    "step_back": step_back,
    "decide": decide,
    "decide_next": decide_and_next,
    "confirm": confirm,
    "send_back": send_back,
    "note": add_note,
    "retry": retry,
    "settle": settle,
    "look": look_again,
    **clock_verbs.VERBS,
}
DECIDING = frozenset({"decide", "decide_next", "preview"})
MENDING = frozenset({"retry", "settle", "look"})


# --- refusals


TITLES: dict[str, Promise] = {
    "claimed_by_other": gettext_lazy("Another reviewer holds this case"),
    "not_claimed": gettext_lazy("The case is not yours now"),
    "away": gettext_lazy("Not here now"),
    "at_cap": gettext_lazy("No room for another case"),
    "lacks_skill": gettext_lazy("Not a case for this colleague"),
    "already_decided": gettext_lazy("Decided meanwhile"),
    "moved_on": gettext_lazy("It has changed meanwhile"),
    "wrong_state": gettext_lazy("Not possible now"),
    "second_person": gettext_lazy("Another person must confirm"),
    "policy_moved": gettext_lazy("The policy has moved"),
    "not_decided": gettext_lazy("Nothing to decide again"),
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
