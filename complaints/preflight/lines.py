"""Each pasted line, answered: what it would become in the complaint, or why not and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from brands.cover import Cover, cover_of, may_end
from brands.models import AuthorisedSeller, IPRight
from brands.sellers import says as seller_says
from complaints.listed import of_targets
from complaints.models import Complaint
from complaints.preflight import duplicates
from complaints.preflight.duplicates import Earlier
from portal.accounts.actors import Actor
from portal.accounts.grants import AgentVerb
from portal.marketplace import links, times, written
from portal.marketplace.links import LineAnswer
from portal.marketplace.models import Target, TargetKind
from portal.marketplace.reading import plain_link
from portal.marketplace.times import Span
from portal.marketplace.written import Written

MAX_ITEMS = 500
READY, LEFT_OUT, TO_CORRECT = "ready", "left_out", "to_correct"
TIMED = frozenset({TargetKind.VIDEO, TargetKind.LIVESTREAM})
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
    """One pasted line with its answer: `fate` is ready, left_out or to_correct; `right` is what it would bind to.

    `text` is the target as it was written, safe to show; `raw` the whole line as the draft keeps it; `meant` the id
    that was probably meant. `span` is from when to when, in seconds of a video or livestream.
    """

    number: int
    text: str
    code: str
    label: str
    fate: str
    target: Target | None
    right: IPRight | None
    hint: str
    raw: str = ""
    meant: str = ""
    span: Span | None = None
    note: str = ""

    @property
    def tone(self) -> str:
        return _TONE[self.fate]

    @property
    def is_timed(self) -> bool:
        """Whether it is about something that runs, so that a time says where to look."""
        return self.target is not None and self.target.kind in TIMED

    @property
    def times(self) -> str:
        """From when to when, as people write it."""
        return str(self.span) if self.span else ""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is looked up once for all lines: earlier reports and entries of sellers by target, rights by market."""

    actor: Actor
    right: IPRight | None
    reported: dict[int, Earlier]
    rights: dict[str, IPRight]
    cover: Cover
    listed: dict[int, AuthorisedSeller]


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

    What was reported before for `actor`'s organisation, and what an agent's authorisation does not cover, is left out.
    Lines beyond the 500th are not looked up: a complaint does not take them, and looking costs seconds.
    """
    said = [written.read(line) for line in lines[:MAX_ITEMS]]
    resolved = links.resolve([each.target for each in said])
    found = [line.target for line in resolved if line.answer == LineAnswer.FOUND and line.target]
    cover = cover_of(actor)
    reported = duplicates.reported([target.pk for target in found], actor=actor, right=right, reason=reason)
    rights = _rights_by_market(right, cover, today) if right else {}
    known = _Known(actor, right, reported, rights, cover, of_targets(found, rights, today))
    answers = [_answer_one(line, said[line.number - 1], lines[line.number - 1], known) for line in resolved]
    return answers + [_beyond(number, text) for number, text in enumerate(lines[MAX_ITEMS:], MAX_ITEMS + 1)]


def _beyond(number: int, text: str) -> AnsweredLine:
    hint = _("A complaint takes 500 lines. Make a second one for the rest.")
    return AnsweredLine(number, text[:200], "too_many", _("Too many"), TO_CORRECT, None, None, hint, raw=text)


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


def _answer_one(line: links.ResolvedLine, said: Written, raw: str, known: _Known) -> AnsweredLine:
    code, label, hint = str(line.answer), str(LineAnswer(line.answer).label), line.hint
    fate, bound = _FATE[line.answer], None
    span = said.span or times.in_link(plain_link(said.target))
    if line.answer == LineAnswer.REPEATED and span:
        hint = f"{hint} " + _("Put further times into the note of that line.")
    if line.answer == LineAnswer.FOUND and line.target:
        bound = known.rights.get(line.target.market)
        if why := _left_out(line.target, bound, known):
            (code, label, hint), fate = why, LEFT_OUT
            bound = None if code == "outside_authorisation" else bound
        elif wrong := _wrong_time(line.target, said, span):
            (code, label, hint), fate = wrong, TO_CORRECT
        else:
            hint = _ready_hint(line.target, said, bound, known)
    kept = span if line.target is not None and line.target.kind in TIMED else None
    return AnsweredLine(
        line.number, line.text, code, label, fate, line.target, bound, hint, raw, line.meant, kept, said.note
    )


def _ready_hint(target: Target, said: Written, bound: IPRight | None, known: _Known) -> str:
    parts = []
    if known.right and bound and bound.pk != known.right.pk:
        parts.append(_("Ready, under %(right)s: the right in its market.") % {"right": str(bound)})
    if target.kind not in TIMED and (said.bad_time or (said.span and said.span != written.in_link(said.target))):
        parts.append(_("Only videos and livestreams have times; this one is left away."))
    return " ".join(parts)


def _wrong_time(target: Target, said: Written, span: Span | None) -> tuple[str, str, str] | None:
    """Code, label and hint of a time that cannot be; None where it can, or where there is none."""
    if target.kind not in TIMED:
        return None
    if said.bad_time:
        hint = _("“%(time)s” is not a time. Write it as 12:30, or as 00:12:30-00:14:05 from when to when.")
        return "time_unreadable", _("Time not readable"), hint % {"time": said.bad_time[:40]}
    if span and target.kind == TargetKind.VIDEO and (span.end or span.begin) > target.video.duration_s:
        hint = _("The video is %(length)s long; %(time)s is behind its end.")
        facts = {"length": times.clock(target.video.duration_s), "time": times.clock(span.end or span.begin)}
        return "time_beyond", _("Time behind the end"), hint % facts
    return None


def _left_out(target: Target, bound: IPRight | None, known: _Known) -> tuple[str, str, str] | None:
    """Code, label and hint of what keeps a found target out of the complaint; None where nothing does."""
    market = {"market": target.market}
    if bound and not known.cover.allows(AgentVerb.FILE, bound.pk, target.market):
        hint = _("It is offered in %(market)s, where your authorisation does not let you file. Left out.") % market
        return "outside_authorisation", _("Outside your authorisation"), hint
    if before := known.reported.get(target.pk):
        return "duplicate", _("Duplicate"), duplicates.says(before, known.actor)
    if known.right and bound is None:
        hint = _("It is offered in %(market)s, where none of your rights in this mark is live. Left out.") % market
        return "outside_territory", _("Outside the right"), hint
    if entry := known.listed.get(target.pk):
        cure = _("Ask the owner of the brand, if it no longer holds.")
        if may_end(known.cover, entry):
            cure = _("End the authorisation first if it no longer holds.")
        hint = f"{seller_says(entry)} {cure}"
        return "authorised_seller", _("Authorised seller"), hint
    return None


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
