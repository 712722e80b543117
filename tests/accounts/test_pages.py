"""The pages of people and tenants, from signing up to leaving."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts import tenants
from portal.accounts.invitations import token_for
from portal.accounts.models import Invitation, Membership, Organisation, Role, User
from tests.accounts.factories import (
    PASSWORD,
    actor_for_member,
    make_member,
    make_organisation,
    make_staff,
    make_user,
    signed_in,
)

pytestmark = pytest.mark.django_db
HOME = "accounts:organisation"


def sign_up(client: Client, email: str, **more: str) -> Any:
    data = {
        "name": "Mira Holm",
        "email": email,
        "password1": PASSWORD,
        "password2": PASSWORD,
        "time_zone": "Asia/Tokyo",
    }
    return client.post(reverse("account_signup"), data | more)


def confirm_from(client: Client, mail: Any) -> Any:
    [path] = re.findall(r"https?://[^/]+(/accounts/confirm-email/\S+)", mail.body)
    client.get(path)
    return client.post(path)


def sign_in(client: Client, email: str, **more: str) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": PASSWORD} | more)


def invitation_for(email: str, role: str = Role.AGENT, days_ago: int = 0) -> tuple[Membership, str]:
    admin = make_member()
    now = timezone.now() - timedelta(days=days_ago)
    sent = tenants.invite(actor=actor_for_member(admin), email=email, role=role, now=now)
    return admin, reverse("accounts:accept-invitation", args=[token_for(sent.public_id)])


# --- from nothing to an organisation


def test_sign_up_verify_and_set_up_an_organisation(client: Client, mailoutbox: Any) -> None:
    assert sign_up(client, "Mira@Example.test").status_code == 302
    assert client.get(reverse(HOME)).status_code == 302, "not verified yet: not signed in"
    confirm_from(client, mailoutbox[0])
    if not client.session.get("_auth_user_id"):
        sign_in(client, "mira@example.test")
    user = User.objects.get(email="mira@example.test")
    assert (user.name, user.time_zone) == ("Mira Holm", "Asia/Tokyo")
    assert client.get(reverse(HOME))["Location"] == reverse("accounts:new-organisation")
    page = client.get(reverse("accounts:new-organisation"))
    assert page.status_code == 200
    data = {"name": "Tarnfell Outdoor AB", "country": "SE", "kind": "rights_holder"}
    client.post(reverse("accounts:new-organisation"), data)
    assert Organisation.objects.get().memberships.get().user == user
    assert b"Tarnfell Outdoor AB" in client.get(reverse(HOME)).content


def test_an_unverified_account_cannot_sign_in(client: Client) -> None:
    make_user("late@example.test", verified=False)
    sign_in(client, "late@example.test")
    assert "_auth_user_id" not in client.session


def test_signing_in_leads_to_the_right_place(client: Client) -> None:
    assert sign_in(client, make_user().email)["Location"] == reverse("home")
    assert sign_in(Client(), make_member().user.email)["Location"] == reverse("home")
    assert sign_in(Client(), make_staff(second_factor=False).email)["Location"] == reverse("admin:index")


def test_a_form_with_errors_says_what_to_correct_and_keeps_what_was_typed(client: Client) -> None:
    signed_in(client, make_user())
    answer = client.post(reverse("accounts:new-organisation"), {"name": "Tarnfell", "country": "", "kind": "x"})
    assert answer.status_code == 422
    assert b'value="Tarnfell"' in answer.content
    assert b"aria-invalid" in answer.content


# --- invitations


def test_a_visitor_signs_up_and_comes_back_to_the_invitation(client: Client, mailoutbox: Any) -> None:
    admin, path = invitation_for("mira@example.test")
    page = client.get(path)
    assert admin.organisation.name.encode() in page.content
    assert b"mira@example.test" not in page.content, "whoever finds a link does not learn the address"
    sign_up(client, "mira@example.test", next=path)
    confirm_from(client, mailoutbox[-1])
    if not client.session.get("_auth_user_id"):
        assert sign_in(client, "mira@example.test")["Location"] == reverse("accounts:pending-invitation")
    assert client.get(reverse("accounts:pending-invitation"))["Location"] == path
    assert client.post(path)["Location"] == reverse("home")
    assert Membership.objects.get(user__email="mira@example.test").role == Role.AGENT


def test_a_visitor_signs_in_and_comes_back_to_the_invitation(client: Client) -> None:
    _, path = invitation_for("mira@example.test")
    make_user("mira@example.test")
    client.get(path)
    assert sign_in(client, "mira@example.test", next=path)["Location"] == path
    assert b"Accept invitation" in client.get(path).content


def test_an_invitation_finds_its_reader_on_another_device(client: Client) -> None:
    _, path = invitation_for("mira@example.test")
    make_user("mira@example.test")
    assert sign_in(client, "mira@example.test")["Location"] == reverse("accounts:pending-invitation")
    assert client.get(reverse("accounts:pending-invitation"))["Location"] == path
    assert path not in str(dict(client.session)), "the token stays out of the session table"


def test_a_visitor_who_posts_joins_nothing(client: Client) -> None:
    _, path = invitation_for("mira@example.test")
    client.post(path)
    assert Membership.objects.count() == 1


def test_the_wrong_account_cannot_accept(client: Client) -> None:
    _, path = invitation_for("mira@example.test")
    other = make_user()
    signed_in(client, other)
    assert b"Accept invitation" not in client.get(path).content
    assert client.post(path).status_code == 403
    assert not other.memberships.exists()


def test_ended_invitations_say_why(client: Client) -> None:
    _, old = invitation_for("mira@example.test", days_ago=8)
    assert client.get(old).status_code == 409
    assert client.get(reverse("accounts:accept-invitation", args=["unknown"])).status_code == 404


def test_inviting_and_revoking_from_the_page(client: Client) -> None:
    admin = make_member()
    signed_in(client, admin.user)
    make_user("known@example.test")
    answers = [
        client.post(reverse("accounts:invite"), {"email": email, "role": Role.VIEWER}, follow=True)
        for email in ("known@example.test", "other@example.test")
    ]
    assert {answer.status_code for answer in answers} == {200}
    first = Invitation.objects.get(email="known@example.test")
    client.post(reverse("accounts:revoke-invitation", args=[first.public_id]))
    first.refresh_from_db()
    assert first.revoked_at is not None
    bad = client.post(reverse("accounts:invite"), {"email": "nothing", "role": Role.VIEWER})
    assert bad.status_code == 422
    assert b"aria-invalid" in bad.content


# --- members


def test_removal_and_roles_take_effect_on_the_next_request(client: Client) -> None:
    admin = make_member()
    member = make_member(admin.organisation, Role.RIGHTS_OWNER)
    theirs = signed_in(Client(), member.user)
    assert theirs.get(reverse("brands:register")).status_code == 200
    signed_in(client, admin.user)
    client.post(reverse("accounts:change-role", args=[member.pk]), {"role": Role.VIEWER})
    assert theirs.get(reverse("brands:register")).status_code == 403
    assert theirs.post(reverse("accounts:invite"), {"email": "x@example.test", "role": "viewer"}).status_code == 403
    client.post(reverse("accounts:remove-member", args=[member.pk]))
    assert theirs.get(reverse(HOME))["Location"] == reverse("accounts:new-organisation")


def test_the_last_administrator_is_told_why_not(client: Client) -> None:
    admin = make_member()
    signed_in(client, admin.user)
    page = client.post(reverse("accounts:remove-member", args=[admin.pk]), follow=True)
    assert b"last administrator" in page.content
    admin.refresh_from_db()
    assert admin.is_active


def test_two_organisations_and_switching(client: Client) -> None:
    first = make_member()
    second = make_member(role=Role.VIEWER, user=first.user)
    signed_in(client, first.user)
    assert first.organisation.name.encode() in client.get(reverse(HOME)).content
    chosen = {"organisation": str(second.organisation.public_id), "next": reverse(HOME)}
    page = client.post(reverse("accounts:switch"), chosen, follow=True)
    assert f"<h1>{second.organisation.name}</h1>" in page.content.decode()
    assert "Invite somebody" not in page.content.decode()


@pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)"])
def test_switching_never_leads_away(client: Client, target: str) -> None:
    member = make_member()
    signed_in(client, member.user)
    chosen = {"organisation": str(member.organisation.public_id), "next": target}
    assert client.post(reverse("accounts:switch"), chosen)["Location"] == reverse("home")


def test_an_outsider_finds_nothing(client: Client) -> None:
    foreign = make_member()
    sent = tenants.invite(actor=actor_for_member(foreign), email="x@example.test", role=Role.VIEWER, now=timezone.now())
    signed_in(client, make_member().user)
    attempts = [
        client.post(reverse("accounts:switch"), {"organisation": str(foreign.organisation.public_id)}),
        client.post(reverse("accounts:switch"), {"organisation": "nonsense"}),
        client.post(reverse("accounts:change-role", args=[foreign.pk]), {"role": Role.VIEWER}),
        client.post(reverse("accounts:remove-member", args=[foreign.pk])),
        client.post(reverse("accounts:revoke-invitation", args=[sent.public_id])),
    ]
    assert [answer.status_code for answer in attempts] == [404] * 5
    assert foreign.organisation.name.encode() not in client.get(reverse(HOME)).content


@pytest.mark.parametrize("name", ["organisation", "new-organisation", "profile", "security"])
def test_strangers_are_led_to_sign_in(client: Client, name: str) -> None:
    answer = client.get(reverse(f"accounts:{name}"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["switch", "invite"])
def test_verbs_are_never_done_by_reading(client: Client, name: str) -> None:
    signed_in(client, make_member().user)
    assert client.get(reverse(f"accounts:{name}")).status_code == 405


def test_forms_need_their_token() -> None:
    strict = signed_in(Client(enforce_csrf_checks=True), make_member().user)
    assert strict.post(reverse("accounts:invite"), {"email": "x@example.test", "role": "viewer"}).status_code == 403


def test_names_are_shown_as_text(client: Client) -> None:
    member = make_member(make_organisation("<script>alert(1)</script>"))
    signed_in(client, member.user)
    page = client.get(reverse(HOME)).content
    assert b"<script>alert" not in page
    assert b"&lt;script&gt;alert" in page


# --- the reader


def test_times_and_words_follow_the_reader(client: Client) -> None:
    member = make_member()
    signed_in(client, member.user)
    data = {"name": "Mira", "time_zone": "Asia/Tokyo", "language": "en"}
    assert client.post(reverse("accounts:profile"), data).status_code == 302
    answer = client.get(reverse("accounts:profile"))
    assert b'value="Mira"' in answer.content
    member.user.refresh_from_db()
    assert member.user.time_zone == "Asia/Tokyo"
    User.objects.filter(pk=member.user_id).update(language="de")
    assert client.get(reverse("accounts:profile")).headers["Content-Language"] == "de"


def test_a_zone_unknown_here_is_shown_as_utc(client: Client) -> None:
    user = make_user(time_zone="../../etc/passwd")
    signed_in(client, user)
    assert client.get(reverse("accounts:profile")).status_code == 200
    data = {"name": "Mira", "time_zone": "Nowhere/Land", "language": "en"}
    assert client.post(reverse("accounts:profile"), data).status_code == 422


def test_the_security_page_leads_to_every_page_that_protects(client: Client) -> None:
    signed_in(client, make_member().user)
    page = client.get(reverse("accounts:security")).content.decode()
    for name in ("account_email", "account_change_password", "mfa_index", "mfa_list_webauthn", "usersessions_list"):
        assert reverse(name) in page
