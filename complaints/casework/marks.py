"""Marks: an open complaint whose ground has shifted waits, visibly, for another look."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from complaints.models import Complaint
from complaints.steps import lock, log
from portal.accounts.actors import SYSTEM


def mark(*, complaint_id: int, why: Complaint.Mark, now: datetime) -> bool:
    """Marks a complaint that is with the desk; False where it is decided or marked so already. Safe to do twice."""
    with transaction.atomic():
        complaint = lock(SYSTEM, complaint_id)
        if complaint.is_draft or complaint.is_closed or complaint.marked_for == why:
            return False
        complaint.marked_at, complaint.marked_for = now, why.value
        _save(complaint, now)
        log(complaint, "complaint.marked", SYSTEM, now, why=why.value)
    return True


def unmark(*, complaint_id: int, why: Complaint.Mark, now: datetime) -> bool:
    """Takes this mark off again; False where it does not stand. Safe to do twice."""
    with transaction.atomic():
        complaint = lock(SYSTEM, complaint_id)
        if complaint.marked_for != why:
            return False
        complaint.marked_at, complaint.marked_for = None, ""
        _save(complaint, now)
        log(complaint, "complaint.unmarked", SYSTEM, now, why=why.value)
    return True


def _save(complaint: Complaint, now: datetime) -> None:
    complaint.updated_at = now
    complaint.version += 1
    complaint.save(update_fields=["marked_at", "marked_for", "updated_at", "version"])
