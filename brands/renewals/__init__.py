"""Renewals as people and programs meet them: reading, calendar page, feed, API, mails. The verbs are the registry's."""

from brands.renewals.reading import Month, Row, by_month, of_right, rows, until, without_end

__all__ = ["Month", "Row", "by_month", "of_right", "rows", "until", "without_end"]
