"""The demo's brands and rights: every state a right can be in, and register records to compare them with."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

from brands import registry
from brands.declaration import ClassEntry, Declaration
from brands.models import Brand, IPRight, RecordClass, RegisterRecord, RightConflict
from brands.registers.formats import normalise_number, st13
from brands.registers.nice import edition_for
from brands.registers.samples import load_samples
from complaints.demo.accounts import LUMORA, TARNFELL, Cast
from complaints.demo.kinds import make_kinds, seen_for
from portal.accounts.actors import Actor
from portal.files import store
from portal.files.models import StoredFile
from portal.marketplace.pictures import draw_logo

SOURCE = "demo: an invented record, in no register"
CLOTHES = (ClassEntry(18, "Backpacks; rucksacks"), ClassEntry(25, "Clothing; headgear; footwear"))
PLUSH = (ClassEntry(28, "Toys; plush toys"),)
SKIN = (ClassEntry(3, "Cosmetics; soaps; hair lotions"),)
REJECTED_BECAUSE = (
    "The register and your certificate show classes 18 and 25, but you declare class 28 as well. "
    "Take class 28 out, or send the certificate that covers toys."
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark of the demo: what is declared, and in which state of the desk it is to end."""

    brand: str
    office: str
    number: str
    text: str
    classes: tuple[ClassEntry, ...]
    age: int = 5  # years since it was filed
    kind: str = "word"
    status: str = "registered"
    serial: str = ""  # the application number, where it differs from the registration's
    state: str = "approved"


# Numbers far beyond what the offices have given out, so that they meet no genuine mark.
OURS = (
    Mark("Tarnfell", "EM", "099142907", "TARNFELL", CLOTHES, age=8),
    Mark("Three peaks", "EM", "099288340", "", CLOTHES, age=6, kind="figurative"),
    Mark("Tarnfell", "US", "9990217", "TARNFELL", CLOTHES, age=4, serial="99990417"),
    Mark("Tarnfell", "EM", "099601118", "TARNFELL TRAIL", CLOTHES, age=0, status="application_filed"),
    Mark("Fellsted", "GB", "UK00099317002", "FELLSTED", CLOTHES, age=3, state="in_review"),
    Mark("Fellsted", "EM", "099455231", "FELLSTED KIDS", (*CLOTHES, *PLUSH), age=2, state="rejected"),
    Mark("Fellsted", "US", "9991344", "FELLSTED", CLOTHES, age=2, serial="99991206", state="draft"),
)
TAKEN = "TARNFELL LAMP"
THEIRS = (Mark("Lumora", "EM", "099270455", "LUMORA", SKIN, age=5),)


def make_rights(people: Cast, now: datetime) -> dict[str, IPRight]:
    """Registers, submits and decides every mark of the story; gives the rights by "<office> <words>"."""
    made: dict[str, IPRight] = {}
    past = now - timedelta(days=70)
    for owner, owner_name, marks in (("owner", TARNFELL, OURS), ("outsider", LUMORA, THEIRS)):
        actor = people.member(owner)
        papers = _paper(actor, f"Certificate of registration\n\n{owner_name}", past)
        for mark in marks:
            made[f"{mark.office} {mark.text or mark.brand}"] = _play(people, actor, mark, owner_name, papers, past, now)
    make_kinds(people, sheet, now)
    return made


def _play(
    people: Cast, actor: Actor, mark: Mark, owner_name: str, papers: StoredFile, past: datetime, now: datetime
) -> IPRight:
    if mark.state != "draft":
        _record(mark, owner_name, past)
    begun = past if mark.state in {"approved", "draft"} else now - timedelta(days=4, hours=3)
    brand = registry.add_brand(actor=actor, name=mark.brand, now=begun)
    declared = declaration_of(mark, brand, owner_name, now.date())
    if mark.state != "draft":
        declared = replace(declared, certificate=papers, logo=_logo(actor, mark, begun))
    right = registry.register_right(actor=actor, declaration=declared, now=begun)
    if mark.state == "draft":
        return right
    right = registry.submit_for_review(actor=actor, right=right, now=begun + timedelta(minutes=9))
    reviewer, decided = people.staff("reviewer"), begun + timedelta(days=1, hours=2)
    if mark.state == "approved":
        return registry.approve(actor=reviewer, right=right, register_status=seen_for(right), now=decided)
    if mark.state == "rejected":
        return registry.reject(actor=reviewer, right=right, reason=REJECTED_BECAUSE, now=decided)
    return right


def declaration_of(mark: Mark, brand: Brand, owner_name: str, today: date) -> Declaration:
    """What the holder declares: the same facts as the invented record."""
    filed, registered, expires = days_of(mark, today)
    return Declaration(
        brand=brand,
        office=mark.office,
        mark_text=mark.text,
        mark_kind=mark.kind,
        application_number=mark.serial or mark.number,
        registration_number=mark.number if registered else "",
        filing_date=filed,
        registration_date=registered,
        expiry_date=expires,
        owner_name=owner_name,
        classes=mark.classes,
    )


def days_of(mark: Mark, today: date) -> tuple[date, date | None, date | None]:
    """Filed, registered and expires; an application has only the first."""
    filed = today - timedelta(days=mark.age * 365 + 90)
    if mark.status == "application_filed":
        return filed, None, None
    start = filed if mark.office != "US" else filed + timedelta(days=240)
    return filed, filed + timedelta(days=240), start.replace(day=min(start.day, 28), year=start.year + 10)


