"""What there is to say about the lines: those that stop the filing, those left out, and those likely to be rejected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from complaints.models import Complaint
from complaints.preflight.finding import BAD, OK, WARN, Finding
from complaints.preflight.goods import class_of
from complaints.preflight.lines import LEFT_OUT, MAX_ITEMS, READY, AnsweredLine, tally
from complaints.preflight.titles import Use, lawful_use
from complaints.reasons import Ground, Reason

Lines = Sequence[AnsweredLine]
# Numbers shown in one sentence; a program reads all of them in `lines`.
MOST_SHOWN = 12
# An account as a whole has no time, and a work that is copied whole has none either.
TIMELESS = frozenset({Reason.IMPERSONATION})


@dataclass(frozen=True, slots=True)
class _Said:
    """How a finding about some lines is put into words."""

    code: str
    tone: str
    title: Promise
    detail: Promise
    ground: Ground | None = None


_TAKE_OUT = gettext_lazy("Correct it, or take it out.")
# By the code of an answered line; in the order in which they are shown.
ANSWERS: dict[str, _Said] = {
    "not_found": _Said(
        "targets_not_found",
        BAD,
        ngettext_lazy("%(n)d line leads to nothing", "%(n)d lines lead to nothing", "n"),
        _TAKE_OUT,
    ),
    "foreign": _Said(
        "targets_foreign",
        BAD,
        ngettext_lazy("%(n)d link leads to another site", "%(n)d links lead to another site", "n"),
        gettext_lazy("Only what is offered here can be reported. Name other sites in your explanation, as evidence."),
    ),
    "short_link": _Said(
        "short_links",
        BAD,
        ngettext_lazy("%(n)d short link must be opened first", "%(n)d short links must be opened first", "n"),
        gettext_lazy("We do not follow them: that would tell their maker. Open it and paste the address it leads to."),
    ),
    "unreadable": _Said(
        "lines_unreadable",
        BAD,
        ngettext_lazy("%(n)d line is no link and no id", "%(n)d lines are no links and no ids", "n"),
        _TAKE_OUT,
    ),
    "time_unreadable": _Said(
        "times_unreadable",
        BAD,
        ngettext_lazy("%(n)d time cannot be read", "%(n)d times cannot be read", "n"),
        gettext_lazy("Write it as 12:30, or as 00:12:30-00:14:05 from when to when."),
    ),
    "time_beyond": _Said(
        "times_beyond",
        BAD,
        ngettext_lazy(
            "%(n)d time is behind the end of its video", "%(n)d times are behind the end of their videos", "n"
        ),
        gettext_lazy("Look at the video again and correct the time."),
    ),
    "duplicate": _Said(
        "already_reported",
        WARN,
        ngettext_lazy(
            "%(n)d item is reported already, and left out", "%(n)d items are reported already, and left out", "n"
        ),
        gettext_lazy("The same target, mark or work, and reason. Each line says by whom and when."),
        Ground.ALREADY_DECIDED,
    ),
    "authorised_seller": _Said(
        "authorised_sellers",
        WARN,
        ngettext_lazy(
            "%(n)d item is of an authorised seller, and left out",
            "%(n)d items are of authorised sellers, and left out",
            "n",
        ),
        gettext_lazy("You let this account use the mark."),
        Ground.AUTHORISED_SELLER,
    ),
    "outside_territory": _Said(
        "outside_territory",
        WARN,
        ngettext_lazy(
            "%(n)d item is offered outside your right, and left out",
            "%(n)d items are offered outside your right, and left out",
            "n",
        ),
        gettext_lazy("None of your rights in this mark or work is live in that market."),
        Ground.OUTSIDE_TERRITORY,
    ),
    "outside_authorisation": _Said(
        "outside_authorisation",
        WARN,
        ngettext_lazy(
            "%(n)d item is outside your authorisation, and left out",
            "%(n)d items are outside your authorisation, and left out",
            "n",
        ),
        gettext_lazy("Ask the principal to extend it to that market."),
    ),
    "gone": _Said(
        "targets_gone",
        WARN,
        ngettext_lazy(
            "%(n)d target is gone already, and left out", "%(n)d targets are gone already, and left out", "n"
        ),
        gettext_lazy("Nothing is left there to take down."),
    ),
    "repeated": _Said(
        "lines_repeated",
        WARN,
        ngettext_lazy(
            "%(n)d line repeats another, and is left out", "%(n)d lines repeat others, and are left out", "n"
        ),
        gettext_lazy("Each target counts once."),
    ),
}


def about_lines(lines: Lines) -> list[Finding]:
    """What stops the filing or is left out, a finding for each kind of answer, and how many items are ready."""
    if len(lines) > MAX_ITEMS:
        return [_too_many(len(lines))]
    found = [_finding(said, numbers) for code, said in ANSWERS.items() if (numbers := _with_code(lines, code))]
    ready = tally(lines)[READY]
    if not ready:
        title = _("No item is ready")
        detail = _("Paste at least one link or id of a target that can be found.")
        return [*found, Finding(BAD, "no_items", title, detail, step="items", field="items")]
    title = ngettext("%d item goes into the complaint", "%d items go into the complaint", ready) % ready
    return [*found, Finding(OK, "items_ready", title, _("Each is frozen as evidence when you submit."))]


def _with_code(lines: Lines, code: str) -> tuple[int, ...]:
    return tuple(line.number for line in lines if line.code == code)


def _finding(said: _Said, numbers: tuple[int, ...], detail: str = "") -> Finding:
    title = str(said.title % {"n": len(numbers)})
    detail = f"{shown(numbers)} {detail or said.detail}"
    return Finding(said.tone, said.code, title, detail, numbers, said.ground, "items", "items")


def shown(numbers: Sequence[int]) -> str:
    """The numbers of lines in a sentence, the first dozen of them."""
    listed = ", ".join(str(number) for number in numbers[:MOST_SHOWN])
    if rest := len(numbers) - MOST_SHOWN if len(numbers) > MOST_SHOWN else 0:
        return _("Lines %(listed)s and %(rest)d more.") % {"listed": listed, "rest": rest}
    return ngettext("Line %(listed)s.", "Lines %(listed)s.", len(numbers)) % {"listed": listed}


def _too_many(count: int) -> Finding:
    text = _("There are %(count)d lines; a complaint takes 500. Put the rest into a second draft.")
    numbers = tuple(range(MAX_ITEMS + 1, count + 1))
    title = _("More than 500 lines")
    return Finding(BAD, "too_many_items", title, text % {"count": count}, numbers, step="items", field="items")


def likely_of_lines(complaint: Complaint, lines: Lines) -> list[Finding]:
    """What makes the rejection of ready lines likely, each with the lines it is about."""
    ready = [line for line in lines if line.fate == READY]
    return [*_outside_goods(ready), *_lawful_use(ready), *_without_time(complaint, ready)]


def _outside_goods(ready: Lines) -> Iterator[Finding]:
    outside = {line.number: number for line in ready if (number := class_outside(line)) is not None}
    if not outside:
        return
    classes = ", ".join(map(str, sorted(set(outside.values()))))
    right = next(line.right for line in ready if line.number in outside)
    covered = ", ".join(str(entry.number) for entry in right.classes.all()) if right else ""
    said = _Said(
        "outside_goods",
        WARN,
        ngettext_lazy(
            "The class does not cover the goods of %(n)d item", "The class does not cover the goods of %(n)d items", "n"
        ),
        gettext_lazy("%(lines)s"),
        Ground.OUTSIDE_GOODS,
    )
    detail = _("Your right covers classes %(covered)s; these goods are of class %(classes)s.")
    facts = {"covered": covered or "–", "classes": classes}
    yield replace(_finding(said, tuple(outside), detail % facts), step="right")


def class_outside(line: AnsweredLine) -> int | None:
    """The Nice class of a listing's goods where the mark does not cover it; None where it does or nobody can say."""
    if line.target is None or line.right is None or not line.right.is_mark or line.target.kind != "listing":
        return None
    listing = line.target.listing
    number = listing.nice_class if listing.nice_class is not None else class_of(listing.goods)
    covered = {entry.number for entry in line.right.classes.all()}
    return number if number is not None and number not in covered else None


