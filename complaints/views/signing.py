"""Between signing and submitting: the signature waits in the session, for this draft as it was, for half an hour."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.casework import Signing, declaration_for
from complaints.casework.signing import check_name, check_text
from complaints.forms import GrantForm, SignedForm, SignForm
from complaints.models import Complaint
from complaints.rules.declarations import ALL, Declaration
from portal.accounts.actors import actor_of

GOOD_FOR = timedelta(minutes=30)


def sign_form(request: HttpRequest, declaration: Declaration) -> SignForm:
    """Makes the form for one text, a box a statement; it says which name the account carries."""
    form = SignForm(request.POST or None, declaration=declaration)
    _say_name(request, form)
    return form


def grant_form(request: HttpRequest) -> GrantForm:
    """Makes the form for a mandate, which covers every statement of the library."""
    form = GrantForm(request.POST or None, declaration=ALL)
    _say_name(request, form)
    return form


def _say_name(request: HttpRequest, form: SignedForm) -> None:
    user = actor_of(request).user
    if user is not None and user.name:
        hint = _("As your account carries it: %(name)s. Typing it signs.") % {"name": user.name}
        form.fields["typed_name"].help_text = hint


def strength_of(request: HttpRequest) -> str:
    """Says by which methods this session has shown who it is, such as "password+mfa"."""
    records = get_authentication_records(request, request.user)
    methods = {str(record.get("type") or record.get("method", "")) for record in records}
    return "+".join(sorted(method for method in methods if method))[:100] or "session"


def signing_from(request: HttpRequest, data: dict[str, Any]) -> Signing:
    """Makes the signature of a posted form, with the strength of this session."""
    return Signing(
        version=data["version"],
        sha256=data["sha256"],
        typed_name=data["typed_name"],
        strength=strength_of(request),
    )


def keep_signature(request: HttpRequest, draft: Complaint, data: dict[str, Any]) -> None:
    """Checks and keeps a signature for this version of the draft. Raises Refused when text or name do not hold."""
    signing = signing_from(request, data)
    check_text(signing, declaration_for(draft, actor_of(request), timezone.now().date()))
    check_name(actor_of(request), signing)
    request.session[_key(draft)] = {
        "version": signing.version,
        "sha256": signing.sha256,
        "typed_name": signing.typed_name,
        "strength": signing.strength,
        "draft": draft.version,
        "at": timezone.now().isoformat(),
    }


def kept_signature(request: HttpRequest, draft: Complaint) -> Signing | None:
    """Gives the signature back while the draft is as it was signed and half an hour has not passed."""
    kept = request.session.get(_key(draft))
    if not kept or kept["draft"] != draft.version:
        return None
    if timezone.now() - datetime.fromisoformat(kept["at"]) > GOOD_FOR:
        return None
    return Signing(
        version=kept["version"], sha256=kept["sha256"], typed_name=kept["typed_name"], strength=kept["strength"]
    )


def _key(draft: Complaint) -> str:
    return f"signature:{draft.pk}"
