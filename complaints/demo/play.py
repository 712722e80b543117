"""Puts the demo into a database, whole or not at all, and tells what a reader needs to try it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test.utils import override_settings
from django.utils import timezone, translation

from brands.models import IPRight
from complaints import casework
from complaints.demo import (
    accounts,
    administrators,
    agents,
    decided_again,
    identities,
    looks,
    market,
    open_cases,
    plan,
    rights,
    routing,
    upkeep,
)
from complaints.demo.accounts import PASSWORD, PEOPLE, Cast
from complaints.demo.cases import play, signed
from complaints.demo.open_cases import Desk
from complaints.models import SigningMandate
from complaints.rules.declarations import ALL
from portal.accounts.actors import Actor
from portal.ledger import outbox
from portal.ledger.models import OutboxMessage, OutboxState
from portal.marketplace.demo_plan import Planned

TRY_FIRST = (
    "Sign in as owner@demo.test: answer the question, then file about {origin}/sandbox/item/88120431.",
    "Sign in as reviewer@demo.test at {origin}/admin/ (codes: {origin}/dev/codes/) and decide what is due first.",
    "Look at {origin}/sandbox/ for what is gone, and at {origin}/dev/mail/ for who was told.",
    "Sign in as senior@demo.test: confirm the held store, and mend the measure that the marketplace refused.",
    "Sign in as owner@demo.test: a new administrator is on hold; approve or stop it under Organisation.",
    "Sign in as agency@demo.test: choose a principal, and see what it shows and what it keeps to itself.",
    "Sign in as owner@demo.test: answer what the agency asks for under Authorisations, or end what it has.",
    "Sign in as owner@demo.test: look at what ends soon under Rights, Renewals, and answer who asks under Sellers.",
    "Sign in as seller@demo.test and read the decision from the other side.",
)


def seed(now: datetime) -> dict[str, Any]:
    """Seeds what is missing and tells about it; a second run finds everything there and changes nothing."""
    fresh = not accounts.is_here()
    with translation.override(settings.LANGUAGE_CODE), timezone.override("UTC"):
        with transaction.atomic():
            if fresh:
                with override_settings(DEBUG=False):  # development keeps a copy of every statement; history needs none
                    _seed(now)
            accounts.give_second_factors()
            owner = accounts.cast().member("owner")
            key, mandate = accounts.ensure_api_key(owner, now), ensure_mandate(owner, now)
        if fresh:
            outbox.run_until_empty()
    return told(key, mandate)


def _seed(now: datetime) -> None:
    people = accounts.make_people(joined=now - timedelta(days=75))
    before = _newest_message()
    made = accounts.make_organisations(people, now - timedelta(days=74))
    identities.verify(people, made, now - timedelta(days=73, hours=20))
    identities.make_applicants(people, now)
    routing.set_up_desk(people, made, now - timedelta(days=73, hours=12))
    agents.let_agent_act(people, now - timedelta(days=73))
    administrators.partner_joins(people, now - timedelta(days=60))
    ours = rights.make_rights(people, now)
    rights.make_samples(people, now)
    upkeep.make_renewals(people, now)
    rights.claim_twice(people, now)
    stock = market.stock_up(now)
    past = plan.plan(stock, now)
    market.open_marketplace(now, _sold(past, stock), people.user("seller"))
    upkeep.name_products(now)
    desk = Desk(people, ours, stock, now)
    _play_past(past, people, ours)
    agents.let_agency_act(desk)
    agents.let_agency_file(desk)
    open_cases.play_older(desk)
    open_cases.play_measures_to_mend(desk)
    open_cases.play_waiting(desk)
    decided_again.play(desk)
    looks.look_again(people, now)
    forget_mail(before, now)
    open_cases.play_recent(desk)
    upkeep.list_sellers(desk)
    administrators.deputy_waits(people, now)
    administrators.plan_single_sign_on(people, now)


def _sold(past: Sequence[plan.Past], stock: market.Stock) -> list[Planned]:
    return [*(each for case in past for each in case.sold), *open_cases.sold_for(stock)]


def _play_past(past: Sequence[plan.Past], people: Cast, ours: dict[str, IPRight]) -> None:
    for case in past:
        play(case, people, ours)


def _newest_message() -> int:
    return OutboxMessage.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def forget_mail(after: int, now: datetime) -> None:
    """Marks what history would still send as done: the past must not flood the mailbox."""
    history = OutboxMessage.objects.filter(pk__gt=after, state=OutboxState.WAITING)
    history.update(state=OutboxState.DONE, done_at=now)


def ensure_mandate(owner: Actor, now: datetime) -> SigningMandate:
    """Gives the owner's mandate for the text in force; grants one when there is none."""
    mine = SigningMandate.objects.in_force(now).filter(
        organisation=owner.organisation, signatory=owner.user, declaration=ALL.key, version=ALL.version
    )
    found: SigningMandate | None = mine.first()
    return found or casework.grant_mandate(actor=owner, signing=signed(owner, ALL), now=now)


def told(api_key: str, mandate: SigningMandate) -> dict[str, Any]:
    """What a newcomer or a script needs: where, as whom, with which key, and what to try."""
    return {
        "address": settings.ORIGIN,
        "accounts": [_account(person) for person in PEOPLE],
        "api_key": api_key,
        "mandate": str(mandate.public_id),
        "signatory": mandate.typed_name,
        "codes": f"{settings.ORIGIN}/dev/codes/",
        "try": [line.format(origin=settings.ORIGIN) for line in TRY_FIRST],
        "try_first": list(TRY_FIRST),
    }


def _account(person: accounts.Person) -> dict[str, str]:
    facts = {
        "email": person.email,
        "password": PASSWORD,
        "role": person.role,
        "organisation": person.organisation,
        "door": settings.ORIGIN + person.door,
    }
    return facts | ({"totp_secret": person.totp_secret} if person.is_staff else {})
