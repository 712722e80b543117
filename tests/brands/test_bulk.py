"""Many rights at once: each line answered, nothing lost, and no file that breaks it."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from brands import bulk, registry
from brands.bulk import Line, Papers, line_of, read_csv, tally
from brands.models import Brand, IPRight
from portal.accounts.actors import Actor, member_actor_for
from portal.accounts.models import Role
from portal.errors import Forbidden, Refused
from portal.files.models import StoredFile
from portal.ledger.models import Delivery, Event
from tests.accounts.factories import authorise, make_member
from tests.brands import factories as f
from tests.brands.test_api import Caller
from tests.brands.test_pages import browser

HEADER = (
    "brand,office,mark_text,registration_number,owner_name,filing_date,registration_date,expiry_date,goods,certificate"
)
LINE = "Tarnfell,EM,TARNFELL,{},Tarnfell Outdoor AB,2016-12-14,2017-03-27,2026-12-14,25: Clothing,{}"


def text(*numbers: object, paper: str = "") -> str:
    return "\n".join([HEADER, *(LINE.format(number, paper) for number in numbers)]) + "\n"


def answered(owner: Actor, data: str) -> list[Line]:
    lines = [line_of(row) for row in read_csv(data.encode())]
    bulk.answer(owner, lines)
    return lines


def entered(owner: Actor, data: str, *uploads: Any, send: bool = False) -> list[Line]:
    lines = answered(owner, data)
    bulk.enter(actor=owner, lines=lines, papers=Papers(uploads, actor=owner, now=f.NOW), send=send, now=f.NOW)
    return lines


# --- reading


@pytest.mark.parametrize(
    "data",
    [
        b"brand,office\nTarnfell,EM\n",
        b"\xef\xbb\xbfbrand,office\r\nTarnfell,EM\r\n",
        b"Brand;Office\nTarnfell;EM\n",
        b"\n\nbrand\toffice\nTarnfell\tEM",
        b"office, BRAND ,\nEM,Tarnfell,\n",
        b'brand,office\n"Tarnfell","EM"\n\n,\n',
    ],
)
def test_each_usual_shape_is_read(data: bytes) -> None:
    [row] = read_csv(data)
    assert (row.cells["brand"], row.cells["office"]) == ("Tarnfell", "EM")


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "empty_file", "empty"),
        (b"\xef\xbb\xbf", "empty_file", "empty"),
        ("brand\nJäcke".encode("latin-1"), "not_utf8", "Byte 8 "),
        (text(1).encode("utf-16"), "not_utf8", "UTF-16"),
        (text(1).encode("utf-16-le"), "not_utf8", "UTF-8"),
        (b"brand,colour\nx,red", "bad_header", "“colour”"),
        (b"office\nEM", "bad_header", "“brand” is missing"),
        (b"brand,brand\nx,y", "bad_header", "twice"),
        (b"Tarnfell,EM\nx,y", "bad_header", "“Tarnfell”"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "not_utf8", "UTF-8"),
        (b"brand\n", "no_lines", "no lines"),
        (text(*range(10_000)).encode(), "too_many_lines", "10,000 lines; 1,000 can be entered"),
        (text(*range(1001)).encode(), "too_many_lines", "1,001 lines"),
        (b"brand\n" + b"x" * 8_000_001, "too_big", "8 MB"),
        (b"brand,goods\n" + (b'x,"' + b"y" * 15_000 + b'"\n') * 110, "too_big", "1.5 MB"),
        (b'brand\n"' + b"x" * 200_000, "bad_row", "Row"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_change(data: bytes, code: str, words: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_csv(data)
    assert refusal.value.code == code and words in str(refusal.value), str(refusal.value)


def test_exactly_a_thousand_lines_pass() -> None:
    assert len(read_csv(text(*range(1000)).encode())) == 1000


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    try:
        rows = read_csv(b"brand,office,goods\n" + data)
    except Refused:
        return
    for row in rows:
        line = line_of(row)
        assert line.answer in {"new", "wrong"} and (line.answer == "new" or line.says)


CELLS = st.text(st.characters(exclude_characters="\0\r", codec="utf-8"), max_size=20)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(sorted(bulk.COLUMNS)), CELLS), min_size=1, max_size=5))
def test_what_is_written_again_is_read_alike(cells: list[dict[str, str]]) -> None:
    rows = [bulk.Row(number, {**each, "brand": "Tarnfell"}) for number, each in enumerate(cells, 2)]
    again = read_csv(bulk.written(rows).encode())
    assert [row.cells["brand"] for row in again] == ["Tarnfell"] * len(rows)
    for before, after in zip(rows, again, strict=True):
        assert {k: v.strip() for k, v in before.cells.items() if v.strip()} == {
            k: v for k, v in after.cells.items() if v
        }


def test_the_template_is_read_by_its_own_reader_and_names_known_columns() -> None:
    [row] = read_csv(bulk.TEMPLATE.encode())
    assert set(row.cells) <= set(bulk.COLUMNS)
    assert line_of(row).answer == "new", line_of(row).says


@pytest.mark.parametrize(
    ("cells", "field", "words"),
    [
        ({"brand": ""}, "brand", "name of the brand"),
        ({"brand": "x" * 121}, "brand", "120"),
        ({"kind": "recipe"}, "kind", "copyright"),
        ({"office": "XX"}, "office", "no office that we know"),
        ({"office": "WO"}, "office", "designates"),
        ({"office": ""}, "office", "Name the office by its code"),
        ({"mark_kind": "smell"}, "mark_kind", "kinds of mark"),
        ({"mark_text": '=HYPERLINK("https://evil.test")'}, "mark_text", "formula"),
        ({"registration_number": "=1+1"}, "registration_number", "formula"),
        ({"filing_date": "14.12.2016"}, "filing_date", "2020-04-22"),
        ({"filing_date": "2016-02-30"}, "filing_date", "2020-04-22"),
        ({"classes": "25; 46"}, "classes", "1 to 45"),
        ({"classes": "shoes"}, "classes", "1 to 45"),
        ({"goods": "Clothing"}, "goods", "25: Clothing"),
        ({"goods": "25 (99-2017): Clothing"}, "goods", "edition"),
        ({"territories": "Atlantis"}, "territories", "Atlantis"),
        ({"territories": "US"}, "territories", "does not reach"),
        ({"international_number": "x"}, "international_number", "1234567"),
        ({"kind": "copyright", "office": "", "work_type": "spell"}, "work_type", "kinds of work"),
        ({"kind": "design", "locarno_classes": "99"}, "locarno_classes", "02-04"),
        ({"kind": "patent", "office": "EM"}, "office", "no patents"),
        ({"owner_name": "x" * 201}, "owner_name", "200"),
    ],
)
def test_a_line_to_correct_names_its_column_and_the_cure(cells: dict[str, str], field: str, words: str) -> None:
    line = line_of(bulk.Row(2, {"brand": "Tarnfell", "office": "EM", "mark_text": "TARNFELL", **cells}))
    assert (line.answer, line.field) == ("wrong", field) and words in line.says, line.says


@pytest.mark.parametrize("sign", ["@home", "+BOSS", "-10", "'quoted", "<script>alert(1)</script>"])
def test_signs_that_look_dangerous_are_data(sign: str) -> None:
    line = line_of(bulk.Row(2, {"brand": "Tarnfell", "office": "EM", "mark_text": sign}))
    assert line.answer == "new" and line.declaration is not None and line.declaration.mark_text == sign


def test_a_comma_too_many_is_not_swallowed() -> None:
    [row] = read_csv(b"brand,office\nTarnfell,EM,Clothing; footwear\n")
    assert line_of(row).answer == "wrong" and "more cells" in line_of(row).says


# --- answering and entering


@pytest.mark.django_db
def test_each_line_is_answered_before_anything_is_entered(django_assert_max_num_queries: Any) -> None:
    owner = f.actor()
    mine = f.draft(owner, office="EM", application_number="", registration_number="016142907")
    f.draft(f.actor(), office="EM", application_number="", registration_number="016142908")
    with django_assert_max_num_queries(2):
        lines = answered(owner, text("016142907", "16142908", "016 142 908", "??") + LINE.replace("EM", "XX") + "\n")
    assert [line.answer for line in lines] == ["yours", "new", "wrong", "new", "wrong"]
    assert lines[0].right == mine and "same as line 3" in lines[2].says
    assert IPRight.objects.count() == 2


@pytest.mark.django_db
def test_lines_are_entered_and_the_same_lines_again_change_nothing() -> None:
    owner = f.actor()
    first = entered(owner, text("016142907", "016142908"))
    assert [line.answer for line in first] == ["entered", "entered"]
    assert Brand.objects.filter(organisation=owner.organisation).count() == 1
    right = IPRight.objects.get(registration_number="016142907")
    assert (right.state, right.territories.count(), right.classes.get().goods) == ("draft", 27, "Clothing")
    seen = Event.objects.count()
    again = entered(owner, text("016142907", "016142908"))
    assert tally(again)["yours"] == 2 and (IPRight.objects.count(), Event.objects.count()) == (2, seen)


@pytest.mark.django_db
def test_one_wrong_line_stops_no_other() -> None:
    owner = f.actor()
    lines = entered(owner, text("016142907") + LINE.format("1", "").replace("2016-12-14", "soon") + "\n")
    assert [line.answer for line in lines] == ["entered", "wrong"]
    assert IPRight.objects.count() == 1


@pytest.mark.django_db
def test_what_only_the_database_knows_is_answered_while_entering() -> None:
    """Somebody enters the same mark between the answer and the entering."""
    owner = f.actor()
    lines = answered(owner, text("016142907", "016142908"))
    mine = f.draft(owner, office="EM", application_number="", registration_number="016142907")
    bulk.enter(actor=owner, lines=lines, papers=Papers([], actor=owner, now=f.NOW), send=False, now=f.NOW)
    assert [line.answer for line in lines] == ["yours", "entered"] and lines[0].right == mine


@pytest.mark.django_db
def test_every_kind_comes_by_csv() -> None:
    owner = f.actor()
    names = ("kind", "brand", "office", "name", "mark_text", "registration_number", "international_number",
             "work_type", "authors", "product", "locarno_classes", "ipc_classes")  # fmt: skip
    rows = [
        ("trademark", "Tarnfell", "EM", "", "TARNFELL", "016142907", "", "", "", "", "", ""),
        ("", "Tarnfell", "JP", "", "TARNFELL", "", "1234567", "", "", "", "", ""),
        ("copyright", "Tarnfell", "", "Dawn", "", "", "", "photograph", "Ida Blom", "", "", ""),
        ("design", "Tarnfell", "EM", "Pack", "", "001234567-0001", "", "", "", "Backpacks", "03-01; 02-04", ""),
        ("Patent", "Tarnfell", "us", "Buckle", "", "US10123456B2", "", "", "", "", "", "A44B 11/25"),
    ]
    out = io.StringIO()
    csv.writer(out).writerows([names, *rows])
    lines = entered(owner, out.getvalue())
    assert [line.answer for line in lines] == ["entered"] * 5, [line.says for line in lines]
    kinds = list(IPRight.objects.order_by("id").values_list("kind", "basis"))
    assert kinds == [("trademark", "national"), ("trademark", "madrid"), ("copyright", "national"),
                     ("design", "national"), ("patent", "national")]  # fmt: skip
    assert tally(entered(owner, out.getvalue()))["yours"] == 5 and IPRight.objects.count() == 5


@pytest.mark.django_db
def test_complete_lines_are_sent_with_their_certificates_and_the_others_say_what_they_lack(run_outbox: Any) -> None:
    owner = f.actor("administrator")
    data = text("016142907", paper="One.PDF") + LINE.format("016142908", "two.pdf") + "\n"
    lines = entered(owner, data, f.upload("one.pdf"), send=True)
    assert [line.answer for line in lines] == ["sent", "entered"]
    assert [problem.field for problem in lines[1].missing] == ["certificate"]
    assert "“two.pdf” was not sent" in lines[1].says
    run_outbox()
    assert not Delivery.objects.filter(subject__startswith="We have").exists()
    again = entered(owner, data, f.upload("two.pdf"), send=True)
    assert [line.answer for line in again] == ["yours", "sent"]
    assert IPRight.objects.filter(state="in_review").count() == 2


@pytest.mark.django_db
def test_one_certificate_for_many_lines_is_kept_once() -> None:
    owner = f.actor()
    entered(owner, text(*range(16142907, 16142912), paper="all.pdf"), f.upload("all.pdf"))
    assert IPRight.objects.filter(certificate__original_name="all.pdf").count() == 5
    assert StoredFile.objects.count() == 1


@pytest.mark.django_db
def test_a_file_that_is_none_leaves_its_line_a_draft_and_says_why() -> None:
    owner = f.actor()
    [line] = entered(owner, text("016142907", paper="x.pdf"), f.upload("x.pdf", b"not a pdf"), send=True)
    assert line.answer == "entered" and "x.pdf" in line.says
    assert IPRight.objects.get().certificate is None


@pytest.mark.django_db
def test_views_and_copies_come_by_their_names() -> None:
    owner = f.actor()
    data = "kind,brand,office,name,registration_number,product,locarno_classes,views\n"
    data += "design,Tarnfell,EM,Pack,001234567-0001,Backpacks,03-01,front.png | side.png\n"
    views = [f.upload("front.png"), f.upload("side.png", f.png((1, 1, 1)))]
    entered(owner, data, *views)
    right = IPRight.objects.get()
    assert right.files.count() == 2 and right.logo is not None and right.logo.original_name == "front.png"
    entered(owner, data, *[f.upload("front.png"), f.upload("side.png", f.png((1, 1, 1)))])
    assert right.files.count() == 2


@pytest.mark.django_db
def test_two_files_of_one_name_and_too_many_files_are_refused() -> None:
    owner = f.actor()
    with pytest.raises(Refused, match="Two files"):
        Papers([f.upload("a.pdf"), f.upload("A.PDF")], actor=owner, now=f.NOW)
    with pytest.raises(Refused, match="at most 50"):
        Papers([f.upload(f"{number}.png") for number in range(51)], actor=owner, now=f.NOW)


@pytest.mark.django_db
def test_a_viewer_enters_nothing_and_an_outsider_enters_for_themselves() -> None:
    owner, outsider = f.actor(), f.actor()
    viewer = f.actor("viewer", owner.organisation)
    lines = answered(viewer, text("016142907"))
    with pytest.raises(Forbidden):
        registry.add_brand(actor=viewer, name="Tarnfell", now=f.NOW)
    bulk.enter(actor=viewer, lines=lines, papers=Papers([], actor=viewer, now=f.NOW), send=True, now=f.NOW)
    assert [line.answer for line in lines] == ["wrong"] and not IPRight.objects.exists()
    entered(owner, text("016142907"))
    assert [line.answer for line in answered(outsider, text("016142907"))] == ["new"]


@pytest.mark.django_db
def test_an_agent_enters_no_further_than_their_authorisation_reaches() -> None:
    owner = f.actor()
    member = make_member(owner.organisation, Role.AGENT, authorised=False)
    authorise(owner.organisation, member=member, territories=["SE"])
    lines = entered(member_actor_for(member), text("016142907"))
    assert [line.answer for line in lines] == ["wrong"] and "authorisation" in lines[0].says
    assert not IPRight.objects.exists()


# --- the page


@pytest.mark.django_db
def test_the_page_answers_then_enters_and_gives_back_what_is_to_correct() -> None:
    owner = f.member()
    client, address = browser(owner), reverse("brands:bulk")
    data = text("016142907") + LINE.format("1", "").replace("2016-12-14", "soon") + "\n"
    page = client.post(address, {"file": f.upload("rights.csv", data.encode()), "action": "check"})
    assert page.status_code == 200 and "Would be entered" in page.text and "2020-04-22" in page.text
    assert not IPRight.objects.exists()
    carried = page.context["enter"]["lines"].value()
    done = client.post(address, {"lines": carried, "papers": [f.upload("c.pdf")], "action": "enter"})
    right = IPRight.objects.get()
    assert reverse("brands:right", args=[right.public_id]) in done.text and "1 right is entered" in done.text
    left = done.context["form"]["lines"].value()
    assert "soon" in left and "016142907" not in left
    fixed = client.post(address, {"lines": left.replace("soon", "2016-12-14"), "action": "check"})
    assert fixed.context["count"]["new"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"action": "check"}, "Choose a file"),
        ({"lines": "colour\nred", "action": "check"}, "There is no column"),
        ({"lines": text(*range(10_000)), "action": "check"}, "10,000 lines"),
        ({"action": "enter"}, "required"),
        ({"lines": "colour\nred", "action": "enter"}, "There is no column"),
    ],
)
def test_a_page_that_cannot_be_used_says_why(body: dict[str, str], words: str) -> None:
    page = browser(f.member()).post(reverse("brands:bulk"), body)
    assert page.status_code == 422 and words in page.text and not IPRight.objects.exists()


@pytest.mark.django_db
def test_what_is_typed_is_shown_and_never_run() -> None:
    data = text("016142907").replace("TARNFELL", "<script>alert(1)</script>")
    page = browser(f.member()).post(reverse("brands:bulk"), {"lines": data, "action": "check"})
    assert "<script>alert" not in page.text and "&lt;script&gt;alert" in page.text


@pytest.mark.django_db
def test_the_template_is_downloaded() -> None:
    page = browser(f.member()).get(reverse("brands:bulk-template"))
    assert page["Content-Type"].startswith("text/csv") and page.content.decode() == bulk.TEMPLATE


@pytest.mark.django_db
def test_a_viewer_does_not_get_the_page() -> None:
    owner = f.member()
    client = browser(f.member("viewer", owner.organisation))
    assert client.get(reverse("brands:bulk")).status_code == 403
    assert client.post(reverse("brands:bulk"), {"lines": text(1), "action": "enter"}).status_code == 403


# --- the API


@pytest.mark.django_db
def test_a_program_checks_then_enters_and_may_repeat_itself() -> None:
    caller = Caller()
    bodies = [caller.body(), caller.body(registration_number="16142908"), {"office": "EM"}, caller.body(office="XX")]
    checked = caller.post("/rights/bulk", {"rights": bodies, "check": True})
    assert checked.status_code == 200, checked.content
    assert [row["answer"] for row in checked.json()["results"]] == ["new", "new", "wrong", "wrong"]
    assert [row["field"] for row in checked.json()["results"]] == ["", "", "brand", "office"]
    assert not IPRight.objects.exists()
    done = caller.post("/rights/bulk", {"rights": bodies}, **{"Idempotency-Key": "b-1"}).json()
    assert (done["entered"], done["sent"], done["yours"], done["wrong"]) == (2, 0, 0, 2)
    assert done["results"][0]["right"] == str(IPRight.objects.get(registration_number="018228224").public_id)
    assert caller.post("/rights/bulk", {"rights": bodies}, **{"Idempotency-Key": "b-1"}).json() == done
    again = caller.post("/rights/bulk", {"rights": bodies, "send": True}).json()
    assert (again["entered"], again["yours"]) == (0, 2)
    assert [row["field"] for row in again["results"][0]["missing"]] == ["certificate"]


@pytest.mark.django_db
def test_a_program_sends_a_csv_file_with_its_certificates() -> None:
    caller = Caller()
    data = text("016142907", paper="c.pdf").encode()
    done = caller.send("/rights/bulk", file=f.upload("rights.csv", data), papers=[f.upload("c.pdf")], send="true")
    assert done.status_code == 200, done.content
    assert [row["answer"] for row in done.json()["results"]] == ["sent"]
    assert IPRight.objects.get().state == "in_review"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"rights": []}, 400),
        ({"rights": "all"}, 400),
        ({"rights": [1]}, 400),
        ({"rights": [{}] * 501}, 400),
        ({"rights": [{}], "colour": "red"}, 400),
    ],
)
def test_a_request_that_cannot_be_used_enters_nothing(body: dict[str, Any], status: int) -> None:
    assert Caller().post("/rights/bulk", body).status_code == status
    assert not IPRight.objects.exists()


@pytest.mark.django_db
def test_a_bad_file_is_a_problem_with_its_code() -> None:
    caller = Caller()
    for data, code in ((b"colour\nred", "bad_header"), (text(1).encode("utf-16"), "not_utf8")):
        answer = caller.send("/rights/bulk", file=f.upload("rights.csv", data))
        assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.django_db
def test_a_program_uses_neither_the_brand_nor_the_scope_of_others() -> None:
    caller, outsider = Caller(), Caller()
    foreign = str(f.make_brand(outsider.actor, "Foreign").public_id)
    done = caller.post("/rights/bulk", {"rights": [caller.body(brand=foreign)]}).json()
    assert [(row["answer"], row["field"]) for row in done["results"]] == [("wrong", "brand")]
    reader = Caller(caller.organisation, ("rights:read",), by=caller.actor)
    assert reader.post("/rights/bulk", {"rights": [caller.body()]}).status_code == 403
    assert not IPRight.objects.exists()


@pytest.mark.django_db
def test_designations_are_one_line_each() -> None:
    caller = Caller()
    rows = [caller.body(office="", registration_number="", international_number="1234567",
                        designations=[{"office": "EM"}])]  # fmt: skip
    rows += [caller.body(office=code, registration_number="", international_number="1234567") for code in ("EM", "JP")]
    done = caller.post("/rights/bulk", {"rights": rows}).json()
    assert [row["answer"] for row in done["results"]] == ["wrong", "entered", "entered"]
    assert done["results"][0]["field"] == "designations"


@pytest.mark.django_db
def test_an_owner_and_a_teammate_share_what_was_entered() -> None:
    owner = f.member()
    entered(member_actor_for(owner), text("016142907"))
    teammate = f.actor("rights_owner", owner.organisation)
    assert [line.answer for line in answered(teammate, text("016142907"))] == ["yours"]
