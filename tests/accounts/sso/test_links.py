"""Linking an account that exists, taking the link back, and confirming that it is you without a password."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Hold, Role, User
from portal.ledger.models import Delivery, Event
from tests.accounts.factories import PASSWORD, make_member, make_user, signed_in
from tests.accounts.sso.kit import Company, Walk, by_password, confirm_address, link_in, linked, make_company, query_of
from tests.accounts.sso.openid_provider import Person

pytestmark = pytest.mark.django_db
LINKS = "sso:links"
ADDRESS = "ida@tarnfell.example"


def link(company: Company, user: User) -> Any:
    walk = Walk(signed_in(Client(), user))
    return walk.go(walk.link("tarnfell", path=reverse(LINKS)))


def company_only(company: Company, groups: list[str] | None = None) -> Walk:
    """Somebody whose account the provider made, signed in."""
    company.provider.person = Person(groups=groups or ["brand-team"])
    Walk().sign_in("tarnfell")
    confirm_address(ADDRESS)
    walk = Walk()
    walk.sign_in("tarnfell")
    assert walk.user_id is not None
    return walk


def age(walk: Walk, seconds: int = 3600) -> None:
    """Lets the sign-in of this session be a while ago."""
    session = walk.client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [each | {"at": each["at"] - seconds} for each in records]
    session.save()


# --- linking


def test_a_person_with_a_password_links_and_then_signs_in_either_way(company: Company, run_outbox: Any) -> None:
    member = make_member(company.organisation, Role.VIEWER)
    assert link(company, member.user)["Location"] == reverse(LINKS)
    page = signed_in(Client(), member.user).get(reverse(LINKS)).content.decode()
    assert company.organisation.name in page
    walk = Walk()
    walk.sign_in("tarnfell")
    assert walk.user_id == str(member.user.pk)
    member.refresh_from_db()
    assert member.role == Role.RIGHTS_OWNER, "the groups decide from the next sign-in on"
    own = by_password(member.user)
    assert own.user_id == str(member.user.pk)
    run_outbox()
    assert Delivery.objects.get(event__kind="sso.linked").recipient == member.user.email
    assert Event.objects.get(kind="sso.linked").payload == {"sign_on": company.sign_on.pk, "user": member.user.pk}


def test_linking_itself_changes_no_role(company: Company) -> None:
    member = make_member(company.organisation, Role.VIEWER)
    company.provider.person = Person(groups=[])
    link(company, member.user)
    member.refresh_from_db()
    assert member.is_active and member.role == Role.VIEWER


def test_whose_address_was_taken_links_and_is_a_member(company: Company) -> None:
    """The way that the mail about the taken address describes."""
    user = make_user(ADDRESS)
    Walk().sign_in("tarnfell")
    assert not SocialAccount.objects.exists()
    link(company, user)
    walk = Walk()
    walk.sign_in("tarnfell")
    assert walk.user_id == str(user.pk) and company.role_of(ADDRESS) == Role.RIGHTS_OWNER


def test_one_person_of_a_company_opens_one_account(company: Company) -> None:
    linked(make_user(), company.sign_on)
    assert link(company, make_user()).status_code == 403
    assert SocialAccount.objects.count() == 1


def test_one_account_is_opened_by_one_person_of_a_company(company: Company) -> None:
    user = linked(make_user(), company.sign_on, "p-2002")
    assert link(company, user).status_code == 403
    assert SocialAccount.objects.get().uid == "p-2002"


def test_linking_twice_is_linking_once(company: Company) -> None:
    user = make_user()
    link(company, user)
    assert link(company, user).status_code == 302
    assert SocialAccount.objects.count() == 1


def test_a_link_needs_a_confirmation_that_is_still_fresh_at_its_end(company: Company) -> None:
    walk = Walk(signed_in(Client(), make_user()))
    back = walk.at_provider(walk.leave(walk.link("tarnfell", path=reverse(LINKS))))
    age(walk)
    assert walk.back(back).status_code == 403
    assert not SocialAccount.objects.exists()


def test_nobody_links_their_company_to_somebody_elses_account(company: Company) -> None:
    """An attacker leads a victim who is signed in to the attacker's answer."""
    victim, attacker = Walk(signed_in(Client(), make_user())), Walk(signed_in(Client(), make_user()))
    answer = attacker.at_provider(attacker.leave(attacker.link("tarnfell", path=reverse(LINKS))))
    assert victim.back(answer).status_code == 403
    assert not SocialAccount.objects.exists()


