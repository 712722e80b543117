"""The doors: signing in, second factor, confirming, and where `next` may lead."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import reverse

from portal.accounts.adapter import MfaAdapter
from portal.accounts.doors import fresh_sign_in_required, page_in_hand, staff_required
from portal.accounts.models import StaffRole, User
from tests.accounts.factories import (
    PASSWORD,
    SECRET,
    make_member,
    make_organisation,
    make_staff,
    make_superuser,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
ADMIN = "/admin/"


def code_now() -> str:
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))


def login(client: Client, user: User, **more: str) -> Any:
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD} | more)


# --- staff and the second factor


def test_the_admin_is_entered_through_the_sites_own_sign_in(client: Client) -> None:
    answer = client.get(ADMIN, follow=True)
    assert answer.redirect_chain[-1][0] == f"{reverse('account_login')}?next=%2Fadmin%2F"
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 302


def test_staff_sign_in_with_password_and_code(client: Client) -> None:
    user = make_staff(StaffRole.SENIOR)
    assert login(client, user, next=ADMIN)["Location"].startswith(reverse("mfa_authenticate"))
    assert client.get(ADMIN).status_code == 302, "a password alone opens nothing"
    answer = client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert answer.status_code == 302
    assert client.get(ADMIN).status_code == 200


def test_staff_without_a_second_factor_are_sent_to_set_one_up(client: Client) -> None:
    user = make_staff(second_factor=False)
    login(client, user)
    for path in (ADMIN, "/admin/accounts/organisation/", "/", reverse("accounts:profile")):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index")), path
    assert client.get(reverse("mfa_index")).status_code == 200
    assert client.post(reverse("account_logout")).status_code == 302


def test_owning_a_second_factor_is_not_having_given_it(client: Client) -> None:
    signed_in(client, make_staff(), mfa=False)
    answer = client.get(ADMIN)
    assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
    client.post(reverse("mfa_reauthenticate"), {"code": code_now()})
    assert client.get(ADMIN).status_code == 200


def test_records_of_another_account_do_not_count(client: Client) -> None:
    user = make_staff()
    signed_in(client, user)
    session = client.session
    session["account_authentication_methods_user"] = str(make_staff().pk)
    session.save()
    assert client.get(ADMIN).status_code == 302


def test_partial_requests_are_sent_on_as_a_whole_page(client: Client) -> None:
    signed_in(client, make_staff(second_factor=False), mfa=False)
    answer = client.get(ADMIN, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, reverse("mfa_index"))


def test_members_and_closed_staff_never_see_the_admin(client: Client) -> None:
    signed_in(client, make_member().user)
    assert client.get(ADMIN, follow=True).status_code == 403
    closed = make_staff()
    theirs = signed_in(Client(), closed)
    assert theirs.get(ADMIN).status_code == 200
    User.objects.filter(pk=closed.pk).update(is_active=False)
    assert theirs.get(ADMIN).status_code == 302


@pytest.mark.parametrize("role", ["reviewer", "senior", "policy", "auditor"])
def test_staff_see_organisations_and_change_nothing(client: Client, role: str) -> None:
    organisation = make_organisation("Tarnfell")
    make_member(organisation)
    signed_in(client, make_staff(role))
    assert b"Organisations" in client.get(ADMIN).content or b"organisations" in client.get(ADMIN).content
    change = reverse("admin:accounts_organisation_change", args=[organisation.pk])
    assert client.get(reverse("admin:accounts_organisation_changelist")).status_code == 200
    assert client.get(change).status_code == 200
    assert client.post(change, {"name": "Other"}).status_code == 403
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 403
    assert client.get(reverse("admin:accounts_user_change", args=[organisation.pk])).status_code == 403


def test_a_superuser_edits_staff_roles_but_deletes_nobody(client: Client) -> None:
    user = make_user()
    signed_in(client, make_superuser())
    path = reverse("admin:accounts_user_change", args=[user.pk])
    assert client.get(path).status_code == 200
    data = {
        "email": user.email,
        "name": "Rowan",
        "time_zone": "UTC",
        "language": "en",
        "is_active": "on",
        "staff_role": "policy",
    }
    assert client.post(path, data).status_code == 302
    user.refresh_from_db()
    assert (user.staff_role, user.is_staff) == ("policy", True)
    assert client.get(reverse("admin:accounts_user_delete", args=[user.pk])).status_code == 403
    assert client.get(reverse("admin:accounts_user_add")).status_code == 200


def test_an_account_made_by_a_superuser_can_sign_in(client: Client) -> None:
    signed_in(client, make_superuser())
    data = {
        "email": "New.Staff@example.test",
        "name": "New",
        "staff_role": "reviewer",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    assert client.post(reverse("admin:accounts_user_add"), data).status_code == 302
    user = User.objects.get(email="new.staff@example.test")
    assert user.is_staff
    assert login(Client(), user)["Location"] == reverse("admin:index")


def test_secrets_are_not_on_the_desk(client: Client) -> None:
    signed_in(client, make_superuser())
    page = client.get(ADMIN).content.decode()
    assert "/admin/mfa/" not in page
    assert "/admin/auth/group/" not in page


def test_secrets_are_kept_encrypted() -> None:
    kept = MfaAdapter().encrypt(SECRET)
    assert SECRET not in kept
    assert MfaAdapter().decrypt(kept) == SECRET
    with override_settings(SECRET_KEY="another key", SECRET_KEY_FALLBACKS=[_key()]):
        assert MfaAdapter().decrypt(kept) == SECRET


def _key() -> str:
    from django.conf import settings

    return str(settings.SECRET_KEY)


def test_staff_pages_refuse_members() -> None:
    client = signed_in(Client(), make_staff())
    assert client.get(reverse("accounts:organisation"))["Location"] == reverse("admin:index")
    request = RequestFactory().get("/x")
    request.user = make_member().user
    request.session = {}  # type: ignore[assignment]
    from django.core.exceptions import PermissionDenied

    with pytest.raises(PermissionDenied):
        staff_required(_page)(request)


# --- next


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.test/",
        "//evil.test/",
        "/\\evil.test",
        "https:evil.test",
        "javascript:alert(1)",
        "http://testserver@evil.test/",
        "http://localhost/",  # a host this site answers, but not the one in hand
        "\thttps://evil.test",
    ],
)
def test_next_leads_nowhere_else(client: Client, target: str) -> None:
    assert login(client, make_member().user, next=target)["Location"] == reverse("home")
    assert client.post(reverse("account_logout"), {"next": target})["Location"] == reverse("home")


def test_next_leads_on_within_the_site(client: Client) -> None:
    assert login(client, make_member().user, next="/organisations/profile/")["Location"] == "/organisations/profile/"


# --- enumeration


def test_a_forgotten_password_gets_the_same_answer_for_everyone(mailoutbox: Any) -> None:
    make_user("known@example.test")
    answers = [
        Client().post(reverse("account_reset_password"), {"email": email}, follow=True)
        for email in ("known@example.test", "unknown@example.test")
    ]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    assert {answer.status_code for answer in answers} == {200}
    assert len(mailoutbox) == 2


def test_signing_up_twice_gets_the_same_answer(mailoutbox: Any) -> None:
    make_user("known@example.test")
    data = {"name": "M", "password1": PASSWORD, "password2": PASSWORD, "time_zone": "UTC"}
    answers = [
        Client().post(reverse("account_signup"), data | {"email": email}, follow=True)
        for email in ("known@example.test", "fresh@example.test")
    ]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    assert User.objects.filter(email="known@example.test").count() == 1
    assert len(mailoutbox) == 2


def test_a_wrong_password_does_not_tell_whether_there_is_an_account(client: Client) -> None:
    make_user("known@example.test")
    pages = [
        client.post(reverse("account_login"), {"login": email, "password": "wrong-wrong-1"}).context["form"].errors
        for email in ("known@example.test", "unknown@example.test")
    ]
    assert pages[0] == pages[1]


# --- confirming that it is you


def _page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("signed")


def _asked(client: Client, method: str = "get", **headers: str) -> Any:
    request = getattr(RequestFactory(), method)("/complaints/1/sign/", headers=headers)
    request.session = client.session
    request.user = User.objects.get(pk=client.session["_auth_user_id"])
    from django.contrib.messages.storage.cookie import CookieStorage

    request._messages = CookieStorage(request)
    return fresh_sign_in_required(_page)(request)


def test_whoever_just_signed_in_goes_on(client: Client) -> None:
    login(client, make_member().user)
    assert _asked(client).content == b"signed"


def test_an_older_sign_in_is_asked_again_and_comes_back(client: Client) -> None:
    signed_in(client, make_member().user, fresh=False)
    answer = _asked(client)
    assert answer["Location"] == f"{reverse('account_reauthenticate')}?next=%2Fcomplaints%2F1%2Fsign%2F"
    back = client.post(answer["Location"], {"password": PASSWORD, "next": "/complaints/1/sign/"})
    assert back["Location"] == "/complaints/1/sign/"
    assert _asked(client).content == b"signed"


def test_a_posted_form_comes_back_to_its_page(client: Client) -> None:
    signed_in(client, make_member().user, fresh=False)
    answer = _asked(client, "post", referer="http://testserver/complaints/1/?step=6")
    assert answer["Location"].endswith("next=%2Fcomplaints%2F1%2F%3Fstep%3D6")


def test_a_partial_request_is_sent_on_as_a_whole_page(client: Client) -> None:
    signed_in(client, make_member().user, fresh=False)
    answer = _asked(client, "post", **{"HX-Request": "true", "HX-Current-URL": "http://testserver/complaints/1/"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"].endswith("next=%2Fcomplaints%2F1%2F")


@pytest.mark.parametrize("referer", ["https://evil.test/x", "//evil.test", "http://testserver//evil.test/", ""])
def test_a_foreign_page_is_never_gone_back_to(referer: str) -> None:
    request = RequestFactory().post("/complaints/1/sign/", headers={"referer": referer})
    assert page_in_hand(request) in {"/complaints/1/sign/", "/"}


# --- for developers


@pytest.mark.urls("tests.accounts.dev_site")
@override_settings(DEBUG=True)
def test_codes_of_demo_staff_and_of_nobody_else(client: Client) -> None:
    make_staff(StaffRole.SENIOR, "senior@demo.test")
    make_staff(StaffRole.SENIOR, "senior@demo.test.example.org")
    make_staff(StaffRole.SENIOR, "real@example.test")
    page = client.get("/dev/codes/").content.decode()
    assert code_now() in page
    assert "senior@demo.test" in page
    assert "example" not in page.split("<main")[1].split("</main")[0]
    assert client.get("/dev/").status_code == 200


@pytest.mark.urls("tests.accounts.dev_site")
def test_there_are_no_codes_outside_development(client: Client) -> None:
    make_staff(StaffRole.SENIOR, "senior@demo.test")
    assert client.get("/dev/codes/").status_code == 404
    assert client.get("/dev/").status_code == 404
