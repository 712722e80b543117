"""Following a case: list, one complaint, one item, taking back, mandates, and the numbers of the dashboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from complaints import casework, figures
from complaints.models import Complaint, SigningMandate
from complaints.rules.declarations import ALL
from portal.accounts.models import Membership, Role
from portal.ledger.models import Event
from portal.marketplace.models import Target
from tests.accounts.factories import make_member, signed_in
from tests.complaints.factories import (
    Case,
    claimed,
    decide,
    make_draft,
    make_filed_complaint,
    make_listing,
    make_right,
    make_seller,
    reviewer,
    sign,
)

pytestmark = pytest.mark.django_db
HUGE = "9" * 30


def page(client: Client, name: str, *args: Any, **query: str) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def reader(case: Case) -> Client:
    return signed_in(Client(), case.membership.user)


def ask(case: Case, items: list[int] | None = None) -> Any:
    me = claimed(case)
    return casework.ask(
        actor=me, complaint_id=case.complaint.pk, item_ids=items or case.item_ids, text="Where?", now=timezone.now()
    )


# --- the list


def test_the_list_shows_ones_own_complaints_and_no_others() -> None:
    mine, foreign = make_filed_complaint(1), make_filed_complaint(1)
    shown = page(reader(mine), "complaints:list")
    assert mine.complaint.reference in shown
    assert foreign.complaint.reference not in shown
    assert "1 complaint of" in shown


@pytest.mark.parametrize(
    "find", [lambda c: c.complaint.reference.lower(), lambda c: c.targets[0].marketplace_id, lambda c: "tarnf"]
)
def test_the_list_is_searched_by_reference_target_and_mark(find: Callable[[Case], str]) -> None:
    case, other = make_filed_complaint(1), make_filed_complaint(1)
    assert case.complaint.reference in page(reader(case), "complaints:list", q=find(case))
    shown = page(reader(other), "complaints:list", q=find(case))
    assert case.complaint.reference not in shown


@pytest.mark.parametrize("text", ["%", "%%%", "_", "\\", "' OR 1=1 --", "x" * 10_000, "{{ 7*7 }}", "<script>"])
def test_a_hostile_search_finds_nothing_and_breaks_nothing(text: str) -> None:
    case = make_filed_complaint(1)
    shown = page(reader(case), "complaints:list", q=text)
    assert case.complaint.reference not in shown
    assert "<script>" not in shown.replace('<script src="', "")


@pytest.mark.parametrize("query", [{"page": "0"}, {"page": HUGE}, {"page": "x"}, {"state": "nonsense"}, {"q": "\x00"}])
def test_odd_addresses_of_the_list_show_the_list(query: dict[str, str]) -> None:
    case = make_filed_complaint(1)
    assert case.complaint.reference in page(reader(case), "complaints:list", **query)


def test_the_list_is_filtered_by_state() -> None:
    case = make_filed_complaint(1)
    assert case.complaint.reference in page(reader(case), "complaints:list", state="queued")
    assert case.complaint.reference not in page(reader(case), "complaints:list", state="rejected")


# --- one complaint, one item


def test_a_complaint_shows_each_items_outcome_measure_and_the_timeline(run_outbox: Any) -> None:
    case = make_filed_complaint(3)
    me = claimed(case)
    decide(case, me, items=case.item_ids[:2])
    decide(case, me, items=case.item_ids[2:], outcome="rejected", ground="R-02", text="Nothing shows it.")
    run_outbox()
    shown = page(reader(case), "complaints:detail", case.complaint.public_id)
    for words in ("Partially accepted", "3 of 3 decided", "Listing removed", "Carried out", "Nothing shows it.",
                  "What you can do:", "Filed, acknowledged and frozen as evidence"):  # fmt: skip
        assert words in shown, words
    item = page(reader(case), "complaints:item", case.complaint.public_id, case.item_ids[2])
    assert "R-02" in item
    assert "Listing removed" not in item


def test_a_held_decision_is_not_told_to_the_complainant_before_the_second_person() -> None:
    base = make_filed_complaint(1)
    shop = make_seller(account_kind="store")
    draft = make_draft(base.owner, base.right, [shop.target])
    filed = casework.submit(actor=base.owner, complaint_id=draft.pk, signing=sign(base.owner), now=timezone.now())
    case = Case(filed, base.owner, base.membership, base.right, shop, [shop.target])
    [held] = decide(case, claimed(case), text="SECRET-REASONING")
    for shown in (
        page(reader(case), "complaints:detail", filed.public_id),
        page(reader(case), "complaints:item", filed.public_id, case.item_ids[0]),
    ):
        assert "SECRET-REASONING" not in shown
        assert held.reference not in shown
        assert held.decided_by.name not in shown


def test_notes_of_the_desk_and_answers_of_the_other_side_stay_away_from_the_complainant(run_outbox: Any) -> None:
    case = make_filed_complaint(1)
    me = claimed(case)
    casework.add_note(actor=me, complaint_id=case.complaint.pk, text="INTERNAL-NOTE", now=timezone.now())
    [decision] = decide(case, me)
    statement = decision.statements.get(side="respondent")
    casework.respond(actor=case.owner, statement=statement, text="THEIR-ANSWER", now=timezone.now())
    run_outbox()
    for address in ("complaints:detail", "complaints:item"):
        args = [case.complaint.public_id] + ([case.item_ids[0]] if address.endswith("item") else [])
        shown = page(reader(case), address, *args)
        assert "INTERNAL-NOTE" not in shown
        assert "THEIR-ANSWER" not in shown
        assert me.user is not None
        assert me.user.name not in shown
        assert me.user.email not in shown


def test_the_frozen_picture_is_served_to_the_owner_alone() -> None:
    case, other = make_filed_complaint(1), make_filed_complaint(1)
    args = [case.complaint.public_id, case.item_ids[0]]
    answer = reader(case).get(reverse("complaints:item-picture", args=args))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert reader(other).get(reverse("complaints:item-picture", args=args)).status_code == 404
    nested = reverse("complaints:item-picture", args=[other.complaint.public_id, case.item_ids[0]])
    assert reader(other).get(nested).status_code == 404
    assert reader(other).get(reverse("complaints:item", args=[other.complaint.public_id, HUGE])).status_code == 404


def test_an_answer_goes_back_to_the_reviewer_and_only_once() -> None:
    case = make_filed_complaint(2)
    ask(case, case.item_ids[:1])
    client, address = reader(case), reverse("complaints:answer", args=[case.complaint.public_id])
    assert "Send answer" in page(client, "complaints:detail", case.complaint.public_id)
    assert client.post(address, {"text": " "}).status_code == 422
    assert client.post(address, {"text": "On the sleeve."}).status_code == 302
    assert case.fresh().state == "in_review"
    again = client.post(address, {"text": "On the sleeve."})
    assert again.status_code == 409
    assert case.complaint.messages.filter(kind="answer").count() == 1


def test_a_refused_answer_shows_again_what_was_typed() -> None:
    case = make_filed_complaint(1)
    ask(case)
    answer = reader(case).post(reverse("complaints:answer", args=[case.complaint.public_id]), {"text": "y" * 5001})
    assert answer.status_code == 422
    assert "y" * 5001 in answer.content.decode()


def test_an_answer_that_came_too_late_shows_again_what_was_typed() -> None:
    case = make_filed_complaint(1)
    answer = reader(case).post(reverse("complaints:answer", args=[case.complaint.public_id]), {"text": "LONG-LETTER"})
    assert answer.status_code == 409
    assert "LONG-LETTER" in answer.content.decode()


# --- taking back


def withdraw(case: Case, items: list[Any], client: Client | None = None) -> Any:
    address = reverse("complaints:withdraw", args=[case.complaint.public_id])
    return (client or reader(case)).post(address, {"items": items}, follow=True)


def test_items_are_taken_back_one_by_one_or_all() -> None:
    case = make_filed_complaint(2)
    assert "Taken back." in withdraw(case, case.item_ids[:1]).content.decode()
    assert case.fresh().state == "queued"
    withdraw(case, case.item_ids[1:])
    assert case.fresh().state == "withdrawn"
    assert "Every item is decided." in page(reader(case), "complaints:withdraw", case.complaint.public_id)


@pytest.mark.parametrize("items", [[], ["x"], ["-1"], [HUGE], ["9" * 5000], ["٣"], ["1; DROP TABLE"], ["0"]])
def test_odd_items_are_not_taken_back_and_the_reader_is_told(items: list[str]) -> None:
    case = make_filed_complaint(1)
    answer = withdraw(case, items)
    assert answer.status_code in {200, 404}
    assert case.items[0].state == "open"
    assert not Event.objects.filter(kind="complaint.withdrawn").exists()


def test_an_item_of_another_complaint_is_not_taken_back() -> None:
    case, other = make_filed_complaint(1), make_filed_complaint(1)
    withdraw(case, [*case.item_ids, *other.item_ids])
    assert {item.state for item in (*case.items, *other.items)} == {"open"}


def test_a_decided_item_is_not_taken_back_and_the_reader_is_told() -> None:
    case = make_filed_complaint(1)
    decide(case, claimed(case))
    answer = withdraw(case, case.item_ids)
    assert "decided by somebody else" in answer.content.decode()
    assert case.items[0].state == "accepted"


@pytest.mark.parametrize("name", ["withdraw", "answer"])
def test_a_viewer_is_refused_and_changes_nothing(name: str) -> None:
    case = make_filed_complaint(1)
    ask(case)
    viewer = signed_in(Client(), make_member(case.membership.organisation, Role.VIEWER).user)
    before = Event.objects.count()
    answer = viewer.post(
        reverse(f"complaints:{name}", args=[case.complaint.public_id]), {"items": case.item_ids, "text": "x"}
    )
    assert answer.status_code == 403
    assert Event.objects.count() == before
    assert case.items[0].state == "asked"


# --- mandates


def grant(client: Client, member: Membership, **changes: str) -> Any:
    data = {"agree": "on", "typed_name": member.user.name, "version": ALL.version, "sha256": ALL.sha256}
    return client.post(reverse("complaints:grant-mandate"), data | changes)


def test_a_mandate_is_granted_listed_and_revoked() -> None:
    member = make_member(role=Role.AGENT)
    client = signed_in(Client(), member.user)
    assert grant(client, member).url == reverse("complaints:mandates")
    mandate = SigningMandate.objects.get()
    assert str(mandate.public_id) in page(client, "complaints:mandates")
    for _again in range(2):
        client.post(reverse("complaints:revoke-mandate", args=[mandate.public_id]))
    mandate.refresh_from_db()
    assert mandate.revoked_at
    assert Event.objects.filter(kind="mandate.revoked").count() == 1


def test_granting_again_replaces_the_mandate_in_force() -> None:
    member = make_member(role=Role.AGENT)
    client = signed_in(Client(), member.user)
    grant(client, member)
    grant(client, member)
    assert SigningMandate.objects.filter(revoked_at=None).count() == 1
    assert SigningMandate.objects.count() == 2


def test_granting_asks_for_a_fresh_sign_in() -> None:
    member = make_member(role=Role.AGENT)
    answer = grant(signed_in(Client(), member.user, fresh=False), member)
    assert reverse("account_reauthenticate") in answer.url
    assert not SigningMandate.objects.exists()


@pytest.mark.parametrize("changes", [{"typed_name": "Else"}, {"version": "1"}, {"sha256": "x"}, {"agree": ""}])
def test_a_mandate_that_does_not_hold_is_refused(changes: dict[str, str]) -> None:
    member = make_member(role=Role.AGENT)
    assert grant(signed_in(Client(), member.user), member, **changes).status_code == 422
    assert not SigningMandate.objects.exists()


def test_viewers_grant_no_mandate() -> None:
    member = make_member(role=Role.VIEWER)
    assert grant(signed_in(Client(), member.user), member).status_code in {403, 422}
    assert not SigningMandate.objects.exists()


@pytest.mark.parametrize(("role", "ends"), [(Role.ADMINISTRATOR, True), (Role.AGENT, False), (Role.VIEWER, False)])
def test_a_teammates_mandate_is_revoked_by_an_administrator_only(role: str, ends: bool) -> None:
    member = make_member(role=Role.AGENT)
    grant(signed_in(Client(), member.user), member)
    mandate = SigningMandate.objects.get()
    teammate = signed_in(Client(), make_member(member.organisation, role).user)
    teammate.post(reverse("complaints:revoke-mandate", args=[mandate.public_id]))
    outsider = signed_in(Client(), make_member().user)
    gone = outsider.post(reverse("complaints:revoke-mandate", args=[mandate.public_id]))
    assert gone.status_code == 404
    mandate.refresh_from_db()
    assert bool(mandate.revoked_at) is ends


# --- numbers


def test_the_numbers_of_the_dashboard_are_counted_right(run_outbox: Any) -> None:
    member = make_member(role=Role.RIGHTS_OWNER)
    accepted, mixed, rejected, waiting, queued, back = (
        make_filed_complaint(2, membership=member) for _each in range(6)
    )
    decide(accepted, claimed(accepted))
    me = claimed(mixed)
    decide(mixed, me, items=mixed.item_ids[:1])
    decide(mixed, me, items=mixed.item_ids[1:], outcome="rejected", ground="R-02")
    decide(rejected, claimed(rejected), outcome="rejected", ground="R-02")
    ask(waiting, waiting.item_ids[:1])
    ask(queued)
    withdraw(back, back.item_ids)
    make_draft(accepted.owner, accepted.right, [])
    make_filed_complaint(3)  # somebody else's
    run_outbox()
    found = figures.figures(accepted.owner, timezone.now())
    assert (found.open_complaints, found.open_items) == (2, 4)
    assert (found.decided, found.accepted, found.partially, found.rejected) == (3, 1, 1, 1)
    assert found.to_decision is not None and found.to_removal is not None
    shown = page(reader(accepted), "complaints:dashboard")
    assert "1 accepted, 1 partially, 1 rejected" in shown
    assert "2 things wait for you" in shown
    assert queued.complaint.reference in shown
    assert "Drafts" in shown


def test_a_complaint_with_one_open_and_one_asked_item_waits_for_the_complainant_too() -> None:
    """The question must not be hidden by an item that is still open."""
    case = make_filed_complaint(2)
    ask(case, case.item_ids[:1])
    assert case.fresh().state == "in_review"
    shown = page(reader(case), "complaints:dashboard")
    assert "1 thing waits for you" in shown
    assert "Answer the reviewer about" in shown


def test_decisions_older_than_four_weeks_do_not_count() -> None:
    case = make_filed_complaint(1)
    decide(case, claimed(case))
    later = timezone.now() + timedelta(days=29)
    assert figures.figures(case.owner, later).decided == 0
    assert figures.figures(case.owner, timezone.now()).decided == 1


# --- the number of queries does not grow


def queries(client: Client, name: str, *args: Any) -> int:
    page(client, name, *args)  # warms what is remembered
    with CaptureQueriesContext(connection) as captured:
        page(client, name, *args)
    return len(captured)


@pytest.mark.parametrize("name", ["complaints:detail", "complaints:withdraw"])
def test_a_complaint_of_30_items_takes_no_more_queries_than_one_of_3(name: str, run_outbox: Any) -> None:
    member = make_member(role=Role.RIGHTS_OWNER)
    small, large = (make_filed_complaint(count, membership=member) for count in (3, 30))
    for case in (small, large):
        decide(case, claimed(case), items=case.item_ids[:-2])
    run_outbox()
    client = signed_in(Client(), member.user)
    counts = [queries(client, name, case.complaint.public_id) for case in (small, large)]
    assert counts[0] == counts[1]
    assert counts[1] <= 30


@pytest.mark.parametrize("step", ["items", "review"])
def test_a_draft_of_30_lines_takes_no_more_queries_than_one_of_3(step: str) -> None:
    base = make_filed_complaint(1)
    seller, client, counts = make_seller(), reader(base), []
    for number in (3, 30):
        draft = make_draft(base.owner, base.right, [make_listing(seller) for _each in range(number)])
        counts.append(queries(client, f"complaints:draft-{step}", draft.public_id))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", ["complaints:list", "complaints:dashboard"])
def test_30_complaints_take_no_more_queries_than_3(name: str) -> None:
    member, seller = make_member(role=Role.RIGHTS_OWNER), make_seller()
    client, counts, first = signed_in(Client(), member.user), [], make_filed_complaint(1, membership=member)
    for number in (2, 27):
        for _each in range(number):
            draft = make_draft(first.owner, make_right(member.organisation), [make_listing(seller)])
            casework.submit(actor=first.owner, complaint_id=draft.pk, signing=sign(first.owner), now=timezone.now())
            case = Case(draft, first.owner, member, first.right, seller, [])
            ask(case)
        counts.append(queries(client, name))
    assert Complaint.objects.count() == 30
    assert counts[0] == counts[1]


def test_a_decision_about_30_offers_takes_the_accused_no_more_queries_than_one_about_3() -> None:
    from complaints import statements

    counts = []
    for number in (3, 30):
        case = make_filed_complaint(number)
        [decision] = decide(case, claimed(case))
        token = statements.link_token(decision.statements.get(side="respondent"))
        counts.append(queries(Client(), "respondent:by-link", token))
    assert counts[0] == counts[1]


def test_a_live_page_never_shows_a_target_as_it_is_now_but_as_it_was() -> None:
    case = make_filed_complaint(1)
    Target.objects.filter(pk=case.targets[0].pk).update(title="CHANGED-AFTERWARDS")
    shown = page(reader(case), "complaints:item", case.complaint.public_id, case.item_ids[0])
    assert "CHANGED-AFTERWARDS" not in shown
    assert "Hooded jacket TARNFEL" in shown
    assert reviewer().is_staff
