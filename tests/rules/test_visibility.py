"""Who sees which field: the strictest pack rules, and copyright in the United States shows the notice's contents."""

from __future__ import annotations

import pytest
from hypothesis import given

from complaints.rules import packs
from complaints.rules.packs import SIDES
from complaints.rules.visibility import FIELDS, who_sees
from tests.rules.test_packs import PAIRS

EU, US = packs.for_item("trademark", "DE"), packs.for_item("copyright", "US")
STATUTORY = ("organisation_name", "contact_name", "contact_details", "mark", "explanation", "declarations")


@pytest.mark.parametrize("field", STATUTORY)
def test_copyright_in_the_united_states_shows_the_accused_the_contents_of_the_notice(field: str) -> None:
    assert who_sees(field, "accused", [US])


@pytest.mark.parametrize("field", ["contact_name", "contact_details", "explanation", "evidence", "declarations"])
def test_elsewhere_the_accused_sees_neither_people_nor_files(field: str) -> None:
    assert not who_sees(field, "accused", [EU])
    assert not who_sees(field, "accused", [EU, US])


def test_evidence_and_reviewers_stay_with_the_desk_in_every_market() -> None:
    for document in packs.DOCUMENTS:
        for pack in packs.every(document):
            assert not pack.visible("evidence", "accused") and not pack.visible("evidence", "public"), pack.key
            assert [side for side in SIDES if pack.visible("reviewer_identity", side)] == ["staff"], pack.key


def test_who_reports_learns_who_the_seller_is_from_a_counter_notice_that_says_so_only() -> None:
    telling = {
        pack.key
        for document in packs.DOCUMENTS
        for pack in packs.every(document)
        if pack.visible("seller_identity", "notifier")
    }
    assert telling == {"US.copyright.counter_notice"}


def test_without_a_pack_only_the_desk_sees_anything() -> None:
    assert [side for side in SIDES if who_sees("mark", side, [])] == ["staff"]


@pytest.mark.parametrize(("field", "side"), [("password", "staff"), ("mark", "friend")])
def test_a_field_or_side_that_is_none_is_refused(field: str, side: str) -> None:
    with pytest.raises(KeyError):
        who_sees(field, side, [EU])


@given(PAIRS)
def test_more_packs_never_show_more(pairs: list[tuple[str, str]]) -> None:
    found = packs.for_items(pairs)
    for field in FIELDS:
        for side in SIDES:
            for pack in found:
                assert not (who_sees(field, side, found) and not who_sees(field, side, [pack]))
