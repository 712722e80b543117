"""The pages of the queue: filters and keys, the routing table with its preview, workload, recusals, handing over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints import casework
from complaints.admin import desk as desk_pages
from complaints.admin import queue, workload
from complaints.admin.filters import read_key
from complaints.models import Complaint, Recusal, ReviewerProfile, RoutingRule
from complaints.review.routing import Conditions
from portal.accounts.actors import Actor
from portal.ledger.models import Event
from tests.accounts.factories import signed_in
from tests.complaints.factories import claimed, decide, make_due, make_filed_complaint, reviewer

pytestmark = pytest.mark.django_db
DESK, WORK = reverse("admin:complaints_complaint_desk"), reverse("admin:complaints_complaint_workload")
RULES, NEW = reverse("admin:complaints_complaint_routing"), reverse("admin:complaints_complaint_rule_new")
RECUSALS = reverse("admin:complaints_complaint_recusals")


def at(client: Client, who: Actor) -> Client:
    assert who.user is not None
    return signed_in(client, who.user)


@pytest.fixture
def me() -> Actor:
    return reviewer()


@pytest.fixture
def lead() -> Actor:
    return reviewer("senior")


def references(page: Any) -> list[str]:
    return [row[0].reference for row in page.context["rows"]]


# --- the queue


def test_the_queue_says_why_a_case_stands_where_it_does(client: Client, me: Actor) -> None:
    case = make_filed_complaint(items=1)
    why = [{"code": "live", "minutes": 120}]
    Complaint.objects.filter(pk=case.complaint.pk).update(rank_why=why)
    assert "2 h earlier: a livestream is on air" in at(client, me).get(DESK).text
    assert "2 h earlier" in client.get(reverse("admin:complaints_complaint_case", args=[case.complaint.pk])).text


def test_pages_follow_each_other_by_key_and_miss_nothing(client: Client, me: Actor, monkeypatch: Any) -> None:
    monkeypatch.setattr(desk_pages, "PER_PAGE", 2)
    cases = [make_filed_complaint(items=1) for _each in range(5)]
    moment = timezone.now() + timedelta(hours=3)
    for case in cases[:4]:
        make_due(case, moment)  # the id decides where moments are the same
    address, found = DESK, []
    at(client, me)
    while address:
        page = client.get(address)
        found += references(page)
        address = page.context["next_page"]
    assert found == [case.complaint.reference for case in cases]


@pytest.mark.parametrize(
    "after", ["x", "2026-01-01~1", "~", "2026-13-01T00:00:00+00:00~1", "2026-01-01T00:00:00~2", "☂~9"]
)
def test_a_key_that_is_none_is_the_beginning(client: Client, me: Actor, after: str) -> None:
    case = make_filed_complaint(items=1)
    assert read_key(after) is None
    assert references(at(client, me).get(DESK, {"after": after})) == [case.complaint.reference]


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ({"market": "DE"}, 1),
        ({"market": "FR"}, 0),
        ({"kind": "trademark"}, 1),
        ({"kind": "patent"}, 0),
        ({"reason": "counterfeit", "language": "en", "tier": "standard", "skill": "-"}, 1),
        ({"marked": "any"}, 0),
        ({"tier": "nobody", "market": "ZZ"}, 1),
    ],
)
def test_filters_narrow_and_what_cannot_be_is_left_out(client: Client, me: Actor, asked: Any, kept: int) -> None:
    make_filed_complaint(items=1)
    assert len(references(at(client, me).get(DESK, asked))) == kept


def test_the_queue_costs_the_same_for_many(client: Client, me: Actor, django_assert_max_num_queries: Any) -> None:
    for _each in range(4):
        make_filed_complaint(items=2)
    at(client, me).get(DESK)
    for asked in ({}, {"market": "DE", "marked": "any"}):
        with django_assert_max_num_queries(9):
            client.get(DESK, asked)


def test_nothing_is_counted_beyond_a_thousand(me: Actor, monkeypatch: Any, django_assert_num_queries: Any) -> None:
    monkeypatch.setattr(queue, "MOST_COUNTED", 2)
    for _each in range(4):
        make_filed_complaint(items=1)
    with django_assert_num_queries(1):
        assert queue.counts(me, timezone.now())["queue"] == 3


def test_who_may_take_no_more_is_told_so(client: Client, me: Actor, lead: Actor) -> None:
    case = make_filed_complaint(items=1)
    assert me.user is not None
    ReviewerProfile.objects.create(user=me.user, open_claims=0)
    assert "which is the most that the lead allows" in at(client, me).post(DESK, {"do": "next"}, follow=True).text
    ReviewerProfile.objects.update(open_claims=None)
    Complaint.objects.filter(pk=case.complaint.pk).update(skill="patents")
    assert "asks for a skill or a language" in client.post(DESK, {"do": "next"}, follow=True).text


# --- a lease that is lost while somebody decides


def test_a_lease_lost_while_deciding_keeps_the_text_and_names_the_holder(client: Client, me: Actor) -> None:
    case, other = make_filed_complaint(items=1), reviewer()
    claimed(case, me)
    at(client, me)
    Complaint.objects.filter(pk=case.complaint.pk).update(claim_until=timezone.now() - timedelta(seconds=1))
    typed = {"do": "decide", "outcome": "accepted", "ground": "C-01", "text": "Half a thought", "items": case.item_ids}
    address = reverse("admin:complaints_complaint_case", args=[case.complaint.pk])
    lost = client.post(address, typed)
    assert lost.status_code == 409 and "Half a thought" in lost.text and "Claim the case again" in lost.text
    claimed(case, other)
    taken = client.post(address, typed)
    assert taken.status_code == 409 and "Half a thought" in taken.text
    assert other.user is not None and f"{other.user.get_short_name()} holds this case now" in taken.text
    assert "Claim the case again" not in taken.text


def test_a_case_is_handed_over_from_its_page(client: Client, me: Actor) -> None:
    case, other = make_filed_complaint(items=1), reviewer()
    claimed(case, me)
    address = reverse("admin:complaints_complaint_case", args=[case.complaint.pk])
    assert other.user is not None
    assert f"{other.user.get_short_name()} (holds 0 cases)" in at(client, me).get(f"{address}?pass=1").text
    refused = client.post(address, {"do": "hand_over", "to": other.user.pk, "pass_note": " "})
    assert refused.status_code == 422
    done = client.post(address, {"do": "hand_over", "to": other.user.pk, "pass_note": "Look at 3."}, follow=True)
    assert "Handed over" in done.text and "Look at 3." in done.text
    assert case.fresh().claimed_by == other.user


# --- the routing table


def typed(**changes: Any) -> dict[str, Any]:
    values = {
        "name": "Germany",
        "position": 1,
        "market": "DE",
        "skill": "textiles",
        "minutes_earlier": 60,
        "is_active": "on",
    }
    return values | changes


def test_the_preview_counts_and_saves_nothing(client: Client) -> None:
    make_filed_complaint(items=1)
    page = at(client, reviewer("policy")).post(NEW, typed(do="preview"))
    assert [(share.today, share.then) for share in page.context["preview"]] == [(0, 1), (1, 0)]
    assert not RoutingRule.objects.exists()


def test_a_rule_is_saved_by_the_verb_and_its_history_shown(client: Client, run_outbox: Any) -> None:
    case = make_filed_complaint(items=1)
    policy = reviewer("policy")
    assert at(client, policy).post(NEW, typed(do="save")).url == RULES  # type: ignore[attr-defined]
    rule = RoutingRule.objects.get()
    address = reverse("admin:complaints_complaint_rule", args=[rule.pk])
    client.post(address, typed(do="save", minutes_earlier=90))
    run_outbox()
    assert case.fresh().skill == "textiles"
    page = at(client, reviewer("auditor")).get(RULES).text
    assert policy.user is not None and policy.user.get_short_name() in page
    assert "Minutes earlier: 60 → 90" in page and "“Germany” was added" in page
    assert "Policy and seniors change it." in client.get(address).text


def test_a_clash_is_said_on_the_page_and_what_was_typed_is_kept(client: Client) -> None:
    at(client, reviewer("policy")).post(NEW, typed(do="save"))
    for do in ("preview", "save"):
        page = client.post(NEW, typed(do=do, name="Fakes", market="", reason="counterfeit"))
        assert page.status_code == 422 and "“Germany”" in page.text and 'value="Fakes"' in page.text
    assert RoutingRule.objects.count() == 1


@pytest.mark.parametrize("role", ["reviewer", "auditor"])
def test_only_policy_and_seniors_press_its_buttons(client: Client, role: str) -> None:
    casework.save_rule(
        actor=reviewer("policy"),
        values=casework.routing.RuleValues("Germany", Conditions(market="DE")),
        now=timezone.now(),
    )
    address = reverse("admin:complaints_complaint_rule", args=[RoutingRule.objects.get().pk])
    at(client, reviewer(role))
    assert client.get(RULES).status_code == client.get(address).status_code == 200
    assert client.get(NEW).status_code == 403
    for each in (NEW, address):
        assert client.post(each, typed(do="save", minutes_earlier=99)).status_code == 403
    assert RoutingRule.objects.get().minutes_earlier == 0


# --- workload


def test_a_lead_sees_everybody_and_a_reviewer_their_own_line(client: Client, me: Actor, lead: Actor) -> None:
    case, other = make_filed_complaint(items=1), reviewer()
    claimed(case, other)
    assert other.user is not None and me.user is not None
    page = at(client, lead).get(WORK)
    assert case.complaint.reference in page.text and me.user.get_short_name() in page.text
    mine = at(client, me).get(WORK)
    assert other.user.get_short_name() not in mine.text and me.user.get_short_name() in mine.text
    theirs = reverse("admin:complaints_complaint_reviewer", args=[other.user.pk])
    assert client.get(theirs).status_code == 404
    assert client.get(reverse("admin:complaints_complaint_reviewer", args=[me.user.pk])).status_code == 200


def test_the_workload_says_what_each_holds_and_decided(lead: Actor, me: Actor) -> None:
    held, done = make_filed_complaint(items=1), make_filed_complaint(items=1)
    decide(done, claimed(done, me))
    claimed(held, me)
    [line] = [each for each in workload.lines(lead, timezone.now()) if each.person == me.user]
    assert [one.case.reference for one in line.held] == [held.complaint.reference]
    assert (line.today, line.week, line.cap, line.is_full) == (1, 1, 5, False)
    assert line.held[0].since is not None
    Complaint.objects.filter(pk=held.complaint.pk).update(
        submitted_at=timezone.now() - timedelta(hours=30), due_at=timezone.now() - timedelta(hours=1), skill="patents"
    )
    [row] = workload.waiting(lead, timezone.now())
    assert (row.skill, row.ages, row.overdue, row.takers) == ("patents", [0, 0, 1, 0], 1, 0)


def test_the_workload_costs_the_same_for_many(client: Client, lead: Actor, django_assert_max_num_queries: Any) -> None:
    for _each in range(4):
        claimed(make_filed_complaint(items=1))
    at(client, lead).get(WORK)
    with django_assert_max_num_queries(14):
        client.get(WORK)


def test_a_lead_sets_a_place_notes_an_absence_and_returns_cases(client: Client, me: Actor, lead: Actor) -> None:
    case = make_filed_complaint(items=1)
    claimed(case, me)
    assert me.user is not None
    address = reverse("admin:complaints_complaint_reviewer", args=[me.user.pk])
    at(client, lead).post(address, {"do": "place", "skills": "Textiles, toys", "languages": "en", "open_claims": "3"})
    kept = ReviewerProfile.objects.get(user=me.user)
    assert (kept.skills, kept.languages, kept.open_claims) == (["textiles", "toys"], ["en"], 3)
    assert client.post(address, {"do": "place", "open_claims": "900"}).status_code == 422
    assert "1 case is back in the queue." in client.post(address, {"do": "return"}, follow=True).text
    claimed(case, me)
    assert client.post(address, {"do": "away", "away_until": "2001-01-01T10:00"}).status_code == 422
    later = (timezone.now() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    client.post(address, {"do": "away", "away_until": later})
    assert case.fresh().claimed_by is None
    assert "Away until" in client.get(WORK).text
    client.post(address, {"do": "back"})
    assert ReviewerProfile.objects.get(user=me.user).away_until is None
    assert client.post(address, {"do": "dance"}).status_code == 404


# --- recusals


def test_a_lead_adds_and_ends_a_recusal_with_reasons(client: Client, me: Actor, lead: Actor) -> None:
    case = make_filed_complaint(items=1)
    claimed(case, me)
    assert me.user is not None
    name = case.complaint.complainant_name
    add = {"do": "add", "person": me.user.pk, "organisation": name.upper(), "reason": "Worked there."}
    assert at(client, lead).post(RECUSALS, add | {"organisation": "Nobody at all"}).status_code == 422
    assert client.post(RECUSALS, add | {"reason": ""}).status_code == 422
    client.post(RECUSALS, add)
    made = Recusal.objects.get()
    assert case.fresh().claimed_by is None
    assert client.post(RECUSALS, {"do": "end", "recusal": made.pk, "end_reason": ""}).status_code == 422
    client.post(RECUSALS, {"do": "end", "recusal": made.pk, "end_reason": "Long ago."})
    made.refresh_from_db()
    assert made.end_reason == "Long ago." and made.ended_by == lead.user
    assert "Long ago." in client.get(RECUSALS).text


@pytest.mark.parametrize("role", ["reviewer", "policy", "auditor"])
def test_only_leads_add_recusals(client: Client, role: str) -> None:
    at(client, reviewer(role))
    assert client.get(RECUSALS).status_code == 200
    assert client.post(RECUSALS, {"do": "add"}).status_code == 403
    assert not Event.objects.filter(stream_kind="desk").exists()
