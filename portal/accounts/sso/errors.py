"""What goes wrong between us and a provider."""

from __future__ import annotations

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class SignOnError(OAuth2Error):
    """The provider's answer cannot be used; `code` says why, for the log and for who sets it up."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class UnknownProvider(SocialApp.DoesNotExist, ValueError):
    """There is no such provider; a sign-in that waited for its second factor is dropped, not broken, by it."""


# For who sets it up: what to look at. Everybody else reads that it did not work.
HINTS: dict[str, Promise] = {
    "unreachable": _("The provider did not answer, or not as it should. Is the issuer right?"),
    "document": _("What stands under /.well-known/openid-configuration is no description of a provider."),
    "issuer": _("The provider calls itself by another issuer than you wrote. Copy it exactly."),
    "endpoint": _("The provider names an address that is not https on the open internet."),
    "secret": _("The kept client secret cannot be read any more. Enter it again."),
    "exchange": _("The provider refused our code. Are client id, client secret and redirect address right?"),
    "id_token": _("The provider’s id token is not valid: signature, issuer, audience or time."),
    "algorithm": _("The provider signs in a way that we do not accept. Choose RS256 or ES256."),
    "signing_key": _("The provider publishes no key, or several, that fit its signature."),
    "authorised_party": _("The id token was issued to another client."),
    "nonce": _("The id token does not belong to this sign-in."),
    "subject": _("The provider names two different people, or one in a way that we cannot keep."),
    "userinfo": _("The provider’s userinfo endpoint gave no usable answer."),
    "refused": _("The provider ended the sign-in with an error."),
}
