"""Every door, as an administrator whose powers rest: reading goes, nothing else does, and each refusal says why.

A new route is tried here by itself, from its row in table.py; one that has to stay open stands below with its reason.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from portal.accounts.models import Hold, Membership, Organisation, Role
from portal.api import keys
from portal.api.models import Scope
from tests.access.table import BY_PERSON, ENDPOINTS, PAGES, Answer
from tests.access.test_matrix import body_of, call, undone
from tests.access.town import Town
from tests.accounts.factories import actor_for_member, give_totp, make_member, signed_in
from tests.accounts.holding import promote

pytestmark = pytest.mark.django_db

# What stays open to somebody at rest, and why.
OPEN = {
    "accounts:profile": "their own account",
    "accounts:switch": "their other organisations",
    "accounts:act-for": "chooses for whom to read; what is done for a principal asks again",
    "accounts:new-organisation": "another organisation, of their own",
    "accounts:accept-invitation": "another organisation, which holds its new administrators itself",
    "accounts:hold-stop": "their own hold; the test below tries a foreign one",
    "accounts:hold-link": "opens by the link alone, for whoever has the mail",
    "identity:recover": "asks the desk for an organisation whose administrators are lost",
    "public:start": "open to anybody",
    "public:confirm": "opens by the link of a mail",
    "public:sent": "open to anybody, writes nothing",
    "respondent:list": "as holder of an account of the marketplace, for no organisation",
    "respondent:detail": "the same",
    "respondent:by-link": "opens by the link of a mail",
    "respondent:picture": "the same, reads",
    "respondent:picture-by-link": "the same, reads",
    "selling:ask": "as holder of an account of the marketplace, for no organisation",
    "selling:take-back": "the same",
    "sso:find": "signing in",
    "sso:links": "their own sign-in",
    "sso:unlink": "their own sign-in",
    "api": "leads to the documentation",
}
OPEN_BY_TOKEN = {
    "api-organisations": "another organisation, of their own",
    "api-invitation-accept": "another organisation",
    "api-hold-stop": "their own hold",
    "api-seller-requests": "as holder of an account of the marketplace, for no organisation",
    "api-seller-request": "the same",
    "api-statement-answers": "as holder of an account of the marketplace, for no organisation",
}
REFUSED = {403, 405}
WHY = b"Until then you can only read"
# What changes by being there: sessions, the time of last use, rate limits.
NOISE = {"sessions.Session", "usersessions.UserSession", "api.ApiKey", "accounts.User"}


@pytest.fixture
def resting(town: Town) -> Membership:
    """A new administrator of the owner's organisation, on hold since a moment."""
    organisation = Organisation.objects.get(public_id=town.args["api_organisation"]["public_id"])
    owner = organisation.memberships.administrators().order_by("id")[0]
    return promote(owner, make_member(organisation, Role.RIGHTS_OWNER), now=timezone.now()).membership


def rows() -> dict[str, list[Any]]:
    """Everything that the product keeps, except what merely being there leaves behind."""
    models = [model for model in apps.get_models() if model._meta.label not in NOISE]
    kept = [model for model in models if model.__module__.startswith(("portal.", "brands.", "complaints."))]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in kept}


def posts() -> list[str]:
    """Pages that members send something to."""
    return [name for name, row in PAGES.items() if set(row.post.values()) - {Answer.NO_METHOD, Answer.FACTOR}]


def test_the_list_of_what_stays_open_is_no_longer_than_it_has_to_be() -> None:
    assert set(OPEN) <= set(PAGES)
    assert set(OPEN_BY_TOKEN) <= set(BY_PERSON)


@pytest.mark.parametrize("name", [name for name in posts() if name not in OPEN])
def test_no_page_takes_anything_from_an_administrator_at_rest(town: Town, resting: Membership, name: str) -> None:
    row = PAGES[name]
    client = signed_in(Client(), resting.user)
    address = reverse(name, kwargs=town.args[row.where]) + row.query
    with undone():
        before = rows()
        answer = call(client, "POST", address, data=dict(row.data))
        assert answer.status_code in REFUSED, f"POST {address}: {answer.status_code}"
        if answer.status_code == 403 and not name.startswith("sandbox:"):
            assert WHY in answer.content, f"POST {address} does not say why"
        assert rows() == before, f"POST {address} wrote something"


