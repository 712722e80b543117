"""International registrations: one right for each designated office, all of one family, WIPO alone is none."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from brands import preflight, registry
from brands.declaration import Declaration, Designation
from brands.errors import AlreadyRegistered
from brands.models import IPRight, RegisterRecord
from brands.registers.madrid import DESIGNATED, international_number, number_at
from portal.accounts.actors import Actor
from portal.errors import Forbidden, Refused
from tests.brands import factories as f

pytestmark = pytest.mark.django_db
SINCE = date(2021, 3, 5)
ROWS = (Designation("EM", SINCE), Designation("JP"), Designation("GB", SINCE))


def declared(owner: Actor, **changes: Any) -> Declaration:
    """What all designations share."""
    own = {"office": "", "application_number": "", "registration_number": "", "registration_date": None}
    values = {**own, "international_number": "IR 1234567", "mark_text": "TARNFELL", "certificate": f.stored(owner)}
    return f.declaration(owner, **{**values, **changes})


def entered(owner: Actor, *rows: Designation, **changes: Any) -> list[IPRight]:
    key = changes.pop("key", None)
    return registry.register_madrid(
        actor=owner, declaration=declared(owner, **changes), designations=rows or ROWS, now=f.NOW, key=key
    )


def test_each_designated_office_gets_a_right_of_its_own_with_its_own_status() -> None:
    owner = f.actor()
    union, japan, kingdom = entered(owner)
    assert {right.family_id for right in (union, japan, kingdom)} == {union.family_id}
    assert {right.basis for right in (union, japan, kingdom)} == {"madrid"}
    assert [right.international_number for right in (union, japan, kingdom)] == ["1234567"] * 3
    assert (union.registration_number, kingdom.number) == ("W01234567", "WO0000001234567")
    assert (japan.registration_number, japan.number, str(japan)) == ("", "1234567", "TARNFELL, JPO 1234567")
    assert (union.territories.count(), japan.territories.get().country) == (27, "JP")
    assert (union.registration_date, japan.registration_date) == (SINCE, None)
    staff = f.reviewer()
    for right in (union, japan):
        f.approve(registry.submit_for_review(actor=owner, right=right, now=f.NOW), staff)
        right.refresh_from_db()
    assert (union.usable(f.TODAY).code, japan.usable(f.TODAY).code) == ("live", "pending")


def test_the_record_of_the_designated_office_is_found_by_the_international_number() -> None:
    record = RegisterRecord.objects.create(
        st13="WO500000001234567/JP", office="JP", basis="madrid", international_number="1234567", mark_text="TARNFELL",
        status="registered", as_of=f.TODAY, source="composed for this test",
    )  # fmt: skip
    union, japan, _kingdom = entered(f.actor())
    assert (japan.record, japan.register_status, union.record) == (record, "registered", None)


def test_wipo_alone_is_refused_with_words_that_name_the_way_out() -> None:
    owner = f.actor()
    for number in ("1234567", ""):
        with pytest.raises(Refused) as refusal:
            f.draft(owner, office="WO", application_number="", registration_number=number, registration_date=None)
        assert (refusal.value.code, refusal.value.field) == ("designation_missing", "office")
        assert "Name each office that it designates" in str(refusal.value)
    assert not IPRight.objects.exists()


@pytest.mark.parametrize(
    ("rows", "changes", "field"),
    [
        ((), {}, "designations"),
        ((Designation("EM"), Designation("EM")), {}, "designations"),
        ((Designation("WO"),), {}, "office"),
        ((Designation("XX"),), {}, "office"),
        (ROWS, {"international_number": ""}, "international_number"),
        (ROWS, {"international_number": "12345678"}, "international_number"),
        (ROWS, {"international_number": "1' OR 1=1"}, "international_number"),
    ],
)
def test_what_is_no_designation_is_refused_and_none_of_them_is_kept(
    rows: tuple[Designation, ...], changes: dict[str, Any], field: str
) -> None:
    owner = f.actor()
    with pytest.raises(Refused) as refusal:
        registry.register_madrid(actor=owner, declaration=declared(owner, **changes), designations=rows, now=f.NOW)
    assert refusal.value.field == field and not IPRight.objects.exists()


def test_a_designation_is_entered_once_and_a_later_one_joins_the_family() -> None:
    owner = f.actor()
    first = entered(owner, Designation("EM", SINCE))[0]
    with pytest.raises(AlreadyRegistered) as refusal:
        entered(owner, Designation("JP"), Designation("EM"))
    assert refusal.value.right == first and IPRight.objects.count() == 1
    later = entered(owner, Designation("JP"))[0]
    assert later.family == first.family
    entered(f.actor(), Designation("EM", SINCE))
    assert IPRight.objects.count() == 3


def test_the_database_keeps_one_designation_of_a_number_at_an_office() -> None:
    owner = f.actor()
    entered(owner, Designation("JP"))
    other = f.draft(owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        IPRight.objects.filter(pk=other.pk).update(office="JP", international_number="1234567")


def test_the_union_number_of_a_designation_is_the_same_mark() -> None:
    owner = f.actor()
    entered(owner, Designation("EM", SINCE))
    with pytest.raises(AlreadyRegistered):
        f.draft(owner, office="EM", application_number="", registration_number="W01234567")


def test_the_same_form_sent_twice_makes_the_rights_once() -> None:
    owner, key = f.actor(), uuid.uuid4()
    first, again = entered(owner, key=key), entered(owner, key=key)
    assert [right.pk for right in first] == [right.pk for right in again] and IPRight.objects.count() == 3


def test_one_designation_is_changed_by_itself() -> None:
    owner = f.actor()
    _union, japan, _kingdom = entered(owner)
    later = declared(owner, office="JP", registration_date=SINCE, registration_number="1234567")
    changed = registry.update_draft(actor=owner, right=japan, declaration=later, now=f.NOW)
    assert (changed.registration_date, changed.international_number, changed.basis) == (SINCE, "1234567", "madrid")
    assert IPRight.objects.filter(registration_date=SINCE).count() == 3


def test_two_organisations_that_claim_one_designation_are_a_conflict() -> None:
    rights = []
    for owner in (f.actor(), f.actor()):
        japan = entered(owner, Designation("JP", SINCE))[0]
        rights.append(registry.submit_for_review(actor=owner, right=japan, now=f.NOW))
    conflict = registry.find_conflicts(right=rights[1], now=f.NOW)
    assert conflict is not None and set(conflict.rights.all()) == set(rights)


def test_a_record_that_comes_later_finds_the_designation() -> None:
    owner = f.actor()
    japan = registry.submit_for_review(actor=owner, right=entered(owner, Designation("JP", SINCE))[0], now=f.NOW)
    record = RegisterRecord.objects.create(
        st13="WO500000001234567/JP", office="JP", basis="madrid", international_number="1234567", status="registered",
        as_of=f.TODAY, source="composed for this test",
    )  # fmt: skip
    assert list(IPRight.objects.claiming(record)) == [japan]


def test_a_viewer_and_an_outsider_enter_nothing_into_our_registration() -> None:
    owner, outsider = f.actor(), f.actor()
    viewer = f.actor("viewer", owner.organisation)
    with pytest.raises(Forbidden):
        registry.register_madrid(actor=viewer, declaration=declared(owner), designations=ROWS, now=f.NOW)
    rights = entered(owner)
    assert not IPRight.objects.visible_to(outsider).exists()
    assert IPRight.objects.visible_to(viewer).count() == len(rights)


def test_a_right_with_wipo_from_before_keeps_working_and_becomes_a_designation_when_it_is_corrected() -> None:
    owner = f.actor()
    right = f.approved(owner)
    old = {"office": "WO", "registration_number": "1234567", "application_number": "1234567"}
    IPRight.objects.filter(pk=right.pk).update(**old)
    right.refresh_from_db()
    assert right.usable(f.TODAY).ok
    right = registry.reopen(actor=owner, right=right, now=f.NOW)
    assert [problem.code for problem in preflight.problems_of(right, f.TODAY)] == ["designation_missing"]
    mended = registry.update_draft(
        actor=owner, right=right, declaration=declared(owner, office="EM", registration_date=SINCE), now=f.NOW
    )
    assert (mended.office, mended.basis, mended.registration_number) == ("EM", "madrid", "W01234567")


@pytest.mark.parametrize(
    ("typed", "number"),
    [("1234567", "1234567"), ("WO 1234567", "1234567"), ("IR 0987654a", "987654A"), ("12345678", ""), ("", ""),
     ("W01234567", "1234567"), ("١٢٣", ""), ("1234567AB", "")],
)  # fmt: skip
def test_international_numbers_are_read_as_people_write_them(typed: str, number: str) -> None:
    assert international_number(typed) == number


def test_every_designated_office_has_a_number_of_its_own_or_none() -> None:
    found = {office.st3: number_at(office.st3, "987654A") for office in DESIGNATED}
    assert len(DESIGNATED) == 27 and {code: number for code, number in found.items() if number} == {"EM": "W00987654A"}
