"""One company's provider, as the sign-in library sees it: allauth's own, with everything left out that trusts too much.

What differs from allauth: the id token's signature, nonce and issuer are always checked (allauth skips the signature of
a token that it fetched itself, and sends no nonce); the userinfo answer must be about the same subject; PKCE is always
on; nothing of the address bar goes into the request to the provider; and no claim is stored.
"""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import quote

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.utils import build_absolute_uri
from cryptography.fernet import InvalidToken
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from requests import RequestException

from portal.accounts.models import SignOn, User
from portal.accounts.sso import tokens
from portal.accounts.sso.claims import LONGEST_SUBJECT, Claims
from portal.accounts.sso.errors import SignOnError
from portal.accounts.sso.hosts import is_allowed

WELL_KNOWN = "/.well-known/openid-configuration"
SCOPES = ("openid", "profile", "email")


def app_of(sign_on: SignOn) -> SocialApp:
    """Gives allauth's picture of a provider, never saved; raises SignOnError when its secret cannot be read."""
    try:
        secret = sign_on.read_secret()
    except InvalidToken:
        raise SignOnError("secret") from None
    app = SocialApp(
        provider="openid_connect",
        provider_id=sign_on.provider_id,
        name=sign_on.name[:40],
        client_id=sign_on.client_id,
        secret=secret,
        settings={"server_url": sign_on.issuer.rstrip("/") + WELL_KNOWN},
    )
    app.sign_on = sign_on
    return app


class CompanyClient(OAuth2Client):
    """Builds the address that the browser is sent to."""

    def get_redirect_url(self, authorization_url: str, scope: Any, extra_params: Any) -> str:
        """Gives it also where the provider's own address has a query already."""
        base, _mark, query = authorization_url.partition("?")
        address = str(super().get_redirect_url(base, scope, extra_params))
        return f"{address}&{query}" if query else address


class CompanyAdapter(OpenIDConnectOAuth2Adapter):
    """Speaks to one provider: its description, the exchange of the code, its keys, its userinfo endpoint."""

    client_class = CompanyClient

    def __init__(self, request: HttpRequest, provider_id: str, provider: CompanyProvider | None = None) -> None:
        super().__init__(request, provider_id)
        self._provider = provider
        self.state: dict[str, Any] = {}

    def get_provider(self) -> CompanyProvider:
        """Gives the provider, read once a request."""
        if self._provider is None:
            self._provider = super().get_provider()
        return self._provider

    @property
    def sign_on(self) -> SignOn:
        """Gives our own row of this provider."""
        found: SignOn = self.get_provider().app.sign_on
        return found

    @property
    def openid_config(self) -> dict[str, Any]:
        """Reads how the provider describes itself, once a request; raises SignOnError unless it names our issuer."""
        if not hasattr(self, "_openid_config"):
            self._openid_config = _checked(_json(self.get_provider().server_url), self.sign_on.issuer)
        return self._openid_config

    @property
    def basic_auth(self) -> bool:
        """Says how we show the client secret: as the provider lists, or by the standard where it lists nothing."""
        listed = self.openid_config.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return "client_secret_post" not in listed

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """Gives the address that is registered at the provider."""
        return callback_address(request, self.sign_on)

    def get_access_token_data(
        self, request: HttpRequest, app: SocialApp, client: OAuth2Client, pkce_code_verifier: str | None = None
    ) -> dict[str, Any]:
        """Exchanges the code; raises SignOnError for every refusal and everything that is no answer."""
        if not pkce_code_verifier or request.GET.get("iss", self.sign_on.issuer) != self.sign_on.issuer:
            raise SignOnError("issuer")
        if self.basic_auth:
            client.consumer_key, client.consumer_secret = quote(app.client_id, ""), quote(app.secret, "")
        try:
            found = client.get_access_token(request.GET.get("code"), pkce_code_verifier=pkce_code_verifier)
        except (OAuth2Error, RequestException, ValueError, TypeError) as error:
            raise SignOnError("exchange") from error
        if not isinstance(found, dict) or not isinstance(found.get("access_token"), str):
            raise SignOnError("exchange")
        return found

    def parse_token(self, data: dict[str, Any]) -> SocialToken:
        """Gives the access token for the one call to userinfo; it is never stored."""
        return SocialToken(token=data["access_token"])

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        """Verifies the provider's word and gives who it is about; raises SignOnError for anything that is not right."""
        id_token = kwargs["response"].get("id_token")
        if not isinstance(id_token, str):
            raise SignOnError("id_token")
        word = tokens.verified(
            id_token,
            keys=_json(self.openid_config["jwks_uri"]),
            issuer=self.sign_on.issuer,
            client_id=self.sign_on.client_id,
            nonce=str(self.state.get("nonce", "")),
        )
        if not 0 < len(word["sub"]) <= LONGEST_SUBJECT:
            raise SignOnError("subject")
        userinfo = self._userinfo(token.token, word["sub"])
        claims = Claims.read(word, userinfo, self.sign_on.groups_claim)
        return self.get_provider().sociallogin_from_response(request, claims)

    def _userinfo(self, access_token: str, subject: str) -> dict[str, Any]:
        address = self.openid_config.get("userinfo_endpoint")
        if not address:
            return {}
        try:
            found = _json(address, {"Authorization": f"Bearer {access_token}"})
        except SignOnError:
            raise SignOnError("userinfo") from None
        if found.get("sub") != subject:
            raise SignOnError("subject")
        return found


