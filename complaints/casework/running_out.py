"""What comes of a clock that runs out: nothing, words, items back on the desk, or what was taken down put back."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from complaints import enforcement, following, legal
from complaints.models import Clock, Item, Measure, Message
from complaints.rules import effects
from complaints.rules.effects import Effect
from complaints.states import ItemState, MeasureState
from complaints.steps import log, pick, settle, step
from portal.accounts.actors import SYSTEM
from portal.marketplace.models import Account

_GONE = (MeasureState.CANCELLED, MeasureState.UNDONE)


def effect_of(clock: Clock) -> Effect:
    """Says what comes of it: putting back only where a pack marks the rule automatic, else a person is reminded."""
    effect = effects.conduct_of(clock.rule).effect
    return Effect.REMIND if effect == Effect.PUT_BACK and clock.rule not in effects.automatic() else effect


def carry_out(clock: Clock, now: datetime) -> None:
    """Does what the clock's rule says; showing, reminding and reordering need nothing done."""
    effect = effect_of(clock)
    if effect == Effect.RETURN_TO_DESK:
        _return_to_desk(clock, now)
    elif effect == Effect.PUT_BACK:
        enforcement.undo(measures=to_put_back(clock), actor=SYSTEM, now=now, because="put_back")


def _return_to_desk(clock: Clock, now: datetime) -> None:
    """No answer came: the items are open again, for a reviewer to decide on what there is. Nothing is rejected."""
    message = Message.objects.get(pk=int(clock.subject.removeprefix(following.QUESTION)))
    asked = message.items.filter(state=ItemState.ASKED).values_list("pk", flat=True)
    if not asked:
        return
    items = pick(clock.complaint, list(asked))
    event = step(items, "give_up", SYSTEM)
    Item.objects.bulk_update(items, ["state"])
    settle(clock.complaint, now)
    log(clock.complaint, event, SYSTEM, now, message=message.pk, items=[item.pk for item in items])


def account_of(clock: Clock) -> Account | None:
    """Gives the account that a clock is about; None for one about the whole case."""
    kind, _colon, pk = clock.subject.partition(":")
    if f"{kind}:" != following.ACCOUNT or not (pk.isascii() and pk.isdecimal()):
        return None
    return Account.objects.filter(pk=int(pk)).first()


def to_put_back(clock: Clock) -> list[Measure]:
    """Lists what stands against the clock's account in its case, of right kinds and markets that the rule is about."""
    account = account_of(clock)
    if account is None:
        return []
    theirs = Q(target__owner=account) | Q(target=account.target_id)
    against = Measure.objects.filter(theirs, decision__complaint=clock.complaint_id, reverses__isnull=True)
    rows = list(against.exclude(state__in=_GONE).select_related("item__right", "item__target").order_by("id"))
    pairs = legal.pairs_of_items(clock.complaint, [row.item for row in rows])
    return [row for row, pair in zip(rows, pairs, strict=True) if effects.applies(clock.rule, *pair)]
