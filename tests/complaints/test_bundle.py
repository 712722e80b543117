"""A case as one file: who gets what, nothing of the desk's own in it, hostile texts, and the same bytes each time."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from complaints import bundle, casework, statements
from complaints.bundle.content import cell, safe, seen
from complaints.models import Complaint
from complaints.snapshots import canonical
from portal.accounts.actors import Actor, ActorKind, member_actor_for
from portal.accounts.models import Role
from portal.ledger.canonical import link_hash
from portal.marketplace import catalogue
from portal.marketplace.models import Listing, Target
from tests.accounts.factories import make_member, make_staff, make_user, signed_in
from tests.brands.agents_kit import pair
from tests.complaints.factories import (
    Case,
    claimed,
    decide,
    make_draft,
    make_filed_complaint,
    make_listing,
    make_right,
    make_seller,
    reviewer,
    sign,
    upload,
)

pytestmark = pytest.mark.django_db
NOTE = "Between us: the seller is known to the desk."


@pytest.fixture
def case() -> Case:
    """Two items of two sellers: one accepted, about the other a question; the first seller answered."""
    made = make_filed_complaint(items=2)
    Target.objects.filter(pk=made.targets[1].pk).update(owner=make_seller("otherseller"))
    me = claimed(made)
    [decision] = decide(made, me, items=made.item_ids[:1])
    now = timezone.now()
    casework.ask(
        actor=me, complaint_id=made.complaint.pk, item_ids=made.item_ids[1:], text="Which label is it?", now=now
    )
    casework.add_note(actor=me, complaint_id=made.complaint.pk, text=NOTE, now=now)
    statement = decision.statements.get(side="respondent")
    casework.respond(actor=Actor(kind=ActorKind.RESPONDENT), statement=statement, text="It is my own print.", now=now)
    return made


def packed(made: bundle.Bundle) -> bytes:
    return b"".join(bundle.stream(made))


def opened(data: bytes) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(io.BytesIO(data))
    assert archive.testzip() is None
    return archive


def streamed(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def document(archive: zipfile.ZipFile, name: str) -> Any:
    return json.loads(archive.read(name))


def text_of(archive: zipfile.ZipFile) -> str:
    """Every word of every file, that of the PDF too."""
    words = [archive.read(name).decode() for name in archive.namelist() if name.endswith((".json", ".txt", ".csv"))]
    [pdf] = [name for name in archive.namelist() if name.endswith(".pdf")]
    return "\n".join([*words, pdf_text(archive.read(pdf))])


def pdf_text(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def statement_of(case: Case) -> Any:
    return case.complaint.decisions.get().statements.get(side="respondent")


def test_the_whole_case_is_in_it_and_every_hash_holds(case: Case) -> None:
    archive = opened(packed(bundle.for_desk(case.fresh())))
    lines = [line.split("  ") for line in archive.read("SHA256SUMS").decode().splitlines()]
    sums = {name: digest for digest, name in lines}
    assert set(sums) == set(archive.namelist()) - {"SHA256SUMS"}
    assert all(hashlib.sha256(archive.read(name)).hexdigest() == digest for name, digest in sums.items())
    manifest = document(archive, "manifest.json")
    assert hashlib.sha256(canonical(manifest["content"])).hexdigest() == manifest["sha256"]
    for row, told in zip(manifest["content"]["items"], document(archive, "items.json"), strict=True):
        name = f"{told['line']:04d}-{told['marketplace_id']}"
        whole = document(archive, f"snapshots/{name}.json")
        assert hashlib.sha256(canonical(whole)).hexdigest() == row["snapshot"] == told["snapshot_sha256"]
        assert hashlib.sha256(archive.read(f"pictures/{name}.png")).hexdigest() == row["picture"]


def test_its_chain_can_be_proven_without_us(case: Case) -> None:
    archive, prev = opened(packed(bundle.for_desk(case.fresh()))), ""
    for link in document(archive, "events.json"):
        at = datetime.fromisoformat(link["at"])
        digest = link_hash(
            stream=tuple(link["stream"]), seq=link["seq"], kind=link["kind"], at=at, actor=link["actor"],
            payload=link["payload"], prev=prev,
        )  # fmt: skip
        assert (link["prev"], link["hash"]) == (prev, digest)
        prev = digest


def test_equal_input_gives_equal_bytes_whenever_and_in_whatever_language_it_is_asked(case: Case) -> None:
    first = packed(bundle.for_desk(case.fresh()))
    with time_machine.travel(timezone.now() + timedelta(days=40)), translation.override("de"):
        assert packed(bundle.for_desk(case.fresh())) == first


def test_internal_notes_are_in_the_internal_bundle_and_in_no_other(case: Case) -> None:
    found, statement = case.fresh(), statement_of(case)
    for made in (bundle.for_desk(found), bundle.for_complainant(found, case.owner), bundle.for_respondent(statement)):
        archive = opened(packed(made))
        assert NOTE not in text_of(archive) and "internal-notes.json" not in archive.namelist()
    inside = opened(packed(bundle.for_desk(found, notes=True)))
    assert document(inside, "internal-notes.json")[0]["text"] == NOTE
    assert any(name.endswith("-internal.pdf") for name in inside.namelist())


def test_no_bundle_that_leaves_names_who_works_at_the_desk(case: Case) -> None:
    people = {row.decided_by for row in case.complaint.decisions.all()}
    for made in (bundle.for_desk(case.fresh()), bundle.for_complainant(case.fresh(), case.owner)):
        words = text_of(opened(packed(made)))
        assert not any(person.name in words or person.email in words for person in people)


def test_a_complainant_gets_their_side_alone(case: Case) -> None:
    archive = opened(packed(bundle.for_complainant(case.fresh(), case.owner)))
    words = text_of(archive)
    assert "Which label is it?" in words and "It is my own print." not in words
    assert {row["side"] for row in document(archive, "statements.json")} == {"complainant"}
    assert "manifest.json" in archive.namelist()
    assert all("payload" not in row and "actor" not in row for row in document(archive, "events.json"))


def test_a_held_decision_is_told_to_nobody_outside() -> None:
    seller = make_seller()
    made = make_filed_complaint(items=1)
    me = claimed(made)
    account = seller.target
    Complaint.objects.filter(pk=made.complaint.pk).update(reason="impersonation")
    made.items[0].__class__.objects.filter(pk=made.item_ids[0]).update(target=account)
    decide(made, me, ground="C-04", text="Passes itself off.")
    assert made.fresh().state == "held"
    for audience in (bundle.for_desk(made.fresh()), bundle.for_complainant(made.fresh(), made.owner)):
        archive = opened(packed(audience))
        assert document(archive, "decisions.json") == [] and document(archive, "items.json")[0]["state"] == "open"
        assert "Passes itself off." not in text_of(archive)


def test_a_respondent_gets_their_own_account_and_nothing_of_the_complainant(case: Case) -> None:
    casework_name = case.owner.user.name
    archive = opened(packed(bundle.for_respondent(statement_of(case))))
    words = text_of(archive)
    assert "It is my own print." in words
    assert "Which label is it?" not in words and "otherseller" not in words and casework_name not in words
    names = set(archive.namelist())
    assert not names & {"manifest.json", "evidence.json", "right.json", "events.json", "complaint.json"}
    assert case.targets[1].marketplace_id not in words and len(document(archive, "items.json")) == 1


def test_an_agent_gets_covered_items_only() -> None:
    principal = make_member()
    covered = make_right(principal.organisation)
    made = pair([covered], principal=principal, territories=["DE"])
    seller, owner = make_seller(), made.owner
    here, there = make_listing(seller, title="Here it is"), make_listing(seller, market="FR", title="There it is")
    draft = make_draft(owner, covered, [here, there])
    filed = casework.submit(actor=owner, complaint_id=draft.pk, signing=sign(owner), now=timezone.now())
    agents = opened(packed(bundle.for_complainant(filed, made.agent)))
    words = text_of(agents)
    assert "Here it is" in words and "There it is" not in words and there.marketplace_id not in words
    assert "manifest.json" not in agents.namelist()  # it lists what an agent may not see
    assert "There it is" in text_of(opened(packed(bundle.for_complainant(filed, owner))))


def test_an_outsider_and_a_teammate(case: Case) -> None:
    address = reverse("complaints:bundle", args=[case.complaint.public_id])
    assert signed_in(Client(), make_member(role=Role.ADMINISTRATOR).user).get(address).status_code == 404
    teammate = make_member(case.membership.organisation, Role.VIEWER)
    answer = signed_in(Client(), teammate.user).get(address)
    assert answer.status_code == 200 and answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "private, no-store" and answer["X-Content-Type-Options"] == "nosniff"
    assert f'filename="{case.complaint.reference}-complainant.zip"' in answer["Content-Disposition"]
    opened(streamed(answer))


def test_the_link_and_the_holder_get_the_same(case: Case) -> None:
    statement, holder = statement_of(case), make_user()
    case.seller.holders.add(holder)
    link = reverse("respondent:bundle-by-link", args=[statements.link_token(statement)])
    own = reverse("respondent:bundle", args=[statement.public_id])
    by_link = streamed(Client().get(link))
    assert by_link == streamed(signed_in(Client(), holder).get(own))
    assert signed_in(Client(), make_user()).get(own).status_code == 404


def test_the_desk_has_two_and_shows_them_on_the_page(case: Case) -> None:
    staff = signed_in(Client(), make_staff("auditor"))
    pk = case.complaint.pk
    page = staff.get(reverse("admin:complaints_complaint_case", args=[pk])).content.decode()
    for name, notes in (("bundle", False), ("bundle_internal", True)):
        address = reverse(f"admin:complaints_complaint_{name}", args=[pk])
        assert address in page
        archive = opened(streamed(staff.get(address)))
        assert ("internal-notes.json" in archive.namelist()) is notes
    owner = signed_in(Client(), case.membership.user)
    assert owner.get(reverse("admin:complaints_complaint_bundle", args=[pk])).status_code != 200


def test_a_draft_has_none() -> None:
    membership = make_member(role=Role.ADMINISTRATOR)
    draft = make_draft(member_actor_for(membership), make_right(membership.organisation), [make_listing()])
    address = reverse("complaints:bundle", args=[draft.public_id])
    assert signed_in(Client(), membership.user).get(address).status_code == 404


HOSTILE = [
    '=HYPERLINK("https://evil.test";"Free")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\u202egpj.exe\u202c) Tj (",
    "(parentheses) \\ <</JS (app.alert(1))>> **bold** [x](https://evil.test)",
    "../../etc/passwd\r\nX: y",
    "中文标题 עברית 😀",
    "x" * 300,
]


def test_hostile_titles_stay_text_in_every_file() -> None:
    made = make_filed_complaint(items=1)
    right, owner = made.right, made.owner
    targets = [make_listing(title=title[:300]) for title in HOSTILE]
    Listing.objects.filter(target=targets[0]).update(description="long " * 3000 + "end of it")
    draft = make_draft(owner, right, targets)
    filed = casework.submit(actor=owner, complaint_id=draft.pk, signing=sign(owner), now=timezone.now())
    archive = opened(packed(bundle.for_desk(filed)))
    rows = list(csv.reader(io.StringIO(archive.read("items.csv").decode())))
    assert len(rows) == len(HOSTILE) + 1
    assert not any(field.startswith(("=", "+", "-", "@")) for row in rows for field in row)
    told = [row["title"] for row in document(archive, "items.json")]
    assert told == [title[:300] for title in HOSTILE]
    assert all(name == Path(name).as_posix() and ".." not in name for name in archive.namelist())
    [pdf] = [archive.read(name) for name in archive.namelist() if name.endswith(".pdf")]
    words = pdf_text(pdf)
    assert "app.alert" in words and "**bold**" in words and "\u202e" not in words
    assert b"/JavaScript" not in pdf and b"/URI" not in pdf and b"/Launch" not in pdf
    assert "▯▯▯▯" in words and "stands for a letter" in words


def test_greek_and_cyrillic_are_drawn() -> None:
    made = make_filed_complaint(items=1)
    target = made.targets[0]
    draft = make_draft(made.owner, made.right, [make_listing(title="Ёлка Ωμέγα Łódź €")])
    filed = casework.submit(actor=made.owner, complaint_id=draft.pk, signing=sign(made.owner), now=timezone.now())
    words = text_of(opened(packed(bundle.for_desk(filed))))
    assert words.count("Ёлка Ωμέγα Łódź €") >= 3 and "stands for a letter" not in words
    assert target.title


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("LS-1", "LS-1"),
        ("../a\\b\x00", "a-b"),
        ("..", "x"),
        ("CON", "CON"),
        ("Ünïcode", "Unicode"),
        ("a" * 99, "a" * 40),
    ],
)
def test_names_are_made_of_letters_digits_and_hyphens(text: str, name: str) -> None:
    assert safe(text) == name


def test_cells_are_no_formulas_and_texts_have_nothing_unseen() -> None:
    assert cell("=1+1") == "'=1+1" and cell(" \t-2") == "'-2" and cell("a\r\nb") == "a b" and cell(None) == ""
    assert seen("a\u202eb\u200b\r\nc\x00") == "ab\nc"


def test_a_picture_that_was_tampered_with_is_left_out_and_said(case: Case) -> None:
    path = Path(case.items[0].snapshot.picture.clean_file.path)
    path.chmod(0o600)
    path.write_bytes(b"another")
    archive = opened(packed(bundle.for_desk(case.fresh())))
    assert len(document(archive, "MISSING.json")) == 2  # both items show the same picture
    assert "not what was hashed" in text_of(archive)


def test_a_target_that_was_edited_or_removed_later_is_shown_as_it_was(case: Case) -> None:
    target, now = case.targets[0], timezone.now()
    before = target.title
    catalogue.create_listing(
        marketplace_id=target.marketplace_id, title="Nothing to see", owner=target.owner, market=target.market,
        state="removed", price="1.00", now=now,
    )  # fmt: skip
    assert Target.objects.get(pk=target.pk).title == "Nothing to see"
    words = text_of(opened(packed(bundle.for_desk(case.fresh()))))
    assert before in words and "Nothing to see" not in words.replace(statement_of(case).text, "")


def test_and_can_still_be_decided_on_the_desk_from_the_frozen_copy() -> None:
    made = make_filed_complaint(items=1)
    target = made.targets[0]
    catalogue.create_listing(
        marketplace_id=target.marketplace_id, title="Nothing to see", owner=target.owner, market=target.market,
        state="removed", price="1.00", now=timezone.now(),
    )  # fmt: skip
    Path(target.picture.path).unlink()
    me = reviewer()
    claimed(made, me)
    client = signed_in(Client(), me.user)
    page = client.get(reverse("admin:complaints_complaint_case", args=[made.complaint.pk])).content.decode()
    assert "Hooded jacket TARNFEL" in page and "the frozen copy decides" in page
    picture = reverse("admin:complaints_complaint_picture", args=[made.complaint.pk, made.item_ids[0]])
    assert client.get(picture).status_code == 200
    decide(made, me)
    assert made.fresh().state == "accepted"


def test_evidence_goes_along_for_the_complainant_and_the_desk() -> None:
    made = make_filed_complaint(items=1)
    draft = make_draft(made.owner, made.right, [make_listing()])
    now = timezone.now()
    casework.add_evidence(actor=made.owner, complaint_id=draft.pk, upload=upload("=evil.png"), now=now)
    filed = casework.submit(actor=made.owner, complaint_id=draft.pk, signing=sign(made.owner), now=now)
    for each in (bundle.for_desk(filed), bundle.for_complainant(filed, made.owner)):
        archive = opened(packed(each))
        [row] = document(archive, "evidence.json")
        assert hashlib.sha256(archive.read(row["name"])).hexdigest() == row["sha256"]


def test_the_queries_do_not_grow_with_the_items() -> None:
    small, large = make_filed_complaint(items=1), make_filed_complaint(items=12)
    counts = []
    for made in (small, large):
        with CaptureQueriesContext(connection) as caught:
            packed(bundle.for_desk(made.fresh()))
        counts.append(len(caught))
    assert counts[0] == counts[1]


def test_the_command_writes_the_same_bytes(case: Case, tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("bundle", str(case.complaint.reference), "--to", str(tmp_path), stdout=out)
    data = (tmp_path / f"{case.complaint.reference}-desk.zip").read_bytes()
    assert data == packed(bundle.for_desk(case.fresh()))
    assert hashlib.sha256(data).hexdigest() in out.getvalue()
    statement = statement_of(case)
    call_command("bundle", str(statement.public_id), "--for", "respondent", "--to", str(tmp_path), stdout=out)
    for wrong in (["RD-2026-999999"], ["nonsense", "--for", "respondent"]):
        with pytest.raises(CommandError, match="There is no"):
            call_command("bundle", *wrong, "--to", str(tmp_path))
