"""Plain functions that make a small marketplace."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from portal.marketplace import catalogue
from portal.marketplace.connectors.base import Order
from portal.marketplace.models import Account, Target

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
numbers = count(1)


def an_account(handle: str = "", **values: Any) -> Account:
    number = next(numbers)
    return catalogue.create_account(
        marketplace_id=values.pop("marketplace_id", f"SA-{70_000 + number * 13}"),
        handle=handle or f"shop{number}",
        now=NOW,
        **values,
    )


def a_listing(number: str = "", **values: Any) -> Target:
    digits = number or str(61_000_000 + next(numbers) * 1_111)
    values.setdefault("title", "Hooded shell jacket")
    return catalogue.create_listing(marketplace_id=f"LS-{digits}", now=NOW, **values)


def a_video(number: str = "7730912", **values: Any) -> Target:
    values.setdefault("title", "Unboxing my new pack")
    return catalogue.create_video(marketplace_id=f"VD-{number}", now=NOW, **values)


def a_livestream(number: str = "55102", **values: Any) -> Target:
    values.setdefault("title", "Friday outdoor sale")
    values.setdefault("started_at", NOW)
    return catalogue.create_livestream(marketplace_id=f"LV-{number}", now=NOW, **values)


def an_order(target: Target, action: str = "listing_removed") -> Order:
    return Order(id=uuid4(), action=action, target=target)
