"""The genuine samples, and what a declaration looks like next to them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brands import registry
from brands.declaration import ClassEntry
from brands.models import RegisterRecord
from brands.registers.compare import CheckResult, MarkFacts, compare, owner_likeness
from brands.registers.samples import load_samples
from portal.errors import Refused
from tests.brands import factories as f

PYTHON: dict[str, Any] = {
    "mark_text": "Python",
    "application_number": "76/044,902",
    "registration_number": "2,824,281",
    "filing_date": date(2000, 5, 9),
    "registration_date": date(2004, 3, 23),
    "expiry_date": date(2034, 3, 23),
    "owner_name": "Python Software Foundation, Inc.",
    "classes": (ClassEntry(9), ClassEntry(42)),
}
CIRCUS: dict[str, Any] = {
    "mark_text": "Monty Python's Flying Circus",
    "application_number": "75181334",
    "registration_number": "2564831",
    "filing_date": date(1996, 10, 15),
    "registration_date": date(2002, 4, 30),
    "expiry_date": None,
    "owner_name": "Python (Monty) Pictures Limited",
}
JAVA: dict[str, Any] = {
    "mark_text": "JAVA",
    "application_number": "74631225",
    "registration_number": "2178784",
    "filing_date": date(1995, 2, 7),
    "registration_date": date(1998, 8, 4),
    "owner_name": "Tarnfell Outdoor AB",
    "classes": (ClassEntry(9),),
}


@pytest.mark.django_db
def test_the_samples_load_any_number_of_times() -> None:
    first = load_samples(f.NOW)
    again = load_samples(f.NOW)
    assert [row.pk for row in first] == [row.pk for row in again]
    assert RegisterRecord.objects.count() == 5
    assert RegisterRecord.objects.get(st13="US500000076044902").classes.count() == 2
    assert all(row.source for row in again)


@pytest.mark.django_db
def test_a_live_mark_that_agrees_with_the_register() -> None:
    load_samples(f.NOW)
    owner = f.actor()
    right = f.draft(owner, **PYTHON)
    check = registry.check_against_register(right)
    assert check.result is CheckResult.MATCH, check
    assert (right.register_status, right.register_as_of) == ("registered", date(2014, 2, 10))
    registry.submit_for_review(actor=owner, right=right, now=f.NOW)
    assert registry.approve(actor=f.reviewer(), right=right, now=f.NOW).usable(f.TODAY).ok


@pytest.mark.django_db
def test_a_lapsed_mark_is_not_approved_unless_the_reviewer_saw_otherwise() -> None:
    load_samples(f.NOW)
    right = f.in_review(f.actor(), **CIRCUS)
    check = registry.check_against_register(right)
    assert check.result is CheckResult.LAPSED and "cancelled" in check.says and "7 Feb 2009" in check.says
    with pytest.raises(Refused) as refusal:
        registry.approve(actor=f.reviewer(), right=right, now=f.NOW)
    assert refusal.value.code == "register_says_dead"
    with pytest.raises(Refused):
        registry.approve(actor=f.reviewer(), right=right, now=f.NOW, register_status="registered")
    seen = registry.approve(
        actor=f.reviewer(), right=right, now=f.NOW, register_status="registered", note="New registration, seen today."
    )
    assert seen.usable(f.TODAY).ok


@pytest.mark.django_db
def test_another_owner_is_shown_and_needs_a_note_to_pass() -> None:
    load_samples(f.NOW)
    right = f.in_review(f.actor(), **JAVA)
    check = registry.check_against_register(right)
    assert check.result is CheckResult.OWNER_MISMATCH
    assert "tarnfell outdoor" in check.says and "oracle america" in check.says
    with pytest.raises(Refused) as refusal:
        registry.approve(actor=f.reviewer(), right=right, now=f.NOW)
    assert refusal.value.field == "note"


@pytest.mark.django_db
def test_an_earlier_owner_is_named_as_such() -> None:
    load_samples(f.NOW)
    right = f.draft(f.actor(), **{**JAVA, "owner_name": "Sun Microsystems"})
    check = registry.check_against_register(right)
    assert check.result is CheckResult.OWNER_MISMATCH
    assert "earlier owner" in check.says and "Oracle America, Inc." in check.says


@pytest.mark.django_db
def test_other_facts_that_differ_are_differences() -> None:
    load_samples(f.NOW)
    right = f.draft(
        f.actor(), **{**PYTHON, "filing_date": date(2000, 5, 1), "classes": (ClassEntry(9), ClassEntry(25))}
    )
    check = registry.check_against_register(right)
    assert check.result is CheckResult.DIFFERENCES
    assert {line.field for line in check.lines if line.agrees is False} == {"filing_date", "classes"}
    assert "25" in next(line.says for line in check.lines if line.field == "classes")


@pytest.mark.django_db
def test_without_a_record_there_is_nothing_to_compare() -> None:
    check = registry.check_against_register(f.draft(f.actor()))
    assert (check.result, check.lines) == (CheckResult.NO_RECORD, ())


@pytest.mark.django_db
def test_an_old_claim_of_a_register_is_shown_as_open() -> None:
    load_samples(f.NOW)
    status = registry.check_against_register(f.draft(f.actor(), **PYTHON)).lines[0]
    assert status.agrees is None and "own register" in status.says
    fresh = compare(MarkFacts("US"), MarkFacts("US", status="registered", as_of=date(2026, 11, 1)), f.TODAY).lines[0]
    assert fresh.agrees is True


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Oracle America Inc", "ORACLE AMERICA, INC."),
        ("Tarnfell Outdoor", "Tarnfell Outdoor AB"),
        ("Goodyear Tire and Rubber Co.", "GOODYEAR TIRE & RUBBER COMPANY, THE"),
        ("Bäcker Müller", "BACKER MULLER GmbH & Co. KG"),
        ("L'Oréal", "L’OREAL S.A."),
        ("Novo Foods", "Novo Foods A/S"),
        ("Acme", "Acme B.V."),
    ],
)
def test_case_punctuation_and_legal_form_do_not_matter(ours: str, theirs: str) -> None:
    assert owner_likeness(ours, theirs).score == 1.0, owner_likeness(ours, theirs)


def test_different_owners_stay_different() -> None:
    assert owner_likeness("Oracle America, Inc.", "Sun Microsystems, Inc.").score < 0.75
    assert owner_likeness("Inc.", "GmbH").score < 0.75


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_a_share_and_does_not_depend_on_the_side_for_equals(ours: str, theirs: str) -> None:
    assert 0.0 <= owner_likeness(ours, theirs).score <= 1.0
    same = owner_likeness(ours, ours)
    assert same.score == (1.0 if same.declared else 0.0)


@given(
    st.builds(MarkFacts, office=st.just("US"), owner_name=st.text(max_size=20), mark_text=st.text(max_size=20)),
    st.builds(MarkFacts, office=st.just("US"), owner_name=st.text(max_size=20), status=st.text(max_size=10)),
)
def test_any_two_statements_can_be_compared(declared: MarkFacts, record: MarkFacts) -> None:
    check = compare(declared, record)
    assert check.says and check.result in CheckResult
