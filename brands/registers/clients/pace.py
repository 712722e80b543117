"""The pace at which an office is asked, kept in one row for all processes: so many calls in any sixty seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brands.models import OfficeCall
from brands.registers.clients.base import OfficeError, Trouble

MINUTE: Final = timedelta(seconds=60)
LONGEST_WAIT: Final = timedelta(hours=24)
PATIENCE: Final = 3  # failures in a row before an office is left alone
REST: Final = timedelta(minutes=5)


def take_slot(office: str, now: datetime, a_minute: int) -> None:
    """Counts one call, or raises OfficeError when the office is closed or has had its calls of this minute."""
    with transaction.atomic():
        row = _row(office, now)
        if row.closed_until and row.closed_until > now:
            raise OfficeError(Trouble.RATE_LIMITED, _closed(row.closed_until), row.closed_until)
        recent = [moment for moment in row.recent if now.timestamp() - MINUTE.total_seconds() < moment]
        if len(recent) >= a_minute:
            free = datetime.fromtimestamp(recent[-a_minute], UTC) + MINUTE
            raise OfficeError(Trouble.RATE_LIMITED, _closed(free), free)
        row.recent = [*recent, now.timestamp()]
        row.minute, row.calls, row.closed_until = now, len(row.recent), None
        row.save(update_fields=["recent", "minute", "calls", "closed_until"])


def close(office: str, now: datetime, wait: timedelta, why: str) -> datetime:
    """Leaves the office alone for `wait`, at most a day; gives the time from which it may be asked again."""
    with transaction.atomic():
        row = _row(office, now)
        until: datetime = max(now + min(wait, LONGEST_WAIT), row.closed_until or now)
        row.closed_until, row.last_error = until, why[:300]
        row.save(update_fields=["closed_until", "last_error"])
        return until


def failed(office: str, now: datetime, why: str) -> datetime:
    """Notes a failure; after a few in a row the office is left alone for longer and longer. Gives when to try again."""
    with transaction.atomic():
        row = _row(office, now)
        row.failures, row.last_error = min(row.failures + 1, 1000), why[:300]
        retry: datetime = now + REST * 2 ** min(max(row.failures - PATIENCE, 0), 6)
        if row.failures >= PATIENCE:
            row.closed_until = retry
        row.save(update_fields=["failures", "last_error", "closed_until"])
        return retry


def answered(office: str) -> None:
    """Notes that the office answered."""
    OfficeCall.objects.filter(office=office, failures__gt=0).update(failures=0)


def _row(office: str, now: datetime) -> OfficeCall:
    row, _new = OfficeCall.objects.select_for_update().get_or_create(office=office, defaults={"minute": now})
    return row


def _closed(until: datetime) -> str:
    return _("The office is not asked again before %(time)s.") % {"time": date_format(until, "H:i:s")}
