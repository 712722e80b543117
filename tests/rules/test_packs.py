"""Every right in every market has a pack for every document, and every name in the data leads somewhere."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brands.models import RightKind
from brands.registers.offices import OFFICES
from complaints.rules import packs, words
from complaints.rules.library import facts, ours

BASE = Path(__file__).resolve().parent.parent.parent
KINDS = packs.RIGHT_KINDS
CODES = sorted(OFFICES)
PAIRS = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from([*CODES, "DE", "PL", "ZA", "XX"])), max_size=12)


def bases() -> dict[str, Any]:
    return {basis["id"]: basis for basis in facts()["bases"]}


def test_the_kinds_are_those_of_rights() -> None:
    assert set(KINDS) == set(RightKind.values)


@pytest.mark.parametrize("office", CODES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("document", packs.DOCUMENTS)
def test_every_market_of_every_office_has_a_pack(office: str, kind: str, document: str) -> None:
    pack = packs.for_item(kind, office, document)
    assert (pack.right_kind, pack.document) == (kind, document)
    assert pack.elements and pack.redress
    assert set(pack.seen) == set(words.FIELDS)
    assert all(set(answers) == set(packs.SIDES) for answers in pack.seen.values())
    assert hash(pack) == hash(packs.for_item(kind, office, document))


def test_there_are_28_offices() -> None:
    assert len(CODES) == 28


@pytest.mark.parametrize(
    ("kind", "market", "document", "wanted"),
    [
        ("copyright", "US", "notice", ("US_DMCA_512c3",)),
        ("copyright", "US", "counter_notice", ("US_DMCA_512g3",)),
        ("trademark", "US", "notice", ("US_TM_NOTICE",)),
        ("patent", "DE", "notice", ("EU_DSA_16",)),
        ("copyright", "mt", "notice", ("EU_DSA_16",)),
        ("trademark", "EM", "appeal", ("EU_DSA_20_COMPLAINT",)),
        ("trademark", "FR", "authority_order", ("EU_DSA_9_ORDER",)),
        ("trademark", "FR", "decision_notice", ("EU_DSA_17_SOR",)),
        ("design", "GB", "notice", ("GB_TM_NOTICE",)),
        ("copyright", "GB", "notice", ("PORTAL_COMPOSITE",)),
        ("design", "CN", "notice", ("CN_ECL_42",)),
        ("design", "CN", "counter_notice", ("CN_ECL_43",)),
        ("copyright", "IN", "notice", ("IN_COPYRIGHT_75",)),
        ("trademark", "IN", "notice", ("PORTAL_COMPOSITE",)),
        ("copyright", "SG", "notice", ("SG_TAKEDOWN_R78",)),
        ("copyright", "SG", "counter_notice", ("SG_RESTORATION_R80",)),
        ("trademark", "ZZ", "notice", ("PORTAL_COMPOSITE",)),
        ("trademark", "ZZ", "counter_notice", ()),
    ],
)
def test_the_law_of_a_market(kind: str, market: str, document: str, wanted: tuple[str, ...]) -> None:
    assert packs.for_item(kind, market, document).bases == wanted


def test_the_union_has_27_members_and_no_market_has_two_jurisdictions() -> None:
    places = ours()["jurisdictions"]
    assert len(set(places["EU"]) - {"EU", "EM", "BX"}) == 27
    markets = [market for named in places.values() for market in named]
    assert len(set(markets)) == len(markets)


@pytest.mark.parametrize(("kind", "document"), [("utility", "notice"), ("trademark", "letter"), ("", "notice")])
def test_what_is_no_kind_or_document_is_refused(kind: str, document: str) -> None:
    with pytest.raises(KeyError):
        packs.for_item(kind, "DE", document)


# --- the data


def test_a_basis_is_used_for_the_document_and_the_right_that_it_is_about() -> None:
    for document in packs.DOCUMENTS:
        for pack in packs.every(document):
            for basis in pack.bases:
                row = bases()[basis]
                assert row["kind"] == document, f"{pack.key}: {basis}"
                assert row["jurisdiction"] in {pack.jurisdiction, "*"}, f"{pack.key}: {basis}"


def test_every_basis_of_the_reference_is_used() -> None:
    used = {basis for document in packs.DOCUMENTS for pack in packs.every(document) for basis in pack.bases}
    assert used == set(bases())


def test_every_portal_field_of_the_reference_is_something_that_is_asked_here() -> None:
    missing = [
        f"{basis}.{element['key']}"
        for basis, row in bases().items()
        for element in row["elements"]
        if element["portal_field"] not in ours()["asks"] and f"{basis}.{element['key']}" not in ours()["asks_of"]
    ]
    assert not missing
    fields = {element["portal_field"] for row in bases().values() for element in row["elements"]}
    assert set(ours()["asks"]) <= fields, "the data maps a field that the reference does not have"


def test_every_ask_has_words_and_every_statement_is_in_the_pack_that_asks_for_it() -> None:
    known = {statement.id for statement in packs.library()}
    for document in packs.DOCUMENTS:
        for pack in packs.every(document):
            mine = {statement.id for statement in pack.statements}
            for element in pack.elements:
                said = {ask.removeprefix("say:") for ask in element.asks if ask.startswith("say:")}
                assert said <= known
                assert said <= mine or not element.required, f"{pack.key}: {element.basis}.{element.key}"
                assert {ask for ask in element.asks if not ask.startswith("say:")} <= set(words.ASKS), pack.key


def test_every_clock_is_a_rule_of_that_place_and_right() -> None:
    rules = {rule["id"]: rule for rule in _deadlines()}
    for document in packs.DOCUMENTS:
        for pack in packs.every(document):
            assert pack.automatic <= set(pack.clocks)
            for clock in pack.clocks:
                rule = rules[clock]
                about = set(rule.get("applies_to", ["all"]))
                assert rule["jurisdiction"] in {pack.jurisdiction, "*"}, f"{pack.key}: {clock}"
                assert {pack.right_kind, "all", "orders", "business_user"} & about, f"{pack.key}: {clock}"


def test_only_the_three_clocks_that_carry_authority_act_alone_and_the_rule_of_ours_for_silence() -> None:
    acting = {clock for document in packs.DOCUMENTS for pack in packs.every(document) for clock in pack.automatic}
    assert acting == {"us.dmca.putback", "sg.putback", "cn.ecl.wait", "own.silent"}


def test_the_visibility_table_is_that_of_the_reference() -> None:
    rows = {row[0]: row[1:] for row in facts()["visibility"]["rows"]}
    table, changes = ours()["visibility"]["default"], ours()["visibility"]["us_copyright"]
    assert {row["reference"] for row in table.values() if row["reference"]} == set(rows)
    for field, row in table.items():
        if not row["reference"] or field == "seller_identity":
            continue
        notifier, in_us, elsewhere, staff, public = (cell.split()[0].rstrip(";") for cell in rows[row["reference"]])
        assert (row["notifier"], row["staff"]) == (notifier, staff), field
        assert row["accused"].replace("on_appeal", "on") == elsewhere.rstrip(","), field
        assert (changes.get(field, row)["accused"]).replace("on_appeal", "on") == in_us.rstrip(","), field
        assert row["public"] in {public, "yes"}, field


def _deadlines() -> list[dict[str, Any]]:
    data = BASE / "complaints" / "rules" / "data"
    return [row for name in ("deadlines", "own") for row in json.loads((data / f"{name}.json").read_text())["rules"]]


# --- unions


@given(PAIRS)
def test_a_union_has_each_pack_once_and_in_one_order(pairs: list[tuple[str, str]]) -> None:
    found = packs.for_items(pairs)
    assert found == packs.for_items(reversed(pairs)) == packs.for_items(pairs * 2)
    assert {pack.key for pack in found} == {packs.for_item(kind, market).key for kind, market in pairs}
    assert len(set(found)) == len(found)


# --- no country in code


def test_no_code_asks_which_country_it_is() -> None:
    """Markets are data: nothing compares with the code of a jurisdiction but the data files."""
    places = set(ours()["jurisdictions"]) | {"EM", "WO"}
    broken = []
    for path in sorted((BASE / "complaints").rglob("*.py")):
        if {"migrations", "demo", "bench"} & set(path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Compare | ast.MatchValue):
                named = {str(each.value) for each in ast.walk(node) if isinstance(each, ast.Constant)} & places
                broken += [f"{path.relative_to(BASE)}:{node.lineno} {sorted(named)}"] if named else []
    assert not broken, "\n".join(broken)
