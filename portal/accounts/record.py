"""How this room reaches the ledger, which stands above it: by name, never by import."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from django.utils.module_loading import import_string

from portal.accounts.actors import Actor

EVENTS = "portal.ledger.events"
OUTBOX = "portal.ledger.outbox"
MAIL = "portal.ledger.mail"


def append(*, stream: tuple[str, int | str], kind: str, actor: Actor, payload: Mapping[str, Any], now: datetime) -> Any:
    """Appends an event to the ledger inside the caller's transaction."""
    return import_string(f"{EVENTS}.append")(stream=stream, kind=kind, actor=actor, payload=payload, now=now)


def commit_text(text: str) -> tuple[str, str]:
    """Gives (salt, digest): what an event may hold in place of personal text."""
    return cast("tuple[str, str]", import_string(f"{EVENTS}.commit_text")(text))


def event_of(event_id: int) -> Any:
    """Gives the event row with that id."""
    return import_string("portal.ledger.models.Event").objects.get(pk=event_id)


def actors_of(*, stream: tuple[str, int | str], kinds: Collection[str]) -> set[str]:
    """Gives who did one of these things in a stream, as `Actor.reference` has it ("user:12")."""
    events = import_string("portal.ledger.models.Event").objects
    found = events.filter(stream_kind=stream[0], stream_id=str(stream[1]), kind__in=kinds)
    return set(found.values_list("actor", flat=True).distinct())


def deliver_mail(**kwargs: Any) -> Any:
    """Sends one mail once for one event; see portal/ledger/mail.py for the arguments."""
    return import_string(f"{MAIL}.deliver_mail")(**kwargs)


def tick(name: str, every: timedelta, work: Callable[[], object]) -> None:
    """Runs `work` once a period, whichever process looks first."""
    import_string(f"{OUTBOX}.tick")(name, every)(work)


def on_event(kind: str, name: str, handler: Callable[..., None]) -> None:
    """Runs `handler(event_id=…)` from the outbox for each event of that kind."""
    import_string(f"{OUTBOX}.task")(name)(handler)
    import_string(f"{EVENTS}.subscribe")(kind, name)
