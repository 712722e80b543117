"""The marketplace's own staff: their company's groups give the staff role, and our second factor stays."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core.context import request_context
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import Client
from django.urls import reverse

from portal.accounts.models import SignOn, StaffRole, User
from portal.ledger.models import Event
from tests.accounts.factories import (
    make_member,
    make_staff,
    make_superuser,
    make_user,
    signed_in,
)
from tests.accounts.sso.kit import SECRET, Walk, as_superuser, confirm_address, link_in, linked, make_sign_on
from tests.accounts.sso.openid_provider import OpenIdProvider, Person
from tests.accounts.test_doors import code_now

pytestmark = pytest.mark.django_db
ADMIN = "/admin/"
ADDRESS = "ida@tarnfell.example"


@pytest.fixture
def sign_on(provider: OpenIdProvider) -> SignOn:
    return make_sign_on(provider, name="desk")


def arrive(provider: OpenIdProvider, groups: Any, subject: str = "p-1001") -> Walk:
    provider.person = Person(sub=subject, groups=groups)
    walk = Walk()
    walk.answer = walk.sign_in("desk")  # type: ignore[attr-defined]
    return walk


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["ts-review"], "reviewer"),
        (["ts-review", "ts-leads"], "senior"),
        (["ts-audit", "ts-policy"], "policy"),
        (["ts-audit"], "auditor"),
    ],
)
def test_groups_give_the_staff_role(provider: OpenIdProvider, sign_on: SignOn, groups: list[str], role: str) -> None:
    arrive(provider, groups)
    user = User.objects.get(email=ADDRESS)
    assert (user.staff_role, user.is_staff, user.is_superuser) == (role, True, False)


def test_somebody_new_confirms_the_address_and_sets_up_a_second_factor(
    provider: OpenIdProvider, sign_on: SignOn
) -> None:
    assert arrive(provider, ["ts-review"]).user_id is None
    confirm_address(ADDRESS)
    walk = arrive(provider, ["ts-review"])
    assert walk.user_id == str(User.objects.get(email=ADDRESS).pk)
    assert walk.client.get(ADMIN)["Location"] == reverse("mfa_index"), "the desk stays shut until there is a factor"


def test_a_second_factor_at_the_provider_does_not_stand_for_ours(provider: OpenIdProvider, sign_on: SignOn) -> None:
    user = linked(make_staff(), sign_on)
    provider.lie_in_token = {"amr": ["pwd", "mfa", "hwk"], "acr": "urn:mace:incommon:iap:silver"}
    walk = arrive(provider, ["ts-review"])
    assert walk.user_id is None
    assert walk.answer["Location"].startswith(reverse("mfa_authenticate"))  # type: ignore[attr-defined]
    walk.client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert walk.user_id == str(user.pk)
    assert walk.client.get(ADMIN).status_code == 200


def test_a_new_role_holds_from_this_sign_in_on(provider: OpenIdProvider, sign_on: SignOn) -> None:
    user = linked(make_staff(StaffRole.SENIOR), sign_on)
    arrive(provider, ["ts-audit"])
    user.refresh_from_db()
    assert user.staff_role == StaffRole.AUDITOR


@pytest.mark.parametrize("groups", [[], ["canteen"], None])
def test_without_a_mapped_group_the_role_is_taken_and_every_session_ends(
    provider: OpenIdProvider, sign_on: SignOn, groups: Any
) -> None:
    user = linked(make_staff(), sign_on)
    elsewhere = Client()
    elsewhere.post(reverse("account_login"), {"login": user.email, "password": "correct-horse-battery-9"})
    elsewhere.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert elsewhere.get(ADMIN).status_code == 200
    walk = arrive(provider, groups)
    user.refresh_from_db()
    assert (user.staff_role, user.is_staff) == ("", False)
    assert walk.user_id is None
    assert elsewhere.get(ADMIN).status_code == 302 and "_auth_user_id" not in elsewhere.session


def test_a_group_of_later_gives_the_role_back(provider: OpenIdProvider, sign_on: SignOn) -> None:
    user = linked(make_staff(), sign_on)
    arrive(provider, [])
    arrive(provider, ["ts-leads"])
    user.refresh_from_db()
    assert user.staff_role == StaffRole.SENIOR


def test_the_events_hold_ids_and_roles(provider: OpenIdProvider, sign_on: SignOn) -> None:
    user = linked(make_staff(), sign_on)
    arrive(provider, ["ts-leads"])
    arrive(provider, [])
    told = Event.objects.filter(stream_kind="sign_on", stream_id=str(sign_on.pk)).order_by("seq")
    assert [(each.kind, each.payload["from"], each.payload["to"]) for each in told] == [
        ("sso.signed_in", "reviewer", "senior"),
        ("sso.ended", "senior", ""),
    ]
    assert all(each.payload["user"] == user.pk and each.payload["membership"] is None for each in told)


def test_a_staff_address_alone_opens_nothing(provider: OpenIdProvider, sign_on: SignOn) -> None:
    user = make_staff(email=ADDRESS, second_factor=False)
    walk = arrive(provider, ["ts-leads"])
    user.refresh_from_db()
    assert walk.user_id is None and user.staff_role == StaffRole.REVIEWER


def test_a_superuser_is_opened_by_no_provider(provider: OpenIdProvider, sign_on: SignOn) -> None:
    user = linked(make_superuser(), sign_on)
    walk = arrive(provider, ["ts-leads"])
    user.refresh_from_db()
    assert walk.user_id is None and user.staff_role == "" and user.is_superuser
    assert walk.answer.status_code == 403  # type: ignore[attr-defined]


def test_a_member_of_an_organisation_does_not_become_staff(provider: OpenIdProvider, sign_on: SignOn) -> None:
    user = linked(make_user(), sign_on)
    make_member(user=user)
    walk = arrive(provider, ["ts-leads"])
    user.refresh_from_db()
    assert walk.user_id is None and not user.is_staff


def test_staff_may_have_several_providers(provider: OpenIdProvider, sign_on: SignOn) -> None:
    make_sign_on(provider, name="desk-night", domains=[])
    assert SignOn.objects.filter(organisation=None).count() == 2


# --- setting it up at the desk

FORM = {
    "name": "desk",
    "client_id": "rights:desk",
    "client_secret": SECRET,
    "groups_claim": "groups",
    "domains": "tarnfell.example",
    "groups_senior": "ts-leads",
    "groups_policy": "",
    "groups_reviewer": "ts-review\nts-review-night",
    "groups_auditor": "",
}


def test_a_superuser_sets_it_up_tries_it_and_switches_it_on(provider: OpenIdProvider) -> None:
    walk = as_superuser()
    client = walk.client
    add = reverse("admin:accounts_signon_add")
    assert client.get(add).status_code == 200
    answer = client.post(add, FORM | {"issuer": provider.issuer})
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    made = SignOn.objects.get()
    assert made.organisation is None and not made.is_on and made.read_secret() == SECRET
    assert made.mapping == {"ts-leads": "senior", "ts-review": "reviewer", "ts-review-night": "reviewer"}
    listed = reverse("admin:accounts_signon_changelist")
    chosen = {"action": "turn_on", "_selected_action": [made.pk]}
    assert b"Try it first" in client.post(listed, chosen, follow=True).content
    provider.register(made.client_id, SECRET, "http://testserver" + reverse("sso:callback", args=[made.public_id]))
    provider.person = Person(groups=["ts-leads"])
    trial = client.get(reverse("sso:try", args=[made.public_id]))
    shown = client.get(walk.go(link_in(trial))["Location"]).content.decode()
    assert "Senior reviewer" in shown and "ts-leads" in shown and "p-1001" in shown
    assert not User.objects.filter(email=ADDRESS).exists(), "a trial makes nobody"
    client.post(listed, chosen)
    made.refresh_from_db()
    assert made.is_on


def test_a_change_in_the_admin_goes_through_the_same_verb(provider: OpenIdProvider, sign_on: SignOn) -> None:
    client = as_superuser().client
    change = reverse("admin:accounts_signon_change", args=[sign_on.pk])
    page = client.get(change).content.decode()
    assert "ts-leads" in page and "s3cret" not in page
    assert client.post(change, FORM | {"issuer": provider.issuer, "client_secret": ""}).status_code == 302
    sign_on.refresh_from_db()
    assert sign_on.mapping == {"ts-leads": "senior", "ts-review": "reviewer", "ts-review-night": "reviewer"}
    assert sign_on.is_on, "another mapping needs no trial"
    client.post(change, FORM | {"issuer": provider.issuer, "client_id": "other", "client_secret": ""})
    sign_on.refresh_from_db()
    assert not sign_on.is_on and sign_on.tried_at is None
    told = Event.objects.filter(stream_kind="sign_on").order_by("seq").values_list("kind", flat=True)
    assert list(told) == ["sso.changed", "sso.changed"]


def test_the_admin_says_what_is_wrong_beside_the_field(provider: OpenIdProvider) -> None:
    client = as_superuser().client
    bad = FORM | {"issuer": "http://login.tarnfell.example", "groups_policy": "ts-leads"}
    answer = client.post(reverse("admin:accounts_signon_add"), bad)
    assert answer.status_code == 200 and not SignOn.objects.exists()
    assert "stands under two roles" in answer.content.decode()
    answer = client.post(reverse("admin:accounts_signon_add"), bad | {"groups_policy": ""})
    assert "https, on the open internet" in answer.content.decode()


def test_superusers_see_and_switch_off_an_organisations_and_change_nothing(provider: OpenIdProvider) -> None:
    theirs = make_sign_on(provider, make_member().organisation, name="tarnfell")
    client = as_superuser().client
    page = client.get(reverse("admin:accounts_signon_change", args=[theirs.pk]))
    assert page.status_code == 200 and b"s3cret" not in page.content
    posted = client.post(reverse("admin:accounts_signon_change", args=[theirs.pk]), FORM | {"issuer": provider.issuer})
    assert posted.status_code == 403
    listed = reverse("admin:accounts_signon_changelist")
    client.post(listed, {"action": "turn_off", "_selected_action": [theirs.pk]})
    theirs.refresh_from_db()
    assert not theirs.is_on and theirs.name == "tarnfell"
    client.post(listed, {"action": "turn_on", "_selected_action": [theirs.pk]})
    theirs.refresh_from_db()
    assert not theirs.is_on, "switching on is the organisation's own affair"


@pytest.mark.parametrize("role", [StaffRole.REVIEWER, StaffRole.SENIOR, StaffRole.POLICY, StaffRole.AUDITOR])
def test_no_other_staff_sees_it(provider: OpenIdProvider, sign_on: SignOn, role: str) -> None:
    client = signed_in(Client(), make_staff(role))
    for path in (
        reverse("admin:accounts_signon_changelist"),
        reverse("admin:accounts_signon_add"),
        reverse("admin:accounts_signon_change", args=[sign_on.pk]),
    ):
        assert client.get(path).status_code == 403
        assert client.post(path, FORM).status_code == 403
    assert client.get(reverse("sso:try", args=[sign_on.public_id])).status_code == 404


def test_allauths_own_tables_of_secrets_are_not_in_the_admin(provider: OpenIdProvider) -> None:
    client = as_superuser().client
    for name in ("socialapp", "socialaccount", "socialtoken"):
        assert client.get(f"/admin/socialaccount/{name}/").status_code == 404


def test_staff_link_the_staffs_provider_only(provider: OpenIdProvider, sign_on: SignOn) -> None:
    make_sign_on(provider, make_member().organisation, name="tarnfell", domains=[])
    staff = make_staff()
    walk = Walk(signed_in(Client(), staff))
    links = reverse("sso:links")
    assert walk.go(walk.link("tarnfell", path=links)).status_code == 403
    provider.person = Person(groups=["ts-review"])
    assert walk.go(walk.link("desk", path=links))["Location"] == links
    again = Walk()
    again.sign_in("desk")
    again.client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert again.user_id == str(staff.pk)


def test_a_superuser_cannot_link(provider: OpenIdProvider, sign_on: SignOn) -> None:
    walk = as_superuser()
    assert walk.go(walk.link("desk", path=reverse("sso:links"))).status_code == 403


def test_a_member_cannot_link_the_staffs_provider(provider: OpenIdProvider, sign_on: SignOn) -> None:
    walk = Walk(signed_in(Client(), make_user()))
    assert walk.go(walk.link("desk", path=reverse("sso:links"))).status_code == 403


def test_no_other_way_opens_an_account_of_the_provider(provider: OpenIdProvider, sign_on: SignOn) -> None:
    """A passkey, say: whoever left the company would keep it. The library asks the same door for every way in."""
    arrive(provider, ["ts-review"])
    confirm_address(ADDRESS)
    own, other = User.objects.get(email=ADDRESS), make_staff(second_factor=False)
    for user, place in ((own, reverse("sso:find")), (other, reverse("admin:index"))):
        request = Client().get(reverse("account_login")).wsgi_request
        request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
        with request_context(request):
            assert perform_login(request, Login(user=user))["Location"] == place
