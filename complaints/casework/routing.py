"""The routing table: policy and seniors edit it, the cases in the queue follow.

Each change is refused when a case could not tell which of two rules is meant (complaints/review/routing.py), leaves an
event with what stood there before, and sends the open cases through the new table in the background.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, IntegerField, Q, Value, When
from django.utils.translation import gettext as _

from complaints import errors, ranking
from complaints.models import Complaint, RoutingRule
from complaints.review.routing import Clash, Conditions, clash_in, conditions_of
from complaints.steps import lock
from portal.accounts import rest
from portal.accounts.actors import SYSTEM, Actor
from portal.accounts.models import StaffRole
from portal.errors import Refused
from portal.ledger import events, outbox
from portal.ledger.canonical import JSON
from portal.ledger.models import StreamHead

STREAM = ("desk", "routing")
BATCH = 200
MOST_MINUTES = 7 * 24 * 60
MOST_RULES = 100


@dataclass(frozen=True, slots=True)
class RuleValues:
    """A rule as it was typed; `position` counts from 1 among the rules in use."""

    name: str
    conditions: Conditions
    position: int = 1
    skill: str = ""
    minutes_earlier: int = 0
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Share:
    """How many cases of the queue go to a rule today, and would under the edited rules; `rule` None: to no rule."""

    rule: RoutingRule | None
    today: int
    then: int


@transaction.atomic
def save_rule(*, actor: Actor, values: RuleValues, now: datetime, rule_id: int | None = None) -> RoutingRule:
    """Adds a rule, or changes the one with this id, in its place in the order.

    Raises Forbidden for all but policy and seniors, NotFound for an unknown id, Refused when two rules would clash.
    """
    may_edit(actor)
    StreamHead.objects.select_for_update().get_or_create(stream_kind=STREAM[0], stream_id=STREAM[1])
    rule = _find(rule_id)
    before = described(rule) if rule_id is not None else {}
    rules = arranged(rule, values)
    _write(rules, rule)
    payload: dict[str, JSON] = {"rule": rule.pk, "before": before, "after": described(rule)}
    payload["order"] = [each.pk for each in rules]
    events.append(stream=STREAM, kind="routing.changed", actor=actor, payload=payload, now=now)
    outbox.enqueue("complaints.route_again", after=0)
    return rule


def may_edit(actor: Actor) -> None:
    """Raises Forbidden unless the actor may change the routing table."""
    rest.check(actor)
    if not actor.has_staff_role(StaffRole.POLICY, StaffRole.SENIOR):
        raise errors.may_not()


def _find(rule_id: int | None) -> RoutingRule:
    rule = RoutingRule() if rule_id is None else RoutingRule.objects.filter(pk=rule_id).first()
    if rule is None:
        raise errors.NotFound("not_found", _("There is no such rule."))
    return rule


def arranged(rule: RoutingRule, values: RuleValues) -> list[RoutingRule]:
    """Puts the typed values into the rule and gives the rules that would be in use, in order; nothing is saved.

    Raises Refused when the table cannot be like that.
    """
    _take(rule, values)
    others = [each for each in ranking.active_rules() if each.pk != rule.pk]
    place = min(max(values.position, 1) - 1, len(others))
    rules = [*others[:place], rule, *others[place:]] if values.is_active else others
    if len(rules) > MOST_RULES:
        raise errors.refused("too_many_rules", _("At most %d rules can be in use.") % MOST_RULES)
    clash = clash_in([conditions_of(each) for each in rules])
    if clash is not None:
        raise _refusal(clash, rules)
    for number, each in enumerate(rules, 1):
        each.position = number
    return rules


def _take(rule: RoutingRule, values: RuleValues) -> None:
    name = " ".join(values.name.replace("\x00", "").split())
    if not name:
        raise errors.refused("name_missing", _("Give the rule a name; reviewers read it."), "name")
    if len(name) > 80:
        raise errors.refused("too_long", _("At most 80 characters."), "name")
    if not 0 <= values.minutes_earlier <= MOST_MINUTES:
        raise errors.refused("minutes", _("Between 0 and %d minutes.") % MOST_MINUTES, "minutes_earlier")
    if len(values.skill.strip()) > 30:
        raise errors.refused("too_long", _("At most 30 characters."), "skill")
    rule.name, rule.skill = name, values.skill.strip().lower()
    rule.minutes_earlier, rule.is_active = values.minutes_earlier, values.is_active
    for field, value in asdict(values.conditions).items():
        setattr(rule, field, value)


def _refusal(clash: Clash, rules: Sequence[RoutingRule]) -> Refused:
    texts = {
        "same": _("“%(later)s” and “%(earlier)s” ask for the same. Keep one of them."),
        "hidden": _("“%(earlier)s” comes first and takes every case of “%(later)s”. Put “%(later)s” before it."),
        "unclear": _(
            "A case could fit both “%(earlier)s” and “%(later)s”, and neither is an exception of the other. Let one "
            "ask for all that the other does and for more, or for something that the other does not take."
        ),
        "covered": _("Together, the rules before “%(earlier)s” take every case of it. Ask for more in one of them."),
        "impossible": _("No case is like “%(earlier)s”: a right of this kind does not support that reason."),
    }
    later = rules[clash.second].name if clash.second >= 0 else ""
    names = {"earlier": rules[clash.first].name, "later": later}
    return errors.refused("rules_clash", texts[clash.code] % names, "conditions")


def _write(rules: Sequence[RoutingRule], rule: RoutingRule) -> None:
    """Writes the order and the rule: all step aside first, for no two in use may have one position at any moment."""
    aside = 1 + MOST_RULES + max([0, *RoutingRule.objects.values_list("position", flat=True)])
    RoutingRule.objects.filter(is_active=True).update(is_active=False)
    rule.position = rule.position or aside
    rule.save()
    for number, each in enumerate(rules, 1):
        RoutingRule.objects.filter(pk=each.pk).update(position=number, is_active=True)


def described(rule: RoutingRule) -> dict[str, JSON]:
    """A rule as plain values, for its event."""
    plain: dict[str, JSON] = dict(asdict(conditions_of(rule)))
    return plain | {
        "name": rule.name,
        "position": rule.position,
        "skill": rule.skill,
        "minutes_earlier": rule.minutes_earlier,
        "is_active": rule.is_active,
    }


# --- what a change would do


def shares(rules: Sequence[RoutingRule], changed: RoutingRule | None = None) -> list[Share]:
    """Counts where the open cases go today, and where they would under `rules`, in two queries.

    `changed` is the rule that is being edited; where it is out of use it is listed too, with what it loses.
    """
    waiting = Complaint.objects.queue().order_by()
    today = dict(waiting.values_list("rule").annotate(n=Count("pk")))
    then = dict(waiting.annotate(place=_place(rules)).values_list("place").annotate(n=Count("pk")))
    found = [Share(rule, today.get(rule.pk, 0) if rule.pk else 0, then.get(n, 0)) for n, rule in enumerate(rules)]
    if changed is not None and changed.pk and changed not in rules:
        found.append(Share(changed, today.get(changed.pk, 0), 0))
    return [*found, Share(None, today.get(None, 0), then.get(-1, 0))]


def _place(rules: Sequence[RoutingRule]) -> Any:
    """The place of the first rule that fits, as an expression."""
    whens = []
    for place, rule in enumerate(rules):
        asked = ranking.conditions_as_filter(conditions_of(rule))
        whens.append(When(Q(**asked) if asked else Q(pk__isnull=False), then=Value(place)))
    return Case(*whens, default=Value(-1), output_field=IntegerField())


# --- the cases follow


@transaction.atomic
def route_again(*, after: int, now: datetime) -> int | None:
    """Sends the next open cases after this id through the table; gives the last id, None at the end."""
    rows = Complaint.objects.with_desk().filter(pk__gt=after).order_by("pk")
    related = rows.select_related("right", "organisation", "created_by", "notifier")
    cases = list(related.select_for_update(of=("self",))[:BATCH])
    if not cases:
        return None
    ranking.route(cases, now)
    Complaint.objects.bulk_update(cases, ranking.ROUTED)
    last: int = cases[-1].pk
    return last


@transaction.atomic
def rank_again(*, complaint_id: int, now: datetime) -> None:
    """Routes and ranks one case anew because something about it turned, such as a stream that went off the air."""
    complaint = lock(SYSTEM, complaint_id)
    ranking.route([complaint], now)
    complaint.save(update_fields=ranking.ROUTED)
