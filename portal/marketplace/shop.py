"""What a visitor of the sandbox marketplace sees: its own truth, not our belief."""

from __future__ import annotations

from datetime import datetime

from django.db.models import BooleanField, CharField, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from portal.marketplace.connectors.sandbox import settle_all
from portal.marketplace.models import Target, TargetState

TONES = {
    TargetState.LIVE: "ok",
    TargetState.PAUSED: "warn",
    TargetState.REMOVED: "bad",
    TargetState.INTERRUPTED: "bad",
    TargetState.ENDED: "",
    TargetState.DEACTIVATED: "bad",
}


def everything(now: datetime) -> QuerySet[Target]:
    """All targets with `actual`, `whole` and `owner_actual` as the sandbox has them now."""
    settle_all(now)
    return Target.objects.with_detail().annotate(
        actual=Coalesce("sandbox__actual", "state", output_field=CharField()),
        whole=Coalesce("sandbox__whole", Value(True), output_field=BooleanField()),
        owner_actual=Coalesce(
            "owner__target__sandbox__actual", "owner__target__state", Value("live"), output_field=CharField()
        ),
    )


def on_offer(now: datetime) -> QuerySet[Target]:
    """What search shows: live, whole, and not of a deactivated account; newest first."""
    live = everything(now).filter(Q(actual=TargetState.LIVE, whole=True))
    return live.exclude(Q(owner_actual=TargetState.DEACTIVATED)).order_by("-created_at", "-id")


def search(now: datetime, *, words: str = "", kind: str = "", market: str = "") -> QuerySet[Target]:
    """Search by words of the title, or by an exact id or handle."""
    found = on_offer(now)
    if kind:
        found = found.filter(kind=kind)
    if market:
        found = found.filter(market=market)
    if not words:
        return found
    by_title = found
    for word in words.split()[:8]:
        by_title = by_title.filter(title__icontains=word)
    exact = Target.objects.identified(words).values("pk")
    return by_title | found.filter(pk__in=exact)


def tone(target: Target) -> str:
    """The tone of the badge for an annotated target."""
    return TONES[TargetState(target.actual)]  # type: ignore[attr-defined]


def label(target: Target) -> str:
    """The word on the badge for an annotated target."""
    state = TargetState(target.actual)  # type: ignore[attr-defined]
    return str(state.label)
