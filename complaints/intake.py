"""What each pasted line would become, and what a reviewer would object to, before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brands.cover import Cover, cover_of
from brands.models import AuthorisedSeller, IPRight
from brands.sellers import says
from complaints import errors, states
from complaints.listed import of_targets
from complaints.models import Complaint, Item
from complaints.reasons import reasons_for
from portal.accounts.actors import Actor
from portal.accounts.grants import AgentVerb
from portal.marketplace import links
from portal.marketplace.links import LineAnswer
from portal.marketplace.models import Target

MAX_ITEMS = 500
READY, LEFT_OUT, TO_CORRECT = "ready", "left_out", "to_correct"
_FATE = {
    LineAnswer.FOUND: READY,
    LineAnswer.REPEATED: LEFT_OUT,
    LineAnswer.GONE: LEFT_OUT,
    LineAnswer.NOT_FOUND: TO_CORRECT,
    LineAnswer.FOREIGN: TO_CORRECT,
    LineAnswer.SHORT_LINK: TO_CORRECT,
    LineAnswer.UNREADABLE: TO_CORRECT,
}
_TONE = {READY: "ok", LEFT_OUT: "warn", TO_CORRECT: "bad"}


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """One pasted line with its answer: `fate` is ready, left_out or to_correct; `right` is what it would bind to."""

    number: int
    text: str
    code: str
    label: str
    fate: str
    target: Target | None
    right: IPRight | None
    hint: str

    @property
    def tone(self) -> str:
        return _TONE[self.fate]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is looked up once for all lines: earlier reports and entries of sellers by target, rights by market."""

    reported: dict[int, Item]
    rights: dict[str, IPRight]
    cover: Cover
    listed: dict[int, AuthorisedSeller]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check before filing: `tone` ok, warn or bad; bad ones stop the filing."""

    tone: str
    code: str
    title: str
    detail: str


def split(text: str) -> list[str]:
    """Splits a paste into its lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def answer(
    lines: Sequence[str],
    *,
    right: IPRight | None,
    actor: Actor,
    reason: str,
    today: date,
) -> list[AnsweredLine]:
    """Answers every line in a constant number of queries: found, not found, duplicate, gone, outside the right, listed.

    What `actor` reported before, and what an agent's authorisation does not cover, is left out. Lines beyond the 500th
    are not looked up: a complaint does not take them, and looking costs seconds.
    """
    resolved = links.resolve(lines[:MAX_ITEMS])
    found = [line.target for line in resolved if line.answer == LineAnswer.FOUND and line.target]
    cover = cover_of(actor)
    reported = _reported([target.pk for target in found], actor, reason)
    rights = _rights_by_market(right, cover, today) if right else {}
    known = _Known(reported, rights, cover, of_targets(found, rights, today))
    answers = [_answer_one(line, right, known) for line in resolved]
    return answers + [_beyond(number, text) for number, text in enumerate(lines[MAX_ITEMS:], MAX_ITEMS + 1)]


def _beyond(number: int, text: str) -> AnsweredLine:
    hint = _("A complaint takes 500 lines. Make a second one for the rest.")
    return AnsweredLine(number, text, "too_many", _("Too many"), TO_CORRECT, None, None, hint)


def _reported(targets: Sequence[int], actor: Actor, reason: str) -> dict[int, Item]:
    if actor.organisation is None:
        return {}
    items = (
        Item.objects.visible_to(actor)
        .filter(target__in=targets, complaint__reason=reason)
        .exclude(state__in=[states.ItemState.REJECTED, states.ItemState.WITHDRAWN])
        .select_related("complaint__created_by")
        .order_by("id")
    )
    return {item.target_id: item for item in items}


