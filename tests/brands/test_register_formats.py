"""Register files in, facts out: genuine records, composed ones, and files that mean harm."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from brands.registers import collected, euipo, st66, st96, tsdr_json, values
from brands.registers.errors import Unreadable
from brands.registers.office_statuses import euipo_status, us_status
from brands.registers.records import (
    OwnerFacts,
    RecordFacts,
    canonical,
    differences,
    digest,
    merged,
    other_mark,
    record_key,
)
from brands.registers.statuses import ALLOWS, Allows, RegisterStatus
from brands.registers.us import role_of
from tests.brands import composed as c


def one(found: list[RecordFacts]) -> RecordFacts:
    assert len(found) == 1
    return found[0]


# --- genuine records


def test_genuine_st66_and_st96_of_python_differ_only_in_the_status_that_changed_between_them() -> None:
    older, newer = (
        one(st66.parse(c.genuine("genuine-sn76044902-st66.xml"))),
        one(st96.parse(c.genuine("genuine-sn76044902-st96.xml"))),
    )
    assert [name for name, _ours, _theirs in differences(older, newer)] == ["status_code", "status_date"]
    assert (older.status_code, newer.status_code) == ("702", "800")
    assert (older.as_of, newer.as_of) == (date(2010, 9, 8), date(2014, 2, 10))
    assert digest(replace(older, status_code="800", status_date=newer.status_date)) == digest(newer)


def test_genuine_python_is_read_whole() -> None:
    facts = one(st66.parse(c.genuine("genuine-sn76044902-st66.xml"), source="sn76044902.xml"))
    assert (facts.application_number, facts.registration_number) == ("76044902", "2824281")
    assert (facts.mark_text, facts.mark_kind, facts.basis) == ("PYTHON", "word", "national")
    assert (facts.filing_date, facts.publication_date) == (date(2000, 5, 9), date(2003, 12, 30))
    assert facts.registration_date == date(2004, 3, 23)
    assert facts.status is RegisterStatus.REGISTERED
    assert facts.owner_name == "PYTHON SOFTWARE FOUNDATION"
    assert facts.former_owners == ("Corporation for National Research Initiatives",)
    assert [entry.number for entry in facts.classes] == [9, 42], "US national classes are not Nice"
    assert facts.classes[0].goods.startswith("Computer programs and downloadable")
    assert record_key(facts) == "US500000076044902"


def test_genuine_st96_of_java_has_its_newest_owner_first_and_a_date_without_a_day() -> None:
    facts = one(st96.parse(c.genuine("genuine-rn2178784-st96.xml")))
    assert [owner.sequence for owner in facts.owners] == [30, 31]
    assert (facts.owner_name, facts.former_owners) == ("Oracle America, Inc.", ("Sun Microsystems, Inc.",))
    assert facts.partial_dates == (("first_use:9", "19960100"),)
    assert facts.filing_date == date(1995, 2, 7), "the day is the office's, whatever the offset"
    assert (facts.status, facts.status_text) == (RegisterStatus.REGISTERED, "The registration has been renewed.")
    assert facts.design_codes == (), "there is no image and no code"


def test_genuine_tsdr_json_of_88rising() -> None:
    facts = one(tsdr_json.parse(c.genuine("genuine-sn88326251-tsdr.json")))
    assert (facts.application_number, facts.registration_number) == ("88326251", "5845537")
    assert (facts.mark_kind, facts.status) == ("combined", RegisterStatus.REGISTERED)
    assert [(code.scheme, code.code) for code in facts.design_codes] == [
        ("US", "24.15.25"),
        ("US", "26.17.01"),
        ("US", "26.17.05"),
    ]
    assert [entry.number for entry in facts.classes] == [41]
    assert (facts.publication_date, facts.as_of) == (date(2019, 6, 11), date(2019, 8, 27))
    assert [owner.role for owner in facts.owners] == [
        "original_applicant",
        "owner_at_publication",
        "original_registrant",
    ]


def test_genuine_rows_of_the_euipo() -> None:
    grabo, dapple = euipo.parse(c.genuine("genuine-em018228224-euipo.json"))
    assert (grabo.registration_number, grabo.status, grabo.expiry_date) == (
        "018228224",
        RegisterStatus.REGISTERED,
        date(2030, 4, 22),
    )
    assert grabo.publication_date == date(2020, 7, 9), "the first publication, not that of the registration"
    assert [entry.number for entry in grabo.classes] == [7, 9]
    assert record_key(grabo) == "EM500000018228224"
    assert (dapple.status, dapple.registration_number) == (RegisterStatus.DEAD_WITHDRAWN_REFUSED, "")
    assert dapple.owner_name == "Dapple Contract & Technology B.V."


# --- all formats of one mark


marks = st.builds(
    c.Mark,
    serial=st.integers(60_000_000, 99_999_999).filter(lambda n: n // 1_000_000 != 79).map(str),
    registration=st.sampled_from(["", "7000001", "216932"]),
    words=st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30),
    drawing=st.sampled_from("12345"),
    status=st.sampled_from(["700", "800", "710", "630", "686", "900", "123"]),
    filed=st.sampled_from(["19990615", "20210302", "20210300", ""]),
    registered=st.sampled_from(["20230314", ""]),
    owners=st.lists(
        st.tuples(st.sampled_from([10, 20, 30, 31, 42]), st.sampled_from(["A & B", "Öl <AG>", "C, Inc."])),
        max_size=4,
        unique_by=lambda owner: owner[0],
    ),
    classes=st.lists(
        st.tuples(st.integers(1, 45), st.sampled_from(["Hats", "Ropes & lines"]), st.sampled_from(["", "19960100"])),
        max_size=3,
        unique_by=lambda row: row[0],
    ),
    designs=st.lists(st.sampled_from(["24.15.25", "26.17.01"]), unique=True),
)


@settings(max_examples=60)
@given(mark=marks)
def test_composed_st66_st96_and_json_of_one_mark_give_the_same_facts(mark: c.Mark) -> None:
    from_st66, from_st96, from_json = (
        one(parse(write(mark), as_of=date(2024, 5, 2), source="x"))
        for parse, write in ((st66.parse, c.st66), (st96.parse, c.st96), (tsdr_json.parse, c.tsdr))
    )
    alike = [replace(facts, format="") for facts in (from_st66, from_st96, from_json)]
    assert alike[0] == alike[1] == alike[2]
    assert digest(from_st66) == digest(from_st96) == digest(from_json)


def test_how_and_when_facts_came_is_no_part_of_what_is_compared() -> None:
    facts = one(st66.parse(c.st66(c.Mark())))
    other = replace(facts, as_of=date(2030, 1, 1), format="x", source="y", status_text="z", partial_dates=(("a", "b"),))
    assert digest(other) == digest(facts)
    assert not {"as_of", "format", "source"} & set(canonical(facts))
    json.dumps(canonical(facts))


def test_composed_answer_for_many_cases_gives_each() -> None:
    found = tsdr_json.parse(c.tsdr_multi(c.Mark(), c.Mark(serial="90000002", registration="7000002")))
    assert [facts.application_number for facts in found] == ["90000001", "90000002"]


# --- values as registers write them


@pytest.mark.parametrize(
    ("written", "day", "partial"),
    [
        ("1995-02-07-05:00", date(1995, 2, 7), ""),
        ("2019-10-24T04:00:00.000+0000", date(2019, 10, 24), ""),
        ("1998-08-04", date(1998, 8, 4), ""),
        (20180922, date(2018, 9, 22), ""),
        ("19960100", None, "19960100"),
        ("19960000", None, "19960000"),
        ("1996", None, "1996"),
        ("20230229", None, "20230229"),
        ("00000000", None, ""),
        ("", None, ""),
        (None, None, ""),
        ("soon", None, ""),
    ],
)
def test_dates_as_they_are_written(written: Any, day: date | None, partial: str) -> None:
    assert values.day(written) == day
    assert values.partial(written) == partial


@given(st.one_of(st.text(max_size=30), st.integers(), st.none(), st.floats(), st.lists(st.text())))
def test_no_value_breaks_a_reader(value: Any) -> None:
    assert values.day(value) is None or isinstance(values.day(value), date)
    assert values.nice(value) in range(46)
    assert values.country(value) == "" or len(values.country(value)) == 2
    assert "\x00" not in values.text(value) and "\n" not in values.text(value)
    values.partial(value), values.design_code(value)


@pytest.mark.parametrize(("written", "number"), [("009", 9), (42, 42), ("045", 45), ("046", 0), ("A", 0), ("200", 0)])
def test_classes_are_padded_and_some_are_none(written: Any, number: int) -> None:
    assert values.nice(written) == number


def test_composed_partial_filing_date_is_no_day_and_keeps_its_text() -> None:
    facts = one(st96.parse(c.st96(c.Mark(filed="20210300"))))
    assert facts.filing_date is None
    assert ("filing_date", "20210300") in facts.partial_dates


def test_composed_class_that_was_struck_out_is_left_out_while_another_stands() -> None:
    mark = c.tsdr_one(c.Mark(classes=[(9, "Games", ""), (25, "Hats", "")]))
    mark["gsList"][0]["statusCode"] = "8"
    facts = one(tsdr_json.parse(json.dumps({"trademarks": [mark]}).encode()))
    assert [entry.number for entry in facts.classes] == [25]
    mark["gsList"][1]["statusCode"] = "8"
    facts = one(tsdr_json.parse(json.dumps({"trademarks": [mark]}).encode()))
    assert [entry.number for entry in facts.classes] == [9, 25], "a dead mark keeps the classes that it had"


def test_composed_joint_owners_of_the_last_group_own_it_together() -> None:
    facts = one(tsdr_json.parse(c.tsdr(c.Mark(owners=[(10, "Old AB"), (30, "One AB"), (30, "Two AB")]))))
    assert facts.owner_name == "One AB; Two AB"
    assert facts.former_owners == ("Old AB",)


def test_composed_mark_of_the_madrid_series_has_the_key_of_its_international_registration() -> None:
    mark = c.tsdr_one(c.Mark(serial="79123456"))
    mark["internationalData"] = {"internationalRegistrationNumber": "1234567"}
    facts = one(tsdr_json.parse(json.dumps({"trademarks": [mark]}).encode()))
    assert (facts.basis, facts.international_number) == ("madrid", "1234567")
    assert record_key(facts) == "WO500000001234567/US"
    eu = one(euipo.parse(c.euipo("W01234567", markBasis="INTERNATIONAL_TRADEMARK")))
    assert record_key(eu) == "WO500000001234567/EM"


def test_roles_follow_the_party_type() -> None:
    assert [role_of(party) for party in (10, 11, 20, 21, 30, 31, 43, 0)] == [
        "original_applicant",
        "subsequent_before_publication",
        "owner_at_publication",
        "subsequent_before_registration",
        "original_registrant",
        "subsequent_after_registration",
        "subsequent_after_registration",
        "owner",
    ]


# --- statuses


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("700", "registered"),
        ("702", "registered"),
        ("800", "registered"),
        ("790", "registered_challenged"),
        ("686", "published_opposition"),
        ("630", "application_filed"),
        ("602", "dead_withdrawn_refused"),
        ("710", "dead_cancelled"),
        ("900", "dead_expired"),
        ("0", "unknown"),
        ("", "unknown"),
        ("999", "unknown"),
    ],
)
def test_codes_of_the_uspto(code: str, status: str) -> None:
    assert us_status(code) == status


@pytest.mark.parametrize(
    ("code", "tm5", "status"),
    [
        ("700", "LIVE/REGISTRATION/Issued and Active", "registered"),
        ("999", "LIVE/REGISTRATION/Issued and Active", "registered"),
        ("790", "LIVE/REGISTRATION/Issued and Active", "registered_challenged"),
        ("700", "LIVE/REGISTRATION/Cancellation/Invalidation Pending", "registered"),
        ("999", "LIVE/REGISTRATION/Cancellation/Invalidation Pending", "registered_challenged"),
        ("999", "LIVE/APPLICATION/Published for Opposition", "published_opposition"),
        ("700", "LIVE/APPLICATION/Under Examination", "application_filed"),
        ("700", "DEAD/REGISTRATION/Cancelled/Invalidated", "dead_cancelled"),
        ("700", "DEAD/REGISTRATION/Expired", "dead_expired"),
        ("630", "DEAD/APPLICATION/Withdrawn/Abandoned", "dead_withdrawn_refused"),
        ("800", "DEAD/APPLICATION/Refused/Dismissed or Invalidated", "dead_withdrawn_refused"),
        ("800", "DEAD/", "dead_withdrawn_refused"),
        ("900", "DEAD/REGISTRATION/something new", "dead_expired"),
        ("999", "LIVE/", "unknown"),
        ("999", "ALIVE", "unknown"),
        ("700", "", "registered"),
    ],
)
def test_the_registers_own_prefix_wins_over_the_code(code: str, tm5: str, status: str) -> None:
    assert us_status(code, tm5=tm5) == status


def test_words_may_bury_an_unknown_code_and_never_raise_it() -> None:
    """The first sentence is genuine (75181334, MONTY PYTHON'S FLYING CIRCUS)."""
    said = "Registration cancelled because registrant did not file an acceptable declaration under Section 8."
    assert us_status("", words=said) is RegisterStatus.DEAD_CANCELLED
    assert us_status("", words="Abandoned because no statement of use was filed.") == "dead_withdrawn_refused"
    assert us_status("", words="Registered. The registration date is used…") is RegisterStatus.UNKNOWN
    assert us_status("700", words="Registration cancelled.") is RegisterStatus.REGISTERED


@given(code=st.text(max_size=6), words=st.text(max_size=40))
def test_nothing_unknown_is_ever_live(code: str, words: str) -> None:
    status = us_status(code, words=words)
    if code.strip() not in {"700", "701", "702", "703", "790", "800"}:
        assert ALLOWS[status] is not Allows.REPORT
    assert ALLOWS[euipo_status(code)] is not Allows.REPORT


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("REGISTERED", "registered"),
        ("CANCELLATION_PENDING", "registered_challenged"),
        ("ACCEPTANCE_PENDING", "application_filed"),
        ("START_OF_OPPOSITION_PERIOD", "published_opposition"),
        ("REFUSED", "dead_withdrawn_refused"),
        ("SURRENDERED", "dead_cancelled"),
        ("EXPIRED", "dead_expired"),
        ("APPEALED", "unknown"),
        ("SOMETHING_NEW", "unknown"),
    ],
)
def test_names_of_the_euipo(name: str, status: str) -> None:
    assert euipo_status(name) == status
    assert one(euipo.parse(c.euipo(status=name))).status == status


