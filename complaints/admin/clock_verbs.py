"""What the buttons beside the clocks of a case do; the verbs ask for a senior."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from complaints import errors
from complaints.admin.press import Done, Press, number
from complaints.casework import clocks
from complaints.models import Clock
from complaints.rules import clock_words


def start(press: Press) -> Done:
    """Starts the chosen clock; what it counts from happened now, or when the form says so in the reader's zone."""
    account = number(press.text("clock_account"))
    clock = clocks.start(
        actor=press.actor,
        complaint_id=press.complaint.pk,
        rule=press.text("clock_rule"),
        subject=f"account:{account}" if account else "",
        started_at=_moment(press.text("clock_from")),
        now=press.now,
    )
    return Done(_("“%s” runs.") % clock_words.name_of(clock.rule))


def _moment(text: str) -> datetime | None:
    """Reads what a datetime-local field sends; None for an empty one. Raises Refused for anything else."""
    if not text.strip():
        return None
    try:
        found = parse_datetime(text.strip())
    except ValueError:
        found = None
    if found is None:
        raise errors.refused("time_unreadable", _("Write the time as 2026-11-20T15:00."), "clock_from")
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def pause(press: Press) -> Done:
    clocks.pause(actor=press.actor, clock_id=_clock(press), because=press.text("clock_because"), now=press.now)
    return Done(_("The clock stands still."))


def resume(press: Press) -> Done:
    clock = clocks.resume(actor=press.actor, clock_id=_clock(press), now=press.now)
    return Done(_("“%s” goes on.") % clock_words.name_of(clock.rule))


def meet(press: Press) -> Done:
    clocks.meet(actor=press.actor, clock_id=_clock(press), now=press.now)
    return Done(_("Met. Nothing more comes of this clock."))


def stop(press: Press) -> Done:
    clocks.stop(actor=press.actor, clock_id=_clock(press), because=press.text("clock_because"), now=press.now)
    return Done(_("Stopped. Nothing comes of this clock."))


def _clock(press: Press) -> int:
    """Gives the posted clock's id if it is of this case. Raises NotFound alike for absent and foreign ones."""
    pk = press.number("clock")
    if not Clock.objects.filter(complaint=press.complaint, pk=pk).exists():
        raise errors.no_such_complaint()
    return pk


VERBS: dict[str, Callable[[Press], Done]] = {
    "clock_start": start,
    "clock_pause": pause,
    "clock_resume": resume,
    "clock_meet": meet,
    "clock_stop": stop,
}
