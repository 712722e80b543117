"""The reviewers' desk: who may enter, what a case shows, and that no press of a button loses what was typed."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from complaints import casework
from complaints.casework.notices import Notice, confirm_token
from complaints.models import Complaint, Decision, InternalNote, Measure
from portal.accounts.actors import SYSTEM, member_actor_for
from portal.marketplace import catalogue
from portal.marketplace.connectors.sandbox import set_behaviour
from tests.accounts.factories import make_member, make_staff, signed_in, staff_actor
from tests.complaints import factories

pytestmark = pytest.mark.django_db
DESK = "admin:complaints_complaint_desk"
MEND = "admin:complaints_complaint_mend"


def url(case) -> str:
    return reverse("admin:complaints_complaint_case", args=[case.complaint.pk])


def words(response) -> str:
    """The text of a page without its markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


@pytest.fixture
def case():
    return factories.make_filed_complaint(items=3)


@pytest.fixture
def reviewer():
    return make_staff("reviewer", name="Rita")


@pytest.fixture
def desk(client, reviewer):
    return signed_in(client, reviewer)


@pytest.fixture
def claimed(case, reviewer):
    factories.claimed(case, staff_actor(reviewer))
    return case


def decision(case, **changes):
    return {
        "do": "decide", "outcome": "accepted", "ground": "C-01", "text": "The logo is copied.", "items": case.item_ids,
        "missing_proof": "A picture of the mark on the goods.",
    } | changes  # fmt: skip


# --- who may enter


@pytest.mark.parametrize("name", [DESK, MEND])
def test_outsiders_are_led_away(client, name) -> None:
    assert client.get(reverse(name)).status_code == 302
    signed_in(client, make_member().user)
    assert client.get(reverse(name)).status_code in {302, 403}


def test_the_owner_of_a_complaint_does_not_reach_the_desk(client, case) -> None:
    signed_in(client, case.membership.user)
    assert client.get(url(case)).status_code in {302, 403, 404}
    assert client.post(url(case), {"do": "claim"}).status_code in {302, 403, 404}
    assert case.fresh().claimed_by is None


@pytest.mark.parametrize("role", ["policy", "auditor"])
def test_policy_and_auditors_read_and_press_nothing(client, case, role) -> None:
    signed_in(client, make_staff(role))
    page = client.get(url(case))
    assert page.status_code == 200
    assert 'name="do"' not in page.content.decode()
    for do in ("claim", "preview", "next", "note"):
        assert client.post(url(case), {"do": do}).status_code == 403
    assert client.post(reverse(DESK), {"do": "next"}).status_code == 403
    assert client.post(reverse(MEND), {"do": "retry"}).status_code == 403


def test_drafts_and_unknown_cases_are_not_there(desk, case) -> None:
    draft = factories.make_draft(case.owner, case.right, case.targets)
    assert desk.get(reverse("admin:complaints_complaint_case", args=[draft.pk])).status_code == 404
    assert desk.get(reverse("admin:complaints_complaint_case", args=[999_999])).status_code == 404


def test_an_unknown_button_is_not_found_and_other_methods_are_refused(desk, case) -> None:
    assert desk.post(url(case), {"do": "delete"}).status_code == 404
    assert desk.put(url(case)).status_code == 405


# --- what a case shows


def test_a_case_shows_the_pair_and_the_facts(desk, case) -> None:
    said = words(desk.get(url(case)))
    for fact in (
        "TARNFELL", "1 letter differs", "Covered", "The right applies there", "As frozen", case.complaint.reference,
        case.membership.organisation.name, f"@{case.seller.handle}", "Copies our chest logo.",
        "No evidence was attached",
        "Nothing of theirs was decided before", "No earlier decision against this account", "Claim this case",
    ):  # fmt: skip
        assert fact in said


def test_an_edit_after_the_report_is_named(desk, case) -> None:
    target = case.targets[0]
    catalogue.create_listing(
        marketplace_id=target.marketplace_id, title="Plain jacket", owner=case.seller, now=timezone.now(),
        price="44.90", nice_class=25,
    )  # fmt: skip
    said = words(desk.get(f"{url(case)}?item={case.item_ids[0]}"))
    assert "Edited since: title and price. The frozen copy decides" in said


