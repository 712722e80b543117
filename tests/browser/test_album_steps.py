"""The camera gets to the pages that an address alone does not open, by what a person would do first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from complaints.demo import camera, steps
from complaints.demo.accounts import PASSWORD
from complaints.demo.album import PHONE, Shot
from tests.accounts.factories import make_member, make_staff, make_user

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_second_factor_is_set_up_once_and_its_pages_open(page: Page) -> None:
    person = make_user("viewer@demo.test", password=PASSWORD)
    make_member(user=person)
    steps.give_password(page, person.email)
    for _try in range(2):
        steps.with_app(reverse("mfa_deactivate_totp"))(page)
        assert camera.view_of(page.url) == "mfa_deactivate_totp"
        steps.with_passkey(reverse("mfa_list_webauthn"), press="Remove")(page)
        assert camera.view_of(page.url) == "mfa_remove_webauthn"
    kinds = Authenticator.objects.filter(user=person).order_by("type").values_list("type", flat=True)
    assert list(kinds) == ["recovery_codes", "totp", "webauthn"]


def test_the_code_is_asked_for_after_the_password(page: Page) -> None:
    person = make_staff(email="reviewer@demo.test")
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    shot = Shot("code", "", reverse("mfa_authenticate"), (PHONE,), by=steps.half_signed_in(person.email))
    for _try in range(2):
        assert camera.take(page, shot, PHONE, dark=False).startswith(b"\x89PNG")


def test_a_made_key_is_shown(page: Page) -> None:
    person = make_user("outsider@demo.test", password=PASSWORD)
    make_member(user=person)
    steps.give_password(page, person.email)
    steps.make_key(page)
    assert page.locator("h1").inner_text() == "Key “Nightly import” created"


@pytest.mark.parametrize(
    ("path", "said"), [("/complaints/dashboard/", "led to"), ("/complaints/no-such-page/", "answered 404")]
)
def test_a_page_that_does_not_open_is_not_taken(page: Page, path: str, said: str) -> None:
    with pytest.raises(camera.NotTaken, match=said):
        camera.take(page, Shot("shot", "", path), PHONE, dark=False)
