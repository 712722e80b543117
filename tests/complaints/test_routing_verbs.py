"""The routing table: who edits it, what is refused, what follows for the cases, and what an auditor can read."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from complaints import casework
from complaints.casework.routing import RuleValues, arranged, route_again, shares
from complaints.models import Complaint, RoutingRule
from complaints.review.routing import Conditions
from portal.accounts.actors import Actor
from portal.errors import Forbidden, NotFound, Refused
from portal.ledger.events import verify_all
from portal.ledger.models import Event, OutboxMessage
from tests.complaints.factories import make_filed_complaint, reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy() -> Actor:
    return reviewer("policy")


def save(actor: Actor, name: str = "Germany", rule: RoutingRule | None = None, **values: Any) -> RoutingRule:
    conditions = Conditions(**values.pop("asked", {"market": "DE"}))
    typed = RuleValues(name=name, conditions=conditions, **values)
    return casework.save_rule(actor=actor, values=typed, now=timezone.now(), rule_id=rule.pk if rule else None)


def order() -> list[str]:
    return list(RoutingRule.objects.filter(is_active=True).order_by("position").values_list("name", flat=True))


@pytest.mark.parametrize("role", ["reviewer", "auditor"])
def test_only_policy_and_seniors_edit_the_table(role: str) -> None:
    with pytest.raises(Forbidden):
        save(reviewer(role))
    assert not RoutingRule.objects.exists() and not Event.objects.exists() and not OutboxMessage.objects.exists()


def test_a_rule_routes_the_cases_that_are_filed_after_it(policy: Actor) -> None:
    rule = save(policy, skill="Textiles", minutes_earlier=90)
    complaint = make_filed_complaint(items=1).fresh()
    assert (complaint.rule, complaint.skill, complaint.market) == (rule, "textiles", "DE")
    assert complaint.rank_why == [{"code": "rule", "minutes": 90}]
    assert (complaint.due_at - complaint.rank_at).total_seconds() == 90 * 60


def test_open_cases_follow_a_changed_table_and_decided_ones_do_not(policy: Actor, run_outbox: Any) -> None:
    open_case, closed = make_filed_complaint(items=1), make_filed_complaint(items=1)
    casework.withdraw(
        actor=closed.owner, complaint_id=closed.complaint.pk, item_ids=closed.item_ids, now=timezone.now()
    )
    rule = save(policy, skill="textiles")
    run_outbox()
    assert open_case.fresh().rule == rule and open_case.fresh().skill == "textiles"
    assert closed.fresh().rule is None
    save(policy, rule=rule, is_active=False)
    run_outbox()
    assert open_case.fresh().rule is None and open_case.fresh().skill == ""


def test_the_narrower_rule_may_come_first_and_no_other_order_is_taken(policy: Actor) -> None:
    wide = save(policy, "Germany")
    with pytest.raises(Refused) as refusal:
        save(policy, "On air in Germany", asked={"market": "DE", "live": True}, position=2)
    assert "“Germany” comes first" in str(refusal.value)
    save(policy, "On air in Germany", asked={"market": "DE", "live": True}, position=1)
    assert order() == ["On air in Germany", "Germany"]
    with pytest.raises(Refused):
        save(policy, "Germany", rule=wide, position=1)
    assert order() == ["On air in Germany", "Germany"]


def test_an_overlap_is_refused_and_names_the_other_rule(policy: Actor) -> None:
    save(policy, "Germany")
    with pytest.raises(Refused) as refusal:
        save(policy, "Fakes", asked={"reason": "counterfeit"}, position=1)
    assert "“Germany”" in str(refusal.value) and "“Fakes”" in str(refusal.value)
    assert order() == ["Germany"]


def test_a_rule_out_of_use_clashes_with_nothing(policy: Actor) -> None:
    save(policy, "Germany")
    spare = save(policy, "Germany again", is_active=False)
    with pytest.raises(Refused):
        save(policy, "Germany again", rule=spare)
    assert order() == ["Germany"]


def test_rules_move_and_keep_one_position_each(policy: Actor) -> None:
    rules = [save(policy, code, asked={"market": code}, position=9) for code in ("DE", "FR", "SE")]
    save(policy, "SE", rule=rules[2], asked={"market": "SE"}, position=1)
    assert order() == ["SE", "DE", "FR"]
    assert list(RoutingRule.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3]


def test_an_auditor_can_read_who_changed_what(policy: Actor) -> None:
    rule = save(policy, minutes_earlier=30)
    save(policy, rule=rule, minutes_earlier=45)
    added, changed = Event.objects.filter(stream_kind="desk", stream_id="routing").order_by("seq")
    assert added.payload["before"] == {} and added.actor == policy.reference
    assert changed.payload["before"]["minutes_earlier"] == 30
    assert changed.payload["after"]["minutes_earlier"] == 45
    assert verify_all() == []


@pytest.mark.parametrize(
    "values", [{"name": "  "}, {"name": "x" * 81}, {"minutes_earlier": -1}, {"skill": "x" * 31}, {"rule_id": 987}]
)
def test_a_rule_that_cannot_be_is_refused_and_leaves_nothing(policy: Actor, values: dict[str, Any]) -> None:
    rule_id = values.pop("rule_id", None)
    known: dict[str, Any] = {"name": "Germany", "conditions": Conditions(market="DE")}
    typed = RuleValues(**(known | values))
    with pytest.raises((Refused, NotFound)):
        casework.save_rule(actor=policy, values=typed, now=timezone.now(), rule_id=rule_id)
    assert not RoutingRule.objects.exists() and not Event.objects.exists()


def test_the_preview_says_where_the_open_cases_would_go_and_changes_nothing(
    policy: Actor, django_assert_num_queries: Any
) -> None:
    rule = save(policy, "France", asked={"market": "FR"})
    for _each in range(3):
        make_filed_complaint(items=1)
    edited = RoutingRule.objects.get(pk=rule.pk)
    rules = arranged(edited, RuleValues("Germany", Conditions(market="DE")))
    with django_assert_num_queries(2):
        found = [(share.rule.name if share.rule else "", share.today, share.then) for share in shares(rules)]
    assert found == [("Germany", 0, 3), ("", 3, 0)]
    rule.refresh_from_db()
    assert rule.market == "FR" and not Complaint.objects.exclude(rule=None).exists()


def test_the_preview_is_what_comes_true(policy: Actor, run_outbox: Any) -> None:
    for _each in range(2):
        make_filed_complaint(items=1)
    new = RoutingRule()
    rules = arranged(new, RuleValues("Trade marks", Conditions(right_kind="trademark", reason="counterfeit")))
    promised = shares(rules)[0].then
    made = save(policy, "Trade marks", asked={"right_kind": "trademark", "reason": "counterfeit"})
    run_outbox()
    assert Complaint.objects.filter(rule=made).count() == promised == 2


def test_routing_again_is_done_in_parts_and_may_be_done_twice(policy: Actor) -> None:
    case = make_filed_complaint(items=1)
    save(policy)
    last = route_again(after=0, now=timezone.now())
    assert last == case.complaint.pk
    assert route_again(after=last, now=timezone.now()) is None
    before = Complaint.objects.values().get(pk=last)
    route_again(after=0, now=timezone.now())
    assert Complaint.objects.values().get(pk=last) == before
