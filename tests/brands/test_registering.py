"""Registering: families, territories, one right for a mark, and nothing of another organisation."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest

from brands import preflight, registry
from brands.declaration import ClassEntry
from brands.errors import AlreadyRegistered
from brands.models import Brand, IPRight, MarkFamily
from brands.registers.offices import EU
from brands.registers.samples import load_samples
from portal.errors import NotFound, Refused
from portal.ledger.models import Event
from tests.brands import factories as f

pytestmark = pytest.mark.django_db


def countries(right: IPRight) -> set[str]:
    return set(right.territories.values_list("country", flat=True))


def test_the_same_sign_in_two_registers_is_one_family() -> None:
    owner = f.actor()
    first = f.draft(owner, mark_text="Three Peaks")
    second = f.draft(
        owner, mark_text="THREE  PEAKS!", office="EM", application_number="", registration_number="18228224"
    )
    other = f.draft(owner, mark_text="Fellsted")
    assert first.family == second.family != other.family


def test_a_brand_is_added_once_whatever_its_case() -> None:
    owner = f.actor()
    assert f.make_brand(owner, "Tarnfell") == f.make_brand(owner, " TARNFELL ")
    assert Event.objects.filter(kind="brand.added").count() == 1


@pytest.mark.parametrize(
    ("office", "number", "expected"),
    [
        ("EM", "18228224", set(EU)),
        ("BX", "1012345", {"BE", "NL", "LU"}),
        ("GB", "3123456", {"GB"}),
    ],
)
def test_territories_follow_the_office(office: str, number: str, expected: set[str]) -> None:
    right = f.draft(f.actor(), office=office, application_number="", registration_number=number)
    assert countries(right) == expected


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"territories": ("DE",)}, "territories"),
        ({"territories": ("ZZ",)}, "territories"),
        ({"office": "WO", "registration_number": "1234567"}, "office"),
        ({"classes": (ClassEntry(46),)}, "classes"),
        ({"office": "XX"}, "office"),
        ({"mark_kind": "smell"}, "mark_kind"),
        ({"owner_name": "x" * 201}, "owner_name"),
    ],
)
def test_what_cannot_be_is_refused_at_once_and_nothing_is_kept(changes: dict[str, Any], field: str) -> None:
    owner = f.actor()
    with pytest.raises(Refused) as refusal:
        f.draft(owner, **changes)
    assert refusal.value.field == field
    assert not IPRight.objects.exists() and not MarkFamily.objects.exists()


def test_one_number_is_registered_once_in_an_organisation() -> None:
    owner = f.actor()
    first = f.draft(owner, registration_number="5845537")
    with pytest.raises(AlreadyRegistered) as refusal:
        f.draft(owner, registration_number="5,845,537")
    assert (refusal.value.right, refusal.value.field) == (first, "registration_number")
    f.draft(f.actor(), registration_number="5845537")
    assert IPRight.objects.count() == 2


def test_one_record_is_registered_once_by_whichever_of_its_numbers() -> None:
    load_samples(f.NOW)
    owner = f.actor()
    first = f.draft(owner, application_number="76044902", registration_number="")
    with pytest.raises(AlreadyRegistered) as refusal:
        f.draft(owner, application_number="", registration_number="2824281")
    assert refusal.value.right == first


def test_where_numbers_are_the_same_one_of_them_finds_the_other() -> None:
    owner = f.actor()
    f.draft(owner, office="EM", application_number="", registration_number="018228224")
    with pytest.raises(AlreadyRegistered):
        f.draft(owner, office="EM", application_number="18228224", registration_number="")


def test_the_same_form_sent_twice_makes_one_right() -> None:
    owner, key = f.actor(), uuid.uuid4()
    declared = f.declaration(owner, application_number="", registration_number="")
    first = registry.register_right(actor=owner, declaration=declared, now=f.NOW, key=key)
    again = registry.register_right(actor=owner, declaration=declared, now=f.NOW, key=key)
    assert first == again and IPRight.objects.count() == 1


def test_changing_to_the_number_of_another_right_is_refused() -> None:
    owner = f.actor()
    f.draft(owner, registration_number="5845537")
    second = f.draft(owner)
    with pytest.raises(AlreadyRegistered):
        registry.update_draft(
            actor=owner, right=second, declaration=f.declaration(owner, registration_number="5845537"), now=f.NOW
        )


def test_the_brand_of_another_organisation_is_not_found() -> None:
    owner, outsider = f.actor(), f.actor()
    foreign = f.make_brand(outsider, "Foreign")
    with pytest.raises(NotFound) as refusal:
        f.draft(owner, brand=foreign)
    assert refusal.value.field == "brand"
    right = f.draft(owner)
    with pytest.raises(NotFound):
        registry.update_draft(actor=owner, right=right, declaration=f.declaration(owner, brand=foreign), now=f.NOW)


def test_the_file_of_another_organisation_is_not_found() -> None:
    owner, outsider = f.actor(), f.actor()
    with pytest.raises(NotFound):
        f.draft(owner, certificate=f.stored(outsider))
    with pytest.raises(NotFound):
        registry.attach(actor=owner, right=f.draft(owner), logo=f.stored(outsider, "logo.png"), now=f.NOW)


def test_a_pdf_is_no_picture_of_a_mark() -> None:
    owner = f.actor()
    with pytest.raises(Refused) as refusal:
        registry.attach(actor=owner, right=f.draft(owner), logo=f.stored(owner), now=f.NOW)
    assert refusal.value.field == "logo"


def test_wordless_pictures_are_families_by_their_picture() -> None:
    owner = f.actor()
    one, two = (f.draft(owner, mark_text="", mark_kind="figurative") for _ in range(2))
    assert one.family != two.family
    registry.attach(actor=owner, right=one, logo=f.stored(owner, "logo.png"), now=f.NOW)
    registry.attach(actor=owner, right=two, logo=f.stored(owner, "same.png"), now=f.NOW)
    one.refresh_from_db()
    two.refresh_from_db()
    assert one.family == two.family
    assert MarkFamily.objects.count() == 1


def test_classes_keep_the_edition_of_their_filing() -> None:
    old = f.draft(f.actor(), filing_date=date(2016, 1, 1))
    new = f.draft(f.actor(), filing_date=date(2026, 2, 1), registration_date=None)
    assert {row.edition for row in old.classes.all()} == {"before NCL 13-2026"}
    assert {row.edition for row in new.classes.all()} == {"NCL 13-2026"}


def test_visible_to_is_the_gate() -> None:
    owner, outsider = f.actor(), f.actor()
    teammate = f.actor("viewer", owner.organisation)
    right = f.draft(owner)
    for actor, seen in ((owner, 1), (teammate, 1), (f.reviewer(), 1), (f.reviewer("auditor"), 1), (outsider, 0)):
        assert IPRight.objects.visible_to(actor).count() == seen
        assert Brand.objects.visible_to(actor).count() == seen
    assert right.organisation == owner.organisation


def test_in_market_and_search() -> None:
    owner = f.actor()
    union = f.draft(owner, office="EM", application_number="", registration_number="18228224", mark_text="Nordwind")
    us = f.draft(owner)
    assert list(IPRight.objects.in_market("de")) == [union]
    assert list(IPRight.objects.in_market("US")) == [us]
    assert list(IPRight.objects.search("nordw")) == [union]
    assert list(IPRight.objects.search("018 228 224")) == [union]
    assert list(IPRight.objects.of_office("US").in_state("draft")) == [us]


def test_the_copied_number_follows_the_correction() -> None:
    owner = f.actor()
    union = {"office": "EM", "application_number": "", "brand": f.make_brand(owner)}
    right = f.draft(owner, **union, registration_number="18228242")
    assert (right.application_number, right.declared_number("application_number")) == ("018228242", "")
    right = registry.update_draft(
        actor=owner, right=right, declaration=f.declaration(owner, **union, registration_number="18228224"), now=f.NOW
    )
    assert (right.application_number, right.registration_number) == ("018228224", "018228224")


@pytest.mark.parametrize("office", ["EM", "US"])
def test_what_is_no_number_is_never_copied_nor_taken_for_a_twin(office: str) -> None:
    owner = f.actor()
    no_number = {"office": office, "application_number": "", "registration_number": "to follow!"}
    first, second = f.draft(owner, **no_number), f.draft(owner, **no_number)
    assert first != second
    assert (second.registration_number, second.application_number, second.registration_number_typed) == (
        "", "", "to follow!",
    )  # fmt: skip
    found = preflight.problems_of(second, f.TODAY)
    assert [(each.code, each.field) for each in found if "number" in each.code] == [
        ("number_wrong", "registration_number")
    ]
    pending = {"registration_number": "", "registration_date": None, "application_number": "none yet!"}
    only_application = f.draft(owner, **no_number | pending)
    found = preflight.problems_of(only_application, f.TODAY)
    assert [(each.code, each.field) for each in found if "number" in each.code] == [
        ("number_wrong", "application_number")
    ]