def test_a_listing_of_another_class_or_market_is_marked(desk, client) -> None:
    case = factories.make_filed_complaint(items=1)
    case.right.classes.all().delete()
    case.right.territories.all().delete()
    said = words(desk.get(url(case)))
    assert "Class 25 is not of the right" in said
    assert "The right does not apply there" in said


def test_the_chosen_item_alone_is_drawn_for_htmx(desk, case) -> None:
    item = case.items[1]
    page = desk.get(f"{url(case)}?item={item.pk}", headers={"HX-Request": "true", "HX-Target": "pair"}).content.decode()
    assert f'data-item="{item.pk}"' in page
    assert "<html" not in page
    assert 'hx-swap-oob="true"' in page


def test_the_register_accounts_and_reporter_history_are_counted(desk, case, claimed, reviewer) -> None:
    by = staff_actor(reviewer)
    factories.decide(case, by, items=case.item_ids[:1])
    factories.decide(case, by, items=case.item_ids[1:2], outcome="rejected", ground="R-03", text="Nothing to see.")
    later = factories.make_filed_complaint(items=1, membership=case.membership, seller=case.seller)
    said = words(desk.get(url(later)))
    assert "1 of 2 decided items accepted" in said
    assert "C-01 Counterfeit goods" in said and "R-03 No mark seen" in said


@pytest.mark.parametrize("count", [10, 60])
def test_queries_do_not_grow_with_items(desk, count, django_assert_max_num_queries) -> None:
    case = factories.make_filed_complaint(items=count)
    with django_assert_max_num_queries(20):
        page = desk.get(url(case))
    assert page.content.count(b'name="items"') == count


@pytest.mark.parametrize("count", [10, 60])
def test_queries_do_not_grow_with_measures(desk, count, reviewer, run_outbox, django_assert_max_num_queries) -> None:
    case = factories.make_filed_complaint(items=count)
    set_behaviour(actor=SYSTEM, mode="refuse", now=timezone.now())
    factories.decide(case, factories.claimed(case, staff_actor(reviewer)))
    run_outbox()
    with django_assert_max_num_queries(20):
        said = words(desk.get(url(case)))
    assert f"{count - 5} more measures of this case to mend" in said


def test_a_public_notice_without_a_right_is_shown(desk, reviewer) -> None:
    now = timezone.now()
    target = factories.make_listing()
    notice = Notice(
        name="Nora Notice",
        email="nora@example.test",
        organisation_name="",
        claimed_right="TARNFELL, EUIPO 016142907",
        reason="counterfeit",
        explanation="It is a copy.",
        lines=target.marketplace_id,
        good_faith=True,
    )
    kept = casework.start_notice(notice=notice, now=now)
    filed = casework.confirm_notice(token=confirm_token(kept), now=now)
    address = reverse("admin:complaints_complaint_case", args=[filed.pk])
    said = words(desk.get(address))
    assert "Claimed in a public notice; not registered with us." in said
    assert "No registered right named" in said and "Nora Notice" in said
    desk.post(address, {"do": "claim"})
    item = filed.items.get()
    typed = {"outcome": "accepted", "ground": "C-01", "text": "It is a copy.", "items": [item.pk]}
    assert desk.post(address, typed | {"do": "preview"}).status_code == 200
    assert desk.post(address, typed | {"do": "decide"}).status_code == 302
    assert desk.get(reverse(DESK)).status_code == 200


# --- taking cases


def test_the_next_case_is_the_one_due_first(desk, reviewer) -> None:
    late, soon = factories.make_filed_complaint(items=1), factories.make_filed_complaint(items=1)
    factories.make_due(soon, timezone.now() + timedelta(minutes=5))
    answer = desk.post(reverse(DESK), {"do": "next"})
    assert answer.url == url(soon)
    assert soon.fresh().claimed_by == reviewer
    assert late.fresh().claimed_by is None


def test_an_empty_queue_says_so(desk) -> None:
    answer = desk.post(reverse(DESK), {"do": "next"}, follow=True)
    assert "Nothing waits in the queue." in words(answer)
    assert "Nothing is here now" in words(answer)