def _lawful_use(ready: Lines) -> Iterator[Finding]:
    found = {line.number: use for line in ready if (use := _use(line)) is not None}
    texts: list[tuple[Use, str, Callable[[], str]]] = [
        (Use.PURPOSE, "lawful_use", lambda: _("The title names the mark to say what the goods fit: “%s”.")),
        (
            Use.RESALE,
            "used_goods",
            lambda: _("The title says that the goods are used: “%s”. Genuine ones may be sold."),
        ),
    ]
    for kind, code, detail in texts:
        numbers = tuple(number for number, (use, _words) in found.items() if use == kind)
        if numbers:
            said = _Said(
                code,
                WARN,
                ngettext_lazy("%(n)d title may use the mark lawfully", "%(n)d titles may use the mark lawfully", "n"),
                gettext_lazy("%(lines)s"),
                Ground.LAWFUL_USE,
            )
            cure = _("Say in the explanation what goes beyond that: the mark on the goods, a false origin, a bad copy.")
            finding = _finding(said, numbers, detail() % found[numbers[0]][1])
            yield replace(finding, step="reason", field="explanation", cure=cure)


def _use(line: AnsweredLine) -> tuple[Use, str] | None:
    if line.target is None or line.right is None or not line.right.is_mark or line.target.kind != "listing":
        return None
    return lawful_use(line.target.title, line.right.mark_text)


def _without_time(complaint: Complaint, ready: Lines) -> Iterator[Finding]:
    if complaint.reason in TIMELESS:
        return
    numbers = tuple(line.number for line in ready if line.is_timed and line.span is None)
    if numbers:
        said = _Said(
            "time_missing",
            WARN,
            ngettext_lazy("%(n)d video or livestream needs a time", "%(n)d videos or livestreams need a time", "n"),
            gettext_lazy("Say from when to when it is seen or heard, such as 00:41-01:10."),
            Ground.MARK_NOT_SEEN,
        )
        yield _finding(said, numbers)


def left_out(lines: Lines) -> list[int]:
    """The numbers of lines that would not go into the complaint anyhow."""
    return [line.number for line in lines if line.fate == LEFT_OUT]
