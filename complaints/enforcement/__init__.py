"""Measures: what an accepted item does to its target, carried out by a connector and believed only when read back."""

from complaints.enforcement.carrying import check, order_of, propose, retry, send, settle_by_hand, tell_when_all_done
from complaints.enforcement.measures import action_for, in_words, needs_second
from complaints.enforcement.undoing import undo

__all__ = [
    "action_for",
    "check",
    "in_words",
    "needs_second",
    "order_of",
    "propose",
    "retry",
    "send",
    "settle_by_hand",
    "tell_when_all_done",
    "undo",
]
