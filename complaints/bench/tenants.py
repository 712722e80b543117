"""Who files in a load test: organisations with a person, a right and shops to report."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction

from brands.models import Brand, IPRight, MarkFamily, RightClass, RightTerritory
from portal.accounts.models import Membership, Organisation, OrganisationKind, OrganisationState, Role, StaffRole, User
from portal.files import store
from portal.files.models import StoredFile
from portal.marketplace.models import Account, Target
from portal.marketplace.pictures import draw_logo

MARKETS = ("DE", "FR", "SE", "IT", "ES", "NL")


@dataclass(frozen=True, slots=True)
class Tenant:
    """One organisation that files, with its person, its right and the shops it reports."""

    organisation: Organisation
    user: User
    right: IPRight
    shops: Sequence[Account]


@dataclass(slots=True)
class Load:
    """The tenants, a reviewer, the moment that counts as now, and the name of this run, which starts its references."""

    tenants: Sequence[Tenant]
    reviewer: User
    now: datetime
    run: str
    rng: random.Random
    written: Counter[str] = field(default_factory=Counter)

    def write(self, rows: Iterable[models.Model]) -> list[Any]:
        """Writes rows of one kind in one go and counts them."""
        rows = list(rows)
        if not rows:
            return []
        kind = type(rows[0])
        made = kind._default_manager.bulk_create(rows, batch_size=1000)
        self.written[kind.__name__] += len(made)
        return list(made)


def prepare(organisations: int, now: datetime) -> Load:
    """Makes the tenants: each with one person, one approved right and three shops to report."""
    run = uuid.uuid4().hex[:8]
    with transaction.atomic():
        reviewer = User(email=f"reviewer-{run}@load.test", name="Load reviewer", staff_role=StaffRole.REVIEWER)
        reviewer.set_unusable_password()
        reviewer.save()
        paper = store.freeze(draw_logo("LOAD"), name="certificate.png", purpose="right-certificate", now=now)
        tenants = [_tenant(run, number, paper, now) for number in range(organisations)]
    # The numbers say nothing to anybody; they only have to differ between runs and repeat within one.
    return Load(tenants, reviewer, now, run.upper(), random.Random(int(run, 16)))  # noqa: S311 - the same load for the same run


def _tenant(run: str, number: int, paper: StoredFile, now: datetime) -> Tenant:
    name = f"Load {run} {number + 1}"
    organisation = Organisation.objects.create(
        name=name,
        country="SE",
        kind=OrganisationKind.RIGHTS_HOLDER,
        state=OrganisationState.APPROVED.value,
        verified_at=now - timedelta(days=399),
        created_at=now - timedelta(days=400),
    )
    user = User(email=f"member-{run}-{number}@load.test", name=f"Member {number + 1}")
    user.set_unusable_password()
    user.save()
    Membership.objects.create(organisation=organisation, user=user, role=Role.ADMINISTRATOR)
    return Tenant(organisation, user, _right(organisation, number, paper, now), _shops(run, number, now))


def _right(organisation: Organisation, number: int, paper: StoredFile, now: datetime) -> IPRight:
    sign = f"LOADMARK {number + 1}"
    brand = Brand.objects.create(organisation=organisation, name=sign, name_key=sign.lower(), created_at=now)
    family = MarkFamily.objects.create(organisation=organisation, brand=brand, name=sign, sign=sign.lower())
    right = IPRight.objects.create(
        organisation=organisation,
        brand=brand,
        family=family,
        office="EM",
        application_number=f"0988{number:05d}",
        registration_number=f"0988{number:05d}",
        mark_text=sign,
        certificate=paper,
        filing_date=(now - timedelta(days=900)).date(),
        registration_date=(now - timedelta(days=700)).date(),
        expiry_date=(now + timedelta(days=2700)).date(),
        owner_name=organisation.name,
        register_status="registered",
        register_as_of=now.date(),
        state="approved",
        verified_at=now,
        checked_at=now,
        created_at=now,
    )
    RightClass.objects.bulk_create(RightClass(right=right, number=n, edition="") for n in (18, 25))
    RightTerritory.objects.bulk_create(RightTerritory(right=right, country=market) for market in MARKETS)
    return right


def _shops(run: str, number: int, now: datetime) -> list[Account]:
    handles = [f"load-{run}-{number}-{place}" for place in range(3)]
    begun = now - timedelta(days=400)
    targets = Target.objects.bulk_create(
        Target(
            kind="account",
            marketplace_id=f"SA-L{run}{number}X{place}".upper(),
            title=handle,
            market=MARKETS[place],
            created_at=begun,
            edited_at=begun,
        )
        for place, handle in enumerate(handles)
    )
    rows = [Account(target=t, handle=h, account_kind="seller") for t, h in zip(targets, handles, strict=True)]
    return Account.objects.bulk_create(rows)
