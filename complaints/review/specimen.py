"""What both sides would read under a version of the policy, shown with an invented case. Nothing is stored."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils.translation import gettext as _

from brands.models import IPRight
from complaints import statements
from complaints.models import Complaint, Item
from complaints.policies import PolicyTexts
from complaints.reasons import NEEDS_MISSING_PROOF, Ground
from complaints.rules.clocks import ANSWER_TO_DECISION_DAYS
from complaints.statements import Draft, Grounds
from portal.accounts.models import Organisation
from portal.marketplace.models import Account, Target, TargetKind

NOBODY = -1  # the key of rows that are never stored


def texts(policy: PolicyTexts, ground: Ground, today: date) -> list[Draft]:
    """Composes the texts of one ground by the very function that composes those that are sent."""
    proof = _("(the reviewer names the proof)") if ground in NEEDS_MISSING_PROOF else ""
    grounds = Grounds(ground, policy, proof)
    until = today + timedelta(days=ANSWER_TO_DECISION_DAYS)
    complaint, item = _case()
    return statements.compose(complaint, [item], grounds, _("(here stands the text of the reviewer)"), until)


def _case() -> tuple[Complaint, Item]:
    shop = Account(pk=NOBODY, handle="example_shop")
    offer = Target(pk=NOBODY, kind=TargetKind.LISTING, title=_("An example"), marketplace_id="LS-00000000", owner=shop)
    right = IPRight(pk=NOBODY, kind="trademark", mark_text="EXAMPLE", name="EXAMPLE")
    holder = Organisation(pk=NOBODY, name=_("An example organisation"))
    complaint = Complaint(pk=NOBODY, source=Complaint.Source.PORTAL, organisation=holder, right=right)
    return complaint, Item(pk=NOBODY, complaint=complaint, target=offer, right=right)