def test_a_company_links_no_other_company(company: Company) -> None:
    """Whoever runs one provider could sign in as anybody it names, and let a second one in."""
    member = company.member()
    make_company(company.provider, name="kvikne", domains=[])
    walk = Walk()
    walk.sign_in("tarnfell")
    walk.client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert "Link your company" not in walk.client.get(reverse(LINKS)).content.decode()
    link = link_in(walk.client.post(reverse(LINKS), {"company": "kvikne"}))
    assert walk.client.get(link)["Location"] == reverse(LINKS)
    assert SocialAccount.objects.filter(user=member.user).count() == 1


def test_a_seller_cannot_link(company: Company) -> None:
    from tests.marketplace.factories import an_account

    user = make_user()
    an_account().holders.add(user)
    assert link(company, user).status_code == 403


def test_a_switched_off_company_links_nobody(company: Company) -> None:
    walk = Walk(signed_in(Client(), make_user()))
    back = walk.at_provider(walk.leave(walk.link("tarnfell", path=reverse(LINKS))))
    company.sign_on.is_on = False
    company.sign_on.save()
    assert walk.back(back).status_code == 403 and not SocialAccount.objects.exists()


# --- taking it back


def test_a_link_is_taken_back_and_its_sessions_end(company: Company) -> None:
    member = company.member()
    walk = Walk()
    walk.sign_in("tarnfell")
    client = signed_in(Client(), member.user)
    answer = client.post(reverse("sso:unlink", args=[company.sign_on.public_id]))
    assert answer["Location"] == reverse(LINKS) and not SocialAccount.objects.exists()
    assert walk.client.get(reverse("accounts:profile")).status_code == 302
    assert member.organisation.memberships.active().filter(user=member.user).exists(), "the membership stays"


def test_nobody_takes_back_somebody_elses_link(company: Company) -> None:
    company.member()
    client = signed_in(Client(), make_user())
    assert client.post(reverse("sso:unlink", args=[company.sign_on.public_id])).status_code == 404
    assert SocialAccount.objects.count() == 1


def test_the_only_way_in_is_not_taken_away(company: Company) -> None:
    walk = company_only(company)
    confirm(walk)
    assert "so the link stays" in walk.client.get(reverse(LINKS)).content.decode()
    walk.client.post(reverse("sso:unlink", args=[company.sign_on.public_id]))
    assert SocialAccount.objects.count() == 1 and walk.user_id is not None


def test_a_company_session_that_takes_its_own_link_back_ends_without_an_error(company: Company) -> None:
    company.member()
    walk = Walk()
    walk.sign_in("tarnfell")
    walk.client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = walk.client.post(reverse("sso:unlink", args=[company.sign_on.public_id]))
    assert answer["Location"] == reverse("account_login") and walk.user_id is None


# --- an account without a password


def test_it_gets_no_password_by_mail_while_the_company_is_the_way_in(company: Company, mailoutbox: Any) -> None:
    company_only(company)
    mailoutbox.clear()
    Client().post(reverse("account_reset_password"), {"email": ADDRESS})
    [mail] = mailoutbox
    assert "You sign in with your company" in mail.subject and "/accounts/password" not in mail.body


def test_it_gets_one_again_once_the_company_is_switched_off(company: Company, mailoutbox: Any) -> None:
    company_only(company)
    company.sign_on.is_on = False
    company.sign_on.save()
    mailoutbox.clear()
    Client().post(reverse("account_reset_password"), {"email": ADDRESS})
    assert re.search(r"/accounts/password/reset/key/", mailoutbox[0].body)


def test_it_sets_none_on_the_pages(company: Company) -> None:
    walk = company_only(company)
    for name in ("account_set_password", "account_change_password"):
        data = {"password1": "correct-horse-battery-7", "password2": "correct-horse-battery-7"}
        assert walk.client.post(reverse(name), data)["Location"] == reverse("accounts:security")
    assert not User.objects.get(email=ADDRESS).has_usable_password()