def _record(mark: Mark, owner_name: str, seen: datetime) -> RegisterRecord:
    filed, registered, expires = days_of(mark, seen.date() + timedelta(days=70))
    application = mark.serial or mark.number
    values = {
        "office": mark.office,
        "application_number": normalise_number(mark.office, "application", application).value,
        "registration_number": normalise_number(mark.office, "registration", mark.number).value if registered else "",
        "mark_text": mark.text,
        "mark_kind": mark.kind,
        "status": mark.status,
        "as_of": seen.date(),
        "filing_date": filed,
        "registration_date": registered,
        "expiry_date": expires,
        "owner_name": owner_name,
        "source": SOURCE,
    }
    record, _new = RegisterRecord.objects.get_or_create(st13=st13(mark.office, application), defaults=values)
    covered = [entry for entry in mark.classes if mark.state != "rejected" or entry.number != 28]
    for entry in covered:
        goods = {"goods": entry.goods, "edition": edition_for(filed)}
        RecordClass.objects.get_or_create(record=record, number=entry.number, defaults=goods)
    return record


def make_samples(people: Cast, now: datetime) -> list[IPRight]:
    """Claims three genuine records, none approved: one that agrees, one that has lapsed, one with another owner."""
    load_samples(now)
    actor, begun = people.member("register"), now - timedelta(days=3, hours=5)
    papers = _paper(actor, "Extract of the register\n\nfor trying the comparison", begun)
    return [
        _claim(actor, number, owner, papers, begun + timedelta(hours=hours))
        for hours, (number, owner) in enumerate(
            (("2824281", "Python Software Foundation"), ("216932", ""), ("2178784", "Brunnsgatan Coffee Roasters AB"))
        )
    ]


def claim_twice(people: Cast, now: datetime) -> RightConflict:
    """Lumora claims a mark of Tarnfell's, newly and in good faith: the desk has a conflict to settle."""
    taken = IPRight.objects.get(mark_text=TAKEN, state="approved")
    actor, begun = people.member("outsider"), now - timedelta(days=2)
    brand = registry.add_brand(actor=actor, name=TAKEN.title(), now=begun)
    names = ("office", "mark_text", "registration_number", "filing_date", "registration_date", "expiry_date")
    declared = Declaration(
        brand=brand,
        owner_name=LUMORA,
        classes=SKIN,
        certificate=_paper(actor, f"Licence agreement\n\n{LUMORA}", begun),
        **{name: getattr(taken, name) for name in names},
    )
    right = registry.register_right(actor=actor, declaration=declared, now=begun)
    registry.submit_for_review(actor=actor, right=right, now=begun)
    found = registry.find_conflicts(right=right, now=begun)
    assert found is not None  # noqa: S101 - the mark is Tarnfell's
    return found


def _claim(actor: Actor, number: str, owner: str, papers: StoredFile, now: datetime) -> IPRight:
    """Declares what the record says, with `owner` in place of its owner when one is given, and submits it."""
    record = RegisterRecord.objects.get(office="US", registration_number=number)
    declared = Declaration(
        brand=registry.add_brand(actor=actor, name=record.mark_text.title(), now=now),
        office=record.office,
        mark_text=record.mark_text,
        application_number=record.application_number,
        registration_number=record.registration_number,
        filing_date=record.filing_date,
        registration_date=record.registration_date,
        expiry_date=record.expiry_date,
        owner_name=owner or record.owner_name,
        classes=tuple(ClassEntry(row.number, row.goods) for row in record.classes.order_by("number")),
        certificate=papers,
    )
    right = registry.register_right(actor=actor, declaration=declared, now=now)
    return registry.submit_for_review(actor=actor, right=right, now=now + timedelta(minutes=6))


def _logo(actor: Actor, mark: Mark, now: datetime) -> StoredFile | None:
    if mark.kind == "word":
        return None
    return _keep(actor, f"{mark.brand.lower().replace(' ', '-')}.png", draw_logo(mark.text, "peaks"), "right-logo", now)


def _paper(actor: Actor, text: str, now: datetime) -> StoredFile:
    return _keep(actor, "certificate.png", sheet(text), "right-certificate", now)


def sheet(text: str) -> bytes:
    """A PNG that stands for a certificate or an extract, and says that it is none."""
    paper = Image.new("RGB", (620, 877), (252, 251, 246))
    pen = ImageDraw.Draw(paper)
    pen.rectangle((34, 34, 586, 843), outline=(120, 116, 96), width=3)
    pen.multiline_text((310, 250), text, fill=(34, 36, 48), anchor="mm", align="center", font=_font(26), spacing=14)
    pen.text((310, 790), "Invented for the demo. Not a document of any office.", (120, 116, 96), _font(18), anchor="mm")
    out = io.BytesIO()
    paper.save(out, "PNG")
    return out.getvalue()


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def _keep(actor: Actor, name: str, data: bytes, purpose: str, now: datetime) -> StoredFile:
    upload = SimpleUploadedFile(name, data, content_type="image/png")
    return store.accept(upload, actor=actor, organisation=actor.organisation, purpose=purpose, now=now)
