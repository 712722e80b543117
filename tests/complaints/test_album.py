"""The album holds every page of the product, each can be taken, and docs/screens.md shows every picture."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings
from django.urls import resolve
from django.utils import timezone
from PIL import Image

from complaints.demo import accounts, album, camera, contents, stage
from portal import dev_urls
from portal.accounts.models import User
from tests.access.table import BY_PERSON, DESK_PAGES, ENDPOINTS, HEADLESS, OK, PAGES
from tests.access.test_matrix import admin_address, routes
from tests.accounts.factories import signed_in
from tests.complaints.test_demo import run

Chapters = dict[str, list[album.Shot]]

# Routes that answer a GET and have no picture; a pattern may stand for several.
NO_PICTURE = {
    "healthz": "one word for a machine",
    "api-schema": "a file",
    "sandbox:picture": "a file",
    "brands:logo": "a file",
    "brands:logo-small": "a file",
    "brands:certificate": "a file",
    "brands:file": "a file",
    "brands:file-small": "a file",
    "brands:bulk-template": "a file",
    "sso:try": "what a provider has just said: there is none behind the demo's address",
    "authorisations:letter": "a file",
    "admin:brands_authorisation_letter": "a file",
    "brands:renewal-proof": "a file",
    "calendar-feed": "a file",
    "sellers:proof": "a file",
    "sellers:template": "a file",
    "selling:proof": "a file",
    "admin:brands_renewal_proof": "a file",
    "identity:document": "a file",
    "identity:document-small": "a file",
    "admin:identity_document": "a file",
    "complaints:item-picture": "a file",
    "complaints:bundle": "a file",
    "respondent:bundle": "a file",
    "respondent:bundle-by-link": "a file",
    "admin:complaints_complaint_bundle": "a file",
    "admin:complaints_complaint_bundle_internal": "a file",
    "complaints:evidence-file": "a file",
    "respondent:picture": "a file",
    "respondent:picture-by-link": "a file",
    "mfa_download_recovery_codes": "a file",
    "mfa_login_webauthn": "JSON for the button on the sign-in page; leads there",
    "account_confirm_login_code": "codes by mail are switched off; leads to the sign-in page",
    "account_set_password": "leads to changing the password, but for an account that a superuser left without one",
    "admin:": "leads to the page of a row",
    "admin:login": "leads to the sign-in page",
    "admin:logout": "takes a POST only",
    "admin:jsi18n": "a script",
    "admin:autocomplete": "JSON",
    "admin:view_on_site": "leads to the marketplace",
    "admin:complaints_complaint_change": "leads to the case on the desk",
    "admin:complaints_complaint_picture": "a file",
    "admin:complaints_complaint_logo": "a file",
    "admin:complaints_complaint_evidence": "a file",
    "admin:brands_ipright_file": "a file",
    "admin:*_add": "forbidden to everybody",
    "admin:*_delete": "forbidden to everybody",
    "admin:*_history": "the same page of Django for every model",
}
LOOKS_ALIKE = {"admin:*_history"}


@pytest.fixture(scope="module")
def chapters(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Chapters]:
    """The album of a fresh demo on a development machine; takes everything away again at the end."""
    machine = {"DEBUG": True, "ROOT_URLCONF": "tests.accounts.dev_site", "MAILBOX_DIR": tmp_path_factory.mktemp("mail")}
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(**machine):
        run("--quiet")
        with stage.ready(timezone.now()):
            yield album.chapters()
        transaction.set_rollback(True)


pytestmark = pytest.mark.usefixtures("chapters", "db")


def shots(chapters: Chapters) -> list[album.Shot]:
    return [shot for each in chapters.values() for shot in each]


def photographed(chapters: Chapters) -> set[str]:
    return {shot.route.view_name for shot in shots(chapters)}


def pages() -> set[str]:
    """Every route that may answer a GET with a page: all, but for the API and those that show nothing to anybody."""
    found = {f"dev:{pattern.name}" for pattern in dev_urls.urlpatterns}
    for name in routes():
        api = name in ENDPOINTS or name in BY_PERSON or name.startswith(HEADLESS)
        shown = name not in PAGES or OK in PAGES[name].get.values()
        if not api and shown and (name not in DESK_PAGES or DESK_PAGES[name][1] == OK):
            found.add(name)
    return found


def without_picture(chapters: Chapters, pattern: str) -> list[str]:
    return sorted(name for name in pages() - photographed(chapters) if fnmatch(name, pattern))


def test_every_page_is_in_the_album_or_has_a_reason_not_to_be(chapters: Chapters) -> None:
    excused = {name for pattern in NO_PICTURE for name in without_picture(chapters, pattern)}
    missing = sorted(pages() - photographed(chapters) - excused)
    assert not missing, f"Add to complaints/demo/album.py, and run manage.py screenshots: {', '.join(missing)}"


@pytest.mark.parametrize("pattern", NO_PICTURE)
def test_a_reason_stands_for_routes_that_are_there(chapters: Chapters, pattern: str) -> None:
    assert without_picture(chapters, pattern), f"{pattern} is photographed or gone; take it from the list"


def test_what_the_admin_excuses_is_no_page(chapters: Chapters) -> None:
    root = signed_in(Client(), User.objects.get(email="admin@demo.test"))
    wrong = []
    for pattern in [each for each in NO_PICTURE if each.startswith("admin:") and each not in LOOKS_ALIKE]:
        for name in [each for each in without_picture(chapters, pattern) if each not in DESK_PAGES]:
            address = admin_address(name)
            answer = root.get(address) if address else None
            if answer is not None and answer.status_code == 200 and "html" in answer["Content-Type"]:
                wrong.append(f"{name} shows a page: {address}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", ["/accounts/2fa/webauthn/login/", "/accounts/login/code/confirm/"])
def test_what_signing_in_excuses_leads_to_its_page(path: str) -> None:
    assert urlsplit(Client().get(path)["Location"]).path == "/accounts/login/"


@pytest.mark.parametrize("who", [one.email.split("@")[0] for one in accounts.PEOPLE])
def test_nobody_of_the_demo_is_asked_to_set_a_first_password(who: str) -> None:
    assert visitor(who).get("/accounts/password/set/")["Location"] == "/accounts/password/change/"


def test_each_address_shows_its_page_to_who_looks(chapters: Chapters) -> None:
    """All that the camera opens by an address alone; the rest is tried when the pictures are taken."""
    clients = {who: visitor(who) for who in {shot.who for shot in shots(chapters)}}
    wrong = []
    for shot in [shot for shot in shots(chapters) if shot.by is None]:
        answer = clients[shot.who].get(shot.path, follow=True)
        landed = resolve(urlsplit(answer.redirect_chain[-1][0]).path if answer.redirect_chain else shot.path)
        if answer.status_code != 200 or landed.view_name != shot.route.view_name:
            wrong.append(f"{shot.name}: {answer.status_code} from {landed.view_name}")
        if "html" not in answer["Content-Type"]:
            wrong.append(f"{shot.name}: {answer['Content-Type']}")
    assert not wrong, "\n".join(wrong)


def visitor(who: str) -> Client:
    return signed_in(Client(), User.objects.get(email=f"{who}@demo.test")) if who else Client()


@pytest.mark.parametrize("name", ["password-reset-new", "e-mail-confirm", "invitation", "public-notice-confirm"])
def test_a_link_of_a_mail_opens_what_it_is_for(chapters: Chapters, name: str) -> None:
    shot = next(shot for shot in shots(chapters) if shot.name == name)
    text = Client().get(shot.path, follow=True).content.decode()
    assert "too old" not in text and 'class="btn main"' in text


def test_the_stage_leaves_nobody_a_second_factor_or_a_new_address(chapters: Chapters) -> None:
    people = accounts.cast()
    TOTP.activate(people.user(stage.ACTOR), "JBSWY3DPEHPK3PXP")
    assert EmailAddress.objects.filter(user=people.user(stage.MOVER)).count() == 2
    stage.clear(people)
    assert EmailAddress.objects.filter(user=people.user(stage.MOVER)).count() == 1
    assert not Authenticator.objects.filter(user=people.user(stage.ACTOR)).exists()


def test_every_picture_has_a_name_of_its_own(chapters: Chapters) -> None:
    names = [shot.name for shot in shots(chapters)]
    assert len(set(names)) == len(names)
    assert {shot.who for shot in shots(chapters)} - {""} <= {one.email.split("@")[0] for one in accounts.PEOPLE}


def test_the_documentation_shows_every_page_and_nothing_that_is_gone(chapters: Chapters) -> None:
    docs = Path(settings.BASE_DIR) / "docs"
    how = "Run manage.py screenshots, with --only for one page, from a desk with the demo (docs/operator.md)."
    assert (docs / "screens.md").read_text(encoding="utf-8") == contents.page(chapters), how
    wanted = {name for shot in shots(chapters) for name, _width, _dark in shot.files()}
    assert {path.name for path in (docs / "images").iterdir()} == wanted, how
    assert "screens.md" in (docs / "README.md").read_text(encoding="utf-8")


def test_addresses_are_written_for_people(chapters: Chapters) -> None:
    text = contents.page(chapters)
    for address in (
        "/accounts/password/reset/key/<uidb36>-<key>/",
        "/accounts/confirm-email/<key>/",
        "/admin/<app_label>/",
    ):
        assert f"`{address}`" in text


def test_pictures_are_made_small() -> None:
    out = io.BytesIO()
    Image.effect_noise((900, 900), 80).save(out, "PNG")
    small = camera.smaller(out.getvalue())
    assert len(small) < len(out.getvalue()) * 0.6
    assert Image.open(io.BytesIO(small)).size == (900, 900)