def test_composed_euipo_record_with_goods_and_unknown_fields() -> None:
    facts = one(euipo.parse(c.euipo(somethingNew={"deep": [1]}, viennaClasses=["25.03.03", {"code": "26.01.01"}])))
    assert facts.mark_kind == "combined", "a figure with words in it"
    assert [(entry.number, entry.goods) for entry in facts.classes] == [(18, ""), (25, "Jackets; Hats")]
    assert [(code.scheme, code.code) for code in facts.design_codes] == [("vienna", "25.03.03"), ("vienna", "26.01.01")]
    assert facts.as_of == date(2021, 8, 20)


# --- what is silent, what contradicts


def test_a_silent_file_erases_nothing_but_its_status_counts() -> None:
    held = one(st66.parse(c.st66(c.Mark(designs=["24.15.25"]))))
    silent = RecordFacts(
        office="US", application_number="90000001", status=RegisterStatus.DEAD_CANCELLED, as_of=date(2030, 1, 1)
    )
    whole = merged(held, silent)
    assert (whole.status, whole.status_text) == (RegisterStatus.DEAD_CANCELLED, "")
    assert (whole.mark_text, whole.owners, whole.classes) == (held.mark_text, held.owners, held.classes)
    assert whole.design_codes == held.design_codes and whole.registration_date == held.registration_date
    stateless = tuple(replace(owner, country="") for owner in held.owners)
    assert merged(held, replace(held, owners=stateless)).owners == held.owners


