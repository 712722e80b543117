"""The rows of a case, by topic."""

from complaints.models.clocks import Clock
from complaints.models.complaint import Complaint, Item, Notifier, Snapshot
from complaints.models.decision import Decision, Measure, StatementOfReasons
from complaints.models.filing import Evidence, Signature, SigningMandate
from complaints.models.habits import ComplaintTemplate, DigestLine, NotificationChoice, SavedEvidence, SavedFilter
from complaints.models.manifest import Manifest
from complaints.models.orders import AuthorityOrder
from complaints.models.policy import DeskTemplate, Policy, PolicyClause
from complaints.models.quality import SecondLook
from complaints.models.routing import Recusal, ReviewerProfile, RoutingRule
from complaints.models.talk import InternalNote, Message

__all__ = [
    "AuthorityOrder",
    "Clock",
    "Complaint",
    "ComplaintTemplate",
    "Decision",
    "DeskTemplate",
    "DigestLine",
    "Evidence",
    "InternalNote",
    "Item",
    "Manifest",
    "Measure",
    "Message",
    "NotificationChoice",
    "Notifier",
    "Policy",
    "PolicyClause",
    "Recusal",
    "ReviewerProfile",
    "RoutingRule",
    "SavedEvidence",
    "SavedFilter",
    "SecondLook",
    "Signature",
    "SigningMandate",
    "Snapshot",
    "StatementOfReasons",
]