@pytest.mark.parametrize("view", ["queue", "yours", "others", "held", "waiting", "nonsense"])
def test_every_view_of_the_queue_opens(desk, case, view) -> None:
    assert desk.get(reverse(DESK), {"view": view}).status_code == 200


def test_claim_extend_release(desk, case, reviewer) -> None:
    assert desk.post(url(case), {"do": "claim"}).url == url(case)
    assert "Claimed by you" in words(desk.get(url(case)))
    first = case.fresh().claim_until
    desk.post(url(case), {"do": "extend"})
    assert case.fresh().claim_until > first
    assert desk.post(url(case), {"do": "release"}).url == reverse(DESK)
    assert case.fresh().claimed_by is None


def test_claiming_keeps_a_decision_that_was_begun(desk, case) -> None:
    page = desk.post(url(case), decision(case, do="claim", items=case.item_ids[:1]))
    assert page.status_code == 200
    assert "The logo is copied." in words(page)
    assert page.content.count(b" checked") == 1


def test_a_case_of_another_reviewer_cannot_be_claimed(desk, case) -> None:
    factories.claimed(case, staff_actor(make_staff("reviewer", name="Olga")))
    page = desk.post(url(case), {"do": "claim"})
    assert page.status_code == 409
    assert "Olga holds this case now" in words(page)


# --- deciding


def test_a_decision_is_made_and_leads_back_to_the_case(desk, claimed) -> None:
    answer = desk.post(url(claimed), decision(claimed))
    assert answer.url == url(claimed)
    assert claimed.fresh().state == "accepted"
    assert "3 items decided." in words(desk.get(url(claimed)))


def test_decide_and_next_opens_the_next_case(desk, claimed) -> None:
    other = factories.make_filed_complaint(items=1)
    assert desk.post(url(claimed), decision(claimed, do="decide_next")).url == url(other)
    assert other.fresh().claimed_by is not None


def test_asking_sends_a_question(desk, claimed) -> None:
    desk.post(url(claimed), decision(claimed, outcome="ask", ground="", text="Where is the mark?"))
    assert claimed.fresh().state == "waiting"
    assert "Where is the mark?" in words(desk.get(url(claimed)))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"outcome": ""}, "Choose what to decide."),
        ({"ground": "R-01"}, "Choose a reason from the policy list"),
        ({"ground": "nonsense"}, "Choose a reason from the policy list"),
        ({"text": "  "}, "Write a text"),
        ({"text": "x" * 5001}, "5000 fit"),
        ({"items": []}, "Choose at least one item."),
        ({"items": ["x", "9" * 30, "-1"]}, "Choose at least one item."),
    ],
)
def test_what_is_refused_keeps_what_was_typed(desk, claimed, changes, says) -> None:
    typed = decision(claimed) | changes
    page = desk.post(url(claimed), typed)
    assert page.status_code == 422
    assert says in words(page)
    assert html.escape(typed["text"].strip()) in page.content.decode()
    assert not Decision.objects.exists()


def test_items_of_another_case_are_not_decided(desk, claimed) -> None:
    foreign = factories.make_filed_complaint(items=1)
    page = desk.post(url(claimed), decision(claimed, items=foreign.item_ids))
    assert page.status_code == 404
    assert "The logo is copied." in words(page)
    assert not Decision.objects.exists()


def test_a_lost_lease_says_so_and_keeps_everything(desk, claimed) -> None:
    Complaint.objects.filter(pk=claimed.complaint.pk).update(claim_until=timezone.now() - timedelta(seconds=1))
    page = desk.post(url(claimed), decision(claimed))
    said = words(page)
    assert page.status_code == 409
    assert "Your lease may have run out; nothing was decided." in said
    assert "The logo is copied." in said and "Claim the case again" in said
    assert page.content.count(b" checked") == 3


