"""`import_register`: any of the formats, whole or not at all, with a comparison that people can read."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from brands.models import RegisterReading, RegisterRecord
from brands.registers import files
from brands.registers.samples import load_samples
from complaints.bench import registers
from tests.brands import composed as c
from tests.brands import factories as f
from tests.brands.fake_office import BOMB, HTML

pytestmark = pytest.mark.django_db
GENUINE = ("genuine-sn76044902-st66.xml", "genuine-sn76044902-st96.xml", "genuine-rn2178784-st96.xml")


def run(*arguments: Any, code: int = 0) -> tuple[str, str]:
    """What the command prints and what it complains of; it must end with `code`."""
    out, err = io.StringIO(), io.StringIO()
    ended = 0
    try:
        call_command("import_register", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as stop:
        ended = int(stop.code or 0)
    assert ended == code, (out.getvalue(), err.getvalue())
    return out.getvalue(), err.getvalue()


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_genuine_records_are_imported_with_a_comparison() -> None:
    out, _err = run(*(c.FIXTURES / name for name in GENUINE))
    assert RegisterRecord.objects.count() == 2
    assert "JAVA · US 2178784 · US500000074631225" in out
    assert "owner    Oracle America, Inc. (before: Sun Microsystems, Inc.)" in out
    assert "first_use:9: written as 19960100" in out
    assert "status_code: held 702 | came 800" in out
    assert "US500000076044902: 2 files differ (they are of different days)" in out
    assert "3 of 3 files taken over, 3 records." in out


def test_genuine_records_of_every_other_format_are_imported(tmp_path: Path) -> None:
    daily = put(tmp_path, "apc180707.xml", c.daily(c.genuine("genuine-sn70011210-case-file.xml").decode()))
    out, _err = run(c.FIXTURES / "genuine-sn88326251-tsdr.json", c.FIXTURES / "genuine-em018228224-euipo.json", daily)
    assert {"GRABO", "DAPPLE", "SAMSON", "88 HEAD IN THE CLOUDS"} == set(
        RegisterRecord.objects.values_list("mark_text", flat=True)
    )
    assert "USPTO daily file" in out and "action keys: TX 1" in out


def test_composed_formats_of_one_mark_agree(tmp_path: Path) -> None:
    written = {"a.xml": c.st66, "b.xml": c.st96, "c.json": c.tsdr}
    paths = [put(tmp_path, name, write(c.Mark())) for name, write in written.items()]
    out, _err = run(*paths, "--as-of", "2024-05-02")
    assert "US500000090000001: 3 files agree in every fact" in out
    assert list(RegisterReading.objects.order_by("id").values_list("result", flat=True)) == ["new", "same", "same"]
    assert RegisterRecord.objects.get().as_of == date(2024, 5, 2)


def test_the_collected_facts_of_the_product_are_a_format_too() -> None:
    load_samples(f.NOW)
    out, _err = run(files.__file__.replace("files.py", "data/samples.json"))
    assert out.count("Nothing changed") == 5


def test_collected_samples_in_the_shape_of_the_reference(tmp_path: Path) -> None:
    """Genuine facts, in a composed collection: snapshots of one record, names of TSDR, a record without serial."""
    record = {
        "application_number": "76044902",
        "registration_number": "2824281",
        "mark_text": "PYTHON",
        "mark_drawing_code": "1",
        "filing_date": "2000-05-09",
        "owners": [{"seq": 30, "name": "PYTHON SOFTWARE FOUNDATION", "state": "DE"}],
        "classes": [{"nice": "009", "us": ["021"], "status": "6 ACTIVE", "goods": "Computer programs"}],
        "status_snapshots": [
            {"as_of": "2014-02-10", "status_code": "800"},
            {"as_of": "2010-09-08", "status_code": "702"},
        ],
    }
    named = {
        "serialNumber": 88326251,
        "markElement": "88 HEAD IN THE CLOUDS",
        "status": 700,
        "statusDate": "2019-08-27",
        "gsList": [{"internationalClasses": ["041"], "statusCode": "6", "description": "Entertainment"}],
        "parties.ownerGroups.30": [{"partyType": 30, "name": "88Rising, Inc."}],
    }
    bare = {"registration_number": "216932", "mark_text": "DOUBLE EAGLE", "status_code": 900, "classes": ["012"]}
    samples = [{"office": "US", "record": each} for each in (record, named, bare)]
    path = put(tmp_path, "facts.json", json.dumps({"retrieved": "2026-11-21 (stored)", "samples": samples}).encode())
    out, _err = run(path)
    assert RegisterReading.objects.count() == 3
    assert RegisterRecord.objects.get(application_number="76044902").status_code == "800"
    assert RegisterRecord.objects.get(application_number="88326251").owner_name == "88Rising, Inc."
    assert "left out: DOUBLE EAGLE has no application number." in out


def test_a_right_that_claims_the_record_is_compared(tmp_path: Path) -> None:
    run(put(tmp_path, "a.json", c.tsdr(c.Mark())), "--as-of", "2024-05-02")
    right = f.draft(
        f.actor(), application_number="90000001", registration_number="7000001", owner_name="Somebody Else AB"
    )
    assert right.record is not None
    out, _err = run(put(tmp_path, "b.json", c.tsdr(c.Mark(status="710"))), "--as-of", "2024-05-03")
    assert f"claimed  {right.organisation}: lapsed" in out
    assert "Owner: declared Somebody Else AB | register Tarnfell Outdoor AB" in out


def bad_files() -> dict[str, bytes]:
    bomb = c.daily(c.case_file(c.Mark()), doctype='<!DOCTYPE x [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]>')
    return {
        "cut.xml": c.st96(c.Mark())[:900],
        "cut.json": c.tsdr(c.Mark())[:300],
        "bomb.xml": BOMB,
        "daily-bomb.xml": bomb,
        "daily-cut.xml": c.daily(*(c.case_file(c.Mark(serial=str(90_000_001 + n))) for n in range(9)))[:-400],
        "page.html": HTML,
        "picture.png": f.png(),
        "empty.xml": b"",
        "other.xml": b"<other/>",
        "other.json": b'{"hello": "world"}',
        "noise.zip": b"PK\x03\x04" + b"x" * 200,
        "nothing.xml": c.daily(),
    }


@pytest.mark.parametrize("name", bad_files())
def test_a_bad_file_is_named_changes_nothing_and_stops_nobody(name: str, tmp_path: Path) -> None:
    bad, good = put(tmp_path, name, bad_files()[name]), put(tmp_path, "good.json", c.tsdr(c.Mark(serial="90000099")))
    out, err = run(bad, good, code=1)
    assert err.startswith(f"{name}: ") and err.count("\n") == 1, err
    assert "Nothing of it was taken over." in err
    assert "Traceback" not in err + out
    assert list(RegisterRecord.objects.values_list("application_number", flat=True)) == ["90000099"]
    assert "1 of 2 files taken over, 1 records." in out


def test_a_bad_file_overwrites_nothing_that_we_hold(tmp_path: Path) -> None:
    run(put(tmp_path, "good.json", c.tsdr(c.Mark())), "--as-of", "2024-05-01")
    before = RegisterRecord.objects.values().get()
    marks = [c.case_file(c.Mark(serial=str(90_000_001 + n), status="710", registration="")) for n in range(9)]
    run(put(tmp_path, "cut.xml", c.daily(*marks)[:-300]), code=1)
    assert RegisterRecord.objects.values().get() == before
    assert RegisterReading.objects.count() == 1


def test_one_bad_record_in_a_file_of_two_stops_both(tmp_path: Path) -> None:
    answer = json.loads(c.tsdr_multi(c.Mark(), c.Mark(serial="90000002")))
    answer["transactionList"][1]["trademarks"][0]["status"]["serialNumber"] = None
    run(put(tmp_path, "two.json", json.dumps(answer).encode()), code=1)
    assert not RegisterRecord.objects.exists()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    _out, err = run(tmp_path / "none.xml", code=1)
    assert err.startswith("none.xml: It cannot be opened")


def test_zips_are_looked_into(tmp_path: Path) -> None:
    path = tmp_path / "apc240502.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "apc240502.xml",
            c.daily(*(c.case_file(c.Mark(serial=str(90_000_001 + n), registration="")) for n in range(5))),
        )
        archive.writestr("readme.txt", "nothing to see")
    out, _err = run(path)
    assert "apc240502.zip/apc240502.xml: USPTO daily file" in out and "5 records" in out
    assert RegisterRecord.objects.first().source == "apc240502.zip/apc240502.xml (TX)"


def test_zips_that_would_fill_the_disk_or_are_damaged_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("apc.xml", b" " * (files.SMALL + 1))
    _out, err = run(path, code=1)
    assert "unpack to more" in err
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("apc.xml", c.daily(*(c.case_file(c.Mark(serial=str(90_000_001 + n))) for n in range(50))))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))
    _out, err = run(path, code=1)
    assert "broken" in err and not RegisterRecord.objects.exists()


def test_a_dry_run_shows_everything_and_keeps_nothing(tmp_path: Path) -> None:
    daily = put(tmp_path, "apc.xml", c.daily(c.case_file(c.Mark(serial="90000002"))))
    out, _err = run(put(tmp_path, "a.json", c.tsdr(c.Mark())), daily, "--dry-run")
    assert "New record" in out and "nothing was kept" in out
    assert not RegisterRecord.objects.exists() and not RegisterReading.objects.exists()


def test_json_for_machines(tmp_path: Path) -> None:
    daily = put(tmp_path, "apc.xml", c.daily(c.case_file(c.Mark(serial="90000002", registration="7000002"))))
    out, err = run(put(tmp_path, "a.json", c.tsdr(c.Mark())), daily, put(tmp_path, "b.xml", b""), "--json", code=1)
    small, bulk, bad = json.loads(out)["files"]
    assert (small["format"], small["results"], small["records"][0]["key"]) == (
        "tsdr_json",
        {"new": 1},
        "US500000090000001",
    )
    assert small["records"][0]["came"]["mark_text"] == "TARNFELL"
    assert (bulk["format"], bulk["actions"], bulk["results"]) == ("uspto_bulk", {"TX": 1}, {"new": 1})
    assert bad["error"] and not bad["results"] and err == ""


def test_a_wrong_day_is_refused() -> None:
    from django.core.management import CommandError

    with pytest.raises(CommandError, match="no day"):
        call_command("import_register", "x.xml", "--as-of", "yesterday")


def test_composed_daily_file_of_the_bench_is_one_and_keeps_its_counts(tmp_path: Path) -> None:
    report = registers.take_over(registers.write_daily(tmp_path / "daily.xml", 60))
    assert (report.count, report.results, report.actions) == (60, {"new": 60}, {"TX": 60})
    record = RegisterRecord.objects.order_by("id").first()
    assert (record.mark_text, record.owner_name) == ("LOADMARK 0 & CO", "Load Holding 0 LLC")
    assert [row.number for row in record.classes.order_by("number")] == [25, 35]
    assert not RegisterRecord.objects.filter(registration_number="0000000").exists()
    again = registers.take_over(registers.write_daily(tmp_path / "daily.xml", 60, turn=1))
    assert again.results["changed"] > 40


def test_composed_daily_file_names_a_second_serial_with_a_registration_that_is_taken(tmp_path: Path) -> None:
    first = c.case_file(c.Mark())
    second = c.case_file(c.Mark(serial="90000002", words="ZEBRA PUMP"))
    out, _err = run(put(tmp_path, "apc.xml", c.daily(first, second)))
    assert "90000002 names registration 7000001, which we hold under 90000001" in out
    assert list(RegisterRecord.objects.values_list("application_number", flat=True)) == ["90000001"]
