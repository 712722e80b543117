"""The desk as a reviewer works it: by keyboard, with the preview beside the typing, and whole without a mouse."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brands import registry
from brands.registry import SellerTerms
from complaints import casework
from complaints.models import Decision
from portal.accounts.actors import staff_actor_for
from tests.accounts.factories import make_staff, signed_in
from tests.browser_kit import check_axe
from tests.complaints import factories

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reviewer():
    return make_staff("reviewer", name="Rita")


@pytest.fixture
def case(reviewer):
    made = factories.make_filed_complaint(items=4)
    casework.claim(actor=staff_actor_for(reviewer), complaint_id=made.complaint.pk, now=timezone.now())
    return made


def enter(page, user, site: str) -> None:
    """Gives this browser the session of a signed-in person."""
    cookie = signed_in(Client(), user).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])


def address(case) -> str:
    return reverse("admin:complaints_complaint_case", args=[case.complaint.pk])


def test_a_case_is_decided_by_keyboard(page, site, reviewer, case) -> None:
    enter(page, reviewer, site)
    page.goto(address(case))
    check_axe(page)
    page.keyboard.press("j")
    page.wait_for_selector(f'#pair[data-item="{case.item_ids[1]}"]')
    page.keyboard.press(" ")
    page.keyboard.press("j")
    page.wait_for_selector(f'#pair[data-item="{case.item_ids[2]}"]')
    page.keyboard.press(" ")
    assert page.get_by_role("button", name="Decide 2 items").is_visible()
    page.keyboard.press("a")
    assert page.input_value("#id_ground") == "C-01"
    page.keyboard.type("A jar of quarks, not a command: n x k j.")
    page.wait_for_selector("#preview article")
    assert "A jar of quarks" in page.inner_text("#preview")
    check_axe(page)
    page.get_by_role("button", name="Decide 2 items").click()
    page.wait_for_selector(".note.ok")
    decided = Decision.objects.get()
    assert set(decided.items.values_list("pk", flat=True)) == set(case.item_ids[1:3])


def test_rejecting_an_authorised_seller_offers_r04(page, site, reviewer, case) -> None:
    enter(page, reviewer, site)
    page.goto(address(case))
    page.keyboard.press("r")
    assert page.input_value("#id_ground") == ""
    terms = SellerTerms(case.right.brand, timezone.now().date())
    registry.list_seller(actor=case.owner, account=case.seller, terms=terms, now=timezone.now())
    page.evaluate("sessionStorage.clear()")
    page.goto(address(case))
    assert "The complainant has listed it" in page.inner_text("#account")
    check_axe(page)
    page.keyboard.press("r")
    assert page.input_value("#id_ground") == "R-04"


def test_one_tick_selects_all_open_items_and_none(page, site, reviewer, case) -> None:
    enter(page, reviewer, site)
    page.goto(address(case))
    every = page.get_by_role("checkbox", name="Select all open items")
    every.check()
    assert page.get_by_role("button", name="Decide 4 items").is_visible()
    every.uncheck()
    assert page.locator("input[name=items]:checked").count() == 0


def test_what_was_refused_is_gone_once_a_preview_was_made(page, site, reviewer, case) -> None:
    enter(page, reviewer, site)
    page.goto(address(case))
    for box in page.locator("input[name=items]").all():
        box.check()
    page.fill("#id_text", "The chest logo is copied.")
    page.get_by_role("button", name="Decide 4 items").click()
    page.locator("#errors").get_by_text("Choose what to decide.").wait_for()
    page.select_option("#id_outcome", "accepted")
    page.get_by_role("button", name="Preview", exact=True).last.click()
    page.locator("#preview article").first.wait_for()
    assert page.get_by_text("Choose what to decide.").count() == 0
    assert page.locator("#decide [aria-invalid], #decide [aria-describedby$=_err]").count() == 0
    check_axe(page)
    page.get_by_role("button", name="Decide 4 items").click()
    page.wait_for_selector(".note.ok")
    assert case.fresh().state == "accepted"


def test_next_by_key_leads_back_to_the_case_in_hand(page, site, reviewer, case) -> None:
    waiting = factories.make_filed_complaint(items=1)
    enter(page, reviewer, site)
    page.goto(address(waiting))
    page.keyboard.press("n")
    page.wait_for_url(f"**{address(case)}")
    assert page.get_by_text(f"You still hold {case.complaint.reference}").is_visible()
    assert waiting.fresh().claimed_by is None


def test_what_was_begun_is_not_shown_to_the_next_reviewer(page, site, reviewer, case) -> None:
    enter(page, reviewer, site)
    page.goto(address(case))
    page.fill("#id_text", "Neither word nor logo can be seen.")
    enter(page, make_staff("reviewer", name="Olga"), site)
    page.goto(address(case))
    assert page.input_value("#id_text") == ""
    assert page.evaluate("Object.keys(sessionStorage).filter((name) => name.startsWith('desk:')).length") == 0


def test_signing_out_forgets_what_was_begun_at_the_desk(page, site, reviewer, case) -> None:
    enter(page, reviewer, site)
    page.goto(address(case))
    page.fill("#id_text", "Neither word nor logo can be seen.")
    page.get_by_role("button", name="Turn the keys off").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda url: "/desk/" not in url and str(case.complaint.pk) not in urlsplit(url).path)
    assert page.evaluate("Object.keys(sessionStorage).filter((name) => name.startsWith('desk:')).length") == 0
    assert page.evaluate("localStorage.getItem('desk-keys')") == "off"


def test_a_second_person_reads_what_leaves_before_confirming(page, site, reviewer) -> None:
    base, seller = factories.make_filed_complaint(items=1), factories.make_seller("tarnfell.official")
    draft = factories.make_draft(base.owner, base.right, [seller.target], reason="impersonation")
    signing = factories.sign(base.owner)
    filed = casework.submit(actor=base.owner, complaint_id=draft.pk, signing=signing, now=timezone.now())
    held = factories.Case(filed, base.owner, base.membership, base.right, seller, [seller.target])
    factories.decide(held, factories.claimed(held, staff_actor_for(reviewer)), ground="C-04")
    enter(page, make_staff("senior", name="Sven"), site)
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(address(held))
        check_axe(page)
        assert page.get_by_text("Your listing is removed").count() == 0
        assert page.get_by_text("Measures that follow: Store deactivated (1)").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Confirm the decision").click()
    page.wait_for_selector(".note.ok")


def test_what_was_begun_stays_when_the_page_is_left(page, site, reviewer, case) -> None:
    enter(page, reviewer, site)
    page.goto(address(case))
    page.keyboard.press(" ")
    page.keyboard.press("r")
    page.select_option("#id_ground", "R-03")
    page.fill("#id_text", "Neither word nor logo can be seen.")
    page.goto(reverse("admin:complaints_complaint_desk"))
    check_axe(page)
    page.goto(address(case))
    assert page.input_value("#id_text") == "Neither word nor logo can be seen."
    assert page.input_value("#id_ground") == "R-03"
    assert page.locator("input[name=items]:checked").count() == 1


def test_next_and_hand_over_by_key_and_keys_off(page, site, reviewer) -> None:
    waiting = factories.make_filed_complaint(items=1)
    enter(page, reviewer, site)
    page.goto(reverse("admin:complaints_complaint_desk"))
    page.keyboard.press("n")
    page.wait_for_url(f"**{address(waiting)}")
    page.keyboard.press("x")
    page.wait_for_url(f"**{reverse('admin:complaints_complaint_desk')}")
    assert waiting.fresh().claimed_by is None
    page.get_by_role("button", name="Turn the keys off").click()
    page.locator("body").press("n")
    page.wait_for_timeout(300)
    assert urlsplit(page.url).path == reverse("admin:complaints_complaint_desk")


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_the_desk_passes_axe_and_the_policy(visitor, site, reviewer, case, width, scheme) -> None:
    page = visitor(viewport={"width": width, "height": 900}, color_scheme=scheme)
    enter(page, reviewer, site)
    for where in (
        address(case),
        reverse("admin:complaints_complaint_desk"),
        reverse("admin:complaints_complaint_mend"),
    ):
        page.goto(where)
        check_axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            f"{where} scrolls sideways at {width}"
        )


def test_a_case_is_decided_without_javascript(visitor, site, reviewer, case) -> None:
    page = visitor(java_script_enabled=False)
    enter(page, reviewer, site)
    page.goto(f"{address(case)}?select=all")
    page.select_option("#id_outcome", "accepted")
    page.select_option("#id_ground", "C-01")
    page.fill("#id_text", "The chest logo is copied.")
    page.get_by_role("button", name="Preview", exact=True).last.click()
    assert "We accepted 4 items" in page.inner_text("#preview")
    page.get_by_role("button", name="Decide 4 items").click()
    assert "4 items decided." in page.inner_text(".note.ok")
    assert case.fresh().state == "accepted"
