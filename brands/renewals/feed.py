"""The calendar feed: a secret link that any calendar program can read, without a sign-in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from allauth.core.internal.ratelimit import consume
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_safe
from icalendar import Alarm, Calendar, Event

from brands import registry
from brands.models import IPRight
from brands.registers.offices import add_months
from brands.renewals.reading import Row, rows

YEARS = 3  # how far a feed looks ahead
ALARMS = (90, 30)  # days before


@require_safe
@sensitive_variables("token")
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answers with the deadlines of who the link belongs to; 404 alike for an unknown, a revoked and an ended one."""
    # The public `consume` lets every GET pass; this one counts them.
    if consume(request, app="allauth.account", action="calendar_feed", key=token, limit_get=True) is None:
        return HttpResponse(_("Ask again in an hour."), status=429, headers={"Retry-After": "3600"})
    now = timezone.now()
    found = registry.find_feed(token=token, now=now)
    if found is None:
        raise Http404
    feed, actor = found
    with translation.override(feed.user.language or settings.LANGUAGE_CODE):
        listed = rows(IPRight.objects.visible_to(actor), today=now.date(), last=add_months(now.date(), YEARS * 12))
        body = calendar_of(feed.organisation.name, listed)
    return _answer(request, body)


def calendar_of(name: str, listed: Iterable[Row]) -> bytes:
    """Writes the calendar: one event a deadline, on the day that counts next, the same bytes for the same rows."""
    calendar = Calendar()
    calendar.add("prodid", "-//Rightsdesk//Renewals//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Renewals: %(name)s") % {"name": name})
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    for row in listed:
        if row.state != "passed":
            calendar.add_component(_event(row))
    return bytes(calendar.to_ical())


def _event(row: Row) -> Event:
    """The day that counts: when it is due or, once that has gone by, the last day of grace."""
    deadline, late = row.deadline, row.is_late
    day = deadline.grace_ends if late else deadline.due
    event = Event()
    event.add("uid", _uid(row))
    event.add("dtstamp", _stamp(row))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", _summary(row))
    event.add("description", _description(row))
    event.add("url", settings.ORIGIN + reverse("brands:right", args=[row.right.public_id]))
    for days in ALARMS:
        if not late and day - timedelta(days=days) > deadline.opens:
            event.add_component(_alarm(row, timedelta(days=-days)))
    event.add_component(_alarm(row, -(day - deadline.opens) if not late else timedelta(days=-30)))
    return event


def _uid(row: Row) -> str:
    """The same for the same deadline, whatever else changes; calendars know an event by it."""
    host = urlsplit(settings.ORIGIN).hostname or "localhost"
    return f"{row.deadline.rule}-{row.deadline.due:%Y%m%d}-{row.right.public_id}@{host}"


def _stamp(row: Row) -> datetime:
    """When what is told here was known: no clock, so that an unchanged feed keeps its ETag."""
    known: datetime = row.renewal.asked_at if row.renewal else row.right.verified_at or row.right.created_at
    return known.replace(microsecond=0)


def _summary(row: Row) -> str:
    words = _("Last day: %(what)s, %(right)s") if row.is_late else _("%(what)s due: %(right)s")
    return words % {"what": row.deadline.label, "right": row.right}


def _description(row: Row) -> str:
    deadline = row.deadline
    days = _("Possible from %(opens)s, due on %(due)s") % {
        "opens": _day(deadline.opens),
        "due": _day(deadline.due),
    }
    late = (
        _(", late until %(last)s") % {"last": _day(deadline.grace_ends)} if deadline.grace_ends > deadline.due else ""
    )
    waits = [_("Declared as done; the desk checks it.")] if row.renewal else []
    basis = [_("Basis: %(law)s.") % {"law": deadline.law}] if deadline.law else []
    return "\n".join([deadline.what, f"{days}{late}.", *basis, *waits])


def _day(day: date) -> str:
    return date_format(day, "j M Y")


def _alarm(row: Row, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _summary(row))
    alarm.add("trigger", before)
    return alarm


def _answer(request: HttpRequest, body: bytes) -> HttpResponse:
    etag = quote_etag(hashlib.sha256(body).hexdigest()[:32])
    known = parse_etags(request.headers.get("If-None-Match", ""))
    unchanged = "*" in known or etag in {each.removeprefix("W/") for each in known}
    answer: HttpResponse = HttpResponseNotModified() if unchanged else HttpResponse(body)
    if not unchanged:
        answer["Content-Type"] = "text/calendar; charset=utf-8"
        answer["Content-Disposition"] = 'inline; filename="renewals.ics"'
    answer["ETag"] = etag
    # Kept by who reads it and asked about each time; nobody in between keeps a secret link's answer.
    answer["Cache-Control"] = "private, no-cache"
    answer["CDN-Cache-Control"] = "no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer
