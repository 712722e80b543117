"""The rights holder's pages, for an owner, a teammate and an outsider; every page works as a plain form."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from brands import registry
from brands.forms import FORMS
from brands.models import Brand, IPRight
from brands.registers.samples import load_samples
from portal.accounts.models import Membership
from portal.ledger.models import Event
from tests.accounts.factories import actor_for_member, make_user, signed_in
from tests.brands import factories as f

pytestmark = pytest.mark.django_db
PAGES = ("right", "edit", "logo", "logo-small", "certificate")


def browser(membership: Membership) -> Client:
    return signed_in(Client(), membership.user)


def form(**changes: Any) -> dict[str, Any]:
    values = {
        "new_brand": "Tarnfell",
        "mark_kind": "word",
        "mark_text": "TARNFELL",
        "office": "EM",
        "registration_number": "EUTM 18228224",
        "owner_name": "Tarnfell Outdoor AB",
        "filing_date": "2020-04-22",
        "registration_date": "2020-10-17",
        "expiry_date": "2030-04-22",
        "classes": ["18"],
        "goods": "25: Clothing; footwear",
        "certificate": f.upload(),
        "action": "submit",
    }
    return {name: value for name, value in {**values, **changes}.items() if value is not None}


def test_an_owner_registers_a_mark_and_sends_it_at_once() -> None:
    owner = f.member()
    page = browser(owner).post(reverse("brands:register-kind", args=["trademark"]), form(), follow=True)
    right = IPRight.objects.get()
    assert page.redirect_chain == [(reverse("brands:right", args=[right.public_id]), 302)]
    assert (right.state, right.registration_number) == ("in_review", "018228224")
    assert [row.number for row in right.classes.order_by("number")] == [18, 25]
    assert right.territories.count() == 27
    assert "In review" in page.text and "Sent to the desk" in page.text and "Sweden" in page.text


def test_a_draft_may_be_saved_with_almost_nothing() -> None:
    values = {"new_brand": "Tarnfell", "mark_kind": "word", "office": "EM", "action": "draft"}
    page = browser(f.member()).post(reverse("brands:register-kind", args=["trademark"]), values, follow=True)
    assert page.status_code == 200 and IPRight.objects.get().state == "draft"
    assert "things are missing" in page.text and "Add the certificate" in page.text


def test_an_incomplete_right_is_kept_as_a_draft_and_says_what_is_missing() -> None:
    page = browser(f.member()).post(
        reverse("brands:register-kind", args=["trademark"]),
        form(certificate=None, registration_number="88"),
        follow=True,
    )
    right = IPRight.objects.get()
    assert right.state == "draft"
    assert page.redirect_chain[-1][0] == reverse("brands:edit", args=[right.public_id])
    assert "not sent yet" in page.text and "#id_certificate" in page.text


def test_the_same_form_sent_twice_makes_one_right() -> None:
    client, values = browser(f.member()), form(key="5b7a0a3e-0b07-4d6a-9d8a-7f2b7c0e1a11")
    for _ in range(2):
        page = client.post(
            reverse("brands:register-kind", args=["trademark"]),
            {**values, "certificate": f.upload(data=CERTIFICATE)},
            follow=True,
        )
        assert page.status_code == 200
    assert IPRight.objects.count() == 1
    assert list(Event.objects.filter(stream_kind="right").values_list("kind", flat=True)) == [
        "right.registered",
        "right.submitted",
    ]


CERTIFICATE = f.pdf()


def test_a_mark_that_is_there_leads_to_it() -> None:
    client = browser(f.member())
    client.post(reverse("brands:register-kind", args=["trademark"]), form())
    page = client.post(reverse("brands:register-kind", args=["trademark"]), form(), follow=True)
    assert IPRight.objects.count() == 1 and "has this mark already" in page.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"goods": "clothing"}, "Begin each line with its class"),
        ({"territories": "Atlantis"}, "“Atlantis”"),
        ({"territories": "US"}, "does not reach US"),
        ({"office": ""}, "required"),
        ({"new_brand": ""}, "Choose a brand or name a new one"),
        ({"certificate": f.upload("x.pdf", b"not a pdf")}, "id_certificate_err"),
        ({"filing_date": "yesterday"}, "date"),
    ],
)
def test_a_form_that_cannot_be_read_keeps_what_was_typed(changes: dict[str, Any], words: str) -> None:
    page = browser(f.member()).post(reverse("brands:register-kind", args=["trademark"]), form(**changes))
    assert page.status_code == 422 and words in page.text and "TARNFELL" in page.text
    assert not IPRight.objects.exists() and not Brand.objects.exists()


def test_countries_may_be_typed_by_name() -> None:
    browser(f.member()).post(reverse("brands:register-kind", args=["trademark"]), form(territories="Germany, fr; SE"))
    assert set(IPRight.objects.get().territories.values_list("country", flat=True)) == {"DE", "FR", "SE"}


def test_checking_numbers_without_javascript_saves_nothing() -> None:
    page = browser(f.member()).post(
        reverse("brands:register-kind", args=["trademark"]), form(action="check", registration_number="18A")
    )
    assert page.status_code == 200 and "018228224" in page.text and 'value="18A"' in page.text
    assert not IPRight.objects.exists()


@pytest.mark.parametrize(
    ("office", "number", "words"),
    [
        ("EM", "18228224", "018228224 fits"),
        ("EM", "abc", "look like 018228224"),
        ("TH", "12/3456", "Check:"),
        ("EM", "", "look like 018228224"),
    ],
)
def test_a_number_is_answered_while_it_is_typed(office: str, number: str, words: str) -> None:
    address = reverse("brands:number-check") + "?kind=registration"
    page = browser(f.member()).post(address, {"office": office, "registration_number": number})
    assert page.status_code == 200 and words in page.text and "<html" not in page.text


def test_a_rejected_right_shows_its_reason_on_top_and_is_sent_again() -> None:
    owner = f.member()
    right = f.rejected(actor_for_member(owner), reason="Page 2 is missing.")
    client = browser(owner)
    for name in ("right", "edit"):
        page = client.get(reverse(f"brands:{name}", args=[right.public_id]))
        assert page.text.index("Page 2 is missing.") < page.text.index("<h1>")
    values = {**client.get(reverse("brands:edit", args=[right.public_id])).context["form"].initial}
    values = {name: value for name, value in values.items() if value is not None}
    page = client.post(
        reverse("brands:edit", args=[right.public_id]),
        {**values, "certificate": f.upload(), "action": "submit"},
        follow=True,
    )
    right.refresh_from_db()
    assert right.state == "in_review", page.text
    assert "Page 2 is missing." in page.text  # the history keeps it


def test_an_old_tab_changes_nothing() -> None:
    owner = f.member()
    right = f.draft(actor_for_member(owner))
    client = browser(owner)
    values = client.get(reverse("brands:edit", args=[right.public_id])).context["form"].initial
    values = {name: value for name, value in values.items() if value is not None}
    address = reverse("brands:edit", args=[right.public_id])
    client.post(address, {**values, "owner_name": "First AB", "action": "draft"})
    page = client.post(address, {**values, "owner_name": "Second AB", "action": "draft"})
    right.refresh_from_db()
    assert page.status_code == 422 and "Somebody changed this right" in page.text
    assert right.owner_name == "First AB"


def test_a_right_in_review_cannot_be_changed() -> None:
    owner = f.member()
    right = f.in_review(actor_for_member(owner))
    page = browser(owner).post(reverse("brands:edit", args=[right.public_id]), {"owner_name": "X"}, follow=True)
    assert "cannot be changed now" in page.text


def test_the_page_shows_the_register_next_to_the_declaration() -> None:
    load_samples(f.NOW)
    owner = f.member()
    right = f.draft(
        actor_for_member(owner), application_number="74631225", registration_number="2178784", mark_text="JAVA"
    )
    page = browser(owner).get(reverse("brands:right", args=[right.public_id]))
    assert "Oracle America, Inc." in page.text and "Another owner" in page.text and "11 Aug 2008" in page.text
    compared = page.text.split('id="cmp"')[1].split("</section>")[0]
    assert not re.search(r">[0-9]{4}-[0-9]{2}-[0-9]{2}<", compared), "days have one shape on a page"


@pytest.mark.parametrize("name", PAGES)
def test_owner_and_teammate_see_what_an_outsider_does_not_find(name: str) -> None:
    owner = f.member()
    actor = actor_for_member(owner)
    right = f.draft(actor, mark_kind="combined", logo=f.stored(actor, "logo.png"))
    address = reverse(f"brands:{name}", args=[right.public_id])
    teammate, outsider = f.member("agent", owner.organisation), f.member("administrator")
    assert browser(owner).get(address).status_code == 200
    assert browser(teammate).get(address).status_code == 200
    assert browser(outsider).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_an_outsider_can_neither_edit_nor_submit() -> None:
    right = f.draft(f.actor())
    client = browser(f.member())
    for name in ("edit", "submit"):
        assert client.post(reverse(f"brands:{name}", args=[right.public_id]), form()).status_code == 404
    right.refresh_from_db()
    assert (right.state, right.version) == ("draft", 1)


def test_a_viewer_reads_and_does_not_write() -> None:
    owner = f.member()
    right = f.draft(actor_for_member(owner))
    client = browser(f.member("viewer", owner.organisation))
    for name in ("right", "certificate"):
        assert client.get(reverse(f"brands:{name}", args=[right.public_id])).status_code == 200
    page = client.get(reverse("brands:list"))
    assert right.title in page.text and reverse("brands:register") not in page.text
    for address in (
        reverse("brands:register-kind", args=["trademark"]),
        reverse("brands:bulk"),
        reverse("brands:number-check"),
        reverse("brands:submit", args=[right.public_id]),
    ):
        assert client.post(address, form()).status_code == 403
    assert client.get(reverse("brands:edit", args=[right.public_id])).status_code == 403


def test_people_without_an_organisation_are_led_to_one() -> None:
    client = signed_in(Client(), make_user())
    assert client.get(reverse("brands:register")).status_code == 302


def test_the_brand_of_another_organisation_cannot_be_swapped_in() -> None:
    foreign = f.make_brand(f.actor(), "Foreign")
    page = browser(f.member()).post(
        reverse("brands:register-kind", args=["trademark"]), form(brand=str(foreign.public_id))
    )
    assert page.status_code == 422 and not IPRight.objects.exists()


def test_files_are_served_as_downloads_under_a_closed_policy() -> None:
    owner = f.member()
    right = f.draft(actor_for_member(owner))
    answer = browser(owner).get(reverse("brands:certificate", args=[right.public_id]))
    assert answer["Content-Disposition"].startswith("attachment") and "sandbox" in answer["Content-Security-Policy"]
    assert answer.getvalue().startswith(b"%PDF-")
    assert browser(owner).get(reverse("brands:logo", args=[right.public_id])).status_code == 404


def test_the_list_filters_and_takes_the_same_queries_for_one_right_and_for_many() -> None:
    owner = f.member()
    actor = actor_for_member(owner)
    client = browser(owner)
    f.in_review(actor)
    counts = []
    for _ in range(2):
        client.get(reverse("brands:list"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page = client.get(reverse("brands:list"))
        counts.append(len(queries))
        for number in range(8):
            f.draft(actor, mark_text=f"Many {number}")
    assert counts[0] == counts[1], counts
    page = client.get(reverse("brands:list"), {"state": "in_review"})
    assert page.context["page"].paginator.count == 1
    assert "No right fits" in client.get(reverse("brands:list"), {"q": "nothing like it"}).text
    assert client.get(reverse("brands:list"), {"state": "nonsense", "page": "9999"}).status_code == 200


def test_the_list_shows_nothing_of_others() -> None:
    right = f.draft(f.actor())
    page = browser(f.member()).get(reverse("brands:list"))
    assert right.title not in page.text and "No rights yet" in page.text


def test_history_names_colleagues_and_calls_staff_the_desk() -> None:
    owner, staff = f.member(), f.reviewer()
    right = f.approved(actor_for_member(owner), staff)
    page = browser(owner).get(reverse("brands:right", args=[right.public_id]))
    assert staff.user is not None
    assert owner.user.name in page.text and "by the desk" in page.text and staff.user.name not in page.text


def test_no_page_carries_inline_script_or_style() -> None:
    owner = f.member()
    right = f.draft(actor_for_member(owner))
    client = browser(owner)
    for address in (
        reverse("brands:list"),
        reverse("brands:register"),
        reverse("brands:bulk"),
        *(reverse("brands:register-kind", args=[kind]) for kind in FORMS),
        *(reverse(f"brands:{n}", args=[right.public_id]) for n in ("right", "edit")),
    ):
        text = client.get(address).text
        assert " style=" not in text and "<style" not in text and "<script>" not in text
        assert text.count("<h1") == 1


def test_submitting_from_the_page() -> None:
    owner = f.member()
    right = f.draft(actor_for_member(owner))
    page = browser(owner).post(
        reverse("brands:submit", args=[right.public_id]), {"version": right.version}, follow=True
    )
    assert "Sent to the desk" in page.text
    assert registry.may_do(actor_for_member(owner), "approve") is False  # type: ignore[arg-type]


def test_a_mistyped_number_is_corrected_in_the_one_field_where_it_was_typed() -> None:
    owner = f.member()
    client = browser(owner)
    client.post(reverse("brands:register-kind", args=["trademark"]), form(registration_number="nothing yet"))
    right = IPRight.objects.get()
    assert "nothing yet" in client.get(reverse("brands:right", args=[right.public_id])).text
    address = reverse("brands:edit", args=[right.public_id])
    for wrong in ("18228242", "18228224"):
        shown = client.get(address).context["form"]
        begun = {name: shown[name].value() for name in ("key", "version", "registration_number", "application_number")}
        assert begun["application_number"] == ""
        client.post(address, form(**begun | {"registration_number": wrong, "action": "draft"}))
    right.refresh_from_db()
    assert (right.registration_number, right.application_number) == ("018228224", "018228224")
