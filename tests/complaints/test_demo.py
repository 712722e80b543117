"""The demo: whole, the same each time, only in development, and every printed way in works."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.apps import apps
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.utils import timezone

from brands import renewals
from brands.agents import standing_of
from brands.gtin import same_form
from brands.models import Authorisation, AuthorisedSeller, IPRight, Renewal
from brands.registry import check_against_register
from complaints import figures
from complaints.demo import market, steps
from complaints.models import Complaint, Item, Measure, SigningMandate
from complaints.snapshots import is_whole
from complaints.states import ComplaintState
from portal.accounts.actors import member_actor_for
from portal.accounts.holds import people
from portal.accounts.models import Hold, Membership, Organisation, User
from portal.api import keys
from portal.api.models import Scope
from portal.identity.models import IdentityCheck, IdentityDocument, RecoveryRequest
from portal.ledger.mailbox import list_messages
from portal.ledger.models import OutboxMessage
from portal.marketplace.models import Listing, Target

EMAILS = [
    f"{name}@demo.test"
    for name in (
        "owner", "agent", "viewer", "outsider", "reviewer", "senior", "policy", "auditor", "admin", "seller",
        "applicant", "agency", "partner", "deputy",
    )
]  # fmt: skip
STAFF = {"reviewer@demo.test", "senior@demo.test", "policy@demo.test", "auditor@demo.test", "admin@demo.test"}


def run(*options: str) -> str:
    out = io.StringIO()
    with override_settings(DEBUG=True, EMAIL_BACKEND="portal.ledger.mailbox.FileBackend"):
        call_command("demo", *options, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """Seeds once for this file, and takes everything away again at its end."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield json.loads(run("--json"))
        transaction.set_rollback(True)


pytestmark = pytest.mark.usefixtures("told", "db")


def rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_a_second_run_changes_nothing_and_says_the_same(told: dict[str, Any]) -> None:
    before = rows()
    begun = time.perf_counter()
    assert json.loads(run("--json")) == told
    assert time.perf_counter() - begun < 1
    assert rows() == before


def test_the_json_says_all_that_a_reader_and_quickstart_need(told: dict[str, Any]) -> None:
    assert [account["email"] for account in told["accounts"]] == EMAILS
    assert {account["email"] for account in told["accounts"] if "totp_secret" in account} == STAFF
    assert all(account["password"] and account["role"] and account["door"] for account in told["accounts"])
    assert told["address"].startswith("http") and told["try"] and told["try_first"]
    assert SigningMandate.objects.in_force(timezone.now()).get().public_id.hex == told["mandate"].replace("-", "")


def test_people_read_the_same_and_quiet_says_nothing(told: dict[str, Any]) -> None:
    text = run()
    for wanted in (*EMAILS, told["api_key"], told["mandate"], told["accounts"][4]["totp_secret"]):
        assert wanted in text
    assert run("--quiet") == ""


def test_it_refuses_outside_development() -> None:
    with override_settings(DEBUG=False), pytest.raises(CommandError, match="for development") as refused:
        call_command("demo")
    assert refused.value.returncode == 1


@pytest.mark.parametrize("email", EMAILS)
def test_each_account_can_sign_in(told: dict[str, Any], email: str) -> None:
    facts = next(account for account in told["accounts"] if account["email"] == email)
    answer = Client().post("/accounts/login/", {"login": email, "password": facts["password"]})
    assert answer.status_code == 302
    assert ("2fa" in answer["Location"]) is (email in STAFF)


