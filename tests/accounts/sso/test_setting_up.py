"""An organisation sets up its single sign-on: who may, what is refused, what a change undoes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts import sso
from portal.accounts.actors import Actor, member_actor_for, staff_actor_for
from portal.accounts.models import Membership, OrganisationState, Role, SignOn, SignOnDomain
from portal.accounts.sso import hosts, plans
from portal.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from portal.ledger.models import Delivery, Event
from tests.accounts.factories import PASSWORD, make_member, make_staff, make_superuser, make_user, signed_in
from tests.accounts.sso.kit import SECRET, Company, Walk, as_administrator, by_password, link_in, make_company
from tests.accounts.sso.openid_provider import OpenIdProvider, Person

pytestmark = pytest.mark.django_db
PAGE = "accounts:sign-on"
NOW = timezone.now


def a_plan(**changes: Any) -> sso.Plan:
    values: dict[str, Any] = {
        "name": "tarnfell",
        "issuer": "https://login.tarnfell.example",
        "client_id": "rights-desk",
        "client_secret": SECRET,
        "mapping": {"brand-team": "rights_owner"},
    }
    return sso.Plan(**values | changes)


def set_up(actor: Actor | None = None, sign_on: SignOn | None = None, **changes: Any) -> SignOn:
    return sso.set_up(
        actor=actor or member_actor_for(make_member()), plan=a_plan(**changes), sign_on=sign_on, now=NOW()
    )


def a_form(provider: OpenIdProvider, **changes: str) -> dict[str, str]:
    values = {
        "name": "Tarnfell ",
        "issuer": provider.issuer,
        "client_id": "rights:desk",
        "client_secret": SECRET,
        "groups_claim": "groups",
        "domains": "",
        "groups_administrator": "it-admins",
        "groups_rights_owner": "brand-team\n brand-team-nord \n\n",
        "groups_agent": "",
        "groups_viewer": "",
    }
    return values | changes


# --- the whole way


def test_an_administrator_sets_it_up_tries_it_and_switches_it_on(
    provider: OpenIdProvider, run_outbox: Any, mailoutbox: Any
) -> None:
    owner = make_member(user=make_user("owner@tarnfell.example"))
    colleague = make_member(owner.organisation)
    walk = Walk(signed_in(Client(), owner.user))
    page = reverse(PAGE)
    assert b"Not set up" in walk.client.get(page).content
    assert "tarnfell.example" in walk.client.get(page).content.decode(), "the domain of who sets it up is offered"
    assert walk.client.post(page, a_form(provider, domains="tarnfell.example"))["Location"] == page
    made = SignOn.objects.get()
    assert (made.name, made.is_on, made.created_by) == ("tarnfell", False, owner.user)
    assert made.mapping["brand-team-nord"] == "rights_owner"
    shown = walk.client.get(page).content.decode()
    callback = "http://testserver" + reverse("sso:callback", args=[made.public_id])
    assert callback in shown and "http://testserver/sign-in/tarnfell/" in shown and SECRET not in shown
    switch = reverse("accounts:switch-sign-on")
    assert b"Try it first" in walk.client.post(switch, {"state": "on"}, follow=True).content
    provider.register("rights:desk", SECRET, callback)
    answer = walk.go(link_in(walk.client.get(reverse("sso:try", args=[made.public_id]))))
    report = walk.client.get(answer["Location"]).content.decode()
    assert "Rights owner" in report and "ida@tarnfell.example" in report and "brand-team" in report
    assert "p-1001" not in walk.client.get(answer["Location"]).content.decode(), "shown once"
    assert walk.user_id == str(owner.user.pk) and owner.role == Role.ADMINISTRATOR, "a trial changes nothing"
    assert not SocialAccount.objects.exists()
    walk.client.post(switch, {"state": "on"})
    made.refresh_from_db()
    assert made.is_on
    run_outbox()
    run_outbox()
    told = Delivery.objects.filter(event__kind="sso.switched_on").values_list("recipient", flat=True)
    assert sorted(told) == sorted([owner.user.email, colleague.user.email])
    assert Walk().sign_in("owner@tarnfell.example").status_code == 302
    kinds = Event.objects.filter(stream_kind="organisation").order_by("seq").values_list("kind", flat=True)
    assert [kind for kind in kinds if kind.startswith("sso.")] == [
        "sso.set_up", "sso.tried", "sso.switched_on", "sso.signed_in",
    ]  # fmt: skip


def test_no_event_holds_a_secret_a_group_or_an_address(company: Company) -> None:
    Walk().sign_in("tarnfell")
    admin = member_actor_for(company.administrator)
    sso.set_up(actor=admin, plan=a_plan(client_secret="n3w", domains=()), sign_on=company.sign_on, now=NOW())
    found = Event.objects.filter(kind__startswith="sso.")
    assert {event.kind for event in found} == {"sso.signed_in", "sso.changed"}
    for event in found:
        text = str(event.payload)
        assert not [word for word in ("n3w", "brand-team", "@", "http", "p-1001") if word in text], text


def test_a_trial_without_a_role_is_none(company: Company) -> None:
    SignOn.objects.update(is_on=False, tried_at=None)
    company.provider.person = Person(groups=["canteen"])
    walk = as_administrator(company)
    answer = walk.go(link_in(walk.client.get(reverse("sso:try", args=[company.sign_on.public_id]))))
    report = walk.client.get(answer["Location"]).content.decode()
    assert "No role" in report and "canteen" in report
    company.sign_on.refresh_from_db()
    assert company.sign_on.tried_at is None


def test_a_trial_works_while_it_is_off_and_a_sign_in_does_not(company: Company) -> None:
    SignOn.objects.update(is_on=False)
    walk = as_administrator(company)
    assert walk.leave(link_in(walk.client.get(reverse("sso:try", args=[company.sign_on.public_id]))))
    assert Walk().client.get(reverse("sso:named", args=["tarnfell"])).status_code == 200
    with pytest.raises(AssertionError):
        Walk().sign_in("tarnfell")


# --- who may


@pytest.mark.parametrize("role", [Role.RIGHTS_OWNER, Role.AGENT, Role.VIEWER])
def test_only_administrators_set_it_up(company: Company, role: str) -> None:
    member = make_member(company.organisation, role)
    client = signed_in(Client(), member.user)
    assert client.get(reverse(PAGE)).status_code == 403
    assert client.post(reverse(PAGE), a_form(company.provider)).status_code == 403
    assert client.post(reverse("accounts:switch-sign-on"), {"state": "off"}).status_code == 403
    assert client.get(reverse("sso:try", args=[company.sign_on.public_id])).status_code == 404
    actor = member_actor_for(member)
    for verb in (sso.switch_off, sso.switch_on):
        with pytest.raises(Forbidden):
            verb(actor=actor, sign_on=company.sign_on, now=NOW())
    with pytest.raises(Forbidden):
        set_up(actor, company.sign_on)


def test_another_organisations_administrator_finds_nothing(company: Company) -> None:
    outsider = member_actor_for(make_member())
    for call in (
        lambda: sso.switch_off(actor=outsider, sign_on=company.sign_on, now=NOW()),
        lambda: sso.switch_on(actor=outsider, sign_on=company.sign_on, now=NOW()),
        lambda: sso.note_trial(actor=outsider, sign_on=company.sign_on, role="viewer", now=NOW()),
        lambda: set_up(outsider, company.sign_on),
    ):
        with pytest.raises(NotFound):
            call()
    client = signed_in(Client(), outsider.user)
    assert client.get(reverse("sso:try", args=[company.sign_on.public_id])).status_code == 404
    assert company.sign_on.name not in client.get(reverse(PAGE)).content.decode()


def test_a_trial_of_somebody_else_reports_nothing(company: Company) -> None:
    """A link that an administrator was shown, opened in the browser of somebody who lost the role."""
    walk = as_administrator(company)
    there = walk.leave(link_in(walk.client.get(reverse("sso:try", args=[company.sign_on.public_id]))))
    make_member(company.organisation)
    Membership.objects.filter(pk=company.administrator.pk).update(role=Role.VIEWER)
    assert walk.back(walk.at_provider(there)).status_code == 403


def test_staff_set_up_no_organisations_and_members_no_staffs(company: Company) -> None:
    with pytest.raises(Forbidden):
        set_up(staff_actor_for(make_superuser()), company.sign_on)
    with pytest.raises(Forbidden):
        set_up(staff_actor_for(make_staff("senior")))
    sso.switch_off(actor=staff_actor_for(make_superuser()), sign_on=company.sign_on, now=NOW())
    with pytest.raises(Forbidden):
        sso.switch_on(actor=staff_actor_for(make_superuser()), sign_on=company.sign_on, now=NOW())


def test_it_asks_for_a_fresh_sign_in(company: Company) -> None:
    client = signed_in(Client(), company.administrator.user, fresh=False)
    for answer in (
        client.get(reverse(PAGE)),
        client.post(reverse(PAGE), a_form(company.provider)),
        client.post(reverse("accounts:switch-sign-on"), {"state": "off"}),
        client.get(reverse("sso:links")),
        client.post(reverse("sso:links"), {"company": "tarnfell"}),
    ):
        assert answer["Location"].startswith(reverse("account_reauthenticate"))
    company.sign_on.refresh_from_db()
    assert company.sign_on.is_on


def test_an_administrator_at_rest_changes_nothing(company: Company) -> None:
    from portal.accounts import holds

    newcomer = make_member(company.organisation)
    holds.administrator_added(membership=newcomer, before="", started_by=company.administrator.user, now=NOW())
    with pytest.raises(Forbidden):
        set_up(member_actor_for(newcomer), company.sign_on)


def test_a_suspended_organisation_sets_up_and_switches_on_nothing(company: Company) -> None:
    tenant = company.organisation
    tenant.state, tenant.state_reason = OrganisationState.SUSPENDED.value, "Asked."
    tenant.save()
    actor = member_actor_for(Membership.objects.get(pk=company.administrator.pk))
    with pytest.raises(Forbidden):
        set_up(actor, company.sign_on)
    sso.switch_off(actor=actor, sign_on=company.sign_on, now=NOW())
    with pytest.raises(Forbidden):
        sso.switch_on(actor=actor, sign_on=company.sign_on, now=NOW())


# --- what is refused


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "ab"}, "name_form"),
        ({"name": "Tarnfell"}, "name_form"),
        ({"name": "-tarnfell"}, "name_form"),
        ({"name": "tarn/fell"}, "name_form"),
        ({"name": "confirm"}, "name_form"),
        ({"name": "links"}, "name_form"),
        ({"issuer": "https://login.tarnfell.example/.well-known/openid-configuration"}, "issuer_is_document"),
        ({"issuer": "http://login.tarnfell.example"}, "issuer_form"),
        ({"issuer": "https://login.tarnfell.example?tenant=1"}, "issuer_form"),
        ({"issuer": "https://login.tarnfell.example#x"}, "issuer_form"),
        ({"issuer": "https://me:hidden@login.tarnfell.example"}, "issuer_form"),
        ({"issuer": "https://10.0.0.1"}, "issuer_form"),
        ({"issuer": ""}, "issuer_form"),
        ({"client_id": ""}, "client_id_form"),
        ({"client_id": "x" * 256}, "client_id_form"),
        ({"client_secret": ""}, "client_secret_missing"),
        ({"groups_claim": ""}, "claim_form"),
        ({"groups_claim": "my groups"}, "claim_form"),
        ({"mapping": {}}, "no_groups"),
        ({"mapping": {"g": "owner"}}, "role_unknown"),
        ({"mapping": {"g": "senior"}}, "role_unknown"),
        ({"mapping": {"g" * 257: "viewer"}}, "group_form"),
        ({"mapping": {f"g{n}": "viewer" for n in range(201)}}, "too_many_groups"),
        ({"domains": ("tarnfell",)}, "domain_form"),
        ({"domains": ("ida@tarnfell.example",)}, "domain_form"),
        ({"domains": ("gmail.com",)}, "domain_of_anybody"),
        ({"domains": ("elsewhere.example",)}, "domain_not_yours"),
    ],
    ids=str,
)
def test_what_cannot_be_used_is_refused_with_the_field(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        set_up(**changes)
    assert refusal.value.code == code and str(refusal.value.message)
    assert not SignOn.objects.exists() and not Event.objects.filter(kind="sso.set_up").exists()


@pytest.mark.parametrize(
    ("path", "text"),
    [("client_id", "Copy the client id"), ("groups_claim", "Name the claim"), ("domains", "Write each domain")],
)
def test_the_page_says_so_beside_the_field_and_keeps_what_was_typed(
    provider: OpenIdProvider, path: str, text: str
) -> None:
    client = signed_in(Client(), make_member().user)
    bad = {"client_id": "\x07", "groups_claim": "my groups", "domains": "x y"}[path]
    answer = client.post(reverse(PAGE), a_form(provider, **{path: bad}))
    page = answer.content.decode()
    assert answer.status_code == 422 and (text in page or "Enter a valid" in page or "Null characters" in page)
    assert "brand-team-nord" in page and SECRET not in page


def test_a_group_stands_under_one_role(provider: OpenIdProvider) -> None:
    client = signed_in(Client(), make_member().user)
    answer = client.post(reverse(PAGE), a_form(provider, groups_viewer="brand-team"))
    assert answer.status_code == 422 and "stands under two roles" in answer.content.decode()


def test_a_domain_needs_a_confirmed_address_of_an_administrator() -> None:
    member = make_member(user=make_user("owner@tarnfell.example", verified=False))
    with pytest.raises(Refused, match="confirmed address"):
        set_up(member_actor_for(member), domains=("tarnfell.example",))
    EmailAddress.objects.filter(user=member.user).update(verified=True)
    assert set_up(member_actor_for(member), domains=("tarnfell.example",)).domains.count() == 1


def test_names_and_domains_are_given_once(company: Company) -> None:
    other = member_actor_for(make_member(user=make_user("ola@tarnfell.example")))
    with pytest.raises(Conflict) as taken:
        set_up(other)
    assert taken.value.code == "name_taken"
    with pytest.raises(Conflict) as taken:
        set_up(other, name="kvikne", domains=("tarnfell.example",))
    assert taken.value.code == "domain_taken"


def test_an_organisation_has_one(company: Company) -> None:
    with pytest.raises(Conflict) as refusal:
        set_up(member_actor_for(company.administrator), name="second")
    assert refusal.value.code == "sign_on_exists"
    with pytest.raises(IntegrityError), transaction.atomic():
        make_company_again(company)


def make_company_again(company: Company) -> None:
    made = SignOn(organisation=company.organisation, name="third", created_by=company.administrator.user)
    made.save()


def test_the_database_itself_switches_nothing_on_that_was_not_tried(company: Company) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SignOn.objects.update(tried_at=None)


# --- what a change undoes


@pytest.mark.parametrize(
    ("changes", "stays_on"),
    [
        ({}, True),
        ({"name": "tarnfell-nord"}, True),
        ({"mapping": {"others": "viewer"}}, True),
        ({"client_id": "other"}, False),
        ({"client_secret": "other"}, False),
        ({"groups_claim": "roles"}, False),
        ({"issuer": "https://login.tarnfell.example", "client_secret": "other"}, False),
    ],
    ids=str,
)
def test_another_provider_is_off_until_it_was_tried(company: Company, changes: dict[str, Any], stays_on: bool) -> None:
    now = {"issuer": company.provider.issuer, "client_id": "rights:desk", "client_secret": "", **changes}
    plan = a_plan(**{"mapping": company.sign_on.mapping, **now})
    sso.set_up(actor=member_actor_for(company.administrator), plan=plan, sign_on=company.sign_on, now=NOW())
    company.sign_on.refresh_from_db()
    assert company.sign_on.is_on is stays_on
    assert (company.sign_on.tried_at is not None) is stays_on
    assert company.sign_on.read_secret() == (changes.get("client_secret") or SECRET)


def test_another_issuer_needs_its_own_secret_and_ends_every_link(company: Company) -> None:
    """The same subject is somebody else there, and the old secret must not be sent to a new place."""
    company.member()
    admin = member_actor_for(company.administrator)
    with pytest.raises(Refused) as refusal:
        set_up(admin, company.sign_on, client_secret="", issuer="https://login.elsewhere.example")
    assert refusal.value.code == "client_secret_missing" and SocialAccount.objects.count() == 1
    set_up(admin, company.sign_on, client_secret="new", issuer="https://login.elsewhere.example")
    assert not SocialAccount.objects.exists()


def test_switching_off_ends_what_it_opened_and_nothing_else(company: Company) -> None:
    member = company.member()
    walk = Walk()
    walk.sign_in("tarnfell")
    own = by_password(member.user)
    profile = reverse("accounts:profile")
    assert walk.client.get(profile).status_code == own.client.get(profile).status_code == 200
    sso.switch_off(actor=member_actor_for(company.administrator), sign_on=company.sign_on, now=NOW())
    assert walk.client.get(profile).status_code == 302
    assert own.client.get(profile).status_code == 200


def test_an_administrator_who_came_through_it_switches_it_off_without_an_error(company: Company) -> None:
    company.member(Role.ADMINISTRATOR)
    company.provider.person = Person(groups=["it-admins"])
    walk = Walk()
    walk.sign_in("tarnfell")
    asked = walk.client.get(reverse(PAGE))
    assert asked["Location"].startswith(reverse("account_reauthenticate")), "the company may know them from hours ago"
    walk.client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert walk.client.get(reverse(PAGE)).status_code == 200
    answer = walk.client.post(reverse("accounts:switch-sign-on"), {"state": "off"})
    assert answer["Location"] == reverse("account_login") and walk.user_id is None
    assert b"Single sign-on is off" in walk.client.get(answer["Location"]).content


def test_a_sign_in_that_waits_for_its_second_factor_ends_with_the_switch(company: Company) -> None:
    from tests.accounts.factories import give_totp
    from tests.accounts.test_doors import code_now

    give_totp(company.member().user)
    walk = Walk()
    walk.sign_in("tarnfell")
    sso.switch_off(actor=member_actor_for(company.administrator), sign_on=company.sign_on, now=NOW())
    answer = walk.client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert answer["Location"] == reverse("account_login") and walk.user_id is None


def test_switching_twice_is_told_once(company: Company) -> None:
    admin = member_actor_for(company.administrator)
    for _ in range(2):
        sso.switch_off(actor=admin, sign_on=company.sign_on, now=NOW())
    for _ in range(2):
        sso.switch_on(actor=admin, sign_on=company.sign_on, now=NOW())
    kinds = Event.objects.filter(kind__startswith="sso.switched").order_by("seq").values_list("kind", flat=True)
    assert list(kinds) == ["sso.switched_off", "sso.switched_on"]


def test_a_domain_that_was_taken_out_is_free_again(company: Company) -> None:
    set_up(member_actor_for(company.administrator), company.sign_on)
    assert not SignOnDomain.objects.exists()


# --- addresses


@pytest.mark.parametrize(
    "address",
    [
        "https://login.tarnfell.example", "https://login.tarnfell.example/realms/desk", "https://login.tarnfell.example:8443",
        "https://93.184.215.14", "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
    ],
)  # fmt: skip
def test_addresses_on_the_open_internet_are_allowed(settings: Any, address: str) -> None:
    settings.SIGN_ON_LOOPBACK = False
    assert hosts.is_allowed(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://login.tarnfell.example", "ftp://login.tarnfell.example", "login.tarnfell.example", "https://", "https:///x",
        "https://localhost", "https://login.localhost", "https://desk", "https://db.internal", "https://nas.local",
        "https://127.0.0.1", "https://127.1", "https://2130706433", "https://0x7f.1", "https://0.0.0.0",
        "https://10.0.0.1", "https://172.16.0.1", "https://192.168.1.1", "https://169.254.169.254", "https://100.64.0.1",
        "https://[::1]", "https://[::ffff:127.0.0.1]", "https://[fe80::1]", "https://[fd00::1]", "https://[64:ff9b::a00:1]",
        "https://[2002:7f00:1::]", "https://224.0.0.1", "https://user@login.tarnfell.example",
        "https://login.tarnfell.example:99999", "https://login.tarnfell.example\\@10.0.0.1", "https://a b.example",
        "https://lögin.example", "https://x.example/" + "y" * 500, "javascript:alert(1)", "",
    ],
)  # fmt: skip
def test_addresses_inside_and_odd_ones_are_not(settings: Any, address: str) -> None:
    settings.SIGN_ON_LOOPBACK = False
    assert not hosts.is_allowed(address)


def test_development_alone_speaks_to_this_machine(settings: Any) -> None:
    settings.SIGN_ON_LOOPBACK = True
    assert hosts.is_allowed("http://127.0.0.1:9000") and hosts.is_allowed("http://localhost:9000")
    assert not hosts.is_allowed("http://login.tarnfell.example") and not hosts.is_allowed("https://10.0.0.1")


def test_a_name_of_an_address_stays_free_of_words_of_the_site() -> None:
    from portal.accounts.sso.urls import urlpatterns

    words = {str(each.pattern).partition("/")[0] for each in urlpatterns} - {""}
    assert {word for word in words if not word.startswith("<")} <= plans.RESERVED


def test_two_organisations_may_use_the_same_provider(provider: OpenIdProvider) -> None:
    one, two = make_company(provider, name="one"), make_company(provider, name="two", domains=[])
    assert one.sign_on.provider_id != two.sign_on.provider_id


def test_domain_errors_have_words(company: Company) -> None:
    with pytest.raises(DomainError) as refusal:
        SignOn.objects.filter(pk=company.sign_on.pk).update(is_on=False, tried_at=None)
        sso.switch_on(actor=member_actor_for(company.administrator), sign_on=company.sign_on, now=NOW() + timedelta(1))
    assert refusal.value.code == "not_tried" and str(refusal.value)
