"""All kinds of right: what each needs, what is refused at once, and that nothing of one kind leaks into another."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from brands import preflight, registry
from brands.declaration import Attachment, ClassEntry, DesignPart, PatentPart, WorkPart
from brands.errors import AlreadyRegistered, Incomplete
from brands.models import IPRight, MarkFamily, MarkKind, RightFile
from brands.preflight import MARK_NEEDS
from brands.registers.territories import EVERYWHERE
from portal.accounts.actors import Actor
from portal.errors import Conflict, Forbidden, NotFound, Refused
from portal.ledger.models import Event
from tests.brands import factories as f

pytestmark = pytest.mark.django_db
KINDS = ("trademark", "copyright", "design", "patent")


def missing(owner: Actor, right: IPRight) -> list[str]:
    """The fields that the desk would miss."""
    fresh = IPRight.objects.for_pages().get(pk=right.pk)
    return [problem.field for problem in preflight.problems_of(fresh, f.TODAY)]


# --- marks


def test_each_of_the_thirteen_kinds_of_mark_has_its_needs() -> None:
    assert set(MARK_NEEDS) == set(MarkKind.values) and len(MARK_NEEDS) == 13
    assert all(needs.all_of or needs.one_of for needs in MARK_NEEDS.values())


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("word", ["mark_text"]),
        ("figurative", ["logo"]),
        ("combined", ["mark_text", "logo"]),
        ("shape_3d", ["logo"]),
        ("colour", ["logo"]),
        ("sound", ["description"]),
        ("position", ["logo"]),
        ("pattern", ["logo"]),
        ("motion", ["logo"]),
        ("multimedia", ["logo"]),
        ("hologram", ["logo"]),
        ("olfactory", ["description"]),
        ("other", ["description"]),
    ],
)
def test_a_mark_without_its_sign_says_what_its_kind_needs(kind: str, fields: list[str]) -> None:
    owner = f.actor()
    assert missing(owner, f.draft(owner, mark_kind=kind, mark_text="")) == fields


@pytest.mark.parametrize("kind", MarkKind.values)
def test_a_mark_with_what_its_kind_needs_is_sent(kind: str) -> None:
    owner = f.actor()
    logo = f.stored(owner, "logo.png") if kind not in {"word", "sound", "olfactory", "other"} else None
    words = "TARNFELL" if kind in {"word", "combined"} else ""
    said = "As the register says." if kind in {"sound", "olfactory", "other"} else ""
    right = f.draft(owner, mark_kind=kind, mark_text=words, logo=logo, description=said)
    assert registry.submit_for_review(actor=owner, right=right, now=f.NOW).state == "in_review"


def test_a_colour_mark_may_name_its_code_instead_of_a_picture() -> None:
    owner = f.actor()
    right = f.draft(owner, mark_kind="colour", mark_text="", description="Pantone 1837 C")
    assert missing(owner, right) == []
    assert right.family.name == "Tarnfell (colour mark)"


# --- entering each kind


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_entered_sent_and_approved(kind: str) -> None:
    owner = f.actor()
    right = f.of_kind(owner, kind)
    assert (right.kind, right.family.kind, missing(owner, right)) == (kind, kind, [])
    right = f.approved_of_kind(owner, kind)
    assert right.usable(f.TODAY).ok, right.usable(f.TODAY).reason
    assert IPRight.objects.live(f.TODAY).filter(pk=right.pk).exists()
    event = Event.objects.filter(kind="right.registered").order_by("id").first()
    assert event is not None and event.payload["kind"] == kind


def test_a_work_holds_everywhere_and_needs_no_office() -> None:
    owner = f.actor()
    right = f.approved_of_kind(owner, "copyright")
    assert right.is_everywhere and right.territories.count() == len(EVERYWHERE)
    assert (right.office, right.place, str(right)) == ("", "", right.name)
    assert right in IPRight.objects.in_market("JP")
    bound = f.of_kind(owner, "copyright", territories=("SE", "NO"))
    assert set(bound.territories.values_list("country", flat=True)) == {"SE", "NO"} and not bound.is_everywhere


def test_parts_are_kept_in_their_usual_form() -> None:
    owner = f.actor()
    design, patent = f.of_kind(owner, "design"), f.of_kind(owner, "patent")
    assert (design.design.locarno_classes, design.territories.count()) == (["03-01"], 27)
    assert (patent.patent.ipc_classes, patent.registration_number[:2]) == (["A44B 11/25"], "US")
    work = f.of_kind(owner, "copyright", created_on=" 2024-6 ", published_country="se")
    assert (work.work.created_on, work.work.published_country) == ("2024-06", "SE")


def test_the_first_view_and_the_first_copy_are_the_picture() -> None:
    owner = f.actor()
    design = f.of_kind(owner, "design")
    first, second = design.files.order_by("place")
    assert design.logo == first.file
    registry.remove_file(actor=owner, right=design, public_id=first.public_id, now=f.NOW)
    design.refresh_from_db()
    assert design.logo == second.file
    paper = Attachment("work_copy", f.stored(owner, "score.pdf"))
    work = f.of_kind(owner, "copyright", files=(paper, Attachment("work_copy", f.stored(owner, "still.png"))))
    assert work.logo is not None and work.logo.original_name == "still.png"


@pytest.mark.parametrize(
    ("kind", "changes", "fields"),
    [
        ("copyright", {"copy": False}, ["copies"]),
        ("copyright", {"name": ""}, ["name"]),
        ("copyright", {"authors": ""}, ["authors"]),
        ("copyright", {"created_on": ""}, ["created_on"]),
        ("copyright", {"owner_name": ""}, ["owner_name"]),
        ("copyright", {"authors": "Ida Blom"}, ["chain_of_title", "proofs"]),
        ("copyright", {"authors": "Ida Blom", "chain_of_title": "Contract of 2024"}, ["proofs"]),
        ("copyright", {"authors": "Ida Blom, Tarnfell Outdoor"}, []),
        ("copyright", {"created_on": "2031"}, ["created_on"]),
        ("copyright", {"published_on": date(2020, 1, 1)}, ["published_on"]),
        ("copyright", {"published_on": date(2030, 1, 1)}, ["published_on"]),
        ("copyright", {"office": "US"}, ["registration_number"]),
        ("copyright", {"registration_number": "VA 2-123"}, ["office"]),
        ("copyright", {"office": "US", "registration_number": "VA 2-123-456"}, []),
        ("copyright", {"territories": ()}, ["territories"]),
        ("design", {"registration_number": "", "registration_date": None}, ["registration_number"]),
        ("design", {"registration_number": "", "registration_date": None, "application_number": "7/2021"}, []),
        ("design", {"registration_number": "??"}, ["registration_number"]),
        ("design", {"registration_date": None}, ["registration_date"]),
        ("design", {"owner_name": ""}, ["owner_name"]),
        ("design", {"part": DesignPart()}, ["product", "locarno_classes"]),
        ("design", {"files": ()}, ["views"]),
        ("design", {"certificate": None}, ["certificate"]),
        ("patent", {"name": ""}, ["name"]),
        ("patent", {"certificate": None, "owner_name": ""}, ["owner_name", "certificate"]),
        ("patent", {"registration_date": date(2018, 1, 1)}, ["registration_date"]),
    ],
)
def test_what_a_kind_lacks_is_named_field_by_field(kind: str, changes: dict[str, Any], fields: list[str]) -> None:
    owner = f.actor()
    right = f.of_kind(owner, kind, **changes)
    assert missing(owner, right) == fields
    if fields:
        with pytest.raises(Incomplete):
            registry.submit_for_review(actor=owner, right=right, now=f.NOW)
        right.refresh_from_db()
        assert right.state == "draft"


def test_a_patent_needs_classes_and_claims_in_words_or_as_a_file() -> None:
    owner = f.actor()
    bare = f.patent_declaration(owner, part=PatentPart("US20200012345A1"))
    right = registry.register_right(actor=owner, declaration=bare, now=f.NOW)
    assert missing(owner, right) == ["ipc_classes", "claims"]
    paper = Attachment("claims", f.stored(owner, "claims.pdf"))
    registry.add_file(actor=owner, right=right, attachment=paper, now=f.NOW)
    assert missing(owner, right) == ["ipc_classes"]


def test_a_design_takes_at_most_seven_views() -> None:
    owner = f.actor()
    views = tuple(Attachment("view", f.stored(owner, f"{place}.png")) for place in range(8))
    right = f.of_kind(owner, "design", files=views[:7])
    assert missing(owner, right) == []
    registry.add_file(actor=owner, right=right, attachment=views[7], now=f.NOW)
    assert missing(owner, right) == ["views"]


def test_a_proof_of_authorship_closes_the_gap_between_author_and_owner() -> None:
    owner = f.actor()
    files = (
        Attachment("work_copy", f.stored(owner, "dawn.png")),
        Attachment("authorship", f.stored(owner, "contract.pdf")),
    )
    right = f.of_kind(owner, "copyright", authors="Ida Blom", chain_of_title="Contract of 2024", files=files)
    assert missing(owner, right) == []


# --- what is refused at once


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("copyright", {"work_type": "sculpture of air"}, "work_type"),
        ("copyright", {"created_on": "last summer"}, "created_on"),
        ("copyright", {"published_country": "ZZ"}, "published_country"),
        ("copyright", {"published_at_url": "javascript:alert(1)"}, "published_at_url"),
        ("copyright", {"published_at_url": "not an address"}, "published_at_url"),
        ("copyright", {"authors": "x" * 301}, "authors"),
        ("copyright", {"name": "x" * 201}, "name"),
        ("copyright", {"office": "XX"}, "office"),
        ("copyright", {"territories": ("ZZ",)}, "territories"),
        ("design", {"part": DesignPart("Bags", ("33-01",))}, "locarno_classes"),
        ("design", {"part": DesignPart("Bags", ("02-04",) * 51)}, "locarno_classes"),
        ("design", {"office": "WO"}, "office"),
        ("design", {"office": ""}, "office"),
        ("patent", {"office": "EM"}, "office"),
        ("patent", {"office": "BX"}, "office"),
        ("patent", {"territories": ("SE",)}, "territories"),
        ("trademark", {"description": "x" * 2001}, "description"),
        ("trademark", {"classes": (ClassEntry(25, "", "14-2030"),)}, "classes"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(kind: str, changes: dict[str, Any], field: str) -> None:
    owner = f.actor()
    with pytest.raises(Refused) as refusal:
        f.of_kind(owner, kind, **changes)
    assert refusal.value.field == field
    assert not IPRight.objects.exists() and not MarkFamily.objects.exists()


def test_a_right_stays_of_its_kind() -> None:
    owner = f.actor()
    right = f.of_kind(owner, "design")
    with pytest.raises(Refused) as refusal:
        registry.update_draft(actor=owner, right=right, declaration=f.patent_declaration(owner), now=f.NOW)
    assert refusal.value.code == "kind_differs"


def test_one_number_is_one_right_of_its_kind_in_an_organisation() -> None:
    owner = f.actor()
    first = f.of_kind(owner, "design", registration_number="001234567-0001")
    with pytest.raises(AlreadyRegistered) as refusal:
        f.of_kind(owner, "design", registration_number="001 234567-0001")
    assert refusal.value.right == first
    f.of_kind(owner, "copyright", office="US", registration_number="VA 1")
    f.of_kind(owner, "patent", registration_number="VA 1")
    f.of_kind(f.actor(), "design", registration_number="001234567-0001")


# --- files


@pytest.mark.parametrize(
    ("kind", "shows", "name"),
    [("trademark", "view", "a.png"), ("design", "work_copy", "a.png"), ("design", "view", "a.pdf"),
     ("copyright", "claims", "a.pdf"), ("patent", "authorship", "a.pdf")],
)  # fmt: skip
def test_a_file_that_does_not_belong_to_the_kind_is_refused(kind: str, shows: str, name: str) -> None:
    owner = f.actor()
    right = f.of_kind(owner, kind)
    before = RightFile.objects.count()
    with pytest.raises(Refused):
        registry.add_file(actor=owner, right=right, attachment=Attachment(shows, f.stored(owner, name)), now=f.NOW)
    assert RightFile.objects.count() == before


def test_files_belong_to_the_owner_and_their_team() -> None:
    owner, outsider = f.actor(), f.actor()
    teammate, viewer = f.actor("rights_owner", owner.organisation), f.actor("viewer", owner.organisation)
    right = f.of_kind(owner, "copyright")
    mine = right.files.get()
    registry.add_file(
        actor=teammate, right=right, attachment=Attachment("authorship", f.stored(owner, "c.pdf")), now=f.NOW
    )
    foreign = Attachment("authorship", f.stored(outsider, "x.pdf"))
    with pytest.raises(NotFound):
        registry.add_file(actor=owner, right=right, attachment=foreign, now=f.NOW)
    with pytest.raises(NotFound):
        registry.remove_file(actor=outsider, right=right, public_id=mine.public_id, now=f.NOW)
    with pytest.raises(Forbidden):
        registry.remove_file(actor=viewer, right=right, public_id=mine.public_id, now=f.NOW)
    other = f.of_kind(owner, "design").files.first()
    assert other is not None
    with pytest.raises(NotFound):
        registry.remove_file(actor=owner, right=right, public_id=other.public_id, now=f.NOW)
    assert right.files.count() == 2


def test_files_of_a_right_with_the_desk_stay_as_they_are() -> None:
    owner = f.actor()
    right = registry.submit_for_review(actor=owner, right=f.of_kind(owner, "copyright"), now=f.NOW)
    paper = Attachment("authorship", f.stored(owner, "c.pdf"))
    with pytest.raises(Conflict):
        registry.add_file(actor=owner, right=right, attachment=paper, now=f.NOW)
    with pytest.raises(Conflict):
        registry.remove_file(actor=owner, right=right, public_id=right.files.get().public_id, now=f.NOW)


def test_a_right_carries_at_most_twenty_files() -> None:
    owner = f.actor()
    paper = f.stored(owner, "c.pdf")
    right = f.of_kind(owner, "copyright")
    rows = [f.stored(owner, f"{number}.png") for number in range(19)]
    RightFile.objects.bulk_create(
        RightFile(right=right, kind="work_copy", file=row, place=place, added_at=f.NOW)
        for place, row in enumerate(rows, 1)
    )
    with pytest.raises(Refused) as refusal:
        registry.add_file(actor=owner, right=right, attachment=Attachment("authorship", paper), now=f.NOW)
    assert refusal.value.code == "too_many_files"


def test_only_a_mark_takes_a_picture_of_its_own() -> None:
    owner = f.actor()
    with pytest.raises(Refused):
        registry.attach(actor=owner, right=f.of_kind(owner, "design"), logo=f.stored(owner, "x.png"), now=f.NOW)


def test_saving_the_same_again_changes_nothing_whatever_the_kind() -> None:
    owner = f.actor()
    for kind in KINDS:
        same = f.DECLARED[kind](owner)
        right = registry.register_right(actor=owner, declaration=same, now=f.NOW)
        again = registry.update_draft(actor=owner, right=right, declaration=same, now=f.NOW)
        assert again.version == 1, kind


def test_a_change_names_what_changed() -> None:
    owner = f.actor()
    declared = f.work_declaration(owner)
    right = registry.register_right(actor=owner, declaration=declared, now=f.NOW)
    part = WorkPart("photograph", authors="Ida Blom", created_on="2024-06")
    registry.update_draft(actor=owner, right=right, declaration=replace(declared, part=part, files=()), now=f.NOW)
    event = Event.objects.filter(kind="right.edited").get()
    assert event.payload["changed"] == ["files", "logo", "part"]
    right.refresh_from_db()
    assert (right.work.authors, right.logo, right.files.count()) == ("Ida Blom", None, 0)


# --- terms


@pytest.mark.parametrize(
    ("kind", "expires", "code"),
    [
        ("design", date(2031, 3, 1), ""),
        ("design", date(2046, 3, 1), ""),
        ("design", date(2046, 3, 9), "expiry_beyond_term"),
        ("design", date(2033, 3, 1), "expiry_between_terms"),
        ("patent", date(2039, 5, 2), ""),
        ("patent", date(2039, 5, 3), "expiry_beyond_term"),
    ],
)
def test_a_term_longer_than_the_law_is_warned_about_and_not_refused(kind: str, expires: date, code: str) -> None:
    owner = f.actor()
    right = f.of_kind(owner, kind, expiry_date=expires)
    assert [problem.code for problem in preflight.warnings_of(right)] == ([code] if code else [])
    assert registry.submit_for_review(actor=owner, right=right, now=f.NOW).state == "in_review"


def test_the_declared_expiry_decides_about_designs_and_patents() -> None:
    owner, staff = f.actor(), f.reviewer()
    for kind in ("design", "patent"):
        right = f.approved_of_kind(owner, kind, staff)
        day = right.expiry_date
        assert day is not None and right.usable(day).ok
        after = right.usable(day + timedelta(days=1))
        assert (after.ok, after.code) == (False, "expired") and "late renewal" not in after.reason
        assert not IPRight.objects.live(day + timedelta(days=1)).filter(pk=right.pk).exists()


def test_pending_designs_and_patents_are_stored_and_not_used() -> None:
    owner, staff = f.actor(), f.reviewer()
    for kind in ("design", "patent"):
        pending: dict[str, Any] = {"registration_number": "", "registration_date": None, "application_number": "7/2021"}
        right = f.approved_of_kind(owner, kind, staff, **pending)
        assert right.usable(f.TODAY).code == "pending"


# --- classes


def test_each_class_entry_keeps_its_own_edition() -> None:
    owner = f.actor()
    classes = (ClassEntry(9, "Sunglasses", "12-2023"), ClassEntry(25, "Clothing"))
    right = f.draft(owner, classes=classes, filing_date=date(2024, 1, 1), registration_date=date(2024, 6, 1))
    editions = dict(right.classes.values_list("number", "edition"))
    assert editions == {9: "NCL 12-2023", 25: "before NCL 13-2026"}


def test_a_ticked_class_does_not_take_away_words_and_edition() -> None:
    right = f.draft(f.actor(), classes=(ClassEntry(25), ClassEntry(25, "Clothing", "11-2017"), ClassEntry(25)))
    row = right.classes.get()
    assert (row.goods, row.edition) == ("Clothing", "NCL 11-2017")


def test_the_standard_edition_follows_a_changed_filing() -> None:
    owner = f.actor()
    declared = f.declaration(owner, filing_date=date(2024, 1, 1), registration_date=None, registration_number="")
    right = registry.register_right(actor=owner, declaration=declared, now=f.NOW)
    later = replace(declared, filing_date=date(2026, 3, 1))
    registry.update_draft(actor=owner, right=right, declaration=later, now=f.NOW)
    assert set(right.classes.values_list("edition", flat=True)) == {"NCL 13-2026"}
