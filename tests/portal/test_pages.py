"""The front door, the error pages, the health answer, and the policy that no template may break."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.csrf import csrf_failure
from django.views.defaults import bad_request, permission_denied, server_error

from portal.accounts.models import StaffRole, User
from tests.accounts.factories import make_member, make_user
from tests.complaints.factories import make_seller

TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
INLINE = re.compile(
    r"""<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|<script(?![^>]*\b(?:src=|type="application/json"))""",
    re.IGNORECASE,
)


@pytest.mark.django_db
def test_a_visitor_sees_the_three_doors(client: Client) -> None:
    page = client.get(reverse("home")).content.decode()
    assert page.count("<h1") == 1
    assert reverse("account_signup") in page and reverse("account_login") in page


@pytest.mark.django_db
def test_the_landing_page_sends_the_strict_policy(client: Client) -> None:
    policy = client.get(reverse("home"))["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_staff_are_sent_to_the_desk(client: Client) -> None:
    client.force_login(User.objects.create_user("reviewer@desk.example", "x", staff_role=StaffRole.REVIEWER))
    assert client.get(reverse("home"))["Location"]


@pytest.mark.django_db
def test_a_member_is_sent_to_the_dashboard(client: Client) -> None:
    client.force_login(make_member().user)
    assert client.get(reverse("home"))["Location"] == reverse("complaints:dashboard")


@pytest.mark.django_db
def test_a_person_without_an_organisation_is_led_to_make_one(client: Client) -> None:
    client.force_login(make_user())
    assert client.get(reverse("home"))["Location"] == reverse("accounts:new-organisation")


@pytest.mark.django_db
def test_a_seller_is_sent_to_the_decisions_about_their_account(client: Client) -> None:
    seller, user = make_seller(), make_user()
    seller.holders.add(user)
    client.force_login(user)
    assert client.get(reverse("home"))["Location"] == reverse("respondent:list")


@pytest.mark.django_db
def test_healthz_answers_without_a_session(client: Client) -> None:
    answer = client.get(reverse("healthz"))
    assert answer.json() == {"status": "ok"}
    assert not answer.cookies


@pytest.mark.django_db
def test_an_unknown_address_has_a_page_of_its_own(client: Client, settings: object) -> None:
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "There is no page here" in answer.content.decode()


def a_request(rf: RequestFactory) -> HttpRequest:
    """Will make a bare request as an error handler gets it."""
    request = rf.get("/")
    request.resolver_match = None
    return request


def test_a_broken_page_needs_nothing_but_itself(rf: RequestFactory) -> None:
    answer = server_error(a_request(rf))
    assert "Something broke on our side" in answer.content.decode()


def test_an_unreadable_request_needs_nothing_but_itself(rf: RequestFactory) -> None:
    assert "We could not read this request" in bad_request(a_request(rf), ValueError()).content.decode()


def test_a_refused_page_says_who_can_open_it(rf: RequestFactory) -> None:
    assert "not open to you" in permission_denied(a_request(rf), PermissionError()).content.decode()


def test_a_stale_form_says_what_to_do(rf: RequestFactory) -> None:
    assert "gone stale" in csrf_failure(a_request(rf)).content.decode()


def test_too_many_attempts_have_a_page(rf: RequestFactory) -> None:
    assert "too often" in render_to_string("429.html", request=a_request(rf))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(settings.BASE_DIR / "templates")))
def test_no_template_holds_inline_style_script_or_handler(path: Path) -> None:
    if "emails" in path.parts:
        pytest.skip("mail programs know no policy")
    assert not INLINE.search(path.read_text())


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_the_doors_of_the_sign_in_library_wear_our_clothes(client: Client, name: str) -> None:
    page = client.get(reverse(name)).content.decode()
    assert page.count("<h1") == 1
    assert 'class="page gate"' in page
    assert not INLINE.search(page)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_email", "account_change_password", "mfa_index", "usersessions_list"])
def test_account_pages_hold_nothing_inline(client: Client, name: str) -> None:
    client.force_login(User.objects.create_user("maja@tarnfell.example", "x"))
    page = client.get(reverse(name), follow=True).content.decode()
    assert page.count("<h1") == 1
    assert not INLINE.search(page)


@pytest.mark.django_db
def test_a_refused_request_of_a_page_replaces_nothing_in_development_either(client: Client, settings: Any) -> None:
    """django-htmx's script for DEBUG would put Django's error page, with its inline style, over what somebody types."""
    settings.DEBUG = True
    page = client.get(reverse("account_login")).content.decode()
    assert "data-debug" not in page and "django-htmx.js" not in page
    settings.DEBUG = False
    assert "htmx-2.min" in client.get(reverse("home")).content.decode()