def test_facts_of_another_mark_are_noticed() -> None:
    held = one(st66.parse(c.st66(c.Mark())))
    assert other_mark(held, held) == ""
    assert other_mark(held, replace(held, registration_number="7999999")) == "registration_number"
    assert other_mark(held, replace(held, application_number="90000002")) == "application_number"
    assert other_mark(held, replace(held, office="EM")) == "office"
    assert other_mark(held, replace(held, filing_date=date(2001, 1, 1), mark_text="OTHER")) == "filing_date"
    assert other_mark(held, replace(held, filing_date=date(2021, 3, 3))) == "", "a corrected date is the same mark"
    assert other_mark(held, replace(held, owners=(OwnerFacts("New AB", "", 42),))) == ""


# --- harm


def bombs() -> list[Any]:
    inner = '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    body = c.st96(c.Mark()).decode().partition("?>")[2]
    return [
        pytest.param(f'<?xml version="1.0"?><!DOCTYPE x [{inner}]>{body}', "document_type", id="entities"),
        pytest.param(f'<!DOCTYPE x SYSTEM "file:///etc/passwd">{body}', "document_type", id="external type"),
        pytest.param(
            f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>{body}', "document_type", id="external entity"
        ),
        pytest.param(body[: len(body) // 2], "broken", id="cut off"),
        pytest.param(body.replace("</t:Trademark>", "</t:Other>"), "broken", id="wrong tag"),
        pytest.param("<a>" * 50_000, "broken", id="deep"),
        pytest.param("", "broken", id="empty"),
        pytest.param("<x/>", "no_record", id="another document"),
        pytest.param('<?xml version="1.0" encoding="nonsense"?><x/>', "broken", id="encoding"),
    ]


@pytest.mark.parametrize("parse", [st66.parse, st96.parse])
@pytest.mark.parametrize(("text", "code"), bombs())
def test_xml_that_means_harm_or_breaks_off_is_unreadable(parse: Any, text: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(text.encode())
    assert caught.value.code == code


@settings(max_examples=60)
@given(cut=st.integers(0, 3000), parse_write=st.sampled_from([(st66.parse, c.st66), (st96.parse, c.st96)]))
def test_composed_xml_cut_anywhere_is_unreadable(cut: int, parse_write: Any) -> None:
    parse, write = parse_write
    whole = write(c.Mark()).rstrip()
    with pytest.raises(Unreadable):
        parse(whole[: min(cut, len(whole) - 1)])


@pytest.mark.parametrize("parse", [tsdr_json.parse, euipo.parse, collected.parse])
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<!DOCTYPE html><html></html>", "html"),
        (b'{"trademarks": [', "broken"),
        (b"\xff\xfe", "broken"),
        (b"[" * 100_000, "broken"),
        (b"{}", "no_record"),
        (b"[]", "no_record"),
        (b'{"trademarks": null, "records": 5}', "no_record"),
        (b'{"trademarks": ["x", 5, null]}', "no_record"),
    ],
)
def test_json_that_is_none_or_holds_nothing_is_unreadable(parse: Any, data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        parse(data)
    assert caught.value.code == code


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300)
@given(data=st.data())
def test_composed_json_with_any_value_anywhere_is_read_or_unreadable_and_never_breaks(data: st.DataObject) -> None:
    mark = c.tsdr_one(c.Mark())
    place: Any = mark
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            place[key] = data.draw(json_values)
            break
        place = place[key]
    row = json.loads(c.euipo())
    row[data.draw(st.sampled_from(sorted(row)))] = data.draw(json_values)
    for parse, value in ((tsdr_json.parse, {"trademarks": [mark]}), (euipo.parse, row)):
        with suppress(Unreadable):
            assert parse(json.dumps(value).encode())


def test_a_record_without_a_number_or_any_date_is_not_guessed() -> None:
    with pytest.raises(Unreadable, match="serial number"):
        st66.parse(c.st66(c.Mark(serial="")))
    with pytest.raises(Unreadable, match="no date"):
        st66.parse(c.st66(c.Mark(filed="", registered="", published="", status_date="")))
    assert one(st66.parse(c.st66(c.Mark(filed="", status_date="")), as_of=date(2024, 1, 1))).as_of == date(2024, 1, 1)
