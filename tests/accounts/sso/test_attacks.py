"""Each way to get in that is none: forged tokens, other people's states, bent providers, addresses inside a network."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialLogin
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.accounts.models import Role
from portal.accounts.sso import wire
from tests.accounts.factories import make_member, signed_in
from tests.accounts.sso.kit import HOST, Company, Walk, link_in, make_company, query_of
from tests.accounts.sso.openid_provider import OpenIdProvider, jwk, key_pair

pytestmark = pytest.mark.django_db


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(claims: dict[str, Any]) -> str:
    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims)}."


def unsigned_but_named(claims: dict[str, Any]) -> str:
    return f"{part({'alg': 'none', 'kid': 'main'})}.{part(claims)}."


def with_our_secret(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, "s3cret+/ with % and : in it" * 2, "HS256", {"kid": "main"})


def with_the_public_key_as_secret(claims: dict[str, Any]) -> str:
    """The classic confusion: what everybody knows, taken for a secret."""
    head, body = part({"alg": "HS256", "kid": "main"}), part(claims)
    known = json.dumps(jwk("main")).encode()
    mac = hmac.new(known, f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def by_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, key_pair("stranger"), "RS256", {"kid": "main"})


def by_an_unknown_key(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, key_pair("stranger"), "RS256", {"kid": "stranger"})


def with_a_key_of_its_own(claims: dict[str, Any]) -> str:
    headers = {"kid": "main", "jwk": jwk("stranger"), "jku": "http://127.0.0.1:9/keys"}
    return jwt.encode(claims, key_pair("stranger"), "RS256", headers)


def changed_after_signing(claims: dict[str, Any]) -> str:
    head, _body, signature = jwt.encode(claims, key_pair("main"), "RS256", {"kid": "main"}).split(".")
    return ".".join((head, part({**claims, "groups": ["it-admins"]}), signature))


def without_signature(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, key_pair("main"), "RS256", {"kid": "main"}).rpartition(".")[0] + "."


FORGERIES: list[Callable[[dict[str, Any]], str]] = [
    unsigned, unsigned_but_named, with_our_secret, with_the_public_key_as_secret, by_another_key, by_an_unknown_key,
    with_a_key_of_its_own, changed_after_signing, without_signature,
    lambda claims: "", lambda claims: "not.a.token", lambda claims: "a" * 5000,
]  # fmt: skip


def stays_outside(company: Company, walk: Walk | None = None) -> Any:
    """Signs in as a linked viewer would, and looks that nothing came of it."""
    member = company.member(Role.VIEWER)
    walk = walk or Walk()
    answer = walk.sign_in("tarnfell")
    member.refresh_from_db()
    assert answer.status_code == 403 and walk.user_id is None
    assert member.is_active and member.role == Role.VIEWER, "a word that is not verified changes no role"
    return answer


@pytest.mark.parametrize("forge", FORGERIES, ids=lambda forge: forge.__name__)
def test_a_token_that_the_provider_did_not_sign_opens_nothing(company: Company, forge: Any) -> None:
    company.provider.twist_token = forge
    stays_outside(company)


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "https://login.elsewhere.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": None},
        {"aud": []},
        {"aud": ["rights:desk", "another-client"]},
        {"aud": ["rights:desk", "another-client"], "azp": "another-client"},
        {"azp": "another-client"},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"exp": "soon"},
        {"iat": 4_000_000_000},
        {"iat": None},
        {"nbf": 4_000_000_000},
        {"nonce": None},
        {"nonce": "another"},
        {"nonce": ["x"]},
        {"sub": None},
        {"sub": ""},
        {"sub": 1001},
        {"sub": "p" * 192},
        {"sub": "p-2002"},
    ],
    ids=json.dumps,
)
def test_a_token_for_others_or_of_another_time_opens_nothing(company: Company, lie: dict[str, Any]) -> None:
    """The last lie is a signed token about one person with a userinfo answer about another."""
    company.provider.lie_in_token = lie
    stays_outside(company)


def test_userinfo_about_somebody_else_opens_nothing(company: Company) -> None:
    company.provider.lie_in_userinfo = {"sub": "p-9"}
    stays_outside(company)


def test_where_token_and_userinfo_differ_the_signed_word_counts(company: Company) -> None:
    company.provider.lie_in_userinfo = {"groups": ["it-admins"]}
    member = company.member(Role.VIEWER)
    Walk().sign_in("tarnfell")
    member.refresh_from_db()
    assert member.role == Role.RIGHTS_OWNER


@pytest.mark.parametrize(
    "lie",
    [
        {"issuer": "https://login.elsewhere.example"},
        {"issuer": None},
        {"issuer": ["x"]},
        {"token_endpoint": None},
        {"jwks_uri": 7},
        {"authorization_endpoint": "http://login.elsewhere.example/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "https://10.0.0.7/token"},
        {"jwks_uri": "https://169.254.169.254/latest/meta-data"},
        {"userinfo_endpoint": "file:///etc/passwd"},
    ],
    ids=json.dumps,
)
def test_a_provider_that_describes_itself_wrongly_is_not_asked_further(company: Company, lie: dict[str, Any]) -> None:
    company.provider.lie_in_document = lie
    walk = Walk()
    answer = walk.client.get(walk.link("tarnfell"))
    assert answer.status_code == 403
    assert [path for path, _values in company.provider.seen] == ["/.well-known/openid-configuration"]


def test_an_answer_that_names_another_issuer_is_refused(company: Company) -> None:
    """Two providers at one relying party: the answer of one must not be taken to the other (RFC 9207)."""
    company.provider.lie_in_answer = {"iss": "https://login.elsewhere.example"}
    stays_outside(company)
    assert not company.provider.asked("/token")


@pytest.mark.parametrize("keys", [[], [jwk("main"), jwk("main")], [jwk("main", use="enc")], [jwk("main", alg="PS256")]])
def test_published_keys_that_do_not_fit_open_nothing(company: Company, keys: list[Any]) -> None:
    company.provider.keys = keys
    stays_outside(company)


def test_a_token_without_key_id_may_mean_the_only_key(company: Company) -> None:
    company.provider.twist_token = lambda claims: jwt.encode(claims, key_pair("main"), "RS256")
    company.member()
    assert Walk().sign_in("tarnfell").status_code == 302
    company.provider.keys = [jwk("main"), jwk("stranger")]
    assert Walk().sign_in("tarnfell").status_code == 403


JSON = "application/json"
BROKEN = {
    "error": (500, JSON, b"{}", {}),
    "html": (200, "text/html", b"<!doctype html><title>Wait</title>", {}),
    "list": (200, JSON, b'["access_token"]', {}),
    "number": (200, JSON, b"7", {}),
    "half": (200, JSON, b'{"access_token": "x", ', {}),
    "no type": (200, "", b"\xff\xfe", {}),
    "wrong kinds": (200, JSON, b'{"access_token": ["x"], "id_token": {}, "expires_in": "soon"}', {}),
    "too large": (200, JSON, b'{"x": "' + b"y" * 2_000_000 + b'"}', {}),
    "led away": (302, "text/plain", b"", {"Location": "https://login.elsewhere.example/"}),
    "led inside": (302, "text/plain", b"", {"Location": "http://127.0.0.1:9/"}),
}


@pytest.mark.parametrize("what", BROKEN)
@pytest.mark.parametrize("path", ["/token", "/keys", "/userinfo"])
def test_a_broken_answer_is_an_answer_of_ours_and_no_error(company: Company, path: str, what: str) -> None:
    company.provider.answer_with = {path: BROKEN[what]}
    stays_outside(company)


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_description_is_an_answer_of_ours(company: Company, what: str) -> None:
    company.provider.answer_with = {"/.well-known/openid-configuration": BROKEN[what]}
    walk = Walk()
    assert walk.client.get(walk.link("tarnfell")).status_code == 403


def test_a_provider_that_is_gone_is_an_answer_of_ours(company: Company) -> None:
    company.provider.close()
    walk = Walk()
    assert walk.client.get(walk.link("tarnfell")).status_code == 403


# --- whose sign-in is it


def test_a_state_of_another_browser_opens_nothing(company: Company) -> None:
    """Signing somebody in as oneself: the attacker's own answer, opened in the victim's browser."""
    company.member()
    attacker, victim = Walk(), Walk()
    answer = attacker.at_provider(attacker.leave(attacker.link("tarnfell")))
    assert victim.back(answer).status_code == 403
    assert victim.user_id is None


def test_a_victim_who_began_a_sign_in_is_not_finished_with_another_answer(company: Company) -> None:
    """The same with the victim's own state: the code belongs to another proof key and another nonce."""
    company.member()
    attacker, victim = Walk(), Walk()
    began = query_of(victim.leave(victim.link("tarnfell")))
    stolen = query_of(attacker.at_provider(attacker.leave(attacker.link("tarnfell"))))
    path = reverse("sso:callback", args=[company.sign_on.public_id])
    answer = victim.client.get(path, {"code": stolen["code"], "state": began["state"]})
    assert answer.status_code == 403 and victim.user_id is None