def test_the_printed_second_factors_are_the_ones_that_count(told: dict[str, Any]) -> None:
    for facts in told["accounts"]:
        if "totp_secret" in facts:
            code = format_hotp_value(hotp_value(facts["totp_secret"], int(time.time()) // 30))
            row = Authenticator.objects.get(user__email=facts["email"], type="totp")
            assert TOTP(row).validate_code(code)
            assert steps.code_of(facts["totp_secret"]).isdigit()


def test_a_new_site_key_mends_factors_and_key(told: dict[str, Any]) -> None:
    with override_settings(SECRET_KEY="another-" + "k" * 60):
        again = json.loads(run("--json"))
        assert again["api_key"] != told["api_key"]
        assert keys.find(again["api_key"], now=timezone.now()) is not None
        test_the_printed_second_factors_are_the_ones_that_count(again)


def test_the_key_works_with_every_scope(told: dict[str, Any]) -> None:
    found = keys.find(told["api_key"], now=timezone.now())
    assert found is not None
    assert found[0].organisation.name == "Tarnfell Outdoor AB"
    assert set(found[0].scopes) == set(Scope.values)


def test_every_state_of_a_complaint_is_there() -> None:
    there = set(Complaint.objects.values_list("state", flat=True))
    assert there == set(ComplaintState)
    assert set(Measure.objects.values_list("state", flat=True)) == {"confirmed", "refused", "partial", "undone"}


def test_the_dashboard_has_seven_weeks_to_show() -> None:
    owner = member_actor_for(Membership.objects.get(user__email="owner@demo.test"))
    weeks = figures.per_week(owner, timezone.now())
    assert sum(sum(number for _css, number in week["parts"]) > 0 for week in weeks) >= 6
    seen = figures.figures(owner, timezone.now())
    assert seen.decided >= 20 and seen.to_decision and seen.to_removal


def test_the_queue_has_work_with_different_due_times() -> None:
    due = [case.due_at for case in Complaint.objects.filter(state="queued").order_by("due_at")]
    assert len(due) >= 6 and len(set(due)) == len(due)
    assert 0 < (due[0] - timezone.now()).total_seconds() < 30 * 60
    assert Complaint.objects.filter(state="queued", source="public").exists()


def test_history_is_in_order_and_whole() -> None:
    for item in Item.objects.filter(complaint__submitted_at__isnull=False).select_related(
        "target", "complaint", "snapshot"
    ):
        assert item.target.created_at < item.complaint.submitted_at
        assert is_whole(item.snapshot)
    call_command("verify_ledger", stdout=io.StringIO())


def test_the_first_offers_of_the_documentation_stay_free() -> None:
    assert Target.objects.filter(marketplace_id__in=market.FREE_IDS, state="live").count() == len(market.FREE_IDS)
    assert not Item.objects.filter(target__marketplace_id__in=market.FREE_IDS).exists()
    assert not Complaint.objects.filter(lines__contains="88120431").exists()


def test_the_register_can_be_seen_to_agree_to_have_lapsed_and_to_name_another() -> None:
    samples = IPRight.objects.filter(organisation__name="Register samples (demo)").order_by("id")
    assert [check_against_register(right).result for right in samples] == ["match", "lapsed", "owner_mismatch"]
    assert {right.state for right in samples} == {"in_review"}
    ours = IPRight.objects.filter(organisation__name="Tarnfell Outdoor AB")
    today = timezone.now().date()
    assert {right.usable(today).code for right in ours} == {"live", "pending", "not_approved", "expired"}
    assert {right.state for right in ours} == {"approved", "in_review", "rejected", "draft"}


def test_the_outbox_is_empty_and_the_mailbox_readable() -> None:
    assert not OutboxMessage.objects.exclude(state="done").exists()
    letters = list_messages()
    assert 5 <= len(letters) <= 20
    assert any("seller@demo.test" in letter.to for letter in letters)


def test_the_desk_has_organisations_in_every_state_of_their_check() -> None:
    states = dict(Organisation.objects.values_list("name", "state"))
    ours = {name: states[name] for name in ("Tarnfell Outdoor AB", "Lumora Skin SAS")}
    assert set(ours.values()) == {"approved"} and IdentityCheck.objects.filter(organisation__name__in=ours).count() == 2
    assert IdentityDocument.objects.there().filter(organisation__name__in=ours).count() == 2
    assert (states["Bergvall Keramik AB"], states["Quillon Audio Ltd"]) == ("in_review", "rejected")
    assert RecoveryRequest.objects.waiting().count() == 1


def test_a_new_administrator_is_on_hold_and_the_owner_can_settle_it() -> None:
    [hold] = Hold.objects.open()
    owner = member_actor_for(Membership.objects.get(user__email="owner@demo.test"))
    assert people.may_approve(owner, hold) and people.may_stop(owner, hold)
    assert owner.can_manage and owner.can_file, "the owner's own story goes on"
    assert hold.membership.user.email == "deputy@demo.test"
    assert Hold.objects.filter(state="released", membership__user__email="partner@demo.test").exists()
    assert any(letter.subject.startswith("On hold at Tarnfell") for letter in list_messages(to="owner@demo.test"))


def test_the_agency_acts_for_two_principals_and_asks_for_more() -> None:
    agency = member_actor_for(Membership.objects.get(user__email="agency@demo.test"))
    today = timezone.now().date()
    tarnfell, lumora = sorted(standing_of(agency, today), key=lambda each: each.principal.name, reverse=True)
    assert (tarnfell.principal.name, lumora.principal.name) == ("Tarnfell Outdoor AB", "Lumora Skin SAS")
    assert tarnfell.countries and not tarnfell.all_rights and lumora.all_rights and not lumora.countries
    assert (tarnfell.until - today).days == 21
    assert (
        IPRight.objects.visible_to(tarnfell.actor).count()
        == 2
        < IPRight.objects.filter(organisation=tarnfell.principal).count()
    )
    assert Complaint.objects.filter(agency=agency.organisation).count() == 2
    owner = member_actor_for(Membership.objects.get(user__email="owner@demo.test"))
    assert Authorisation.objects.visible_to(owner).filter(state="asked").count() == 1


def test_tenants_are_apart_and_the_samples_account_cannot_sign_in() -> None:
    assert Complaint.objects.filter(organisation__name="Lumora Skin SAS").count() >= 2
    assert Organisation.objects.count() == 6
    assert not User.objects.get(email="register@demo.test").has_usable_password()


def test_terms_end_soon_and_sellers_are_listed_ask_and_have_product_numbers() -> None:
    ours = Organisation.objects.get(name="Tarnfell Outdoor AB")
    listed = renewals.rows(IPRight.objects.filter(organisation=ours), today=timezone.now().date())
    assert {row.state.value for row in listed} >= {"window", "grace"} and len(listed) >= 5
    assert {"tm.10y", "tm.us.s8"} <= {row.deadline.rule for row in listed}
    assert Renewal.objects.waiting().count() == 1
    states = AuthorisedSeller.objects.filter(organisation=ours).order_by("id").values_list("state", flat=True)
    assert list(states) == ["listed", "listed", "asked"]
    part = AuthorisedSeller.objects.exclude(gtins=[]).get()
    known = [same_form(gtin) for gtin in Listing.objects.exclude(gtin="").values_list("gtin", flat=True)]
    assert len(known) > 20 and "" not in known and set(part.gtins) <= set(known)