def test_another_who_was_faster_is_named(desk, claimed, reviewer) -> None:
    now = timezone.now()
    casework.release(actor=staff_actor(reviewer), complaint_id=claimed.complaint.pk, now=now)
    olga = factories.claimed(claimed, staff_actor(make_staff("reviewer", name="Olga")))
    page = desk.post(url(claimed), decision(claimed))
    assert page.status_code == 409
    assert "Olga holds this case now. Nothing was decided." in words(page)
    factories.decide(claimed, olga, items=claimed.item_ids[:1])
    casework.release(actor=olga, complaint_id=claimed.complaint.pk, now=now)
    factories.claimed(claimed, staff_actor(reviewer))
    page = desk.post(url(claimed), decision(claimed))
    said = words(page)
    assert page.status_code == 409
    assert "decided by somebody else meanwhile" in said and "Decided by Olga." in said
    assert "The logo is copied." in said
    assert page.content.count(b" checked") == 2
    assert Decision.objects.count() == 1


def test_hostile_text_is_escaped(desk, claimed) -> None:
    page = desk.post(url(claimed), decision(claimed, outcome="", text="<script>alert(1)</script>")).content.decode()
    assert "<script>alert(1)" not in page


# --- the preview


def test_the_preview_is_what_is_sent(desk, claimed) -> None:
    page = desk.post(url(claimed), decision(claimed, do="preview"))
    assert page.status_code == 200
    said = words(page)
    assert not Decision.objects.exists()
    desk.post(url(claimed), decision(claimed))
    for statement in Decision.objects.get().statements.all():
        assert " ".join(statement.text.split()) in said


def test_the_preview_alone_for_htmx_says_what_is_missing(desk, claimed) -> None:
    headers = {"HX-Request": "true", "HX-Target": "preview"}
    page = desk.post(url(claimed), decision(claimed, do="preview", text=""), headers=headers)
    assert page.status_code == 200
    assert b"<html" not in page.content
    assert "Write a text" in words(page)
    page = desk.post(url(claimed), decision(claimed, do="preview", outcome="rejected", ground="R-03"), headers=headers)
    assert "they are not told" in words(page)


def test_internal_notes_never_reach_the_preview(desk, claimed) -> None:
    desk.post(url(claimed), {"do": "note", "note": "Secret suspicion."})
    assert InternalNote.objects.get().body == "Secret suspicion."
    headers = {"HX-Request": "true", "HX-Target": "preview"}
    page = desk.post(url(claimed), decision(claimed, do="preview"), headers=headers)
    assert "Secret suspicion." not in words(page)


# --- a second person


@pytest.fixture
def held(reviewer):
    membership = make_member(role="rights_owner")
    right = factories.make_right(membership.organisation)
    seller = factories.make_seller("tarnfell.official", account_kind="store")
    owner = member_actor_for(membership)
    draft = factories.make_draft(owner, right, [seller.target], reason="impersonation")
    complaint = casework.submit(actor=owner, complaint_id=draft.pk, signing=factories.sign(owner), now=timezone.now())
    case = factories.Case(complaint, owner, membership, right, seller, [seller.target])
    factories.decide(case, factories.claimed(case, staff_actor(reviewer)), ground="C-04")
    return case


def test_who_decided_sees_why_they_cannot_confirm(desk, held) -> None:
    said = words(desk.get(url(held)))
    assert "You decided this. Another person than the first must confirm." in said
    assert "Confirm the decision" not in said
    page = desk.post(url(held), {"do": "confirm", "decision": Decision.objects.get().pk})
    assert page.status_code == 403
    assert held.fresh().state == "held"


def test_a_senior_confirms(client, held) -> None:
    signed_in(client, make_staff("senior"))
    assert "Confirm the decision" in words(client.get(url(held)))
    client.post(url(held), {"do": "confirm", "decision": Decision.objects.get().pk})
    assert held.fresh().state == "accepted"


def test_a_senior_sends_back_with_a_reason(client, held) -> None:
    signed_in(client, make_staff("senior"))
    pk = Decision.objects.get().pk
    assert client.post(url(held), {"do": "send_back", "decision": pk, "why": " "}).status_code == 422
    client.post(url(held), {"do": "send_back", "decision": pk, "why": "Ask for the trade register first."})
    assert held.fresh().state in {"queued", "in_review"}
    assert "Ask for the trade register first." in words(client.get(url(held)))