class CompanyProvider(OpenIDConnectProvider):
    """One company's provider, for starting a sign-in and for taking its end."""

    oauth2_adapter_class = CompanyAdapter

    def get_pkce_params(self) -> dict[str, Any]:
        """Gives a fresh proof key each time, whatever the settings say."""
        found: dict[str, Any] = generate_code_challenge()
        return found

    def serialize(self) -> dict[str, Any]:
        """Names itself by its own id: two companies may well have the same client id."""
        return {"id": self.sub_id}

    def get_oauth2_adapter(self, request: HttpRequest) -> CompanyAdapter:
        """Gives the same one each time, so that a provider describes itself once a request."""
        if not hasattr(self, "_oauth2_adapter"):
            self._oauth2_adapter = CompanyAdapter(request, self.sub_id, self)
        return self._oauth2_adapter

    def start(self, request: HttpRequest, *, process: str, data: dict[str, Any], next_url: str) -> HttpResponse:
        """Sends the browser to the provider; raises SignOnError when the provider cannot be read."""
        adapter = self.get_oauth2_adapter(request)
        nonce = secrets.token_urlsafe(24)
        params = {"nonce": nonce} | ({"prompt": "login", "max_age": "0"} if data.get("anew") else {})
        answer: HttpResponse = self.redirect(
            request,
            process,
            next_url=next_url,
            data=data,
            scope=_scopes(adapter.openid_config, self.app.sign_on.groups_claim),
            auth_params=params,
            nonce=nonce,
        )
        return answer

    def sociallogin_from_response(self, request: HttpRequest, response: Claims) -> SocialLogin:
        """Gives a sign-in that carries the claims along and keeps none of them."""
        account = SocialAccount(provider=self.sub_id, uid=response.subject, extra_data={})
        login = SocialLogin(provider=self, account=account, user=User())
        login.claims = response
        return login


class CompanyCallback(OAuth2CallbackView):
    """The end of a sign-in: what was kept at its start is at hand while the provider's word is verified."""

    adapter: CompanyAdapter

    def _get_state(self, request: HttpRequest, provider: CompanyProvider) -> tuple[Any, Any]:
        state, answer = super()._get_state(request, provider)
        self.adapter.state = state or {}
        return state, answer


def callback_address(request: HttpRequest, sign_on: SignOn) -> str:
    """Gives the redirect address to register at the provider."""
    return str(build_absolute_uri(request, reverse("sso:callback", args=[sign_on.public_id])))


def _scopes(config: dict[str, Any], groups_claim: str) -> list[str]:
    """Asks for a scope named as the groups where the provider has one; some refuse scopes that they do not know."""
    offered = config.get("scopes_supported")
    return [*SCOPES, *([groups_claim] if isinstance(offered, list) and groups_claim in offered else [])]


def _json(address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    try:
        with get_adapter().get_requests_session() as session:
            answer = session.get(address, headers={"Accept": "application/json", **(headers or {})})
            found = answer.json() if answer.status_code == 200 else None
    except (RequestException, ValueError):
        raise SignOnError("unreachable") from None
    if not isinstance(found, dict):
        raise SignOnError("unreachable")
    return found


def _checked(config: dict[str, Any], issuer: str) -> dict[str, Any]:
    if config.get("issuer") != issuer:
        raise SignOnError("issuer" if isinstance(config.get("issuer"), str) else "document")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"):
        address = config.get(name)
        if name == "userinfo_endpoint" and address is None:
            continue
        if not isinstance(address, str):
            raise SignOnError("document")
        if not is_allowed(address):
            raise SignOnError("endpoint")
    return config
