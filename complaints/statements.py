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

from complaints import enforcement, policies, statement_fields
from complaints.models import Complaint, Decision, Item, StatementOfReasons
from complaints.policies import PolicyTexts
from complaints.reasons import GROUNDS, Ground, Outcome
from complaints.rules.clocks import ANSWER_TO_DECISION_DAYS, LINK_VALID
from portal.marketplace.models import Account

_SALT = "complaints.statement.read"


@dataclass(frozen=True, slots=True)
class Draft:
    """One statement before it is stored; `account` is None for the complainant's."""

    account: Account | None
    text: str


@dataclass(frozen=True, slots=True)
class Grounds:
    """What a text rests on: the ground, the policy's words for it, the proof that a rejection misses (or ""), and the
    decision that this one replaces, as both sides were told it (or None)."""

    ground: Ground
    policy: PolicyTexts
    missing_proof: str = ""
    replaces: Decision | None = None

    @property
    def accepts(self) -> bool:
        return GROUNDS[self.ground].outcome == Outcome.ACCEPTED


def compose(
    complaint: Complaint, items: Sequence[Item], grounds: Grounds, text: str, answer_until: date
) -> list[Draft]:
    """Writes the text for the complainant and for each account concerned; the preview and the sending use it alike.

    Accounts are told of what is done to them, and of the end of what they were told before.
    """
    drafts = [Draft(None, _for_complainant(items, grounds, text))]
    told = _told_before(grounds.replaces)
    for account, mine in by_account(items).items():
        if grounds.accepts:
            drafts.append(Draft(account, _for_respondent(complaint, mine, grounds, text, answer_until, told)))
        elif account.pk in told:
            drafts.append(Draft(account, _for_cleared(complaint, mine, grounds, text)))
    return drafts


def replaced_by(decision: Decision) -> Decision | None:
    """The newest decision before this one that people were told of: one that was only held never left the desk."""
    earlier = decision.supersedes
    while earlier is not None and not earlier.statements.exists():
        earlier = earlier.supersedes
    return earlier


def _told_before(replaces: Decision | None) -> set[int]:
    """The accounts that were told of the decision that is replaced."""
    if replaces is None:
        return set()
    told = replaces.statements.filter(account__isnull=False).values_list("account", flat=True)
    return {pk for pk in told if pk is not None}


def by_account(items: Sequence[Item]) -> dict[Account, list[Item]]:
    """Groups items by the account that answers for them."""
    groups: dict[Account, list[Item]] = defaultdict(list)
    for item in items:
        if item.target.seller is not None:
            groups[item.target.seller].append(item)
    return dict(groups)


def _replaces(grounds: Grounds) -> str:
    """Names the decision that no longer holds, "" where there is none."""
    old = grounds.replaces
    if old is None:
        return ""
    day = date_format(old.decided_at, "j M Y")
    return _("We decided again. For these items this replaces our decision %(decision)s of %(day)s.") % {
        "decision": old.reference,
        "day": day,
    }


def _for_complainant(items: Sequence[Item], grounds: Grounds, text: str) -> str:
    if grounds.accepts:
        opening = ngettext(
            "We accepted %d item of your complaint.", "We accepted %d items of your complaint.", len(items)
        )
    else:
        opening = ngettext(
            "We rejected %d item of your complaint.", "We rejected %d items of your complaint.", len(items)
        )
    policy, cure = grounds.policy, grounds.policy.cure(grounds.ground)
    parts = [_replaces(grounds), f"{opening % len(items)}\n{_titles(items)}", policy.plain(grounds.ground), text]
    if grounds.missing_proof:
        parts.append(_("The proof that is missing: %s") % grounds.missing_proof)
    if cure:
        parts.append(_("What you can do: %s") % cure)
    return "\n\n".join(filter(None, parts))


def _titles(items: Sequence[Item]) -> str:
    """Names the items one a line; beyond 20 it says how many more there are."""
    lines = [f"– {item.target.title} ({item.target.marketplace_id})" for item in items[:20]]
    more = len(items) - len(lines)
    if more:
        lines.append(ngettext("– and %d more", "– and %d more", more) % more)
    return "\n".join(lines)


def _for_cleared(complaint: Complaint, items: Sequence[Item], grounds: Grounds, text: str) -> str:
    """Says to an account that what was decided about it no longer holds."""
    parts = [
        _replaces(grounds),
        _("The complaint about these is rejected now. What was done to them under that decision is undone:")
        + f"\n{_titles(items)}",
        grounds.policy.plain(grounds.ground),
        text,
        _by_whom(complaint, grounds),
    ]
    return "\n\n".join(filter(None, parts))


def _by_whom(complaint: Complaint, grounds: Grounds) -> str:
    """Names the right, the complainant, the policy and the ground."""
    right = _("Right: %(right)s. Reported by: %(who)s.") % {"right": complaint.mark_text, "who": _named(complaint)}
    under = _("Decided by a person, under policy %(policy)s, ground %(ground)s.") % {
        "policy": grounds.policy.version,
        "ground": f"{grounds.ground.value} {GROUNDS[grounds.ground].label}",
    }
    return f"{right}\n\n{under}"


def _for_respondent(
    complaint: Complaint, items: Sequence[Item], grounds: Grounds, text: str, answer_until: date, told: set[int]
) -> str:
    seller = items[0].target.seller
    again = _replaces(grounds) if seller is not None and seller.pk in told else ""
    done = "\n".join(sorted({str(enforcement.in_words(item.target)) for item in items}))
    parts = [
        again,
        f"{done}\n{_titles(items)}",
        grounds.policy.plain(grounds.ground),
        text,
        _by_whom(complaint, grounds),
        _("You can answer until %s, free of charge. A reviewer will read it.") % date_format(answer_until, "j M Y"),
    ]
    return "\n\n".join(filter(None, parts))


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
    policy = policies.of_version(decision.policy_version)
    grounds = Grounds(Ground(decision.ground), policy, decision.missing_proof, replaced_by(decision))
    until = (now + timedelta(days=ANSWER_TO_DECISION_DAYS)).date()
    with translation.override(language_of(decision.complaint)), timezone.override("UTC"):
        drafts = compose(decision.complaint, items, grounds, decision.text, until)
    mine: dict[Account | None, Sequence[Item]] = dict(by_account(items).items())
    mine[None] = items
    return StatementOfReasons.objects.bulk_create(
        StatementOfReasons(
            decision=decision,
            side=StatementOfReasons.Side.RESPONDENT if draft.account else StatementOfReasons.Side.COMPLAINANT,
            account=draft.account,
            text=draft.text,
            puid=statement_fields.puid_of(decision, draft.account),
            fields=statement_fields.of_statement(decision, mine[draft.account], draft.account, now),
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
