"""Authorised sellers honoured: left out of filing, shown at the desk, marked when listed later, told to the seller."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from brands import registry
from brands.models import AuthorisedSeller, IPRight
from brands.registry import SellerTerms
from complaints import casework, listed, preflight, tasks
from complaints.casework.notices import Notice, confirm_token
from complaints.models import Complaint
from portal.accounts.actors import Actor
from portal.accounts.models import Role
from portal.errors import DomainError
from portal.ledger.models import Event
from portal.marketplace.models import Account, Target
from tests.accounts.factories import actor_for_member, make_member, make_staff, make_user, signed_in
from tests.accounts.factories import authorise as grant
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
GTIN = "4006381333931"


def today() -> Any:
    return timezone.now().date()


def owner() -> Actor:
    return actor_for_member(make_member(role=Role.RIGHTS_OWNER))


def authorise(by: Actor, right: IPRight, account: Account, /, **changes: Any) -> AuthorisedSeller:
    values = {"brand": right.brand, "right": right, "starts_on": today()} | changes
    return registry.list_seller(actor=by, account=account, terms=SellerTerms(**values), now=timezone.now())


def answers(by: Actor, right: IPRight, *targets: Target) -> list[preflight.AnsweredLine]:
    lines = [target.marketplace_id for target in targets]
    return preflight.answer(lines, right=right, actor=by, reason="counterfeit", today=today())


# --- filing


def test_a_line_of_an_authorised_seller_is_left_out_and_says_by_whom_and_until_when() -> None:
    by = owner()
    right, account = make_right(by.organisation), make_seller("fjall.outdoor")
    last = today() + timedelta(days=30)
    entry = authorise(by, right, account, ends_on=last)
    mine, other = answers(by, right, make_listing(account), make_listing())
    assert (mine.code, mine.fate, mine.label) == ("authorised_seller", "left_out", "Authorised seller")
    until = date_format(last, "j M Y")
    assert mine.hint == (
        f"@fjall.outdoor is an authorised seller of Tarnfell until {until}. "
        "End the authorisation first if it no longer holds."
    )
    assert other.fate == "ready"
    registry.end_seller(actor=by, seller=entry, now=timezone.now())
    assert answers(by, right, make_listing(account))[0].fate == "ready"


def test_an_agent_who_cannot_end_it_reads_whom_to_ask() -> None:
    by = owner()
    right, whole, narrow = make_right(by.organisation), make_seller(), make_seller()
    authorise(by, right, whole, right=None)
    authorise(by, right, narrow)
    agent = make_member(by.organisation, Role.AGENT, authorised=False)
    grant(by.organisation, member=agent, rights=[right])
    brand_wide, own = answers(actor_for_member(agent), right, make_listing(whole), make_listing(narrow))
    assert brand_wide.hint.endswith("Ask the owner of the brand, if it no longer holds.")
    assert own.hint.endswith("End the authorisation first if it no longer holds.")


def test_the_account_itself_is_left_out_too() -> None:
    by = owner()
    right, account = make_right(by.organisation), make_seller()
    authorise(by, right, account)
    (line,) = answers(by, right, account.target)
    assert line.code == "authorised_seller"


@pytest.mark.parametrize(
    ("changes", "offer", "left_out"),
    [
        ({"right": None}, {}, True),
        ({"territories": ("DE",)}, {}, True),
        ({"territories": ("FR",)}, {}, False),
        ({"gtins": (GTIN,)}, {"gtin": GTIN}, True),
        ({"gtins": (GTIN,)}, {"gtin": "0" + GTIN}, True),
        ({"gtins": (GTIN,)}, {"gtin": "96385074"}, False),
        ({"gtins": (GTIN,)}, {}, False),
        ({"starts_on": timezone.now().date() + timedelta(days=1)}, {}, False),
    ],
)
def test_an_entry_counts_for_its_right_country_product_and_day(
    changes: dict[str, Any], offer: dict[str, Any], left_out: bool
) -> None:
    by = owner()
    right, account = make_right(by.organisation), make_seller()
    authorise(by, right, account, **changes)
    (line,) = answers(by, right, make_listing(account, **offer))
    assert (line.fate == "left_out") is left_out


def test_the_right_that_the_line_binds_to_is_the_one_that_counts() -> None:
    by = owner()
    eu, gb = make_right(by.organisation), make_right(by.organisation, office="GB", markets=("GB",))
    account = make_seller()
    authorise(by, gb, account)
    de, uk = answers(by, eu, make_listing(account), make_listing(account, market="GB"))
    assert (de.fate, uk.code) == ("ready", "authorised_seller")


def test_another_organisations_entry_and_a_shops_name_mean_nothing() -> None:
    by, other = owner(), owner()
    right, account = make_right(by.organisation), make_seller("tarnfell.official", title="Tarnfell Official")
    authorise(other, make_right(other.organisation, text="LUMORA"), account)
    assert answers(by, right, make_listing(account))[0].fate == "ready"


def test_500_lines_take_the_same_queries_as_one() -> None:
    by = owner()
    right = make_right(by.organisation)
    targets = []
    for _each in range(12):
        account = make_seller()
        authorise(by, right, account)
        targets.append(make_listing(account))
    counts = []
    for chosen in (targets[:1], targets):
        with CaptureQueriesContext(connection) as seen:
            assert {line.code for line in answers(by, right, *chosen)} == {"authorised_seller"}
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_what_was_listed_after_the_draft_is_left_out_when_it_is_sent() -> None:
    by = owner()
    right, account = make_right(by.organisation), make_seller()
    draft = make_draft(by, right, [make_listing(account), make_listing()])
    authorise(by, right, account)
    filed = casework.submit(actor=by, complaint_id=draft.pk, signing=sign(by), now=timezone.now())
    assert filed.items.count() == 1
    alone = make_draft(by, right, [make_listing(account)])
    with pytest.raises(DomainError) as caught:
        casework.submit(actor=by, complaint_id=alone.pk, signing=sign(by), now=timezone.now())
    assert caught.value.code == "no_items"


def test_a_public_notice_knows_no_entries() -> None:
    by = owner()
    right, account = make_right(by.organisation), make_seller()
    authorise(by, right, account)
    lines = make_listing(account).url
    notice = Notice("Ida Blom", "ida@blom.test", "", "TARNFELL", "counterfeit", "It is ours.", lines, True)
    sent = casework.start_notice(notice=notice, now=timezone.now())
    casework.confirm_notice(token=confirm_token(sent), now=timezone.now())
    assert Complaint.objects.get(pk=sent.pk).items.count() == 1
    assert "Authorised seller</span>" not in desk().get(case_address(sent)).text


# --- review


def desk() -> Client:
    return signed_in(Client(), make_staff("reviewer"))


def case_address(complaint: Complaint) -> str:
    return reverse("admin:complaints_complaint_case", args=[complaint.pk])


def filed_about(account: Account, items: int = 2) -> Case:
    return make_filed_complaint(items, seller=account)


def test_the_desk_shows_each_item_and_offers_r04_first(run_outbox: Callable[[], Any]) -> None:
    account = make_seller("fjall.outdoor")
    case = filed_about(account)
    before = desk().get(case_address(case.complaint)).text
    assert "Authorised seller</span>" not in before and "data-usual-rejected" not in before
    entry = authorise(case.owner, case.right, account, gtins=())
    run_outbox()
    page = desk().get(case_address(case.complaint)).text
    assert page.count("Authorised seller</span>") == 2
    assert 'data-usual-rejected="R-04"' in page
    assert page.index('value="R-04"') < page.index('value="R-01"')
    assert reverse("admin:brands_authorisedseller_change", args=[entry.pk]) in page
    assert "The complainant has listed it for Tarnfell." in page
    assert "The seller was listed as authorised" in page


def test_the_desk_reads_entries_in_a_constant_number_of_queries() -> None:
    counts = []
    for items in (1, 8):
        account = make_seller()
        case = filed_about(account, items)
        authorise(case.owner, case.right, account)
        client = desk()
        client.get(case_address(case.complaint))
        with CaptureQueriesContext(connection) as seen:
            client.get(case_address(case.complaint))
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_what_was_reported_counts_and_not_what_the_seller_wrote_since() -> None:
    account, by = make_seller(), owner()
    right = make_right(by.organisation)
    target = make_listing(account, gtin="96385074")
    draft = make_draft(by, right, [target])
    filed = casework.submit(actor=by, complaint_id=draft.pk, signing=sign(by), now=timezone.now())
    authorise(by, right, account, gtins=(GTIN,))
    target.listing.gtin = GTIN
    target.listing.save()
    items = list(filed.items.for_pages().select_related("target__listing"))
    assert listed.of_items(items, by.organisation, today()) == {}


def test_listing_marks_open_complaints_and_ending_takes_the_mark_off(run_outbox: Callable[[], Any]) -> None:
    account = make_seller()
    case, other = filed_about(account), make_filed_complaint(1)
    decided = make_filed_complaint(1, membership=case.membership, seller=account)
    decide(decided, claimed(decided))
    entry = authorise(case.owner, case.right, account)
    run_outbox()
    for event in Event.objects.filter(kind="seller.listed"):
        tasks.follow_seller(event_id=event.pk)
    assert case.fresh().marked_for == Complaint.Mark.AUTHORISED_SELLER
    assert (other.fresh().marked_for, decided.fresh().marked_for) == ("", "")
    registry.end_seller(actor=case.owner, seller=entry, now=timezone.now())
    run_outbox()
    assert case.fresh().marked_for == ""


def test_an_entry_that_begins_later_or_runs_out_moves_the_mark_on_its_day(run_outbox: Callable[[], Any]) -> None:
    account = make_seller()
    case = filed_about(account)
    authorise(
        case.owner,
        case.right,
        account,
        starts_on=today() + timedelta(days=2),
        ends_on=today() + timedelta(days=4),
    )
    run_outbox()
    assert case.fresh().marked_for == ""
    now = timezone.now()
    with time_machine.travel(now + timedelta(days=2), tick=False):
        tasks.follow_sellers()
        assert case.fresh().marked_for == Complaint.Mark.AUTHORISED_SELLER
    with time_machine.travel(now + timedelta(days=5), tick=False):
        tasks.follow_sellers()
        tasks.follow_sellers()
        assert case.fresh().marked_for == ""


def test_a_graver_mark_stays(run_outbox: Callable[[], Any]) -> None:
    account = make_seller()
    case = filed_about(account)
    registry.suspend(actor=reviewer(), right=case.right, reason="Forged.", now=timezone.now())
    run_outbox()
    entry = authorise(case.owner, case.right, account)
    run_outbox()
    assert case.fresh().marked_for == Complaint.Mark.RIGHT_SUSPENDED
    registry.end_seller(actor=case.owner, seller=entry, now=timezone.now())
    run_outbox()
    assert case.fresh().marked_for == Complaint.Mark.RIGHT_SUSPENDED


# --- the other side


def test_the_seller_reads_on_the_decision_that_the_brand_lists_them() -> None:
    account, holder = make_seller("fjall.outdoor"), make_user()
    account.holders.add(holder)
    case = filed_about(account, 1)
    (decision,) = decide(case, claimed(case))
    statement = decision.statements.get(side="respondent")
    client = signed_in(Client(), holder)
    address = reverse("respondent:detail", args=[statement.public_id])
    before = client.get(address).text
    assert "lists @fjall.outdoor" not in before
    assert f"{reverse('selling:ask')}?decision={decision.reference}" in before
    authorise(case.owner, case.right, account)
    after = client.get(address).text
    assert "lists @fjall.outdoor as an authorised seller of Tarnfell." in after and "may not have held" in after


def test_a_decision_leads_its_holder_to_the_brand_and_nobody_else() -> None:
    account, holder = make_seller(), make_user()
    account.holders.add(holder)
    case = filed_about(account, 1)
    (decision,) = decide(case, claimed(case))
    assert listed.right_of_decision(holder, decision.reference) == case.right
    assert listed.right_of_decision(make_user(), decision.reference) is None
    wrong_year = f"D-1999-{decision.pk:06d}"
    for text in (wrong_year, "D-2026-999999", "nonsense", "D-2026-", "", f"D-2026-{'9' * 40}"):
        assert listed.right_of_decision(holder, text) is None