def test_a_decision_of_another_case_is_not_confirmed(client, held, case) -> None:
    signed_in(client, make_staff("senior"))
    page = client.post(url(case), {"do": "confirm", "decision": Decision.objects.get().pk})
    assert page.status_code == 404
    assert held.fresh().state == "held"


# --- measures


@pytest.fixture
def refused(claimed, reviewer, run_outbox):
    set_behaviour(actor=SYSTEM, mode="refuse", remaining=3, now=timezone.now())
    factories.decide(claimed, staff_actor(reviewer))
    run_outbox()
    return Measure.objects.order_by("id").first()


def test_what_went_wrong_stands_on_top_and_on_the_list(desk, claimed, refused) -> None:
    for page in (desk.get(url(claimed)), desk.get(reverse(MEND))):
        said = words(page)
        assert "The marketplace refused: this target is under its own review." in said
        assert "Send again" in said and "Settle by hand" in said and "Look again" in said


def test_send_again(desk, claimed, refused, run_outbox) -> None:
    desk.post(url(claimed), {"do": "retry", "measure": refused.pk})
    run_outbox()
    refused.refresh_from_db()
    assert (refused.state, refused.attempt) == ("confirmed", 2)


def test_settle_by_hand_needs_a_note(desk, claimed, refused) -> None:
    address = reverse(MEND)
    typed = {"do": "settle", "measure": refused.pk, "case": claimed.complaint.pk}
    page = desk.post(address, typed | {"how": ""})
    assert page.status_code == 422
    assert desk.post(address, typed | {"how": "Removed by phone."}).url == address
    refused.refresh_from_db()
    assert (refused.state, refused.detail) == ("settled", "Removed by phone.")


def test_look_again_says_what_it_found(desk, claimed, refused) -> None:
    said = words(desk.post(url(claimed), {"do": "look", "measure": refused.pk}, follow=True))
    assert "Read back: no change. It is still “Refused”." in said
    refused.target.sandbox.actual = "removed"
    refused.target.sandbox.save()
    said = words(desk.post(url(claimed), {"do": "look", "measure": refused.pk}, follow=True))
    assert "Read back: it is carried out now." in said


def test_a_measure_of_another_case_is_not_touched(desk, refused) -> None:
    other = factories.make_filed_complaint(items=1)
    assert desk.post(url(other), {"do": "retry", "measure": refused.pk}).status_code == 404
    refused.refresh_from_db()
    assert refused.state == "refused"


# --- pictures


def test_pictures_are_for_staff_and_of_this_case_only(client, case, reviewer) -> None:
    other = factories.make_filed_complaint(items=1)
    address = reverse("admin:complaints_complaint_picture", args=[case.complaint.pk, case.item_ids[0]])
    foreign = reverse("admin:complaints_complaint_picture", args=[other.complaint.pk, case.item_ids[0]])
    assert client.get(address).status_code == 302
    signed_in(client, case.membership.user)
    assert client.get(address).status_code in {302, 403}
    signed_in(client, reviewer)
    assert client.get(address)["Content-Type"] == "image/png"
    small = client.get(f"{address}?size=small")
    assert small["Content-Type"] == "image/png", "so small a picture is its own thumbnail"
    assert client.get(foreign).status_code == 404
    assert (
        client.get(reverse("admin:complaints_complaint_logo", args=[case.complaint.pk, case.right.pk])).status_code
        == 404
    )


def test_evidence_is_shown_and_served(desk) -> None:
    membership = make_member(role="rights_owner")
    owner = member_actor_for(membership)
    right = factories.make_right(membership.organisation)
    draft = factories.make_draft(owner, right, [factories.make_listing()])
    proof = casework.add_evidence(actor=owner, complaint_id=draft.pk, upload=factories.upload(), now=timezone.now())
    casework.submit(actor=owner, complaint_id=draft.pk, signing=factories.sign(owner), now=timezone.now())
    address = reverse("admin:complaints_complaint_evidence", args=[draft.pk, proof.public_id])
    page = desk.get(reverse("admin:complaints_complaint_case", args=[draft.pk]))
    assert address in page.content.decode()
    answer = desk.get(address)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
