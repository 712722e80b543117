"""The pages of each kind: what do you want to register, the form of that kind only, its files, and who sees them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brands.forms import FORMS
from brands.models import IPRight
from complaints import casework
from complaints.models import Complaint
from portal.accounts.actors import member_actor_for
from tests.accounts.factories import make_staff, signed_in
from tests.brands import factories as f
from tests.brands.test_pages import browser
from tests.complaints.factories import make_draft, make_listing, make_seller, sign_for

pytestmark = pytest.mark.django_db


def address(kind: str) -> str:
    return reverse("brands:register-kind", args=[kind])


WORK = {
    "new_brand": "Tarnfell",
    "name": "Three peaks at dawn",
    "work_type": "photograph",
    "authors": "Ida Blom",
    "owner_name": "Tarnfell Outdoor AB",
    "created_on": "2024-06",
    "published_country": "SE",
    "published_at_url": "https://tarnfell.example/dawn",
    "chain_of_title": "Made under the contract of 1 June 2024.",
    "action": "submit",
}
DESIGN = {
    "new_brand": "Tarnfell",
    "name": "Trail pack",
    "product": "Backpacks",
    "locarno_classes": "3-1, 02-04",
    "office": "EM",
    "registration_number": "001234567-0001",
    "owner_name": "Tarnfell Outdoor AB",
    "filing_date": "2021-03-01",
    "registration_date": "2021-03-09",
    "expiry_date": "2031-03-01",
    "action": "submit",
}
PATENT = {
    "new_brand": "Tarnfell",
    "name": "Buckle with one moving part",
    "office": "US",
    "registration_number": "US 10,123,456 B2",
    "owner_name": "Tarnfell Outdoor AB",
    "filing_date": "2019-05-02",
    "registration_date": "2021-08-03",
    "expiry_date": "2039-05-02",
    "ipc_classes": "a44b 11/25",
    "claims": "1. A buckle with one moving part.",
    "action": "submit",
}
MADRID = {
    "new_brand": "Tarnfell",
    "mark_kind": "word",
    "mark_text": "TARNFELL",
    "international_number": "IR 1234567",
    "owner_name": "Tarnfell Outdoor AB",
    "filing_date": "2020-02-03",
    "goods": "25: Clothing",
    "to_EM": "on",
    "since_EM": "2021-03-05",
    "to_JP": "on",
    "action": "submit",
}


def files(kind: str) -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {
        "copyright": {"copies": [f.upload("dawn.png")], "proofs": [f.upload("contract.pdf")]},
        "design": {"views": [f.upload("front.png"), f.upload("side.png", f.png((9, 9, 9)))], "certificate": f.upload()},
        "patent": {"certificate": f.upload()},
        "madrid": {"certificate": f.upload()},
    }
    return found[kind]


BODIES = {"copyright": WORK, "design": DESIGN, "patent": PATENT, "madrid": MADRID}


def test_the_first_step_asks_what_and_leads_to_one_form_a_kind() -> None:
    client = browser(f.member())
    page = client.get(reverse("brands:register"))
    assert "What do you want to register?" in page.text
    for kind in FORMS:
        assert address(kind) in page.text
        assert client.get(address(kind)).status_code == 200
    assert client.get(address("recipe")).status_code == 404


def test_each_form_has_the_fields_of_its_kind_and_no_others() -> None:
    client = browser(f.member())
    shown = {kind: client.get(address(kind)).text for kind in FORMS}
    for field, kinds in {
        "classes": {"trademark", "madrid"},
        "office": {"trademark", "copyright", "design", "patent"},
        "international_number": {"madrid"},
        "to_EM": {"madrid"},
        "copies": {"copyright"},
        "views": {"design"},
        "claims": {"patent"},
        "certificate": {"trademark", "madrid", "design", "patent"},
    }.items():
        assert {kind for kind, text in shown.items() if f'name="{field}"' in text} == kinds, field


@pytest.mark.parametrize("kind", ["copyright", "design", "patent"])
def test_an_owner_registers_each_kind_and_sends_it_at_once(kind: str) -> None:
    owner = f.member()
    page = browser(owner).post(address(kind), {**BODIES[kind], **files(kind)}, follow=True)
    right = IPRight.objects.get()
    assert (right.kind, right.state) == (kind, "in_review"), page.text
    assert right.title in page.text and "Sent to the desk" in page.text
    assert {"copyright": "Made under the contract", "design": "03-01, 02-04", "patent": "A44B 11/25"}[kind] in page.text
    assert ("every country" in page.text.lower()) == (kind == "copyright")


def test_an_international_registration_makes_one_right_for_each_office() -> None:
    client = browser(f.member())
    page = client.post(address("madrid"), {**MADRID, **files("madrid")}, follow=True)
    rights = {right.office: right for right in IPRight.objects.all()}
    assert set(rights) == {"EM", "JP"} and {right.state for right in rights.values()} == {"in_review"}
    assert "2 designations are saved" in page.text and "2 of them went to the desk" in page.text
    assert page.context["page"].paginator.count == 2
    one = client.get(reverse("brands:right", args=[rights["JP"].public_id]))
    assert "Other designations" in one.text and "EUIPO W01234567" in one.text


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        ("madrid", {"to_EM": "", "to_JP": "", "since_EM": ""}, "Choose each office"),
        ("madrid", {"international_number": "hello"}, "look like 1234567"),
        ("madrid", {"since_EM": "yesterday"}, "date"),
        ("copyright", {"work_type": "spell"}, "work_type"),
        ("copyright", {"created_on": "summer"}, "a year, a month or a day"),
        ("copyright", {"published_at_url": "ftp://x"}, "whole address"),
        ("copyright", {"copies": [f.upload("x.png", b"no picture")]}, "id_copies_err"),
        ("design", {"locarno_classes": "99"}, "look like 02-04"),
        ("design", {"views": [f.upload("view.pdf")]}, "id_views_err"),
        ("design", {"office": "WO"}, "id_office_err"),
        ("patent", {"ipc_classes": "shoes"}, "look like A43B"),
        ("patent", {"office": "EM"}, "id_office_err"),
        ("patent", {"territories": "Atlantis"}, "“Atlantis”"),
    ],
)
def test_a_form_that_cannot_be_used_keeps_what_was_typed(kind: str, changes: dict[str, Any], words: str) -> None:
    page = browser(f.member()).post(address(kind), {**BODIES[kind], **changes})
    assert page.status_code == 422 and words in page.text, page.text
    assert "Tarnfell Outdoor AB" in page.text and not IPRight.objects.exists()


def test_a_bare_wipo_number_is_answered_with_the_way_out() -> None:
    client = browser(f.member())
    body = {"new_brand": "Tarnfell", "mark_kind": "word", "office": "WO", "registration_number": "1234567"}
    page = client.post(address("trademark"), {**body, "action": "draft"})
    assert page.status_code == 422 and "Name each office that it designates" in page.text
    answer = client.post(reverse("brands:number-check") + "?kind=registration", body)
    assert "gives no right of its own" in answer.text


def test_a_uk_number_made_from_an_eu_mark_is_answered_while_it_is_typed() -> None:
    owner = f.member()
    client = browser(owner)
    typed = {"office": "GB", "registration_number": "UK00917867542", "owner_name": "Tarnfell Outdoor AB"}
    check = reverse("brands:number-check") + "?kind=registration"
    assert "we know no such mark" in client.post(check, typed).text
    f.draft(member_actor_for(owner), office="EM", application_number="", registration_number="017867542")
    assert "Check:" not in client.post(check, typed).text
    assert "another name" in client.post(check, {**typed, "owner_name": "Fellsted Toys GmbH"}).text
    page = client.post(address("trademark"), {"mark_kind": "word", **typed, "owner_name": "Y", "action": "check"})
    assert page.status_code == 200 and "another name" in page.text


@pytest.mark.parametrize("kind", ["copyright", "design", "patent"])
def test_a_draft_is_edited_in_the_form_of_its_kind_and_keeps_its_files(kind: str) -> None:
    owner = f.member()
    right = f.of_kind(member_actor_for(owner), kind)
    client, before = browser(owner), right.files.count()
    edit = reverse("brands:edit", args=[right.public_id])
    values = {name: value for name, value in client.get(edit).context["form"].initial.items() if value is not None}
    page = client.post(edit, {**values, "owner_name": "Fellsted AB", "action": "draft"}, follow=True)
    right.refresh_from_db()
    assert right.owner_name == "Fellsted AB" and right.files.count() == before, page.text
    again = client.post(edit, {**values, "version": right.version, "owner_name": "Fellsted AB", "action": "draft"})
    version = right.version
    right.refresh_from_db()
    assert again.status_code == 302 and right.version == version


def test_files_are_taken_away_and_added_on_the_form() -> None:
    owner = f.member()
    right = f.of_kind(member_actor_for(owner), "design")
    client, (first, second) = browser(owner), right.files.order_by("place")
    edit = reverse("brands:edit", args=[right.public_id])
    page = client.get(edit)
    assert "Take these files away" in page.text
    values = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    views = [f.upload("back.png", f.png((1, 2, 3)))]
    client.post(edit, {**values, "drop": [str(first.public_id)], "views": views, "action": "draft"})
    assert list(right.files.order_by("place").values_list("file__original_name", flat=True)) == [
        second.file.original_name,
        "back.png",
    ]
    right.refresh_from_db()
    assert right.logo == second.file


def test_the_same_form_sent_twice_keeps_one_set_of_files() -> None:
    client = browser(f.member())
    key = {"key": "5b7a0a3e-0b07-4d6a-9d8a-7f2b7c0e1a12", "action": "draft"}
    for _ in range(2):
        page = client.post(address("copyright"), {**WORK, **key, **files("copyright")}, follow=True)
        assert page.status_code == 200
    assert IPRight.objects.get().files.count() == 2


def test_one_designation_is_edited_by_itself() -> None:
    owner = f.member()
    client = browser(owner)
    client.post(address("madrid"), {**MADRID, "action": "draft"})
    japan = IPRight.objects.get(office="JP")
    edit = reverse("brands:edit", args=[japan.public_id])
    page = client.get(edit)
    assert 'name="international_number"' in page.text
    values = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    client.post(edit, {**values, "registration_date": "2022-01-05", "action": "draft"})
    japan.refresh_from_db()
    assert (str(japan.registration_date), japan.international_number, japan.basis) == (
        "2022-01-05",
        "1234567",
        "madrid",
    )


def test_a_right_with_wipo_from_before_is_edited_into_a_designation() -> None:
    owner = f.member()
    right = f.draft(member_actor_for(owner))
    IPRight.objects.filter(pk=right.pk).update(office="WO", registration_number="1234567", application_number="")
    client, edit = browser(owner), reverse("brands:edit", args=[right.public_id])
    page = client.get(edit)
    form = page.context["form"]
    assert page.status_code == 200 and "gives no right of its own" in page.text
    assert (form.initial["international_number"], form.initial["office"]) == ("1234567", "")
    values = {name: value for name, value in form.initial.items() if value is not None}
    refused = client.post(edit, {**values, "office": "WO", "action": "draft"})
    assert refused.status_code == 422
    client.post(edit, {**values, "office": "JP", "action": "draft"})
    right.refresh_from_db()
    assert (right.office, right.basis, right.international_number) == ("JP", "madrid", "1234567")


def test_editions_stand_on_the_page_and_in_the_form() -> None:
    owner = f.member()
    client = browser(owner)
    body = {"new_brand": "Tarnfell", "mark_kind": "word", "office": "EM", "goods": "25 (11-2017): Clothing\n18: Bags"}
    client.post(address("trademark"), {**body, "filing_date": "2020-01-01", "action": "draft"})
    right = IPRight.objects.get()
    page = client.get(reverse("brands:right", args=[right.public_id]))
    assert "NCL 11-2017" in page.text and "NCL 11-2020" in page.text, "the edition of its filing"
    assert "before NCL" not in page.text
    form = client.get(reverse("brands:edit", args=[right.public_id])).context["form"]
    assert form.initial["goods"] == "18: Bags\n25 (11-2017): Clothing"
    bad = client.post(address("trademark"), {**body, "goods": "25 (99-2017): Clothing", "action": "draft"})
    assert bad.status_code == 422 and "no edition" in bad.text


@pytest.mark.parametrize("kind", ["copyright", "design"])
def test_owner_and_teammate_open_files_that_an_outsider_does_not_find(kind: str) -> None:
    owner = f.member()
    right = f.of_kind(member_actor_for(owner), kind)
    row = right.files.first()
    assert row is not None
    teammate, outsider = f.member("viewer", owner.organisation), f.member("administrator")
    foreign = f.of_kind(member_actor_for(outsider), kind).files.first()
    for name in ("file", "file-small"):
        place = reverse(f"brands:{name}", args=[right.public_id, row.public_id])
        answer = browser(owner).get(place)
        assert answer.status_code == 200 and answer["Content-Disposition"].startswith("attachment")
        assert browser(teammate).get(place).status_code == 200
        assert browser(outsider).get(place).status_code == 404
        assert Client().get(place).status_code == 302
        swapped = reverse(f"brands:{name}", args=[right.public_id, foreign.public_id])
        assert browser(owner).get(swapped).status_code == 404


def test_the_list_filters_by_kind_and_shows_it() -> None:
    owner = f.member()
    actor = member_actor_for(owner)
    for kind in ("trademark", "copyright", "design", "patent"):
        f.of_kind(actor, kind)
    client = browser(owner)
    page = client.get(reverse("brands:list"))
    for words in ("Trade mark", "Copyright work", "Registered design", "Patent", "No register"):
        assert words in page.text
    for kind in ("trademark", "copyright", "design", "patent"):
        found = client.get(reverse("brands:list"), {"kind": kind})
        assert [row["right"].kind for row in found.context["rows"]] == [kind]


def test_the_chooser_of_a_complaint_bears_a_right_without_an_office() -> None:
    owner = f.member()
    work = f.approved_of_kind(member_actor_for(owner), "copyright")
    client = browser(owner)
    page = client.get(reverse("complaints:new"))
    assert work.title in page.text and "Copyright work · every country" in page.text
    f.of_kind(member_actor_for(owner), "copyright", name="A draft")
    assert "A draft" in client.get(reverse("complaints:new")).text
    assert client.get(reverse("complaints:dashboard")).status_code == 200


@pytest.mark.parametrize("kind", ["trademark", "copyright", "design", "patent"])
def test_the_desk_sees_the_fields_and_files_of_the_kind(kind: str) -> None:
    from brands import registry

    owner = f.actor()
    right = registry.submit_for_review(actor=owner, right=f.of_kind(owner, kind), now=f.NOW)
    desk = signed_in(Client(), make_staff("reviewer"))
    page = desk.get(reverse("admin:brands_ipright_change", args=[right.pk]))
    words = {"trademark": "NCL", "copyright": "photograph", "design": "03-01", "patent": "A44B 11/25"}[kind]
    assert page.status_code == 200 and words in page.text.lower() + page.text
    for row in right.files.all():
        assert row.file.original_name in page.text
        for name in (row.admin_name, row.admin_name_small):
            answer = desk.get(reverse("admin:brands_ipright_file", args=[right.pk, name]))
            assert answer.status_code == 200
    assert desk.get(reverse("admin:brands_ipright_file", args=[right.pk, "file0"])).status_code == 404
    assert desk.get(reverse("admin:brands_ipright_changelist"), {"q": right.title}).status_code == 200


@pytest.mark.parametrize(
    ("kind", "reason"), [("copyright", "copied_work"), ("design", "copied_design"), ("patent", "patent_used")]
)
def test_every_page_bears_a_complaint_under_a_right_that_is_no_mark(kind: str, reason: str) -> None:
    membership = f.member()
    owner = member_actor_for(membership)
    right, seller = f.approved_of_kind(owner, kind), make_seller()
    seller.holders.add(membership.user)
    market = "US" if kind == "patent" else "DE"
    words = "What is sold has every part of it, one by one."
    draft = make_draft(owner, right, [make_listing(seller, market=market)], reason=reason, explanation=words)
    client = browser(membership)
    for step in ("right", "reason", "items", "review"):
        assert client.get(reverse(f"complaints:draft-{step}", args=[draft.public_id])).status_code == 200, step
    case = casework.submit(actor=owner, complaint_id=draft.pk, signing=sign_for(owner, draft), now=timezone.now())
    desk = signed_in(Client(), make_staff("reviewer"))
    page = desk.get(reverse("admin:complaints_complaint_case", args=[case.pk]))
    assert page.status_code == 200 and right.title in page.text
    assert "The right names no classes" in page.text and "is not of the right" not in page.text
    for name in ("complaints:list", "complaints:dashboard"):
        assert right.title in client.get(reverse(name)).text
    detail = client.get(reverse("complaints:detail", args=[case.public_id]))
    assert detail.status_code == 200 and right.title in detail.text
    assert list(Complaint.objects.search(right.name)) == [case]


def test_everything_that_is_wrong_with_a_work_is_said_at_once_and_its_files_are_asked_for_again() -> None:
    owner = f.member()
    body = {**WORK, "work_type": "", "created_on": "2023-13", "published_at_url": "tarnfell"}
    page = browser(owner).post(address("copyright"), {**body, "copies": f.upload("dawn.png", f.png())})
    assert page.status_code == 422
    assert {"work_type", "created_on", "published_at_url"} <= set(page.context["form"].errors)
    assert "2019-05-17" in page.text and "begins with https" in page.text
    assert page.text.count("Choose it again") == 1, "at the field where a file was, and at no other"
    assert 'id="id_copies_again"' in page.text and 'aria-describedby="id_copies_hint id_copies_again"' in page.text
    assert not IPRight.objects.exists()


@pytest.mark.parametrize(
    ("kind", "body", "field"),
    [("design", DESIGN, "locarno_classes"), ("patent", PATENT, "ipc_classes")],
)
def test_classes_that_are_none_are_said_with_everything_else(kind: str, body: dict[str, Any], field: str) -> None:
    page = browser(f.member()).post(address(kind), {**body, field: "Backpacks", "filing_date": "soon"})
    assert page.status_code == 422 and {field, "filing_date"} <= set(page.context["form"].errors)


def test_a_form_that_is_right_asks_for_no_file_again() -> None:
    page = browser(f.member()).get(address("copyright"))
    assert "Choose it again" not in page.text


def test_every_view_of_a_design_is_a_picture_on_its_page() -> None:
    owner = f.member()
    views = [f.upload(f"view{number}.png", f.png((number, 60, 90))) for number in range(3)]
    client = browser(owner)
    client.post(address("design"), {**DESIGN, "views": views, "certificate": f.upload(), "action": "draft"})
    right = IPRight.objects.get()
    page = client.get(reverse("brands:right", args=[right.public_id])).text
    second, third = right.further_views
    assert reverse("brands:logo", args=[right.public_id]) in page
    for each in (second, third):
        picture = reverse("brands:file-small", args=[right.public_id, each.public_id])
        assert f'<img src="{picture}"' in page
        assert client.get(picture)["Content-Type"].startswith("image/")


def test_days_have_one_shape_on_the_page_of_a_work() -> None:
    owner = f.member()
    client = browser(owner)
    client.post(address("copyright"), {**WORK, "published_on": "2024-07-01", "action": "draft"})
    page = client.get(reverse("brands:right", args=[IPRight.objects.get().public_id])).text
    assert "Jun 2024" in page and "1 Jul 2024" in page and ">2024-06<" not in page
