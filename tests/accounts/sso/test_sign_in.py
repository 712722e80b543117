"""Signing in with a company, from the page that asks for it to the desk."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Role, User
from tests.accounts.factories import make_member, make_user
from tests.accounts.sso.kit import CLIENT, HOST, Company, Walk, confirm_address, linked, make_company, query_of
from tests.accounts.sso.openid_provider import OpenIdProvider, Person

pytestmark = pytest.mark.django_db


def test_the_page_to_sign_in_leads_to_the_company(client: Client) -> None:
    page = client.get(reverse("account_login"), {"next": "/rights/"}).content.decode()
    assert '<a class="btn" href="/sign-in/?next=/rights/">' in page or "/sign-in/?next=%2Frights%2F" in page


def test_a_linked_member_signs_in_and_acts_for_the_company(company: Company) -> None:
    member = company.member()
    walk = Walk()
    answer = walk.sign_in("tarnfell")
    assert (answer.status_code, answer["Location"]) == (302, reverse("home"))
    assert walk.user_id == str(member.user.pk)
    assert company.organisation.name in walk.client.get(reverse("accounts:organisation")).content.decode()


def test_the_request_to_the_provider_is_by_the_book(company: Company) -> None:
    company.member()
    walk = Walk()
    asked = query_of(walk.leave(walk.link("tarnfell")))
    assert asked["response_type"] == "code" and asked["client_id"] == CLIENT
    assert asked["redirect_uri"] == HOST + reverse("sso:callback", args=[company.sign_on.public_id])
    assert set(asked["scope"].split()) == {"openid", "profile", "email"}
    assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43
    assert len(asked["state"]) >= 16 and len(asked["nonce"]) >= 16
    again = query_of(walk.leave(walk.link("tarnfell")))
    for name in ("state", "nonce", "code_challenge"):
        assert asked[name] != again[name], "each sign-in has its own"


def test_the_provider_gets_the_secret_and_the_proof_and_the_browser_neither(company: Company) -> None:
    company.member()
    walk = Walk()
    there = walk.leave(walk.link("tarnfell"))
    assert "s3cret" not in there and "code_verifier" not in there
    walk.back(walk.at_provider(there))
    [exchange] = company.provider.asked("/token")
    assert len(exchange["code_verifier"]) >= 43
    assert "client_secret" not in exchange, "this provider takes it in the header"


@pytest.mark.parametrize("methods", [["client_secret_post"], ["client_secret_basic", "client_secret_post"], None])
def test_the_client_secret_is_shown_in_the_way_that_the_provider_lists(company: Company, methods: Any) -> None:
    company.provider.auth_methods = methods
    company.member()
    assert Walk().sign_in("tarnfell").status_code == 302


def test_a_provider_with_a_scope_for_groups_is_asked_for_it(company: Company) -> None:
    company.provider.scopes.append("groups")
    walk = Walk()
    assert "groups" in query_of(walk.leave(walk.link("tarnfell")))["scope"].split()


def test_groups_may_come_from_userinfo_alone(company: Company) -> None:
    company.provider.groups_in_token = False
    company.member(Role.VIEWER, email="ida@tarnfell.example")
    assert Walk().sign_in("tarnfell").status_code == 302
    assert company.role_of() == Role.RIGHTS_OWNER


def test_a_provider_without_userinfo_will_do(company: Company) -> None:
    company.provider.lie_in_document = {"userinfo_endpoint": None}
    company.member()
    assert Walk().sign_in("tarnfell").status_code == 302
    assert not company.provider.asked("/userinfo")


def test_an_address_with_a_query_of_its_own_is_kept(company: Company) -> None:
    company.provider.lie_in_document = {"authorization_endpoint": f"{company.provider.issuer}/authorize?policy=staff"}
    company.member()
    assert Walk().sign_in("tarnfell").status_code == 302
    assert company.provider.asked("/authorize")[0]["policy"] == "staff"


# --- who was never here before


def test_the_first_sign_in_makes_an_account_whose_address_is_confirmed_by_mail(
    company: Company, mailoutbox: Any
) -> None:
    walk = Walk()
    answer = walk.sign_in("tarnfell")
    assert answer["Location"] == reverse("account_email_verification_sent")
    assert walk.user_id is None, "not before the address is confirmed"
    user = User.objects.get(email="ida@tarnfell.example")
    assert (user.name, user.has_usable_password(), user.is_staff) == ("Ida Berg", False, False)
    assert not EmailAddress.objects.get(user=user).verified, "the provider says it is verified; that is not enough"
    [path] = re.findall(r"https?://[^/]+(/accounts/confirm-email/\S+)", mailoutbox[0].body)
    walk.client.get(path)
    walk.client.post(path)
    if walk.user_id is None:
        walk.sign_in("tarnfell")
    assert walk.user_id == str(user.pk)
    assert walk.client.session["bound_organisation_id"] == company.organisation.pk
    elsewhere = Walk()
    assert elsewhere.sign_in("tarnfell")["Location"] == reverse("home") and elsewhere.user_id == str(user.pk)
    assert company.role_of() == Role.RIGHTS_OWNER


def test_no_claim_is_kept(company: Company) -> None:
    Walk().sign_in("tarnfell")
    assert SocialAccount.objects.get().extra_data == {}


def test_a_person_in_two_tabs_gets_one_account(company: Company) -> None:
    walk = Walk()
    first, second = (walk.at_provider(walk.leave(walk.link("tarnfell"))) for _ in range(2))
    walk.back(first)
    walk.back(second)
    assert User.objects.filter(email="ida@tarnfell.example").count() == SocialAccount.objects.count() == 1


@pytest.mark.parametrize("address", ["", "nobody", "ıda@tarnfell.example", "ida@tarnfell.example\r\nBcc: x@y.example"])
def test_without_a_usable_address_no_account_is_made(company: Company, address: str) -> None:
    company.provider.person = Person(email=address)
    before = User.objects.count()
    assert Walk().sign_in("tarnfell").status_code == 403
    assert User.objects.count() == before


def test_no_account_is_made_for_an_address_outside_the_companys_domains(company: Company, mailoutbox: Any) -> None:
    company.provider.person = Person(email="ida@elsewhere.example")
    answer = Walk().sign_in("tarnfell")
    assert answer.status_code == 403 and b"domain" in answer.content
    assert not User.objects.filter(email="ida@elsewhere.example").exists() and not mailoutbox


def test_no_account_is_made_without_a_mapped_group(company: Company) -> None:
    company.provider.person = Person(groups=["canteen"])
    assert Walk().sign_in("tarnfell").status_code == 403
    assert not User.objects.filter(email="ida@tarnfell.example").exists()


# --- whose address is here already


@pytest.mark.parametrize("verified", [True, False])
def test_an_address_alone_never_opens_an_account(company: Company, mailoutbox: Any, verified: bool) -> None:
    user = make_user("ida@tarnfell.example", verified=verified)
    walk = Walk()
    answer = walk.sign_in("tarnfell")
    assert walk.user_id is None
    assert answer["Location"] == reverse("account_email_verification_sent"), "the same page as for a free address"
    assert not SocialAccount.objects.exists()
    assert not user.memberships.exists()
    assert [mail.to for mail in mailoutbox] == [["ida@tarnfell.example"]]
    assert "link your company" in mailoutbox[0].body


def test_a_second_address_of_somebody_opens_nothing_either(company: Company) -> None:
    user = make_user()
    EmailAddress.objects.create(user=user, email="ida@tarnfell.example", verified=True)
    walk = Walk()
    walk.sign_in("tarnfell")
    assert walk.user_id is None and not SocialAccount.objects.exists()


def test_two_companies_that_name_the_same_subject_are_strangers(company: Company) -> None:
    """Subjects are unique within a provider only; here both even have the same issuer and client id."""
    mine = company.member()
    other = make_company(company.provider, name="kvikne", domains=["kvikne.example"])
    company.provider.person.email = "ida@kvikne.example"
    walk = Walk()
    walk.sign_in("kvikne")
    assert walk.user_id is None
    assert SocialAccount.objects.get(user=mine.user).provider == company.sign_on.provider_id
    assert other.organisation.memberships.filter(user=mine.user).count() == 0


# --- finding the company


def test_the_company_is_found_by_name_domain_and_address(company: Company) -> None:
    for text in ("tarnfell", " Tarnfell ", "tarnfell.example", "ida@tarnfell.example", "IDA@TARNFELL.EXAMPLE"):
        walk = Walk()
        assert walk.leave(walk.link(text)).startswith(company.provider.issuer), text


def shown(answer: Any, text: str) -> tuple[int, str]:
    body = re.sub(r"/sign-in/go/[^/]+/", "…", answer.content.decode())
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken":"[^"]+"', "", body)
    return answer.status_code, body.replace(text, "…")


def test_the_answer_does_not_tell_whether_there_is_such_a_company(company: Company) -> None:
    make_company(company.provider, name="asleep", domains=["asleep.example"], is_on=False)
    known, unknown, off = (
        shown(Walk().client.post(reverse("sso:find"), {"company": text}), text)
        for text in ("tarnfell", "nobodyx", "asleep")
    )
    assert known == unknown == off
    by_address = [shown(Client().get(reverse("sso:named", args=[name])), name) for name in ("tarnfell", "nobodyx")]
    assert by_address[0] == by_address[1]


def test_an_unknown_company_and_one_switched_off_end_alike(company: Company) -> None:
    company.sign_on.is_on = False
    company.sign_on.save()
    off, unknown = Walk(), Walk()
    one, two = (walk.client.get(walk.link(text)) for walk, text in ((off, "tarnfell"), (unknown, "nobodyx")))
    assert one.status_code == two.status_code == 403
    assert shown(one, "")[1] == shown(two, "")[1]
    assert not company.provider.seen, "nobody was asked"


def test_who_is_at_the_provider_when_it_is_switched_off_comes_back_to_nothing(company: Company) -> None:
    member = company.member(Role.VIEWER)
    walk, newcomer = Walk(), Walk()
    answer = walk.at_provider(walk.leave(walk.link("tarnfell")))
    company.provider.person.sub = "p-2002"
    other = newcomer.at_provider(newcomer.leave(newcomer.link("tarnfell")))
    company.sign_on.is_on = False
    company.sign_on.save()
    before = User.objects.count()
    assert walk.back(answer).status_code == newcomer.back(other).status_code == 403
    member.refresh_from_db()
    assert member.role == Role.VIEWER and User.objects.count() == before


def test_looking_for_companies_has_a_pace(client: Client) -> None:
    codes = [client.post(reverse("sso:find"), {"company": f"guess-{number}"}).status_code for number in range(31)]
    assert codes[:30] == [200] * 30 and codes[30] == 429


def test_a_member_comes_back_to_the_page_they_wanted(company: Company) -> None:
    company.member()
    assert Walk().sign_in("tarnfell", next="/rights/")["Location"] == "/rights/"


def test_an_inactive_account_stays_outside(company: Company) -> None:
    member = company.member(Role.VIEWER)
    User.objects.filter(pk=member.user.pk).update(is_active=False)
    walk = Walk()
    assert walk.sign_in("tarnfell").status_code == 403
    member.refresh_from_db()
    assert walk.user_id is None and member.role == Role.VIEWER


def test_somebody_else_who_was_signed_in_is_signed_out(company: Company) -> None:
    member = company.member()
    walk = Walk()
    walk.client.force_login(make_member().user, backend="allauth.account.auth_backends.AuthenticationBackend")
    walk.sign_in("tarnfell")
    assert walk.user_id == str(member.user.pk)


def test_who_ends_it_at_the_provider_reads_that_nothing_happened(company: Company) -> None:
    company.provider.lie_in_answer = {"code": None, "error": "access_denied"}
    walk = Walk()
    answer = walk.sign_in("tarnfell")
    assert answer.status_code == 403 and b"Nothing has happened here" in answer.content


def test_a_second_factor_of_ours_is_asked_for_as_always(company: Company) -> None:
    from tests.accounts.factories import give_totp
    from tests.accounts.test_doors import code_now

    member = company.member()
    give_totp(member.user)
    walk = Walk()
    assert walk.sign_in("tarnfell")["Location"].startswith(reverse("mfa_authenticate"))
    assert walk.user_id is None
    walk.client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert walk.user_id == str(member.user.pk)
    assert walk.client.session["bound_organisation_id"] == company.organisation.pk


def test_confirming_an_address_gives_a_link_its_owner(company: Company) -> None:
    """An account that one subject has opened stays that subject's, whatever address the provider says later."""
    Walk().sign_in("tarnfell")
    confirm_address("ida@tarnfell.example")
    company.provider.person.email = "berg@tarnfell.example"
    walk = Walk()
    walk.sign_in("tarnfell")
    assert walk.user_id == str(User.objects.get(email="ida@tarnfell.example").pk)
    assert not User.objects.filter(email="berg@tarnfell.example").exists()


def test_a_link_of_another_subject_is_no_use(company: Company, provider: OpenIdProvider) -> None:
    owner = linked(make_user(), company.sign_on, "p-2002")
    walk = Walk()
    walk.sign_in("tarnfell")
    assert walk.user_id is None and SocialAccount.objects.filter(user=owner).count() == 1
