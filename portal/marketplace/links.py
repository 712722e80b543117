"""Answers each pasted line: which target it means, or why none and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _t

from portal.marketplace.models import PREFIXES, Target, TargetKind
from portal.marketplace.near import Slip, as_digits, letters_in, near_digits, near_handles
from portal.marketplace.reading import LineAnswer, Wanted, read_line, shown

__all__ = ["LineAnswer", "ResolvedLine", "resolve"]

# One IN list; SQLite takes 32,766 values. A paste of 500 lines needs at most 2,000.
IN_LIMIT = 15_000
# Near ids are looked for in one query: enough for some hundred lines with a slip in each.
NEAR_LIMIT = 15_000
LONGEST_NEAR = 12


# What to say about a line, and the id or handle that was probably meant.
Hint = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ResolvedLine:
    """One answered line: `number` counts from 1 in the paste, `text` is what was pasted, cut and safe to show.

    `meant` is the id or handle that was probably meant, ready to be pasted; "" where nothing is near.
    """

    number: int
    text: str
    answer: LineAnswer
    target: Target | None
    hint: str
    meant: str = ""


@dataclass(slots=True)
class Shelf:
    """Everything the paste may mean, fetched at once."""

    by_id: dict[str, Target] = field(default_factory=dict)
    by_handle: dict[str, Target] = field(default_factory=dict)
    near_ids: set[str] = field(default_factory=set)
    near_handles: set[str] = field(default_factory=set)

    def found(self, wanted: Wanted) -> list[Target]:
        """The targets that a line names exactly."""
        if wanted.handle:
            return [self.by_handle[wanted.handle]] if wanted.handle in self.by_handle else []
        return [self.by_id[key] for key in keys(wanted) if key in self.by_id]


def resolve(lines: Sequence[str]) -> list[ResolvedLine]:
    """Answers every line that is not blank, in order, in at most four queries per few thousand lines; never raises."""
    read = [(number, line, read_line(line)) for number, line in enumerate(lines, start=1)]
    asked = [(number, line, wanted) for number, line, wanted in read if wanted is not None]
    shelf = fetch([wanted for _number, _line, wanted in asked])
    first: dict[int, int] = {}
    return [answer(number, line, wanted, shelf, first) for number, line, wanted in asked]


def keys(wanted: Wanted) -> list[str]:
    """The marketplace ids that a line may mean, one for each kind it leaves open."""
    return [PREFIXES[kind] + wanted.id for kind in wanted.kinds] if wanted.id.isdigit() else []


def chunks(values: Iterable[str]) -> Iterator[list[str]]:
    unique = iter(dict.fromkeys(values))
    while chunk := list(islice(unique, IN_LIMIT)):
        yield chunk


def fetch(wants: list[Wanted]) -> Shelf:
    """Reads exact targets first, then what is near to those that are missing."""
    shelf = Shelf()
    targets = Target.objects.with_detail()
    for ids in chunks(key for wanted in wants for key in keys(wanted)):
        shelf.by_id.update((target.marketplace_id, target) for target in targets.filter(marketplace_id__in=ids))
    for handles in chunks(wanted.handle for wanted in wants if wanted.handle):
        found = targets.filter(account__handle__in=handles)
        shelf.by_handle.update((target.account.handle, target) for target in found)
    missing = [wanted for wanted in wants if (wanted.id or wanted.handle) and not shelf.found(wanted)]
    if missing:
        fetch_near(missing, shelf)
    return shelf


def fetch_near(missing: list[Wanted], shelf: Shelf) -> None:
    """Finds which of the near ids and handles exist; sure slips of every line come before unsure ones."""
    sure = (key for wanted in missing for key in sure_ids(wanted))
    edits = (PREFIXES[kind] + near for wanted in missing for kind, _slip, near in edited_ids(wanted))
    ids = list(islice(dict.fromkeys(sure), NEAR_LIMIT))
    ids += list(islice(dict.fromkeys(edits), NEAR_LIMIT - len(ids)))
    if ids:
        rows = Target.objects.filter(marketplace_id__in=ids)
        shelf.near_ids = set(rows.values_list("marketplace_id", flat=True))
    handles = list(
        islice((near for wanted in missing if wanted.handle for near in near_handles(wanted.handle)), NEAR_LIMIT)
    )
    if handles:
        rows = Target.objects.filter(account__handle__in=handles)
        shelf.near_handles = set(rows.values_list("account__handle", flat=True))


def sure_ids(wanted: Wanted) -> list[str]:
    """The same digits with letters read as digits, in every kind: a wrong prefix is a slip too."""
    digits = as_digits(wanted.id)
    return [prefix + digits for prefix in PREFIXES.values()] if digits else []


def edited_ids(wanted: Wanted) -> Iterator[tuple[str, Slip, str]]:
    """Ids one edit away, for lines whose id is digits and short enough to be meant as one."""
    if wanted.id.isdigit() and 3 <= len(wanted.id) <= LONGEST_NEAR:
        for slip, near in near_digits(wanted.id):
            yield from ((kind, slip, near) for kind in wanted.kinds)


def answer(number: int, line: str, wanted: Wanted, shelf: Shelf, first: dict[int, int]) -> ResolvedLine:
    """Answers one line from the shelf; `first` remembers on which line each target stood first."""
    text = shown(line)
    found = shelf.found(wanted)
    if not found:
        near = near_handle(wanted.handle, shelf)
        if wanted.hint and not near:
            return ResolvedLine(number, text, wanted.answer, None, wanted.hint)
        hint, meant = near or missing_hint(wanted, shelf)
        return ResolvedLine(number, text, LineAnswer.NOT_FOUND, None, hint, meant)
    if len(found) > 1:
        ids = ", ".join(target.marketplace_id for target in found)
        hint = _t("This number stands for more than one target. Write the whole id: %(ids)s.") % {"ids": ids}
        return ResolvedLine(number, text, LineAnswer.UNREADABLE, None, hint)
    target = found[0]
    earlier = first.setdefault(target.pk, number)
    if earlier != number:
        hint = _t("The same target as line %(line)s. It counts once.") % {"line": earlier}
        return ResolvedLine(number, text, LineAnswer.REPEATED, target, hint)
    if target.is_gone:
        return ResolvedLine(number, text, LineAnswer.GONE, target, gone_hint(target))
    return ResolvedLine(number, text, LineAnswer.FOUND, target, "")


def gone_hint(target: Target) -> str:
    """Says why nothing is left to report."""
    hints = {
        "listing": _t("This listing was already removed. You can leave the line out."),
        "video": _t("This video was already removed. You can leave the line out."),
        "livestream": _t("This livestream is over. If it was kept as a video, paste the link of the video."),
        "account": _t("This account was already deactivated. You can leave the line out."),
    }
    return hints[target.kind]


def missing_hint(wanted: Wanted, shelf: Shelf) -> Hint:
    """Says what is odd about an id or a handle that does not exist, and the nearest one that does."""
    if wanted.handle:
        hint = _t("No account is called @%(handle)s. Open its page and copy the address.")
        return hint % {"handle": wanted.handle}, ""
    digits = as_digits(wanted.id)
    if not wanted.id.isdigit():
        return letter_hint(wanted, digits, shelf)
    if others := [key for key in sure_ids(wanted) if key in shelf.near_ids]:
        kind = next(kind for kind, prefix in PREFIXES.items() if others[0].startswith(prefix))
        hint = _t("The number is right, but it is a %(kind)s. Did you mean %(id)s?")
        return hint % {"kind": TargetKind(kind).label.lower(), "id": others[0]}, others[0]
    return edit_hint(wanted, shelf)


def near_handle(handle: str, shelf: Shelf) -> Hint | None:
    """Suggests the one account whose handle looks like this one."""
    near = [each for each in dict.fromkeys(near_handles(handle)) if each in shelf.near_handles]
    if len(near) != 1:
        return None
    return _t("No account has this name. Did you mean @%(handle)s?") % {"handle": near[0]}, f"@{near[0]}"


def letter_hint(wanted: Wanted, digits: str, shelf: Shelf) -> Hint:
    """Names the letter in an id, and the id that was meant when there is one."""
    letter = letters_in(wanted.id)[:1]
    meant = [key for key in sure_ids(wanted) if key in shelf.near_ids] if digits else []
    own = [key for key in meant if key in {PREFIXES[kind] + digits for kind in wanted.kinds}]
    if meant:
        hint = _t("The id has a letter “%(letter)s”. Did you mean %(id)s?")
        return hint % {"letter": letter, "id": digits if own else meant[0]}, (own or meant)[0]
    hint = _t("The id has a letter “%(letter)s”, but ids are digits only. Open the page and copy its address.")
    return hint % {"letter": letter}, ""


def edit_hint(wanted: Wanted, shelf: Shelf) -> Hint:
    """Suggests an id one edit away, when exactly one of the likeliest kind of slip exists."""
    hits: dict[Slip, set[str]] = {}
    for kind, slip, near in edited_ids(wanted):
        if PREFIXES[kind] + near in shelf.near_ids:
            hits.setdefault(slip, set()).add(PREFIXES[kind] + near)
    for slip in Slip:
        if slip in hits:
            numbers = {key.partition("-")[2] for key in hits[slip]}
            return _slipped(slip, numbers.pop(), hits[slip]) if len(numbers) == 1 else nothing_near(wanted)
    return nothing_near(wanted)


def _slipped(slip: Slip, number: str, ids: set[str]) -> Hint:
    return slip_text(slip, number), ids.pop() if len(ids) == 1 else number


def slip_text(slip: Slip, near: str) -> str:
    texts = {
        Slip.SWAPPED: _t("Two digits seem to have changed places. Did you mean %(id)s?"),
        Slip.OTHER_DIGIT: _t("One digit seems to be wrong. Did you mean %(id)s?"),
        Slip.EXTRA: _t("There seems to be one digit too many. Did you mean %(id)s?"),
        Slip.MISSING: _t("One digit seems to be missing. Did you mean %(id)s?"),
    }
    return texts[slip] % {"id": near}


def nothing_near(wanted: Wanted) -> Hint:
    hint = _t("Nothing on the marketplace has the id %(id)s. Open the page and copy its address.")
    return hint % {"id": wanted.id}, ""