@pytest.mark.parametrize("name", ["account_email", "mfa_activate_totp", "mfa_add_webauthn"])
def test_what_opens_it_is_changed_only_after_confirming(company: Company, name: str) -> None:
    """The sign-in library lets an account without a password change everything unasked."""
    walk = company_only(company)
    assert walk.client.get(reverse(name)).status_code == 200, "fresh from the company"
    age(walk)
    answer = walk.client.post(reverse(name), {"email": "else@elsewhere.example", "action_add": ""})
    assert answer["Location"].startswith(reverse("sso:confirm"))
    assert not EmailAddress.objects.filter(email="else@elsewhere.example").exists()
    assert not Authenticator.objects.exists()


def confirm(walk: Walk, next_url: str = "/organisations/security/") -> Any:
    return walk.go(link_in(walk.client.get(reverse("sso:confirm"), {"next": next_url})))


def test_it_confirms_by_signing_in_anew_at_the_company(company: Company) -> None:
    walk = company_only(company, ["it-admins"])
    Hold.objects.all().delete()
    page = reverse("accounts:sign-on")
    asked = walk.client.get(page)
    assert asked["Location"].startswith(reverse("sso:confirm"))
    there = walk.leave(link_in(walk.client.get(asked["Location"])))
    assert (query_of(there)["prompt"], query_of(there)["max_age"]) == ("login", "0")
    assert walk.back(walk.at_provider(there))["Location"] == page
    assert walk.client.get(page).status_code == 200


def test_a_company_that_does_not_ask_anew_confirms_nothing(company: Company) -> None:
    """Whoever sits at somebody's open browser is signed in at the company as well."""
    walk = company_only(company)
    age(walk)
    for told in (int(time.time()) - 1800, None, "now", True):
        company.provider.lie_in_token = {"auth_time": told}
        assert confirm(walk).status_code == 403
    assert walk.client.get(reverse(LINKS))["Location"].startswith(reverse("sso:confirm"))


def test_somebody_else_of_the_company_confirms_nothing(company: Company) -> None:
    walk = company_only(company)
    age(walk)
    linked(make_user(), company.sign_on, "p-2002")
    company.provider.person.sub = "p-2002"
    assert confirm(walk).status_code == 403
    company.provider.person.sub = "p-nobody"
    assert confirm(walk).status_code == 403


def test_an_account_with_a_password_does_not_confirm_by_its_company(company: Company) -> None:
    """Whoever runs the provider could otherwise change how the account itself is opened."""
    member = company.member()
    walk = Walk(signed_in(Client(), member.user))
    assert walk.client.get(reverse("sso:confirm")).status_code == 404
    by_company = Walk()
    by_company.sign_in("tarnfell")
    assert by_company.client.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate"))
    age(by_company)
    answer = by_company.client.get(reverse("account_reauthenticate"))
    assert answer.status_code == 200 and "sign-in/confirm" not in answer.content.decode()


def test_a_link_to_confirm_that_is_not_theirs_confirms_nothing(company: Company) -> None:
    """The page does not show one to who has a password; one that was kept all the same ends at the door."""
    member = company.member()
    walk = Walk(signed_in(Client(), member.user, fresh=False))
    session = walk.client.session
    kept = {"sign_on_id": company.sign_on.pk, "purpose": "confirm", "next": "", "at": time.time()}
    session["sso_starts"] = {"word": kept}
    session.save()
    assert walk.go(reverse("sso:start", args=["word"])).status_code == 403
    assert walk.client.get(reverse(LINKS)).status_code == 302


def test_confirming_leads_to_no_other_site(company: Company) -> None:
    walk = company_only(company)
    assert confirm(walk, "https://elsewhere.example/")["Location"] == reverse("home")


def test_signing_a_complaint_is_open_to_who_has_no_password(company: Company) -> None:
    """The page that asks for a fresh sign-in offers the company, and nothing that this account has not."""
    walk = company_only(company)
    age(walk)
    answer = walk.client.get(reverse("account_reauthenticate"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("sso:confirm"))
    assert "Go on" in answer.content.decode()
