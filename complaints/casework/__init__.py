"""How does it happen? The only writer of a complaint's state: every verb of a case, by who uses it.

Each verb reads the same: lock, check the table of states.py, write the rows, append the event; one transaction.
"""

from complaints.casework.claims import (
    claim,
    claim_next,
    extend,
    hand_over,
    recuse,
    release,
    return_cases,
    set_away,
    step_back,
)
from complaints.casework.curing import cure
from complaints.casework.deciding import Verdict, confirm, decide, decide_together, send_back
from complaints.casework.desk import add_note, ask
from complaints.casework.drafting import (
    add_evidence,
    discard,
    remove_evidence,
    save_draft,
    sketch_draft,
    start_draft,
)
from complaints.casework.filing import submit
from complaints.casework.lines import mend_line, split_draft, take_out_lines
from complaints.casework.mandates import grant_mandate, revoke_mandate
from complaints.casework.marks import follow as follow_marks
from complaints.casework.notices import confirm_notice, find_notice, start_notice
from complaints.casework.parties import answer, mark_read, respond, withdraw
from complaints.casework.places import end_recusal, set_place
from complaints.casework.policy import discard_policy, draft_policy, publish_policy, save_policy
from complaints.casework.routing import save_rule
from complaints.casework.sampling import NOTE_LENGTH, open_look, record_look
from complaints.casework.sampling import draw as draw_second_looks
from complaints.casework.sampling import waiting as waiting_looks
from complaints.casework.signing import Signing, declaration_for
from complaints.casework.superseding import supersede
from complaints.casework.wording import save_template

__all__ = [
    "NOTE_LENGTH",
    "Signing",
    "Verdict",
    "add_evidence",
    "add_note",
    "answer",
    "ask",
    "claim",
    "claim_next",
    "confirm",
    "confirm_notice",
    "cure",
    "decide",
    "decide_together",
    "declaration_for",
    "discard",
    "discard_policy",
    "draft_policy",
    "draw_second_looks",
    "end_recusal",
    "extend",
    "find_notice",
    "follow_marks",
    "grant_mandate",
    "hand_over",
    "mark_read",
    "mend_line",
    "open_look",
    "publish_policy",
    "record_look",
    "recuse",
    "release",
    "remove_evidence",
    "respond",
    "return_cases",
    "revoke_mandate",
    "save_draft",
    "save_policy",
    "save_rule",
    "save_template",
    "send_back",
    "set_away",
    "set_place",
    "sketch_draft",
    "split_draft",
    "start_draft",
    "start_notice",
    "step_back",
    "submit",
    "supersede",
    "take_out_lines",
    "waiting_looks",
    "withdraw",
]
