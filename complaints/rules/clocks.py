"""How long things may take. Amounts marked as service levels are ours; the law names no number for them."""

from __future__ import annotations

from datetime import datetime, timedelta

DECIDE_WITHIN = timedelta(hours=48)
DECIDE_LIVE_WITHIN = timedelta(minutes=30)
ANSWER_WITHIN = timedelta(days=5)
LEASE = timedelta(minutes=60)
DRAFT_KEPT = timedelta(days=30)
LINK_VALID = timedelta(days=190)
ANSWER_TO_DECISION_DAYS = 183
NOTICE_CONFIRM_WITHIN = timedelta(days=2)


def decide_by(submitted_at: datetime, *, live: bool) -> datetime:
    """Returns when a complaint should be decided; `live` when a livestream among its items is on air."""
    return submitted_at + (DECIDE_LIVE_WITHIN if live else DECIDE_WITHIN)