def test_no_other_site_can_begin_a_sign_in(company: Company) -> None:
    walk = Walk()
    assert walk.client.get(reverse("sso:start", args=["guessed"]))["Location"] == reverse("sso:find")
    shown = walk.link("tarnfell")
    assert Client().get(shown)["Location"] == reverse("sso:find"), "the link is good in the browser that was shown it"
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("sso:find"), {"company": "tarnfell"}).status_code == 403


def test_the_link_ends_after_a_quarter_of_an_hour(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    walk = Walk()
    link = walk.link("tarnfell")
    later = time.time() + 16 * 60
    monkeypatch.setattr(time, "time", lambda: later)
    assert walk.client.get(link)["Location"] == reverse("sso:find")


def test_an_answer_works_once(company: Company) -> None:
    company.member()
    walk = Walk()
    answer = walk.at_provider(walk.leave(walk.link("tarnfell")))
    walk.back(answer)
    walk.client.logout()
    assert walk.back(answer).status_code == 403 and walk.user_id is None


def test_an_answer_of_one_company_is_not_taken_to_another(company: Company) -> None:
    other = make_company(company.provider, name="kvikne", domains=[])
    company.member()
    walk = Walk()
    answer = query_of(walk.at_provider(walk.leave(walk.link("tarnfell"))))
    path = reverse("sso:callback", args=[other.sign_on.public_id])
    assert walk.client.get(path, answer).status_code == 403 and walk.user_id is None


@pytest.mark.parametrize("query", [{}, {"code": "x"}, {"state": "x"}, {"code": "x", "state": "x"}, {"error": "x"}])
def test_an_answer_that_nobody_asked_for_is_refused(company: Company, query: dict[str, str]) -> None:
    path = reverse("sso:callback", args=[company.sign_on.public_id])
    assert Client().get(path, query).status_code == 403


def test_an_unknown_provider_has_no_address() -> None:
    path = reverse("sso:callback", args=["00000000-0000-4000-8000-000000000000"])
    assert Client().get(path, {"code": "x", "state": "x"}).status_code == 404


@pytest.mark.parametrize(
    "target",
    ["https://elsewhere.example/", "//elsewhere.example/", "\\\\elsewhere.example", "javascript:alert(1)", "http:///x"],
)
def test_nobody_is_led_to_another_site_afterwards(company: Company, target: str) -> None:
    company.member()
    assert Walk().sign_in("tarnfell", next=target)["Location"] == reverse("home")
    named = Client().get(reverse("sso:named", args=["tarnfell"]), {"next": target})
    assert b"elsewhere" not in named.content


def test_the_address_bar_says_nothing_to_the_provider(company: Company) -> None:
    """allauth would take these from the address: other parameters, more scopes, another process."""
    walk = Walk()
    more = (
        "?auth_params=redirect_uri%3Dhttps%3A//elsewhere.example&scope=offline_access&process=connect&action=rerequest"
    )
    asked = query_of(walk.leave(walk.link("tarnfell") + more))
    assert asked["redirect_uri"].startswith(HOST) and "offline_access" not in asked["scope"]


def test_the_secret_at_rest_is_sealed_and_bound_to_the_sites_key(company: Company, settings: Any) -> None:
    company.sign_on.refresh_from_db()
    assert "s3cret" not in company.sign_on.sealed_secret
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another-" + "k" * 60
    walk = Walk()
    assert walk.client.get(walk.link("tarnfell")).status_code == 403
    settings.SECRET_KEY_FALLBACKS = [old]
    assert walk.leave(walk.link("tarnfell"))


# --- allauth's other ways in


def test_allauths_own_pages_for_third_parties_are_not_there(company: Company) -> None:
    theirs = f"oidc/{company.sign_on.public_id}/login/"
    for path in (
        "3rdparty/",
        "3rdparty/signup/",
        "social/signup/",
        "oidc/tarnfell/login/",
        theirs,
        f"{theirs}callback/",
    ):
        assert Client().get(f"/accounts/{path}").status_code == 404, path


@pytest.mark.parametrize("name", ["provider_token", "provider_signup", "redirect_to_provider", "manage_providers"])
def test_allauths_api_knows_no_provider(company: Company, name: str) -> None:
    path = reverse(f"headless:app:socialaccount:{name}")
    body = {"provider": company.sign_on.provider_id, "process": "login", "token": {"id_token": "x"}}
    assert Client().post(path, body, content_type=JSON).status_code == 404
    assert Client().get(path).status_code == 404


def test_allauths_api_lists_no_company(company: Company) -> None:
    shown = Client().get(reverse("headless:app:config")).content.decode()
    assert "tarnfell" not in shown and company.sign_on.provider_id not in shown and "rights:desk" not in shown


def test_a_session_that_a_company_opened_opens_no_api(company: Company) -> None:
    company.member()
    walk = Walk()
    walk.sign_in("tarnfell")
    token = {"X-Session-Token": str(walk.client.session.session_key)}
    refused = Client().get(reverse("api-organisations"), headers=token)
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert refused.json()["code"] == "company_session"
    assert Client().get(reverse("headless:app:account:current_session"), headers=token).status_code == 403
    own = signed_in(Client(), make_member().user).session.session_key
    assert Client().get(reverse("api-organisations"), HTTP_X_SESSION_TOKEN=own).status_code == 200


def test_allauth_itself_neither_makes_nor_finds_nor_verifies(company: Company) -> None:
    """Whatever way it may find one day: signing up, an account by its address, a verified address."""
    request = RequestFactory().get("/")
    asked, login = get_adapter(request), SocialLogin(user=company.administrator.user)
    login.email_addresses = [EmailAddress(email=company.administrator.user.email, verified=True)]
    assert not asked.is_open_for_signup(request, login) and not asked.is_auto_signup_allowed(request, login)
    assert asked.authenticate_by_email(login) is None
    assert not asked.can_authenticate_by_email(login, company.administrator.user.email)
    assert not asked.is_email_verified(None, "ida@tarnfell.example")
    assert asked.list_apps(request) == asked.list_providers(request) == []


# --- asking a provider


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.1.2.3", "192.168.7.7", "169.254.169.254", "[::1]"])
def test_outside_development_no_machine_inside_is_asked(provider: OpenIdProvider, settings: Any, host: str) -> None:
    settings.SIGN_ON_LOOPBACK = False
    port = provider.issuer.rpartition(":")[2]
    for scheme in ("http", "https"):
        with pytest.raises(wire.NotAllowed):
            wire.ProviderSession().get(f"{scheme}://{host}:{port}/keys")
    assert not provider.seen


def test_a_public_name_that_leads_inside_is_not_spoken_to(provider: OpenIdProvider, settings: Any) -> None:
    """Whoever owns a name can let it lead to any machine; the connection itself is looked at, before a word is said."""
    settings.SIGN_ON_LOOPBACK = False
    port = provider.issuer.rpartition(":")[2]
    session = wire.ProviderSession()
    with pytest.MonkeyPatch.context() as patch:
        import socket

        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", int(port)))]
        patch.setattr(socket, "getaddrinfo", lambda *args, **more: found)
        with pytest.raises(requests.ConnectionError, match="open internet"):
            session.get(f"https://login.tarnfell.example:{port}/keys")
    assert not provider.seen


def test_no_password_and_no_proxy_of_this_machine_is_used(
    provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password hidden\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    answer = wire.ProviderSession().get(f"{provider.issuer}/keys")
    assert answer.status_code == 200 and "Authorization" not in answer.request.headers


def test_an_endless_answer_is_given_up(provider: OpenIdProvider) -> None:
    provider.answer_with = {"/keys": BROKEN["too large"]}
    with pytest.raises(wire.NotAllowed, match="too large"):
        wire.ProviderSession().get(f"{provider.issuer}/keys")


def test_a_slow_provider_is_given_up(provider: OpenIdProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LONGEST_ANSWER_SECONDS", -1)
    with pytest.raises(wire.NotAllowed, match="too long"):
        wire.ProviderSession().get(f"{provider.issuer}/keys")


def test_a_trial_says_what_to_look_at_and_a_visitor_reads_nothing_of_it(company: Company) -> None:
    company.provider.lie_in_token = {"aud": "another-client"}
    assert b"id_token" not in Walk().sign_in("tarnfell").content
    walk = Walk(signed_in(Client(), company.administrator.user))
    page = walk.client.get(reverse("sso:try", args=[company.sign_on.public_id]))
    answer = walk.go(link_in(page))
    assert answer.status_code == 403 and b"id_token" in answer.content and b"audience" in answer.content
