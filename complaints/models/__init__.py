"""The rows of a case, by topic."""

from complaints.models.complaint import Complaint, Item, Notifier, Snapshot
from complaints.models.decision import Decision, Measure, StatementOfReasons
from complaints.models.filing import Evidence, Signature, SigningMandate
from complaints.models.talk import InternalNote, Message

__all__ = [
    "Complaint",
    "Decision",
    "Evidence",
    "InternalNote",
    "Item",
    "Measure",
    "Message",
    "Notifier",
    "Signature",
    "SigningMandate",
    "Snapshot",
    "StatementOfReasons",
]
