"""UK marks that were made from EU marks in 2021: the EU mark is looked for, in the same owner's name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brands import crosscheck, preflight, registry
from brands.models import IPRight, RegisterRecord
from brands.registers.formats import clone_of
from portal.accounts.actors import Actor
from tests.brands import factories as f

OWNER = "Tarnfell Outdoor AB"


@pytest.mark.parametrize(
    ("number", "origin"),
    [
        ("UK00917867542", "017867542"),  # genuine number of data/offices.json
        ("UK00900000977", "000000977"),  # the example of data/offices.json
        ("uk 009 1786 7542", "017867542"),
        ("UK00801234567", "W01234567"),
        ("UK00003123456", None),
        ("3123456", None),
        ("UK0091786754", None),
        ("WO0000001234567", None),
        ("", None),
        ("UK009ABCDEFGH", None),
    ],
)
def test_the_eu_mark_follows_from_the_uk_number(number: str, origin: str | None) -> None:
    assert clone_of(number) == origin


@given(st.integers(0, 99_999_999))
def test_every_eu_number_of_eight_digits_comes_back(serial: int) -> None:
    assert clone_of(f"UK009{serial:08d}") == f"0{serial:08d}"


def kingdom(owner: Actor, **changes: str) -> IPRight:
    values = {"office": "GB", "application_number": "", "registration_number": "UK00917867542", **changes}
    return f.draft(owner, **values)


def union(owner: Actor, **changes: str) -> IPRight:
    values = {"office": "EM", "application_number": "", "registration_number": "017867542", **changes}
    return f.draft(owner, **values)


def record(owner_name: str, number: str = "017867542") -> RegisterRecord:
    return RegisterRecord.objects.create(
        st13=f"EM50{number}", office="EM", application_number=number, registration_number=number, status="registered",
        as_of=f.TODAY, owner_name=owner_name, source="composed for this test",
    )  # fmt: skip


@pytest.mark.django_db
def test_an_eu_mark_that_nobody_knows_is_warned_about() -> None:
    owner = f.actor()
    right = kingdom(owner)
    [problem] = preflight.warnings_of(right)
    assert problem.field == "registration_number" and "we know no such mark" in problem.message
    [line] = crosscheck.lines_for(right)
    assert (line.agrees, line.register) == (None, "017867542")
    assert registry.submit_for_review(actor=owner, right=right, now=f.NOW).state == "in_review"


@pytest.mark.django_db
def test_our_own_eu_mark_in_the_same_name_settles_it() -> None:
    owner = f.actor()
    union(owner)
    right = kingdom(owner)
    assert preflight.warnings_of(right) == []
    assert [line.agrees for line in crosscheck.lines_for(right)] == [True]


@pytest.mark.django_db
def test_our_own_eu_mark_in_another_name_is_an_error_to_look_at() -> None:
    owner = f.actor()
    union(owner, owner_name="Fellsted Toys GmbH")
    right = kingdom(owner)
    [problem] = preflight.warnings_of(right)
    assert "Fellsted Toys GmbH" in problem.message
    assert crosscheck.lines_for(right)[0].agrees is False


@pytest.mark.django_db
def test_the_register_record_is_believed_before_what_we_declared() -> None:
    owner = f.actor()
    union(owner)
    record("Oracle America, Inc.")
    right = kingdom(owner)
    assert crosscheck.lines_for(right)[0].register == "017867542 Oracle America, Inc."
    check = registry.check_against_register(right)
    assert check.lines[-1].field == "eu_origin" and check.lines[-1].agrees is False


@pytest.mark.django_db
def test_the_eu_mark_of_another_organisation_is_not_told() -> None:
    owner, outsider = f.actor(), f.actor()
    union(outsider, owner_name="Secret Holdings Ltd")
    [problem] = preflight.warnings_of(kingdom(owner))
    assert "Secret" not in problem.message and "we know no such mark" in problem.message


@pytest.mark.django_db
def test_a_record_that_agrees_does_not_hide_an_origin_that_differs() -> None:
    owner = f.actor()
    right = kingdom(owner)
    kept = record(OWNER, "UK00917867542")
    RegisterRecord.objects.filter(pk=kept.pk).update(office="GB")
    for number in right.classes.values_list("number", flat=True):
        kept.classes.create(number=number)
    RegisterRecord.objects.filter(pk=kept.pk).update(
        mark_text=right.mark_text, filing_date=right.filing_date, registration_date=right.registration_date,
        expiry_date=right.expiry_date,
    )  # fmt: skip
    right = registry.submit_for_review(actor=owner, right=right, now=f.NOW)
    assert registry.check_against_register(right).result == "match"
    record("Somebody Else Ltd")
    check = registry.check_against_register(right)
    assert (check.result, check.says) == ("differences", check.lines[-1].says)


@pytest.mark.django_db
def test_an_international_registration_is_found_under_its_eu_number() -> None:
    owner = f.actor()
    right = kingdom(owner, registration_number="UK00801234567")
    assert "W01234567" in preflight.warnings_of(right)[0].message
    union(owner, registration_number="W01234567")
    assert preflight.warnings_of(right) == []


@pytest.mark.django_db
def test_other_marks_designs_and_offices_are_left_alone() -> None:
    owner = f.actor()
    assert crosscheck.lines_for(kingdom(owner, registration_number="3123456")) == ()
    assert crosscheck.lines_for(f.draft(owner)) == ()
    design = f.of_kind(owner, "design", office="GB", registration_number="UK00917867542")
    assert crosscheck.lines_for(design) == ()