def _rights_by_market(right: IPRight, cover: Cover, today: date) -> dict[str, IPRight]:
    """The live right of the family in each market: one that may be used there first, and of these the chosen one."""
    siblings = IPRight.objects.filter(family=right.family_id, organisation=right.organisation_id).live(today)
    markets: dict[str, IPRight] = {}
    ranks: dict[str, tuple[bool, bool]] = {}
    for sibling in siblings.select_related("family").prefetch_related("territories", "classes").order_by("id"):
        for territory in sibling.territories.all():
            country = str(territory.country)
            rank = (cover.allows(AgentVerb.FILE, sibling.pk, country), sibling.pk == right.pk)
            if rank > ranks.get(country, (False, False)) or country not in markets:
                markets[country], ranks[country] = sibling, rank
    return markets


def _answer_one(line: links.ResolvedLine, right: IPRight | None, known: _Known) -> AnsweredLine:
    code, label, hint, fate = (
        str(line.answer),
        str(LineAnswer(line.answer).label),
        line.hint,
        _FATE[line.answer],
    )
    bound = None
    if line.answer == LineAnswer.FOUND and line.target:
        bound = known.rights.get(line.target.market)
        if why := _left_out(line.target, right, bound, known):
            (code, label, hint), fate = why, LEFT_OUT
            bound = None if code == "outside_authorisation" else bound
        elif right and bound and bound.pk != right.pk:
            hint = _("Ready, under %(right)s: the right in its market.") % {"right": str(bound)}
    return AnsweredLine(line.number, line.text, code, label, fate, line.target, bound, hint)


def _left_out(
    target: Target, right: IPRight | None, bound: IPRight | None, known: _Known
) -> tuple[str, str, str] | None:
    """Code, label and hint of what keeps a found target out of the complaint; None where nothing does."""
    market = {"market": target.market}
    if bound and not known.cover.allows(AgentVerb.FILE, bound.pk, target.market):
        hint = _("It is offered in %(market)s, where your authorisation does not let you file. Left out.") % market
        return "outside_authorisation", _("Outside your authorisation"), hint
    if before := known.reported.get(target.pk):
        return "duplicate", _("Duplicate"), _duplicate_hint(before)
    if right and bound is None:
        hint = _("It is offered in %(market)s, where none of your rights in this mark is live. Left out.") % market
        return "outside_territory", _("Outside the right"), hint
    if entry := known.listed.get(target.pk):
        hint = f"{says(entry)} " + _("End the authorisation first if it no longer holds.")
        return "authorised_seller", _("Authorised seller"), hint
    return None


def _duplicate_hint(item: Item) -> str:
    who = item.complaint.created_by.get_short_name() if item.complaint.created_by else _("Your organisation")
    return _("%(who)s reported it on %(day)s (%(reference)s). Left out.") % {
        "who": who,
        "day": date_format(localtime(item.complaint.submitted_at), "j M Y") if item.complaint.submitted_at else "",
        "reference": item.complaint.reference,
    }


def answer_draft(complaint: Complaint, *, actor: Actor, today: date) -> list[AnsweredLine]:
    """Answers the lines that a draft holds, for who is about to file it."""
    return answer(
        split(complaint.lines),
        right=complaint.right,
        actor=actor,
        reason=complaint.reason,
        today=today,
    )


def tally(lines: Sequence[AnsweredLine]) -> dict[str, int]:
    """Counts lines by fate: {"ready": n, "left_out": n, "to_correct": n}."""
    return {fate: sum(line.fate == fate for line in lines) for fate in (READY, LEFT_OUT, TO_CORRECT)}


def check(complaint: Complaint, lines: Sequence[AnsweredLine], *, actor: Actor, today: date) -> list[Finding]:
    """Lists what a reviewer would look at, bad first: organisation, right, reason, items, classes, evidence."""
    findings = [*_check_organisation(complaint, actor), _check_right(complaint, actor, today), _check_reason(complaint)]
    findings += [*_check_lines(lines), *_check_classes(lines), _check_evidence(complaint)]
    return sorted(findings, key=lambda finding: ("bad", "warn", "ok").index(finding.tone))


def check_items(lines: Sequence[AnsweredLine]) -> list[Finding]:
    """Lists what a reviewer would object to about the items alone, as a public notice names no registered right."""
    return _check_lines(lines)


