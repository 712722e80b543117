"""The register names another owner than declared: nothing is filed before a person has looked, and everybody knows."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from brands import registry
from brands.models import IPRight, RegisterRecord
from portal.accounts.actors import SYSTEM
from portal.errors import Conflict, Forbidden, Refused
from portal.ledger.events import verify
from portal.ledger.models import Delivery
from portal.ledger.outbox import run_until_empty
from tests.accounts.factories import make_staff, signed_in
from tests.brands import factories as f
from tests.brands.test_keeping import fresh, kinds, recorded

pytestmark = pytest.mark.django_db
NEW_OWNER = "Somebody Else Holdings Inc."


def changed(right: IPRight, owner: str = NEW_OWNER, days: int = 0) -> IPRight:
    """The register names `owner` now, and the right was compared with it."""
    now = f.NOW + timedelta(days=days, hours=1)
    if not RegisterRecord.objects.filter(application_number=right.application_number).exists():
        recorded(right)
    record = RegisterRecord.objects.filter(application_number=right.application_number)
    record.update(owner_name=owner, owners=[], as_of=now.date())
    registry.recheck(actor=SYSTEM, right=right, now=now)
    return fresh(right)


def test_another_owner_stops_filing_with_a_reason_and_tells_the_holder_once() -> None:
    right = f.approved(f.actor("administrator"))
    run_until_empty()
    after = changed(right)
    usable = after.usable(f.TODAY)
    assert after.state == "approved" and (usable.ok, usable.code) == (False, "owner_differs")
    assert NEW_OWNER in usable.reason and not IPRight.objects.live(f.TODAY).filter(pk=right.pk).exists()
    changed(right)
    run_until_empty()
    assert kinds(right).count("right.differs") == 1 and not verify(("right", right.pk))
    assert Delivery.objects.filter(event__kind="right.differs").count() == 1


def test_a_name_that_is_nearly_the_same_is_no_other_owner() -> None:
    right = f.approved(f.actor())
    assert changed(right, "TARNFELL OUTDOOR Aktiebolag").usable(f.TODAY).ok and "right.differs" not in kinds(right)


def test_the_declared_owner_again_ends_it_by_itself() -> None:
    right = f.approved(f.actor())
    changed(right)
    after = changed(right, right.owner_name, days=1)
    assert after.usable(f.TODAY).ok and after.other_owner == "" and kinds(right)[-1] == "right.agrees"


def test_the_desk_accepts_one_name_with_a_note_and_no_other() -> None:
    right = f.approved(f.actor())
    changed(right)
    by = f.reviewer()
    with pytest.raises(Refused):
        registry.accept_owner(actor=by, right=right, owner=NEW_OWNER, note=" ", now=f.NOW)
    with pytest.raises(Conflict):
        registry.accept_owner(actor=by, right=right, owner="Another GmbH", note="Seen.", now=f.NOW)
    for actor in (f.reviewer("auditor"), f.actor(organisation=right.organisation)):
        with pytest.raises(Forbidden):
            registry.accept_owner(actor=actor, right=right, owner=NEW_OWNER, note="Seen.", now=f.NOW)
    registry.accept_owner(actor=by, right=right, owner=NEW_OWNER, note="Its parent company.", now=f.NOW)
    assert fresh(right).usable(f.TODAY).ok and kinds(right)[-1] == "right.owner_accepted"
    kept = right.verifications.order_by("-id").first()
    assert kept is not None and (kept.outcome, kept.reason) == ("confirmed", "Its parent company.")
    assert changed(right, days=1).usable(f.TODAY).ok, "what was accepted stays accepted"
    assert not changed(right, "A Third Company Ltd", days=2).usable(f.TODAY).ok
    with pytest.raises(Conflict):
        registry.accept_owner(actor=by, right=fresh(right), owner="", note="Seen.", now=f.NOW)


def test_an_approval_with_a_note_covers_the_difference_seen_then() -> None:
    right = f.in_review(f.actor())
    recorded(right, owner_name=NEW_OWNER)
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW)
    with pytest.raises(Refused) as refusal:
        registry.approve(actor=f.reviewer(), right=right, now=f.NOW)
    assert refusal.value.code == "note_missing"
    registry.approve(actor=f.reviewer(), right=right, note="A licence is recorded.", now=f.NOW)
    assert changed(right).usable(f.TODAY).ok and "right.differs" not in kinds(right)
    assert not changed(right, "A Third Company Ltd", days=1).usable(f.TODAY).ok


def test_another_owner_needs_a_note_in_the_grace_period_too() -> None:
    right = f.in_review(f.actor(), expiry_date=f.TODAY - timedelta(days=20))
    recorded(right, owner_name=NEW_OWNER, status="lapsed_in_grace")
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW)
    with pytest.raises(Refused) as refusal:
        registry.approve(actor=f.reviewer(), right=fresh(right), now=f.NOW)
    assert refusal.value.code == "note_missing" and "Somebody" not in str(refusal.value.field)


def test_a_record_older_than_the_approval_says_nothing_new_about_the_owner() -> None:
    right = f.approved(f.actor())
    recorded(right, owner_name=NEW_OWNER, as_of=f.TODAY - timedelta(days=400))
    registry.recheck(actor=SYSTEM, right=right, now=f.NOW)
    assert fresh(right).usable(f.TODAY).ok


def test_taken_back_and_corrected_it_goes_through_the_desk_anew() -> None:
    owner = f.actor()
    right = f.approved(owner)
    changed(right)
    after = registry.reopen(actor=owner, right=fresh(right), now=f.NOW)
    assert (after.state, after.other_owner, after.accepted_owner) == ("draft", "", "")


def test_the_name_and_the_day_it_was_found_stand_together() -> None:
    right = f.approved(f.actor())
    with pytest.raises(IntegrityError), transaction.atomic():
        IPRight.objects.filter(pk=right.pk).update(other_owner="X")


def test_what_was_approved_before_keeps_its_accepted_owner_and_learns_the_registers_end() -> None:
    ends = f.TODAY + timedelta(days=90)
    noted, agreed = f.in_review(f.actor()), f.in_review(f.actor())
    for right, owner in ((noted, NEW_OWNER), (agreed, agreed.owner_name)):
        recorded(right, owner_name=owner, expiry_date=ends)
        registry.recheck(actor=SYSTEM, right=right, now=f.NOW)
        registry.approve(actor=f.reviewer(), right=right, note="Seen.", now=f.NOW)
    IPRight.objects.update(accepted_owner="", register_expiry=None)
    import_module("brands.migrations.0009_take_over_what_is_known").take_over(apps, None)
    assert (fresh(noted).accepted_owner, fresh(agreed).accepted_owner) == (NEW_OWNER, "")
    assert fresh(noted).register_expiry == fresh(agreed).register_expiry == ends


def test_the_holder_sees_it_in_the_list_on_the_page_and_on_the_dashboard(client: Client) -> None:
    member = f.member("administrator")
    right = f.approved(f.actor("administrator", member.organisation))
    changed(right)
    signed_in(client, member.user)
    for address in (
        reverse("brands:list"),
        reverse("brands:right", args=[right.public_id]),
        reverse("complaints:dashboard"),
    ):
        assert NEW_OWNER in client.get(address).content.decode(), address


def test_the_desk_finds_it_in_its_queue_and_accepts_it_there(client: Client) -> None:
    calm, right = f.approved(f.actor()), f.approved(f.actor())
    changed(right)
    signed_in(client, make_staff("reviewer"))
    queue = client.get(reverse("admin:brands_ipright_changelist")).content.decode()
    assert f"/ipright/{right.pk}/" in queue and f"/ipright/{calm.pk}/" not in queue
    address = reverse("admin:brands_ipright_change", args=[right.pk])
    assert f'name="owner" value="{NEW_OWNER}"' in client.get(address).content.decode()
    post = {"what": "accept_owner", "owner": NEW_OWNER, "reason": "Its parent company."}
    answer = client.post(reverse("admin:brands_ipright_keep", args=[right.pk]), post)
    assert answer.status_code == 302 and fresh(right).usable(f.TODAY).ok
    assert "Accept this owner" not in client.get(address).content.decode()
