"""What each pasted line would become, and what a reviewer would object to, before anything is sent.

`lines` answers every line; `findings` makes the check that pages, API and filing share; `likely` says which rejections
it foresees and how to cure each; `duplicates` knows what was reported before.
"""

from complaints.preflight.finding import Finding
from complaints.preflight.findings import check, check_items
from complaints.preflight.likely import Likely, at_risk, of_lines, rejections
from complaints.preflight.lines import (
    LEFT_OUT,
    MAX_ITEMS,
    READY,
    TO_CORRECT,
    AnsweredLine,
    answer,
    answer_draft,
    split,
    tally,
)

__all__ = [
    "LEFT_OUT",
    "MAX_ITEMS",
    "READY",
    "TO_CORRECT",
    "AnsweredLine",
    "Finding",
    "Likely",
    "answer",
    "answer_draft",
    "at_risk",
    "check",
    "check_items",
    "of_lines",
    "rejections",
    "split",
    "tally",
]
