"""The verbs of API keys: issue, revoke, and finding the key that a secret belongs to."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import holds, rest, standing
from portal.accounts.actors import Actor
from portal.accounts.models import Hold, Membership, Organisation, Role
from portal.api.models import ApiKey, Scope
from portal.errors import Forbidden, NotFound, Refused
from portal.ledger import events

FORM = re.compile(r"rdk_([a-z2-7]{8})_([A-Za-z0-9_-]{43})")
PREFIX_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
MOST_LIVE_KEYS = 50
LONGEST_LIFE = timedelta(days=366)


def issue(
    *,
    actor: Actor,
    organisation: Organisation,
    name: str,
    scopes: Collection[str],
    expires_at: datetime | None,
    now: datetime,
) -> tuple[ApiKey, str]:
    """Makes a key and gives it with its secret, which is kept nowhere. Raises Forbidden or Refused.

    That of a new administrator opens nothing before its hold is over.
    """
    _check_manager(actor, organisation)
    _check_wish(name, scopes, expires_at, now)
    assert actor.user is not None  # noqa: S101 - checked above
    prefix = "".join(secrets.choice(PREFIX_LETTERS) for _letter in range(8))
    secret = f"rdk_{prefix}_{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        standing.check_organisation(Organisation.objects.select_for_update().get(pk=organisation.pk))
        _check_room(organisation, now)
        key = ApiKey.objects.create(
            prefix=prefix,
            key_hash=digest(secret),
            organisation=organisation,
            created_by=actor.user,
            name=name.strip(),
            scopes=sorted(set(scopes)),
            expires_at=expires_at,
            created_at=now,
        )
        _tell("key.issued", key, actor, now)
        maker = organisation.memberships.active().select_related("organisation", "user").get(user=actor.user)
        holds.key_issued(membership=maker, key_id=key.pk, prefix=prefix, now=now)
    return key, secret


def revoke(*, actor: Actor, key: ApiKey, now: datetime) -> ApiKey:
    """Ends a key at once; ending it again changes nothing. Raises Forbidden, or NotFound for a foreign key."""
    _check_manager(actor, key.organisation)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=key.organisation_id)
        held = _hold_on(key)
        if held is not None:
            holds.stop(actor=actor, hold=held, now=now)
        return _end(key, actor, now)


def end_stopped(hold: Hold, actor: Actor, now: datetime) -> None:
    """Ends the key that a stopped hold was about, in the transaction of the stop."""
    key = ApiKey.objects.filter(pk=hold.key_id or 0, organisation=hold.organisation_id).first()
    if key is not None:
        _end(key, actor, now)


def end_of_maker(membership: Membership, actor: Actor, now: datetime) -> None:
    """Ends the keys of who is administrator no longer, for good, in the transaction that takes the role."""
    if membership.is_active and membership.role == Role.ADMINISTRATOR:
        return
    theirs = ApiKey.objects.filter(organisation=membership.organisation_id, created_by=membership.user_id)
    for key in theirs.filter(revoked_at=None).order_by("pk"):
        _end(key, actor, now)


def find(secret: str, *, now: datetime) -> tuple[ApiKey, Membership] | None:
    """Gives the live key of this secret and its maker's membership; None for whatever reason it does not count.

    Raises Forbidden for one that is on hold: only who has its secret learns that.
    """
    parts = FORM.fullmatch(secret)
    if parts is None:
        return None
    rows = ApiKey.objects.select_related("organisation", "created_by").filter(prefix=parts[1])
    key = rows.first()
    known = key.key_hash if key is not None else digest("")
    if not hmac.compare_digest(known, digest(secret)) or key is None or not key.is_live(now):
        return None
    maker = maker_of(key)
    if maker is None:
        return None
    held = _hold_on(key)
    if held is not None:
        raise _on_hold(held)
    return key, maker


def role_of_maker(key: ApiKey) -> Role | None:
    """Gives the role of who made the key; None once they left, were closed or are administrator no longer."""
    maker = maker_of(key)
    return Role(maker.role) if maker is not None else None


def maker_of(key: ApiKey) -> Membership | None:
    """Gives the membership of who made the key, if they have been administrator without a break since then."""
    found = key.organisation.memberships.administrators()
    maker: Membership | None = found.filter(user_id=key.created_by_id, role_since__lte=key.created_at).first()
    if maker is not None:
        maker.organisation, maker.user = key.organisation, key.created_by
    return maker


def touch(key: ApiKey, *, now: datetime) -> None:
    """Notes that the key was used, at most once a minute."""
    if key.last_used_at is None or now - key.last_used_at >= timedelta(minutes=1):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)


def digest(secret: str) -> str:
    """Gives what is kept of a secret; SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _hold_on(key: ApiKey) -> Hold | None:
    found: Hold | None = Hold.objects.open().filter(key_id=key.pk).first()
    return found


def _on_hold(hold: Hold) -> Forbidden:
    text = _(
        "This key was made by a new administrator and is on hold. It works from %(until)s at the earliest, once "
        "another administrator or the desk has approved it."
    )
    return Forbidden("key_on_hold", text % {"until": rest.moment(hold.ends_at)})


def _end(key: ApiKey, actor: Actor, now: datetime) -> ApiKey:
    locked = ApiKey.objects.select_for_update().select_related("organisation").get(pk=key.pk)
    if locked.revoked_at is None:
        locked.revoked_at = now
        locked.save(update_fields=["revoked_at"])
        _tell("key.revoked", locked, actor, now)
    return locked


def _check_manager(actor: Actor, organisation: Organisation) -> None:
    if actor.organisation != organisation:
        raise NotFound("key_not_found", _("There is no such key."))
    rest.check(actor)
    if not actor.can_manage or actor.user is None:
        raise Forbidden("keys_need_administrator", _("Only administrators of your organisation manage API keys."))


def _check_wish(name: str, scopes: Collection[str], expires_at: datetime | None, now: datetime) -> None:
    if not name.strip() or len(name.strip()) > 80 or not name.isprintable():
        raise Refused("key_name_needed", _("Give the key a name of at most 80 characters."), "name")
    if not scopes or set(scopes) - set(Scope.values):
        raise Refused("key_scopes_unknown", _("Choose at least one scope from the list."), "scopes")
    if expires_at is not None and not now < expires_at <= now + LONGEST_LIFE:
        raise Refused("key_expiry_out_of_range", _("Choose an end within the next 12 months."), "expires_at")


def _check_room(organisation: Organisation, now: datetime) -> None:
    if ApiKey.objects.live(now).filter(organisation=organisation).count() >= MOST_LIVE_KEYS:
        raise Refused("too_many_keys", _("Your organisation has 50 live keys. Revoke one that is not used."))


def _tell(kind: str, key: ApiKey, actor: Actor, now: datetime) -> None:
    events.append(
        stream=("organisation", key.organisation_id),
        kind=kind,
        actor=actor,
        payload={"key": key.pk, "prefix": key.prefix, "scopes": list(key.scopes)},
        now=now,
    )
