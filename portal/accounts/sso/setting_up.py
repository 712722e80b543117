"""The verbs of single sign-on itself: set it up, note that it was tried, switch it on and off."""

from __future__ import annotations

from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import record, standing
from portal.accounts.actors import Actor
from portal.accounts.asking import managed
from portal.accounts.models import Organisation, SignOn, SignOnDomain, User
from portal.accounts.sso import sessions
from portal.accounts.sso.plans import Plan, check_plan
from portal.errors import Conflict, Forbidden, NotFound

# Settings that say who the provider is: with another one, nothing that was tried holds.
OF_PROVIDER = ("issuer", "client_id", "groups_claim")


def set_up(*, actor: Actor, plan: Plan, now: datetime, sign_on: SignOn | None = None) -> SignOn:
    """Makes single sign-on, off at first, or changes it: administrators their organisation's, superusers the staff's.

    Another provider, client, secret or claim switches it off until it was tried again. Another issuer ends every link:
    the same subject means somebody else there. Raises Refused, Conflict, Forbidden or NotFound.
    """
    with transaction.atomic():
        user, organisation = _runner(actor, sign_on)
        locked = _locked(sign_on) if sign_on else SignOn(organisation=organisation, created_by=user, created_at=now)
        if sign_on is None and organisation is not None and organisation.sign_ons.exists():
            raise Conflict("sign_on_exists", _("Your organisation has single sign-on already. Change that one."))
        _check_standing(organisation)
        check_plan(plan, organisation=organisation, sign_on=sign_on and locked)
        changed = _changes(locked, plan)
        if sign_on is not None and "issuer" in changed:
            SocialAccount.objects.filter(provider=locked.provider_id).delete()
        _write(locked, plan, fresh=bool({*OF_PROVIDER, "client_secret"} & set(changed)))
        kind = "sso.changed" if sign_on else "sso.set_up"
        _append(locked, kind, actor, {"changed": changed}, now)
    return locked


def note_trial(*, actor: Actor, sign_on: SignOn, role: str, now: datetime) -> SignOn:
    """Notes that somebody who runs it tried it and what role came; only one that came to a role counts."""
    with transaction.atomic():
        _runner(actor, sign_on)
        locked = _locked(sign_on)
        if role:
            locked.tried_at = now
            locked.save(update_fields=["tried_at"])
        _append(locked, "sso.tried", actor, {"role": role}, now)
    return locked


def switch_on(*, actor: Actor, sign_on: SignOn, now: datetime) -> SignOn:
    """Lets people sign in with it from now on; raises Conflict until it was tried as it is."""
    with transaction.atomic():
        _check_standing(_runner(actor, sign_on)[1])
        locked = _locked(sign_on)
        if locked.tried_at is None:
            raise Conflict("not_tried", _("Try it first: only what was seen to work is switched on."))
        if not locked.is_on:
            locked.is_on = True
            locked.save(update_fields=["is_on"])
            _append(locked, "sso.switched_on", actor, {}, now)
    return locked


def switch_off(*, actor: Actor, sign_on: SignOn, now: datetime) -> SignOn:
    """Lets nobody sign in with it any more and ends the sessions that it opened; superusers may do it for anybody."""
    with transaction.atomic():
        if not _is_superuser(actor):
            _runner(actor, sign_on)
        locked = _locked(sign_on)
        if locked.is_on:
            _turn_off(locked)
            locked.save(update_fields=["is_on"])
            _append(locked, "sso.switched_off", actor, {}, now)
    return locked


def may_run(actor: Actor, sign_on: SignOn) -> bool:
    """Says whether this actor sets it up and tries it: its organisation's administrators, superusers for staff."""
    if sign_on.organisation_id is None:
        return _is_superuser(actor)
    return actor.can_manage and actor.organisation is not None and actor.organisation.pk == sign_on.organisation_id


def _runner(actor: Actor, sign_on: SignOn | None) -> tuple[User, Organisation | None]:
    """Locks the organisation and reads the actor's role again: a lost role does not act, nor one at rest."""
    if actor.is_staff:
        if not _is_superuser(actor) or actor.user is None or (sign_on and not sign_on.is_for_staff):
            raise Forbidden("not_superuser", _("A superuser sets up the sign-in of staff."))
        return actor.user, None
    organisation, own = managed(actor)
    if sign_on is not None and sign_on.organisation_id != organisation.pk:
        raise NotFound("no_sign_on", _("There is no such single sign-on."))
    return own.user, organisation


def _check_standing(organisation: Organisation | None) -> None:
    """A suspended organisation gives nobody new powers."""
    if organisation is not None:
        standing.check_organisation(organisation)


def _is_superuser(actor: Actor) -> bool:
    return actor.is_staff and actor.user is not None and actor.user.is_superuser


def _locked(sign_on: SignOn) -> SignOn:
    return SignOn.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=sign_on.pk)


def _changes(sign_on: SignOn, plan: Plan) -> list[str]:
    """Names what differs; a new secret differs by being given."""
    same = {
        "name": sign_on.name,
        "issuer": sign_on.issuer,
        "client_id": sign_on.client_id,
        "groups_claim": sign_on.groups_claim,
        "mapping": sign_on.mapping,
    }
    found = [name for name, value in same.items() if value != getattr(plan, name)]
    before = set(sign_on.domains.values_list("domain", flat=True)) if sign_on.pk else set()
    found += ["domains"] * (before != set(plan.domains)) + ["client_secret"] * bool(plan.client_secret)
    return sorted(found)


def _write(sign_on: SignOn, plan: Plan, *, fresh: bool) -> None:
    sign_on.name, sign_on.issuer, sign_on.client_id = plan.name, plan.issuer, plan.client_id
    sign_on.groups_claim, sign_on.mapping = plan.groups_claim, dict(plan.mapping)
    if plan.client_secret:
        sign_on.keep_secret(plan.client_secret)
    if fresh:
        sign_on.tried_at = None
        _turn_off(sign_on)
    sign_on.save()
    sign_on.domains.exclude(domain__in=plan.domains).delete()
    for domain in plan.domains:
        SignOnDomain.objects.get_or_create(sign_on=sign_on, domain=domain)


def _turn_off(sign_on: SignOn) -> None:
    sign_on.is_on = False
    if sign_on.pk:
        sessions.end_opened_by(sign_on)


def _append(sign_on: SignOn, kind: str, actor: Actor, payload: dict[str, object], now: datetime) -> None:
    record.append(stream=sign_on.stream, kind=kind, actor=actor, payload={"sign_on": sign_on.pk, **payload}, now=now)
