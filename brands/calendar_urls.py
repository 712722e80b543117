"""The address of calendar feeds; the last part is the secret."""

from __future__ import annotations

from django.urls import path

from brands.renewals.feed import calendar_feed

urlpatterns = [path("<str:token>.ics", calendar_feed, name="calendar-feed")]
