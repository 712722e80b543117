"""Authorised sellers: who lists, ends, asks and answers; an account counts, never a shop's name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from brands import registry
from brands.models import AuthorisedSeller, IPRight
from brands.registry import SellerTerms
from brands.sellers import authorisations_for, covering, says
from brands.sellers.finding import find_account, find_accounts, find_brand
from portal.accounts.actors import SYSTEM, Actor, ActorKind
from portal.accounts.grants import AgentVerb
from portal.accounts.models import OrganisationKind, Role
from portal.errors import Conflict, Forbidden, NotFound, Refused
from portal.ledger.models import Event
from portal.marketplace.models import Account
from tests.accounts.factories import actor_for_member, authorise, make_member, make_organisation, make_user
from tests.brands import factories as f
from tests.brands.refusals import refused
from tests.complaints.factories import make_right, make_seller
from tests.marketplace.factories import a_listing, an_account

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = NOW.date()
GTIN = "4006381333931"


def owner(role: str = Role.RIGHTS_OWNER) -> Actor:
    return actor_for_member(make_member(role=role))


def terms(right: IPRight, /, **changes: Any) -> SellerTerms:
    values: dict[str, Any] = {"brand": right.brand, "right": right, "starts_on": TODAY}
    return SellerTerms(**(values | changes))


def listed(by: Actor, right: IPRight, account: Account | None = None, /, **changes: Any) -> AuthorisedSeller:
    return registry.list_seller(actor=by, account=account or make_seller(), terms=terms(right, **changes), now=NOW)


def asked(account: Account, right: IPRight, **changes: Any) -> AuthorisedSeller:
    user = account.holders.first() or make_user()
    account.holders.add(user)
    values: dict[str, Any] = {"message": "We buy from your wholesaler.", "now": NOW} | changes
    return registry.ask_to_be_listed(
        actor=Actor(kind=ActorKind.MEMBER, user=user), account=account, brand=right.brand, **values
    )


# --- listing


def test_an_owner_lists_changes_and_ends_an_account() -> None:
    by = owner()
    right = make_right(by.organisation)
    made = listed(by, right, territories=("de", "SE"), gtins=(GTIN, "96385074"), ends_on=TODAY + timedelta(days=30))
    assert (made.state, made.territories, made.gtins) == ("listed", ["DE", "SE"], ["00000096385074", "04006381333931"])
    assert (
        made.covers(TODAY)
        and not made.covers(TODAY + timedelta(days=31))
        and not made.covers(TODAY - timedelta(days=1))
    )
    changed = registry.change_seller(actor=by, seller=made, terms=terms(right), now=NOW)
    made.refresh_from_db()
    assert (made.state, made.ended_at, changed.account) == ("ended", NOW, made.account)
    for _twice in range(2):
        assert registry.end_seller(actor=by, seller=changed, now=NOW).state == "ended"
    kinds = Event.objects.filter(kind__startswith="seller.").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["seller.listed", "seller.ended", "seller.listed", "seller.ended"]


def test_the_same_is_listed_once_and_something_else_beside_it() -> None:
    by, account = owner(), make_seller()
    right = make_right(by.organisation)
    listed(by, right, account, ends_on=TODAY + timedelta(days=10))
    with refused(Conflict, "already_listed"):
        listed(by, right, account)
    with refused(Conflict, "already_listed"):
        listed(by, right, account, starts_on=TODAY + timedelta(days=10))
    listed(by, right, account, starts_on=TODAY + timedelta(days=11))
    listed(by, right, account, territories=("DE",))
    listed(by, right, account, right=None)
    listed(by, right, account, gtins=(GTIN,))
    assert AuthorisedSeller.objects.count() == 5


@pytest.mark.parametrize(
    ("changes", "kind", "code"),
    [
        ({"territories": ("US",)}, Refused, "territory_out_of_reach"),
        ({"territories": ("XX",)}, Refused, "country_unknown"),
        ({"gtins": ("4006381333932",)}, Refused, "gtin_check_digit"),
        ({"gtins": ("=1+1",)}, Refused, "gtin_not_digits"),
        ({"gtins": (GTIN,) * 1001}, Refused, "too_many_gtins"),
        ({"ends_on": TODAY - timedelta(days=1), "starts_on": TODAY - timedelta(days=9)}, Refused, "already_over"),
        ({"ends_on": TODAY, "starts_on": TODAY + timedelta(days=1)}, Refused, "dates_out_of_order"),
    ],
)
def test_terms_that_cannot_be_are_refused(changes: dict[str, Any], kind: Any, code: str) -> None:
    by = owner()
    with refused(kind, code):
        listed(by, make_right(by.organisation), **changes)
    assert not AuthorisedSeller.objects.exists() and not Event.objects.filter(kind="seller.listed").exists()


def test_brand_and_right_must_be_ones_own_and_belong_together() -> None:
    by, other = owner(), owner()
    mine, theirs = make_right(by.organisation), make_right(other.organisation)
    second = make_right(by.organisation, text="FELLSTED")
    with refused(NotFound, "brand_not_found"):
        listed(by, theirs)
    with refused(NotFound, "right_not_found"):
        listed(by, mine, right=theirs)
    with refused(NotFound, "right_not_found"):
        listed(by, mine, right=second)


def test_owner_teammate_viewer_outsider_each_do_what_is_theirs() -> None:
    by = owner()
    right, entry = make_right(by.organisation), None
    entry = listed(by, right)
    teammate = actor_for_member(make_member(by.organisation, Role.AGENT))
    viewer = actor_for_member(make_member(by.organisation, Role.VIEWER))
    outsider = owner()
    assert AuthorisedSeller.objects.visible_to(viewer).count() == 1
    assert AuthorisedSeller.objects.visible_to(outsider).count() == 0
    for actor in (viewer, SYSTEM, f.reviewer()):
        with refused(Forbidden, "role_may_not"):
            registry.end_seller(actor=actor, seller=entry, now=NOW)
    with refused(NotFound, "seller_not_found"):
        registry.end_seller(actor=outsider, seller=entry, now=NOW)
    with refused(NotFound, "brand_not_found"):
        registry.change_seller(actor=by, seller=entry, terms=terms(make_right(outsider.organisation)), now=NOW)
    entry.refresh_from_db()
    assert entry.state == "listed"  # what was refused half-way ended nothing
    assert registry.end_seller(actor=teammate, seller=entry, now=NOW).state == "ended"


# --- agents


def agent_of(by: Actor, **grant: Any) -> Actor:
    member = make_member(by.organisation, Role.AGENT, authorised=False)
    authorise(by.organisation, member=member, verbs=[AgentVerb.SELLERS.value], **grant)
    return actor_for_member(member)


def test_an_agent_lists_for_what_one_authorisation_covers() -> None:
    by = owner()
    right, other = make_right(by.organisation), make_right(by.organisation, text="FELLSTED")
    bound = agent_of(by, rights=[right], territories=["DE"])
    assert listed(bound, right, territories=("DE",)).state == "listed"
    for changes in ({}, {"territories": ("DE", "FR")}, {"territories": ("FR",)}):
        with refused(Forbidden, "not_authorised"):
            listed(bound, right, **changes)
    with refused(Forbidden, "not_authorised"):
        listed(bound, right, right=None, territories=("DE",))
    with pytest.raises((NotFound, Forbidden)):
        listed(bound, other, territories=("DE",))
    elsewhere = listed(by, other)
    assert AuthorisedSeller.objects.visible_to(bound).filter(pk=elsewhere.pk).count() == 0
    beyond = listed(by, right, territories=("FR",))
    with refused(Forbidden, "not_authorised"):
        registry.end_seller(actor=bound, seller=beyond, now=NOW)


def test_an_agent_reads_what_is_listed_for_all_rights_of_a_brand_and_changes_nothing() -> None:
    by = owner()
    right = make_right(by.organisation)
    bound = agent_of(by, rights=[right])
    whole = listed(by, right, right=None)
    request = asked(make_seller(), right)
    assert list(AuthorisedSeller.objects.visible_to(bound)) == [whole], "but not what a seller asks of the brand"
    assert not registry.reaches_seller(bound, whole) and registry.reaches_seller(by, whole)
    with refused(Forbidden, "not_authorised"):
        registry.end_seller(actor=bound, seller=whole, now=NOW)
    with refused(NotFound, "seller_not_found"):
        registry.refuse_seller(actor=bound, seller=request, reason="No.", now=NOW)
    elsewhere = make_right(by.organisation, text="FELLSTED")
    listed(by, elsewhere, right=None)
    assert AuthorisedSeller.objects.visible_to(bound).count() == 1, "nothing of a brand without a right of theirs"


def test_two_authorisations_are_not_added_up() -> None:
    by = owner()
    right, other = make_right(by.organisation), make_right(by.organisation, text="FELLSTED")
    member = make_member(by.organisation, Role.AGENT, authorised=False)
    authorise(by.organisation, member=member, verbs=[AgentVerb.SELLERS.value], rights=[right], territories=["DE"])
    authorise(by.organisation, member=member, verbs=[AgentVerb.SELLERS.value], rights=[other], territories=["FR"])
    bound = actor_for_member(member)
    with refused(Forbidden, "not_authorised"):
        listed(bound, right, territories=("FR",))
    assert listed(bound, right, territories=("DE",)).state == "listed"


def test_an_agent_without_that_verb_and_an_agency_without_a_principal_list_nothing() -> None:
    by = owner()
    right = make_right(by.organisation)
    member = make_member(by.organisation, Role.AGENT, authorised=False)
    authorise(by.organisation, member=member, verbs=[AgentVerb.FILE.value])
    with refused(Forbidden, "role_may_not"):
        listed(actor_for_member(member), right)
    agency = make_organisation("Marks & Co", kind=OrganisationKind.AGENCY)
    with refused(Forbidden, "principal_missing"):
        listed(actor_for_member(make_member(agency)), right)


# --- asking


def test_a_seller_asks_and_is_answered_with_mails_to_both_sides(run_outbox: Callable[[], Any]) -> None:
    membership = make_member(role=Role.ADMINISTRATOR)
    by = actor_for_member(membership)
    right, account, holder = make_right(by.organisation), make_seller("fjall.outdoor"), make_user()
    account.holders.add(holder)
    request = asked(account, right, message="Since 2019 <b>we</b> buy from you.")
    assert (request.state, request.organisation, request.covers(TODAY)) == ("asked", by.organisation, False)
    run_outbox()
    (told,) = mail.outbox
    assert told.to == [membership.user.email] and "@fjall.outdoor" in told.subject
    assert "Since 2019 <b>we</b> buy" in told.body and f"/authorised-sellers/{request.public_id}/" in told.body
    registry.accept_seller(actor=by, seller=request, terms=terms(right, territories=("DE",)), now=NOW)
    run_outbox()
    answer = mail.outbox[-1]
    assert answer.to == [holder.email] and "In DE." in answer.body and "/selling/" in answer.body
    request.refresh_from_db()
    assert request.covers(TODAY) and request.right == right
    changed = registry.change_seller(actor=by, seller=request, terms=terms(right), now=NOW)
    registry.end_seller(actor=by, seller=changed, now=NOW)
    run_outbox()
    subjects = [message.subject.split("@fjall.outdoor")[-1] for message in mail.outbox if message.to == [holder.email]]
    assert subjects == [" as an authorised seller", " as an authorised seller", " no more"]


def test_a_refusal_has_a_reason_that_the_seller_reads(run_outbox: Callable[[], Any]) -> None:
    by, account, holder = owner(), make_seller(), make_user()
    right = make_right(by.organisation)
    account.holders.add(holder)
    request = asked(account, right)
    with refused(Refused, "reason_missing"):
        registry.refuse_seller(actor=by, seller=request, reason=" ", now=NOW)
    registry.refuse_seller(actor=by, seller=request, reason="Your contract ended in May.", now=NOW)
    with refused(Conflict, "wrong_state"):
        registry.accept_seller(actor=by, seller=request, terms=terms(right), now=NOW)
    run_outbox()
    assert mail.outbox[-1].to == [holder.email] and "Your contract ended in May." in mail.outbox[-1].body
    assert "contract" not in str(Event.objects.get(kind="seller.refused").payload)
    assert asked(account, right).state == "asked"  # a seller may try again


def test_an_unasked_entry_sends_no_mail(run_outbox: Callable[[], Any]) -> None:
    by = owner()
    registry.end_seller(actor=by, seller=listed(by, make_right(by.organisation)), now=NOW)
    run_outbox()
    assert mail.outbox == []


def test_only_the_holder_asks_and_takes_back() -> None:
    by, account, holder = owner(), make_seller(), make_user()
    right, stranger = make_right(by.organisation), Actor(kind=ActorKind.MEMBER, user=make_user())
    for actor in (stranger, by, SYSTEM, f.reviewer(), Actor(kind=ActorKind.RESPONDENT, user=holder)):
        with refused(NotFound, "account_not_found"):
            registry.ask_to_be_listed(actor=actor, account=account, brand=right.brand, message="Please.", now=NOW)
    account.holders.add(holder)
    request = asked(account, right)
    with refused(NotFound, "account_not_found"):
        registry.take_request_back(actor=stranger, seller=request, now=NOW)
    with refused(Conflict, "already_asked"):
        asked(account, right)
    me = Actor(kind=ActorKind.MEMBER, user=holder)
    assert registry.take_request_back(actor=me, seller=request, now=NOW).state == "ended"
    with refused(Conflict, "already_answered"):
        registry.take_request_back(actor=me, seller=request, now=NOW)


def test_a_request_needs_words_and_a_pace_and_no_entry_already() -> None:
    by, account = owner(), make_seller()
    right = make_right(by.organisation)
    account.holders.add(make_user())
    with refused(Refused, "message_missing"):
        asked(account, right, message=" \x00 ")
    with refused(Refused, "too_long"):
        asked(account, right, message="x" * 2001)
    listed(by, right, account, right=None)
    with refused(Conflict, "already_listed"):
        asked(account, right)
    for number in range(20):
        asked(account, make_right(by.organisation, text=f"MARK {number}"))
    with refused(Refused, "too_many_requests"):
        asked(account, make_right(by.organisation, text="ONE MORE"))


def test_an_acceptance_is_for_the_brand_that_was_asked() -> None:
    by, account = owner(), make_seller()
    request = asked(account, make_right(by.organisation))
    with refused(Refused, "other_brand"):
        registry.accept_seller(
            actor=by, seller=request, terms=terms(make_right(by.organisation, text="FELLSTED")), now=NOW
        )


def test_the_database_keeps_one_open_request_a_brand() -> None:
    by, account = owner(), make_seller()
    request = asked(account, make_right(by.organisation))
    with pytest.raises(IntegrityError), transaction.atomic():
        AuthorisedSeller.objects.create(
            organisation=by.organisation, brand=request.brand, account=account, starts_on=TODAY, state="asked",
            created_at=NOW,
        )  # fmt: skip


# --- which account, which brand


def test_an_account_is_found_by_id_handle_or_link_and_never_by_a_shops_name() -> None:
    account = an_account("fjall.outdoor", marketplace_id="SA-24807", title="Fjäll Outdoor Shop")
    for text in ("SA-24807", "sa24807", "@fjall.outdoor", "fjall.outdoor", "https://shop.example/@fjall.outdoor?x=1"):
        assert find_account(text) == account
    for text in ("Fjäll Outdoor Shop", "Fjall Outdoor", "Outdoor", "", "   ", "<script>", "=cmd()", "@fjal.outdoor"):
        with refused(Refused, "account_unknown"):
            find_account(text)
    assert "name of a shop does not count" in find_accounts(["Fjäll Outdoor Shop"])[0].message
    assert "Did you mean @fjall.outdoor" in find_accounts(["@fjal.outdoor"])[0].message
    assert "another site" in find_accounts(["https://elsewhere.test/@fjall.outdoor"])[0].message


def test_a_listing_is_no_account_and_a_deactivated_one_is_said_so() -> None:
    listing = a_listing("61004444")
    gone = make_seller("gone.shop", state="deactivated")
    found = find_accounts([listing.marketplace_id, f"@{gone.handle}", f"@{gone.handle}"])
    assert "is a listing" in found[0].message
    assert [each.message for each in found[1:]] == ["This account was deactivated."] * 2


def test_a_brand_is_found_by_its_exact_name_where_one_organisation_has_it() -> None:
    by, other, user = owner(), owner(), make_user()
    right = make_right(by.organisation, text="TARNFELL")
    make_right(other.organisation, text="FELLSTED")
    make_right(by.organisation, text="FELLSTED")
    make_right(other.organisation, text="HALDEN", state="in_review", verified_at=None)
    assert find_brand(user, " tarnfell ") == (right.brand, None)
    for text in ("TARN", "HALDEN", "nothing", "", "D-2026-000001"):
        with refused(Refused, "brand_unknown"):
            find_brand(user, text)
    with refused(Refused, "brand_not_clear"):
        find_brand(user, "Fellsted")


# --- asking for many at once


def test_authorisations_of_500_accounts_are_one_query() -> None:
    by = owner()
    right = make_right(by.organisation)
    accounts = [make_seller() for _each in range(40)]
    for account in accounts[:30]:
        listed(by, right, account)
    with CaptureQueriesContext(connection) as seen:
        found = authorisations_for(
            [account.pk for account in accounts] * 20, organisation=by.organisation, rights=[right], today=TODAY
        )
    assert len(seen) == 1 and len(found) == 30
    assert authorisations_for([], organisation=by.organisation, today=TODAY) == {}


@pytest.mark.parametrize(
    ("changes", "asked_for", "covers"),
    [
        ({}, {}, True),
        ({"right": None}, {}, True),
        ({"territories": ("DE",)}, {"market": "DE"}, True),
        ({"territories": ("SE",)}, {"market": "DE"}, False),
        ({"gtins": (GTIN,)}, {"gtin": "04006381333931"}, True),
        ({"gtins": (GTIN,)}, {"gtin": "4006381 333931"}, True),
        ({"gtins": (GTIN,)}, {"gtin": "96385074"}, False),
        ({"gtins": (GTIN,)}, {"gtin": ""}, False),
        ({"gtins": (GTIN,)}, {"gtin": "not a number"}, False),
        ({"starts_on": TODAY + timedelta(days=1)}, {}, False),
        ({"ends_on": TODAY}, {}, True),
    ],
)
def test_an_entry_covers_its_right_market_product_and_days(
    changes: dict[str, Any], asked_for: dict[str, str], covers: bool
) -> None:
    by = owner()
    right = make_right(by.organisation)
    entry = listed(by, right, **changes)
    found = authorisations_for([entry.account_id], organisation=by.organisation, rights=[right], today=TODAY)
    values: dict[str, Any] = {"market": "DE", "gtin": ""} | asked_for
    assert bool(covering(found.get(entry.account_id, []), right=right, **values)) is covers
    narrowed = authorisations_for([entry.account_id], organisation=by.organisation, today=TODAY, **values)
    assert bool(narrowed) is covers


def test_nothing_else_covers() -> None:
    by, other = owner(), owner()
    right, sibling = make_right(by.organisation), make_right(by.organisation, office="GB")
    account = make_seller()
    listed(by, right, account)
    ask: dict[str, Any] = {"organisation": by.organisation, "today": TODAY}
    found = authorisations_for([account.pk], rights=[right, sibling], **ask)[account.pk]
    assert covering(found, right=sibling, market="DE") is None
    assert authorisations_for([account.pk], rights=[sibling], **ask) == {}
    assert authorisations_for([account.pk], organisation=other.organisation, today=TODAY) == {}
    asked(make_seller(), right)
    registry.end_seller(actor=by, seller=found[0], now=NOW)
    assert authorisations_for([account.pk], **ask) == {}


def test_the_entry_that_lasts_longest_speaks() -> None:
    by, account = owner(), make_seller("fjall.outdoor")
    right = make_right(by.organisation)
    short = listed(by, right, account, ends_on=TODAY + timedelta(days=5))
    last = date_format(TODAY + timedelta(days=5), "j M Y")
    assert says(short) == f"@fjall.outdoor is an authorised seller of Tarnfell until {last}."
    open_ended = listed(by, right, account, right=None)
    assert says(open_ended) == "@fjall.outdoor is an authorised seller of Tarnfell, without a last day."
    found = authorisations_for([account.pk], organisation=by.organisation, rights=[right], today=TODAY)
    assert covering(found[account.pk], right=right, market="DE") == open_ended
