"""Rights in bulk for the lane of the list: drafts and approved marks of one organisation."""

from __future__ import annotations

from datetime import datetime, timedelta

from brands.models import IPRight, RightClass, RightTerritory
from complaints.bench.tenants import MARKETS, Load, Tenant

OFFICE = "EM"


def write_rights(load: Load, tenant: Tenant, first: int, count: int) -> None:
    """Writes marks number `first` and following, each with two classes and its markets."""
    made = load.write(_mark(tenant, number, load.now) for number in range(first, first + count))
    load.write(RightClass(right=right, number=number, edition="") for right in made for number in (18, 25))
    load.write(RightTerritory(right=right, country=market) for right in made for market in MARKETS)


def _mark(tenant: Tenant, number: int, now: datetime) -> IPRight:
    like = tenant.right
    return IPRight(
        organisation=tenant.organisation,
        brand=like.brand,
        family=like.family,
        office=OFFICE,
        application_number=f"097{number:06d}",
        registration_number=f"097{number:06d}",
        mark_text=f"LOADMARK {number}",
        certificate=like.certificate,
        filing_date=like.filing_date,
        registration_date=like.registration_date,
        expiry_date=like.expiry_date,
        owner_name=like.owner_name,
        register_status="registered",
        register_as_of=now.date(),
        state="approved" if number % 3 else "draft",
        verified_at=now if number % 3 else None,
        created_at=now - timedelta(minutes=number),
    )
