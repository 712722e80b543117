"""What a filing froze: a manifest in the chain, rows that the database keeps, and a proof that finds changes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from complaints import casework, manifests, proving
from complaints.bench import stage
from complaints.models import Evidence, Item, Manifest, Signature, Snapshot
from complaints.snapshots import canonical, content_of, digest_of, is_whole
from portal.accounts.actors import member_actor_for
from portal.accounts.models import Role
from portal.ledger import seal
from portal.ledger.models import Event
from portal.ledger.proving import Tally
from portal.marketplace import catalogue
from portal.marketplace.models import Target
from tests.accounts.factories import make_member
from tests.complaints.factories import (
    Case,
    make_draft,
    make_filed_complaint,
    make_listing,
    make_right,
    make_seller,
    sign,
    upload,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def unsealed(db: None) -> Iterator[None]:
    """What somebody with full rights on the database could do."""
    seal.unseal(connection)
    yield
    seal.seal(connection)


def faults() -> list[str]:
    return [str(fault) for fault in proving.prove(Tally())]


def with_evidence() -> Case:
    membership = make_member(role=Role.RIGHTS_OWNER)
    owner = member_actor_for(membership)
    right, targets = make_right(membership.organisation), [make_listing(), make_listing()]
    draft = make_draft(owner, right, targets)
    casework.add_evidence(actor=owner, complaint_id=draft.pk, upload=upload(), now=timezone.now())
    filed = casework.submit(actor=owner, complaint_id=draft.pk, signing=sign(owner), now=timezone.now())
    return Case(filed, owner, membership, right, make_seller(), targets)


def submitted(case: Case) -> Event:
    return Event.objects.get(kind="complaint.submitted", stream_id=str(case.complaint.pk))


def test_the_manifest_lists_every_hash_and_its_own_is_in_the_chain() -> None:
    case = with_evidence()
    manifest = case.complaint.manifest
    assert manifest.sha256 == manifests.digest_of(Manifest.objects.get().content) == submitted(case).payload["manifest"]
    shots = {item.pk: item.snapshot for item in case.items}
    assert {row["item"]: row["snapshot"] for row in manifest.content["items"]} == {
        pk: shot.sha256 for pk, shot in shots.items()
    }
    assert all(row["picture"] == shots[row["item"]].picture.sha256 for row in manifest.content["items"])
    [paper], [right] = manifest.content["evidence"], manifest.content["rights"]
    assert paper["sha256"] == Evidence.objects.get().file.sha256
    assert (right["right"], right["register_status"]) == (str(case.right.public_id), "registered")
    assert manifest.content["signature"]["notice_sha256"] == Signature.objects.get().notice_sha256


def test_it_names_no_person() -> None:
    case = with_evidence()
    text = canonical(case.complaint.manifest.content).decode()
    assert case.owner.user.name not in text and case.owner.user.email not in text


def test_an_untouched_ledger_is_whole(run_outbox: Any) -> None:
    with_evidence()
    make_filed_complaint(items=2)
    out = io.StringIO()
    call_command("verify_ledger", stdout=out)
    assert "2 manifests" in out.getvalue() and "4 snapshots" in out.getvalue()


@pytest.mark.parametrize("model", [Snapshot, Manifest])
def test_the_database_itself_refuses_to_change_or_remove_them(model: Any) -> None:
    make_filed_complaint(items=1)
    rows = model.objects.all()
    for change in (lambda: rows.update(sha256="0" * 64), rows.delete):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()
    assert rows.count() == 1


def test_a_complaint_cannot_be_removed_from_under_them() -> None:
    case = make_filed_complaint(items=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Item.objects.filter(complaint=case.complaint).delete()


def test_a_timestamp_is_filled_in_once_and_nothing_else_with_it() -> None:
    make_filed_complaint(items=1)
    rows, now = Manifest.objects.all(), timezone.now()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        rows.update(token=b"1", token_at=now, sha256="0" * 64)
    assert rows.update(token=b"1", token_at=now) == 1
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        rows.update(token=b"2")


def _edit_content(case: Case) -> None:
    shot = case.items[0].snapshot
    Snapshot.objects.filter(pk=shot.pk).update(content=shot.content | {"price": "1.00"})


def _forge_snapshot(case: Case) -> None:
    shot = case.items[0].snapshot
    content = shot.content | {"price": "1.00"}
    digest = digest_of(content, shot.picture.sha256, shot.taken_at)
    Snapshot.objects.filter(pk=shot.pk).update(content=content, sha256=digest)


def _forge_manifest(case: Case) -> None:
    manifest = case.complaint.manifest
    content = manifest.content | {"reason": "impersonation"}
    Manifest.objects.update(content=content, sha256=manifests.digest_of(content))


def _swap_picture(case: Case) -> None:
    path = Path(case.items[0].snapshot.picture.clean_file.path)
    path.chmod(0o600)
    path.write_bytes(b"another")


TOUCHED: list[tuple[Callable[[Case], Any], str]] = [
    (_edit_content, "is not what was hashed"),
    (_forge_snapshot, "is not the one in the manifest"),
    (lambda case: Snapshot.objects.filter(item=case.item_ids[0]).delete(), "is missing"),
    (_forge_manifest, "is not the one that event 1 of its chain names"),
    (lambda case: Manifest.objects.all().delete(), "its manifest is missing"),
    (lambda case: Evidence.objects.all().delete(), "the evidence"),
    (lambda case: Signature.objects.update(notice_sha256="0" * 64), "its signature"),
    (_swap_picture, "the picture of item"),
]


@pytest.mark.parametrize(("touch", "word"), TOUCHED)
def test_whatever_is_changed_behind_the_triggers_is_named(
    unsealed: None, touch: Callable[[Case], Any], word: str
) -> None:
    case = with_evidence()
    touch(case)
    assert word in faults()[0] and f"complaint:{case.complaint.pk}" in faults()[0]
    with pytest.raises(CommandError, match="broken in") as refused:
        call_command("verify_ledger", stderr=io.StringIO())
    assert refused.value.returncode == 1


def test_a_manifest_that_no_chain_names_is_found(unsealed: None) -> None:
    case = make_filed_complaint(items=1)
    Event.objects.filter(stream_id=str(case.complaint.pk)).delete()
    assert "that its chain does not name" in faults()[0]


def test_a_filing_of_before_there_were_manifests_is_proven_as_it_was_chained(unsealed: None) -> None:
    case = make_filed_complaint(items=2)
    event = submitted(case)
    before = manifests.digest_before(item.snapshot.sha256 for item in case.items)
    Event.objects.filter(pk=event.pk).update(payload=event.payload | {"manifest": before})
    Manifest.objects.all().delete()
    assert faults() == []
    Snapshot.objects.filter(item=case.item_ids[0]).delete()
    assert "its manifest is missing" in faults()[0]


def test_missing_triggers_are_named_and_come_back_by_command(unsealed: None) -> None:
    make_filed_complaint(items=1)
    with pytest.raises(CommandError, match="complaints_snapshot_no") as refused:
        call_command("verify_ledger")
    assert refused.value.returncode == 1
    call_command("seal_ledger", stdout=io.StringIO())
    call_command("verify_ledger", stdout=io.StringIO())


def test_times_and_pinned_products_are_frozen_and_listed() -> None:
    membership = make_member(role=Role.RIGHTS_OWNER)
    owner, now = member_actor_for(membership), timezone.now()
    pinned = make_listing()
    stream = catalogue.create_livestream(
        marketplace_id="LV-99002", title="Sale", owner=make_seller(), market="DE", started_at=now, now=now,
        pinned=[pinned],
    )  # fmt: skip
    draft = make_draft(owner, make_right(membership.organisation), [stream])
    filed = casework.submit(actor=owner, complaint_id=draft.pk, signing=sign(owner), now=now)
    item = filed.items.get()
    assert item.snapshot.content["pinned"] == [pinned.marketplace_id]
    item.from_second, item.to_second = 75, 90
    frozen = content_of(item)
    assert (frozen["from_second"], frozen["to_second"]) == (75, 90)
    listed = manifests.compose(filed, [item], [item.snapshot], now=now)["items"][0]
    assert (listed["from_second"], listed["to_second"]) == (75, 90)


def test_a_picture_that_is_gone_stops_no_filing_and_is_said() -> None:
    membership = make_member(role=Role.RIGHTS_OWNER)
    owner, target = member_actor_for(membership), make_listing()
    Path(target.picture.path).unlink()
    draft = make_draft(owner, make_right(membership.organisation), [target])
    filed = casework.submit(actor=owner, complaint_id=draft.pk, signing=sign(owner), now=timezone.now())
    shot = filed.items.get().snapshot
    assert shot.picture is None and shot.content["picture_missing"] == "gone" and is_whole(shot)


def test_equal_pictures_are_kept_once() -> None:
    case = make_filed_complaint(items=3)  # the factory gives every listing the same picture
    assert len({item.snapshot.picture_id for item in case.items}) == 1


def test_filing_500_items_with_pictures_takes_the_statements_of_50_and_40_at_most() -> None:
    tenant = stage.tenant()
    counts = []
    for size in (50, 500):
        draft = stage.begin(tenant, stage.listings(tenant, size, pictures=True))
        signing = stage.signed(tenant, draft)
        counts.append(stage.measure(lambda: stage.submit(tenant, draft, signing)).queries)  # noqa: B023 - called at once
    assert counts[0] == counts[1] <= 40
    assert Snapshot.objects.exclude(picture=None).count() == Target.objects.filter(kind="listing").count() == 550
