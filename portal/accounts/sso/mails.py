"""Who is told of single sign-on by mail. Handlers run from the outbox and may run twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts import record
from portal.accounts.models import SignOn, StaffRole, User


def mail_switched_on(*, event_id: int) -> None:
    """Tells everybody who runs the organisation, or the superusers, that groups decide about roles from now on."""
    event, sign_on = _of(event_id)
    page = reverse("accounts:sign-on") if sign_on.organisation else reverse("admin:accounts_signon_changelist")
    for user in _runners(sign_on):
        _send(event, sign_on, user, {"page": settings.ORIGIN + page})


def mail_changed(*, event_id: int) -> None:
    """Tells the same people that its settings were changed, and which: whose word the groups are may have changed."""
    event, sign_on = _of(event_id)
    page = reverse("accounts:sign-on") if sign_on.organisation else reverse("admin:accounts_signon_changelist")
    changed = [str(_CHANGED[name]) for name in event.payload["changed"] if name in _CHANGED]
    for user in _runners(sign_on) if changed else ():
        _send(event, sign_on, user, {"page": settings.ORIGIN + page, "changed": changed})


_CHANGED = {
    "issuer": _("the provider itself"),
    "client_id": _("the client"),
    "client_secret": _("the secret"),
    "groups_claim": _("where the groups are named"),
    "mapping": _("which group has which role"),
    "domains": _("the domains of addresses"),
}


def mail_linked(*, event_id: int) -> None:
    """Tells whose account it is that a company can open it from now on."""
    event, sign_on = _of(event_id)
    user = User.objects.filter(pk=event.payload["user"], is_active=True).first()
    if user is not None:
        _send(event, sign_on, user, {"page": settings.ORIGIN + reverse("sso:links")})


def mail_administrator_kept(*, event_id: int) -> None:
    """Tells the seniors of the desk that groups would have left an organisation without administrator."""
    event, sign_on = _of(event_id)
    if sign_on.organisation_id is None:
        return
    page = settings.ORIGIN + reverse("admin:accounts_organisation_change", args=[sign_on.organisation_id])
    for user in User.objects.filter(staff_role=StaffRole.SENIOR, is_active=True).order_by("pk"):
        _send(event, sign_on, user, {"page": page})


def _of(event_id: int) -> tuple[Any, SignOn]:
    event = record.event_of(event_id)
    return event, SignOn.objects.select_related("organisation").get(pk=event.payload["sign_on"])


def _runners(sign_on: SignOn) -> Iterable[User]:
    if sign_on.organisation is None:
        return User.objects.filter(is_superuser=True, is_active=True).order_by("pk")
    rows = sign_on.organisation.memberships.administrators().select_related("user").order_by("created_at", "id")
    return [row.user for row in rows]


def _send(event: Any, sign_on: SignOn, user: User, context: dict[str, Any]) -> None:
    organisation = sign_on.organisation.name if sign_on.organisation else ""
    record.deliver_mail(
        event=event,
        to_email=user.email,
        template=f"emails/accounts/{event.kind}",
        context={"organisation": organisation, "name": sign_on.name, "issuer": sign_on.issuer, **context},
        language=user.language or settings.LANGUAGE_CODE,
    )
