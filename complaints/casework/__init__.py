"""How does it happen? The only writer of a complaint's state: every verb of a case, by who uses it.

Each verb reads the same: lock, check the table of states.py, write the rows, append the event; one transaction.
"""

from complaints.casework.deciding import confirm, decide, send_back
from complaints.casework.desk import add_note, ask, claim, claim_next, extend, release
from complaints.casework.drafting import (
    add_evidence,
    discard,
    remove_evidence,
    save_draft,
    start_draft,
)
from complaints.casework.filing import submit
from complaints.casework.mandates import grant_mandate, revoke_mandate
from complaints.casework.marks import mark, unmark
from complaints.casework.notices import confirm_notice, find_notice, start_notice
from complaints.casework.parties import answer, mark_read, respond, withdraw
from complaints.casework.signing import Signing

__all__ = [
    "Signing",
    "add_evidence",
    "add_note",
    "answer",
    "ask",
    "claim",
    "claim_next",
    "confirm",
    "confirm_notice",
    "decide",
    "discard",
    "extend",
    "find_notice",
    "grant_mandate",
    "mark",
    "mark_read",
    "release",
    "remove_evidence",
    "respond",
    "revoke_mandate",
    "save_draft",
    "send_back",
    "start_draft",
    "start_notice",
    "submit",
    "unmark",
    "withdraw",
]