def test_their_own_hold_is_all_that_they_can_stop(town: Town, resting: Membership) -> None:
    client = signed_in(Client(), resting.user)
    foreign = reverse("accounts:hold-stop", kwargs=town.args["hold"])
    with undone():
        before = rows()
        answer = client.post(foreign)
        assert (answer.status_code, WHY in answer.content) == (403, True)
        assert rows() == before
    mine = Hold.objects.get(membership=resting)
    assert client.post(reverse("accounts:hold-stop", args=[mine.public_id])).status_code == 302


@pytest.mark.parametrize("name", ENDPOINTS)
def test_no_endpoint_takes_anything_from_a_key_whose_maker_rests(town: Town, resting: Membership, name: str) -> None:
    row, secret = ENDPOINTS[name], key_of(resting)
    address = reverse(name, kwargs=town.args[row.where])
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    for method in {"POST", "PATCH", "PUT", "DELETE"} & set(row.methods.split()):
        with undone():
            before = rows()
            files = name.endswith(("-logo", "-certificate", "-evidence")) and method == "POST"
            answer = call(client, method, address, data={}, format="multipart" if files else "json")
            if row.reads:
                assert answer.status_code != 403, f"{method} {address}"
            else:
                assert (answer.status_code, answer.json()["code"]) == (403, "on_hold"), f"{method} {address}"
            assert rows() == before, f"{method} {address} wrote something"


def key_of(resting: Membership) -> str:
    """A key that this person made when they were administrator before."""
    now = timezone.now()
    Hold.objects.filter(membership=resting).update(membership=None)
    Membership.objects.filter(pk=resting.pk).update(role_since=now - timedelta(days=90))
    maker = Membership.objects.select_related("user", "organisation").get(pk=resting.pk)
    _key, secret = keys.issue(
        actor=actor_for_member(maker),
        organisation=maker.organisation,
        name="Of before",
        scopes=list(Scope),
        expires_at=now + timedelta(days=9),
        now=now,
    )
    Hold.objects.filter(membership=None, key_id=None).update(membership=resting)
    return secret


@pytest.mark.parametrize("name", [name for name in BY_PERSON if name not in OPEN_BY_TOKEN])
def test_no_endpoint_takes_anything_from_a_person_at_rest(town: Town, resting: Membership, name: str) -> None:
    row = BY_PERSON[name]
    client = APIClient()
    client.credentials(HTTP_X_SESSION_TOKEN=str(signed_in(Client(), resting.user).session.session_key))
    address = reverse(name, kwargs=town.args[row.where])
    for method in set(row.answers) - {"GET"}:
        with undone():
            before = rows()
            answer = getattr(client, method.lower())(address, body_of(row, name), format=row.format)
            assert (answer.status_code, answer.json()["code"]) == (403, "on_hold"), f"{method} {address}"
            assert rows() == before, f"{method} {address} wrote something"


@pytest.mark.parametrize("name", [name for name, row in PAGES.items() if row.get["owner"] == Answer.OK])
def test_what_they_could_read_before_they_read_or_learn_why_not(town: Town, resting: Membership, name: str) -> None:
    row = PAGES[name]
    answer = signed_in(Client(), resting.user).get(reverse(name, kwargs=town.args[row.where]))
    assert answer.status_code in {200, 302, 403, 404}, name
    if answer.status_code == 403:
        assert WHY in answer.content, f"GET {name} does not say why"


def test_own_security_stays_in_their_hands(town: Town, resting: Membership) -> None:
    client = signed_in(Client(), resting.user)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    give_totp(resting.user)
    assert client.get(reverse("account_change_password")).status_code == 200
    assert client.post(reverse("account_logout")).status_code == 302