def _check_organisation(complaint: Complaint, actor: Actor) -> list[Finding]:
    """Nothing is filed for an organisation, or by an agency, that the desk has not verified."""
    for each in (complaint.organisation, actor.agency):
        if each is not None and not each.is_verified:
            title = _("%(name)s is not verified") % {"name": each.name}
            detail = _(
                "Nothing is filed before the desk has verified it. Its page “Verification” says where it stands."
            )
            return [Finding("bad", "organisation_not_verified", title, detail)]
    return []


def _check_right(complaint: Complaint, actor: Actor, today: date) -> Finding:
    if complaint.right is None:
        return Finding("bad", "right_missing", _("Choose a right"), _("Say which of your rights is infringed."))
    usable = complaint.right.usable(today)
    if not cover_of(actor).allows(AgentVerb.FILE, complaint.right.pk):
        detail = str(errors.right_not_authorised())
        return Finding("bad", "right_not_authorised", _("Your authorisation does not cover the right"), detail)
    if not usable.ok:
        return Finding("bad", usable.code, _("The right cannot be used yet"), str(usable.reason))
    return Finding("ok", "right_live", _("The right is live"), str(complaint.right))


def _check_reason(complaint: Complaint) -> Finding:
    if not complaint.reason:
        return Finding("bad", "reason_missing", _("Choose a reason"), _("Say what is wrong with the items."))
    if complaint.right and complaint.reason not in reasons_for(complaint.right.kind):
        detail = str(errors.reason_not_supported(str(complaint.right.get_kind_display())))
        return Finding("bad", "reason_not_supported", _("The reason does not fit the right"), detail)
    return Finding("ok", "reason_ip", _("The reason is an IP reason"), _("Price or distribution complaints are not."))


def _check_lines(lines: Sequence[AnsweredLine]) -> list[Finding]:
    count = tally(lines)
    if len(lines) > MAX_ITEMS:
        return [_too_many(len(lines))]
    findings = []
    if count[TO_CORRECT]:
        numbers = ", ".join(str(line.number) for line in lines if line.fate == TO_CORRECT)
        findings.append(
            Finding("bad", "lines_to_correct", _("Some lines need you"), _("Correct or remove: %s.") % numbers)
        )
    if not count[READY]:
        findings.append(
            Finding(
                "bad",
                "no_items",
                _("No item is ready"),
                _("Paste at least one link or id of a target that can be found."),
            )
        )
    else:
        ready = (
            ngettext("%d item goes into the complaint", "%d items go into the complaint", count[READY]) % count[READY]
        )
        findings.append(Finding("ok", "items_ready", ready, _("Each is frozen as evidence when you submit.")))
    return findings


def _too_many(count: int) -> Finding:
    return Finding(
        "bad",
        "too_many_items",
        _("More than 500 lines"),
        _("There are %(count)d lines; a complaint takes 500. Make a second complaint for the rest.") % {"count": count},
    )


def _check_classes(lines: Sequence[AnsweredLine]) -> list[Finding]:
    outside = [line for line in lines if line.fate == READY and _outside_goods(line)]
    if not outside:
        return []
    numbers = ", ".join(str(line.number) for line in outside)
    found = Finding(
        "warn",
        "outside_goods",
        _("Goods may lie outside the right"),
        _("Likely rejection: R-07. Goods of another class than your right covers, in: %(lines)s.") % {"lines": numbers},
    )
    return [found]


def _outside_goods(line: AnsweredLine) -> bool:
    if line.target is None or line.right is None or not line.right.is_mark or line.target.kind != "listing":
        return False
    nice_class = line.target.listing.nice_class
    return nice_class is not None and nice_class not in {entry.number for entry in line.right.classes.all()}


def _check_evidence(complaint: Complaint) -> Finding:
    if complaint.evidence.exists():
        return Finding("ok", "evidence_there", _("Evidence is attached"), _("Only the desk sees your files."))
    return Finding(
        "warn",
        "evidence_missing",
        _("No evidence yet"),
        _("Complaints with a picture of your own product or of a test purchase are decided sooner."),
    )
