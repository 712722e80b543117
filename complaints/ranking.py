"""Where a case stands in the queue: its facts, the routing rule that fits, and the time it is worked on as if due.

Called inside the transaction of a verb, which saves: `route` at the filing and when rules change, `rank` when something
moved meanwhile.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count

from complaints.models import Complaint, Item, RoutingRule
from complaints.review import priority
from complaints.review.routing import Conditions, Facts, conditions_of, first_fit
from complaints.states import UNDECIDED
from portal.accounts.models import Organisation
from portal.marketplace.models import TargetKind, TargetState

RANKED = ("live", "rank_at", "rank_why")
ROUTED = ("market", "language", "tier", "safety", "rule", "skill", *RANKED)


def tier_of(organisation: Organisation | None) -> str:
    """Says which tier of reporter an organisation is. Nothing measures that yet: everybody is standard."""
    return priority.STANDARD


def active_rules() -> list[RoutingRule]:
    """The rules in use, in the order in which they are asked."""
    return list(RoutingRule.objects.filter(is_active=True).order_by("position", "id"))


def route(cases: Sequence[Complaint], now: datetime, rules: Sequence[RoutingRule] | None = None) -> None:
    """Reads the facts of these cases, finds the rule of each, and ranks them; the caller saves `ROUTED`.

    Costs the same few queries for one case and for many; `rules` are those in use unless others are given.
    """
    rules = active_rules() if rules is None else rules
    asked = [conditions_of(rule) for rule in rules]
    read_facts(cases)
    for case in cases:
        place = first_fit(asked, facts_of(case))
        case.rule = None if place is None else rules[place]
        case.skill = case.rule.skill if case.rule else ""
        place_in_queue(case, now)


def rank(case: Complaint, now: datetime) -> None:
    """Ranks one case anew after its clock, its due time or what is on air changed; the caller saves `RANKED`."""
    if case.live:
        case.live = on_air([case.pk]) == {case.pk}
    place_in_queue(case, now)


def place_in_queue(case: Complaint, now: datetime) -> None:
    """Says when a case is worked on as if due, and why, from what is known of it; asks for no fact again."""
    standing = priority.Standing(
        live=case.live,
        safety=case.safety,
        tier=case.tier,
        rule_minutes=case.rule.minutes_earlier if case.rule else 0,
    )
    case.rank_why = priority.why(standing)
    due = case.due_at
    if due is not None and case.paused_at is not None:
        due += now - case.paused_at
    case.rank_at = None if due is None else due - timedelta(minutes=priority.total(case.rank_why))


def facts_of(case: Complaint) -> Facts:
    """What a rule may ask about, once `read_facts` has read it."""
    return Facts(
        right_kind=case.right.kind if case.right else "",
        reason=case.reason,
        market=case.market,
        language=case.language,
        source=case.source,
        tier=case.tier,
        safety=case.safety,
        live=case.live,
    )


def conditions_as_filter(asked: Conditions) -> dict[str, Any]:
    """The same conditions as keywords of a filter over cases that were routed."""
    names = {"right_kind": "right__kind"}
    found = {name: getattr(asked, name) for name in asked.__slots__ if getattr(asked, name)}
    return {names.get(name, name): value for name, value in found.items()}


def read_facts(cases: Sequence[Complaint]) -> None:
    """Reads market, language, tier, safety and live into the cases, in one query for their items."""
    markets: dict[int, Counter[str]] = defaultdict(Counter)
    classes: dict[int, set[int | None]] = defaultdict(set)
    rows = Item.objects.filter(complaint__in=[case.pk for case in cases]).order_by()
    for pk, market, number, count in rows.values_list(
        "complaint", "target__market", "target__listing__nice_class"
    ).annotate(n=Count("id")):
        markets[pk][market] += count
        classes[pk].add(number)
    live = on_air([case.pk for case in cases])
    for case in cases:
        case.market = _most(markets[case.pk])
        case.language = language_of(case)
        case.tier = tier_of(case.organisation)
        case.safety = priority.is_safety_matter(case.reason, classes[case.pk])
        case.live = case.pk in live


def _most(markets: Counter[str]) -> str:
    """The market of most items; of several, the first by its letters."""
    return min(markets, key=lambda market: (-markets[market], market), default="")


def language_of(case: Complaint) -> str:
    """The language that the complainant reads; where nobody said, that of the market, else English."""
    reader = getattr(case, "notifier", None) or case.created_by
    return short(reader.language if reader else "") or priority.LANGUAGE_OF.get(case.market, "en")


def short(language: str) -> str:
    """The first part of a language tag: "zh" of "zh-hans"."""
    return language.lower().split("-")[0]


def on_air(case_ids: Collection[int]) -> set[int]:
    """Gives those of these cases that have an undecided livestream on air."""
    return set(streams_on_air().filter(complaint__in=case_ids).values_list("complaint", flat=True))


def streams_on_air() -> Any:
    """Undecided items that are a livestream on air."""
    return Item.objects.filter(
        target__kind=TargetKind.LIVESTREAM, target__state=TargetState.LIVE, state__in=UNDECIDED
    ).order_by()


def turned(limit: int) -> Iterable[int]:
    """Lists cases in the queue whose stream went off the air since they were ranked, or came on."""
    waiting = Complaint.objects.queue().order_by("id")
    gone = waiting.filter(live=True).exclude(pk__in=streams_on_air().values("complaint"))
    come = waiting.filter(live=False, pk__in=streams_on_air().values("complaint"))
    return [*gone.values_list("pk", flat=True)[:limit], *come.values_list("pk", flat=True)[:limit]]
