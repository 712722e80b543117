"""The facts of a decision that the 35 fields of its statements are made from (complaints/sor)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints import enforcement, sor
from complaints.models import Complaint, Decision, Item
from complaints.reasons import REASONS, Outcome, Reason
from complaints.sor.checking import Fields
from portal.marketplace.models import Account, TargetKind


def puid_of(decision: Decision, account: Account | None) -> str:
    """The number of a statement for ever: of letters, digits and hyphens, as the database asks."""
    return f"{decision.reference}-{account.pk if account else 'C'}"


def of_statement(decision: Decision, items: Sequence[Item], account: Account | None, now: datetime) -> Fields:
    """The fields of the statement to one side: these items, and nothing of what others wrote or are called.

    They are in English, as the database asks for one language; the text of the statement is in the reader's own. It
    holds from `now`: a decision that was held begins when the second person confirms it.
    """
    with translation.override("en"):
        return sor.build(_facts(decision, items, account, now))


def _facts(decision: Decision, items: Sequence[Item], account: Account | None, now: datetime) -> sor.Facts:
    complaint, accepted = decision.complaint, decision.outcome == Outcome.ACCEPTED
    targets = [item.target for item in items]
    right = next((item.right for item in items if item.right is not None), complaint.right)
    return sor.Facts(
        puid=puid_of(decision, account),
        actions=tuple(sorted({enforcement.action_for(target).value for target in targets})) if accepted else (),
        kinds=tuple(sorted({target.kind for target in targets})),
        markets=tuple(sorted({target.market for target in targets})),
        right_kind=right.kind if right is not None else "",
        reason=complaint.reason,
        source=complaint.source,
        notifier=_notifier(complaint),
        explanation=decision.policy_text or str(decision.ground_text.plain),
        facts=_in_words(complaint, items),
        content_date=min(target.created_at for target in targets).astimezone(UTC).date(),
        decided_on=now.astimezone(UTC).date(),
        gtins=tuple(t.listing.gtin for t in targets if t.kind == TargetKind.LISTING and t.listing.gtin),
    )


def _notifier(complaint: Complaint) -> str:
    """Names the organisation that complained: no claim of a right can be answered without it. People are not named."""
    if complaint.organisation is not None:
        return complaint.organisation.name
    return complaint.notifier.organisation_name if hasattr(complaint, "notifier") else ""


def _in_words(complaint: Complaint, items: Sequence[Item]) -> str:
    count, reason = len(items), REASONS[Reason(complaint.reason)].label if complaint.reason else ""
    said = [
        ngettext("%d item was reported.", "%d items were reported.", count) % count,
        _("Reason given: %(reason)s.") % {"reason": reason} if reason else "",
        _("Right: %(right)s.") % {"right": complaint.mark_text} if complaint.mark_text else "",
        _("What the public saw was stored when the report was filed, and a person looked at it."),
    ]
    return " ".join(filter(None, said))
