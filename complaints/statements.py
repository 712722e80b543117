"""What each side is told about a decision: one text a side, composed once, kept as sent, previewed as it will be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core import signing
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints import enforcement
from complaints.models import Complaint, Decision, Item, StatementOfReasons
from complaints.reasons import GROUNDS, POLICY_VERSION, Ground, Outcome
from complaints.rules.clocks import ANSWER_TO_DECISION_DAYS, LINK_VALID
from portal.marketplace.models import Account

_SALT = "complaints.statement.read"


@dataclass(frozen=True, slots=True)
class Draft:
    """One statement before it is stored; `account` is None for the complainant's."""

    account: Account | None
    text: str


def compose(complaint: Complaint, items: Sequence[Item], ground: Ground, text: str, answer_until: date) -> list[Draft]:
    """Writes the text for the complainant and for each account concerned; the preview and the sending use it alike."""
    drafts = [Draft(None, _for_complainant(items, ground, text))]
    for account, mine in by_account(items).items():
        drafts.append(Draft(account, _for_respondent(complaint, mine, ground, text, answer_until)))
    return drafts if GROUNDS[ground].outcome == Outcome.ACCEPTED else drafts[:1]


def by_account(items: Sequence[Item]) -> dict[Account, list[Item]]:
    """Groups items by the account that answers for them."""
    groups: dict[Account, list[Item]] = defaultdict(list)
    for item in items:
        if item.target.seller is not None:
            groups[item.target.seller].append(item)
    return dict(groups)


def _for_complainant(items: Sequence[Item], ground: Ground, text: str) -> str:
    words = GROUNDS[ground]
    if words.outcome == Outcome.ACCEPTED:
        opening = ngettext(
            "We accepted %d item of your complaint.", "We accepted %d items of your complaint.", len(items)
        )
    else:
        opening = ngettext(
            "We rejected %d item of your complaint.", "We rejected %d items of your complaint.", len(items)
        )
    parts = [f"{opening % len(items)}\n{_titles(items)}", str(words.plain), text]
    if words.cure:
        parts.append(_("What you can do: %s") % words.cure)
    return "\n\n".join(parts)


def _titles(items: Sequence[Item]) -> str:
    """Names the items one a line; beyond 20 it says how many more there are."""
    lines = [f"– {item.target.title} ({item.target.marketplace_id})" for item in items[:20]]
    more = len(items) - len(lines)
    if more:
        lines.append(ngettext("– and %d more", "– and %d more", more) % more)
    return "\n".join(lines)


def _for_respondent(complaint: Complaint, items: Sequence[Item], ground: Ground, text: str, answer_until: date) -> str:
    done = "\n".join(sorted({str(enforcement.in_words(item.target)) for item in items}))
    parts = [
        f"{done}\n{_titles(items)}",
        str(GROUNDS[ground].plain),
        text,
        _("Right: %(right)s. Reported by: %(who)s.") % {"right": complaint.mark_text, "who": _named(complaint)},
        _("Decided by a person, under policy %(policy)s, ground %(ground)s.")
        % {"policy": POLICY_VERSION, "ground": f"{ground.value} {GROUNDS[ground].label}"},
        _("You can answer until %s, free of charge. A reviewer will read it.") % date_format(answer_until, "j M Y"),
    ]
    return "\n\n".join(parts)


def _named(complaint: Complaint) -> str:
    """Names an organisation; a natural person who used the public form stays unnamed."""
    if complaint.organisation:
        return complaint.filed_by
    return complaint.notifier.organisation_name or _("a member of the public")


def items_of(statement: StatementOfReasons) -> list[Item]:
    """Lists the items that the account of a respondent's statement answers for; other accounts' stay unseen."""
    items = statement.decision.items.for_pages().select_related("target__account")
    return [item for item in items if item.target.seller and item.target.seller.pk == statement.account_id]


def write(decision: Decision, items: Sequence[Item], *, now: datetime) -> list[StatementOfReasons]:
    """Stores a statement for each side of a decision that takes effect."""
    until = (now + timedelta(days=ANSWER_TO_DECISION_DAYS)).date()
    with translation.override(language_of(decision.complaint)), timezone.override("UTC"):
        drafts = compose(decision.complaint, items, Ground(decision.ground), decision.text, until)
    return StatementOfReasons.objects.bulk_create(
        StatementOfReasons(
            decision=decision,
            side=StatementOfReasons.Side.RESPONDENT if draft.account else StatementOfReasons.Side.COMPLAINANT,
            account=draft.account,
            text=draft.text,
            answer_until=until,
            created_at=now,
        )
        for draft in drafts
    )


def language_of(complaint: Complaint) -> str:
    """Says in which language the sides of a complaint are written to."""
    if complaint.created_by:
        return complaint.created_by.language or "en"
    return complaint.notifier.language if hasattr(complaint, "notifier") else "en"


def link_token(statement: StatementOfReasons) -> str:
    """Makes the token of the respondent's link: it opens this one statement and nothing else, for about six months."""
    return signing.dumps(str(statement.public_id), salt=_SALT)


def find_by_token(token: str) -> StatementOfReasons | None:
    """Finds the statement that a link opens; None for a forged, foreign or expired token."""
    try:
        public_id = signing.loads(token, salt=_SALT, max_age=LINK_VALID)
    except signing.BadSignature:
        return None
    return StatementOfReasons.objects.filter(public_id=public_id, side="respondent").first()
