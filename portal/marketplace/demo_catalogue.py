"""Fills the sandbox marketplace with invented shops and goods, some of which copy the marks given."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction

from portal.marketplace.demo_plan import Planned, all_shops, plan
from portal.marketplace.demo_words import Shop
from portal.marketplace.models import PREFIXES, Account, Listing, Livestream, SandboxObject, Target, Video
from portal.marketplace.pictures import draw_product

# Raise it when a drawing changes, so that pictures kept from before are drawn anew.
DRAWING = "2"
CONTACTS = {"peakdeals_77": "seller@demo.test"}
DETAILS: dict[str, type[models.Model]] = {"listing": Listing, "video": Video, "livestream": Livestream}


@transaction.atomic
def seed(*, marks: Sequence[Mapping[str, Any]], now: datetime) -> dict[str, Any]:
    """Makes the demo marketplace; what is there already (by marketplace id) is left as it is.

    `marks`: mappings with `text`, `classes` (Nice classes), optionally `goods` and `emblem`. Returns the number of rows
    `created`, counts per kind, and the marketplace ids by verdict: `infringing`, `genuine`, `harmless`.
    """
    accounts = seed_accounts(now)
    planned = plan(marks, now)
    created = seed_targets(planned, accounts, now)
    pin_products()
    answer: dict[str, Any] = {"created": created, "account": len(accounts)}
    answer |= {kind: sum(each.kind == kind for each in planned) for kind in DETAILS}
    for verdict in ("infringing", "genuine", "harmless"):
        answer[verdict] = [each.marketplace_id for each in planned if each.verdict == verdict]
    return answer


def seed_accounts(now: datetime) -> dict[str, Account]:
    """The shops and creators, by handle."""
    shops = {shop.handle: shop for shop in all_shops()}
    kept = set(Account.objects.filter(handle__in=shops).values_list("handle", flat=True))
    missing = [shop for handle, shop in shops.items() if handle not in kept]
    made = Target.objects.bulk_create(account_target(shop, now - timedelta(days=400)) for shop in missing)
    Account.objects.bulk_create(
        Account(
            target=target,
            handle=shop.handle,
            account_kind=shop.kind,
            description=f"{shop.title} on the demo marketplace.",
            contact_email=CONTACTS.get(shop.handle, ""),
        )
        for shop, target in zip(missing, made, strict=True)
    )
    SandboxObject.objects.bulk_create(SandboxObject(target=target, actual=target.state) for target in made)
    return {account.handle: account for account in Account.objects.filter(handle__in=shops)}


def account_target(shop: Shop, when: datetime) -> Target:
    return Target(
        kind="account",
        marketplace_id=shop.number,
        title=shop.title,
        market=shop.market,
        created_at=when,
        edited_at=when,
        observed_at=when,
    )


def seed_targets(planned: list[Planned], accounts: dict[str, Account], now: datetime) -> int:
    """Writes what is missing, one bulk insert a table; returns how many targets that were."""
    ids = [each.marketplace_id for each in planned]
    kept = set(Target.objects.filter(marketplace_id__in=ids).values_list("marketplace_id", flat=True))
    missing = [each for each in planned if each.marketplace_id not in kept]
    pictures: dict[tuple[str, int, str, str], str] = {}
    made = Target.objects.bulk_create(
        Target(
            kind=each.kind,
            marketplace_id=each.marketplace_id,
            title=each.title,
            state=each.state,
            market=each.market,
            owner=accounts[each.owner],
            picture=picture_of(each, pictures),
            created_at=each.created_at,
            edited_at=each.created_at,
            observed_at=now,
        )
        for each in missing
    )
    rows: defaultdict[str, list[models.Model]] = defaultdict(list)
    for each, target in zip(missing, made, strict=True):
        rows[each.kind].append(DETAILS[each.kind](target=target, **each.detail))
    for kind, details in rows.items():
        DETAILS[kind]._default_manager.bulk_create(details)
    SandboxObject.objects.bulk_create(SandboxObject(target=target, actual=target.state) for target in made)
    return len(made)


def picture_of(each: Planned, drawn: dict[tuple[str, int, str, str], str]) -> str:
    """The stored name of the picture, drawn once for all that look the same."""
    look = (each.glyph, each.palette, each.brand, each.emblem)
    if look not in drawn:
        digest = hashlib.sha256(repr((DRAWING, *look)).encode()).hexdigest()[:20]
        name = f"marketplace/demo-{digest}.png"
        if not default_storage.exists(name):
            data = draw_product(each.glyph, palette=each.palette, text=each.brand, emblem=each.emblem)
            name = default_storage.save(name, ContentFile(data))
        drawn[look] = name
    return drawn[look]


def pin_products() -> None:
    """Pins products to the demo livestreams that have none: the documented ones to the first, others in turn."""
    streams = list(Livestream.objects.filter(target__marketplace_id__startswith=PREFIXES["livestream"], pinned=None))
    listings = list(Target.objects.filter(kind="listing").order_by("id").values_list("pk", flat=True)[:120])
    known = list(Target.objects.filter(marketplace_id__in=["LS-88120431", "LS-88123310"]).values_list("pk", flat=True))
    through = Livestream.pinned.through
    pins = []
    for place, stream in enumerate(sorted(streams, key=lambda row: row.pk)):
        chosen = known if place == 0 else listings[place * 9 : place * 9 + 3]
        pins += [through(livestream_id=stream.pk, target_id=pk) for pk in chosen]
    through._default_manager.bulk_create(pins, ignore_conflicts=True)
