"""Which rule packs a draft or a case falls under, what they find there, and what each side therefore sees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from django.utils.translation import gettext as _

from complaints.models import Complaint, Item
from complaints.reasons import REASONS, Reason
from complaints.rules import declarations, elements, packs
from complaints.rules.declarations import Declaration
from complaints.rules.elements import Facts, Missing
from complaints.rules.packs import Element, Pack
from complaints.rules.words import JURISDICTIONS, RIGHT_KINDS, ask_text, code_of
from portal.accounts.actors import Actor
from portal.accounts.models import Organisation

if TYPE_CHECKING:
    from brands.models import IPRight
    from portal.marketplace.models import Target


class Line(Protocol):
    """What is read of an answered line: its target and the right that it would bind to."""

    @property
    def fate(self) -> str: ...
    @property
    def target(self) -> Target | None: ...
    @property
    def right(self) -> IPRight | None: ...


# --- which packs


def packs_of_lines(draft: Complaint, lines: Iterable[Line]) -> list[Pack]:
    """Gives the packs of a draft's ready lines; of the right everywhere else while no line is ready."""
    ready = [line for line in lines if line.fate == "ready" and line.target]
    pairs = [(_kind(draft, line.right), line.target.market) for line in ready if line.target]
    return packs.for_items(pairs or [(_kind(draft, None), packs.ANYWHERE)])


def packs_of(complaint: Complaint) -> list[Pack]:
    """Gives the packs of a filed complaint's items, with one query."""
    return packs.for_items(pairs_of(complaint))


def pairs_of(complaint: Complaint, in_states: Iterable[str] | None = None) -> list[tuple[str, str]]:
    """Gives right kind and market of a complaint's items, each pair once, with one query; only those in some states."""
    items = complaint.items.order_by()
    if in_states is not None:
        items = items.filter(state__in=list(in_states))
    found = items.values_list("right__kind", "target__market").distinct()
    return [(kind or _kind(complaint, None), market) for kind, market in found]


def packs_of_items(complaint: Complaint, items: Iterable[Item]) -> list[Pack]:
    """Gives the packs of items that are read already, with their rights and targets."""
    return packs.for_items(pairs_of_items(complaint, items))


def pairs_of_items(complaint: Complaint, items: Iterable[Item]) -> list[tuple[str, str]]:
    """Gives right kind and market of each of these."""
    return [(_kind(complaint, item.right), item.target.market) for item in items]


def _kind(complaint: Complaint, right: IPRight | None) -> str:
    """The kind of right: the item's, the complaint's, or for a notice by anybody what its reason is about."""
    right = right or complaint.right
    if right is not None:
        return str(right.kind)
    kinds = REASONS[Reason(complaint.reason)].kinds if complaint.reason else frozenset[str]()
    return min(kinds, default=packs.RIGHT_KINDS[0])


# --- what is declared


def declaration_of_lines(draft: Complaint, lines: Iterable[Line]) -> Declaration:
    """Gives the text that a draft with these lines needs."""
    return declarations.for_packs(packs_of_lines(draft, lines))


def declaration_of(complaint: Complaint) -> Declaration:
    """Gives the text that a complaint needs whose items are there already."""
    return declarations.for_packs(packs_of(complaint))


# --- what is lacking


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that a law asks for and a draft lacks, in words; `stops` says that it cannot be filed so."""

    ask: str
    code: str
    stops: bool
    title: str
    detail: str


def gaps(draft: Complaint, lines: Sequence[Line], *, actor: Actor) -> list[Gap]:
    """Lists what the packs of the ready lines ask for and the draft lacks, each ask once, with who asks and the cure.

    Right, reason, items, standing and signature are looked at by the rest of the check.
    """
    kinds: dict[str, set[str]] = {}
    for line in lines:
        if line.fate == "ready" and line.target:
            pack = packs.for_item(_kind(draft, line.right), line.target.market)
            kinds.setdefault(pack.key, set()).add(line.target.kind)
    if not kinds:
        return []
    found = packs_of_lines(draft, lines)
    facts = facts_of_draft(draft, found, actor)
    lacks: dict[str, list[tuple[Pack, Missing]]] = {}
    for pack in found:
        for missing in elements.missing(pack, replace(facts, kinds=frozenset(kinds[pack.key]))):
            lacks.setdefault(missing.ask, []).append((pack, missing))
    return [_gap(rows) for rows in lacks.values()]


def _gap(rows: Sequence[tuple[Pack, Missing]]) -> Gap:
    stopping = [(pack, missing) for pack, missing in rows if missing.stops] or list(rows)
    _pack, missing = stopping[0]
    words = ask_text(missing.ask)
    title = _("Longer: %s") if missing.least > 1 else _("Missing: %s")
    parts = [_("Asked for by: %s.") % "; ".join(dict.fromkeys(_who_asks(pack, one) for pack, one in stopping))]
    if missing.least > 1:
        parts.append(_("At least %d letters.") % missing.least)
    return Gap(missing.ask, code_of(missing), missing.stops, title % words.label, " ".join([*parts, str(words.cure)]))


def _who_asks(pack: Pack, missing: Missing) -> str:
    """The law and where it holds; of an element of ours only where."""
    place, law = str(JURISDICTIONS[pack.jurisdiction]), packs.citation(missing.element.basis)
    return f"{law} ({place})" if law else _("our rules for %s") % place


# --- facts


def facts_of_draft(draft: Complaint, found: Iterable[Pack], actor: Actor) -> Facts:
    """Gathers what a draft holds, but for its targets; what is signed counts as signed: nothing is filed without."""
    said = declarations.for_packs(found).ids
    files = draft.evidence.count() if draft.pk else 0
    return _facts(draft, said, files, actor.agency, email_of(draft, actor))


def facts_of_case(complaint: Complaint, evidence: int) -> Facts:
    """Gathers what a filed complaint holds, but for its targets, by its signature and the number of its files."""
    signature = getattr(complaint, "signature", None)
    said = declarations.said(signature.text) if signature else frozenset[str]()
    return _facts(complaint, said, evidence, complaint.agency, email_of(complaint))


def _facts(complaint: Complaint, said: frozenset[str], evidence: int, agency: Organisation | None, email: str) -> Facts:
    organisation = complaint.organisation
    whom = reached(organisation, agency)
    country = str(organisation.country.code) if organisation else ""
    verified = organisation is not None and organisation.is_verified
    has = {
        "right": 1 if complaint.right_id or complaint.mark_text else 0,
        "items": 1,
        "reason": len(complaint.reason),
        "explanation": len(complaint.explanation.strip()),
        "evidence": evidence,
        "authority": 1,
        "neutral_words": 1,
        "verified_organisation": int(verified),
        "signature": int(bool(said)),
        "contact_name": len(complaint.complainant_name),
        "contact_email": len(email),
        "contact_address": len(whom.postal_address) if whom else 0,
        "contact_phone": len(whom.phone) if whom else 0,
        "service_address": len(organisation.service_address) if organisation else 0,
    }
    return Facts(complaint.reason, country, has=has, said=said)


def reached(organisation: Organisation | None, agency: Organisation | None) -> Organisation | None:
    """Who is reached about a complaint: the agency that filed it where its address is known, else the principal."""
    return agency if agency is not None and agency.postal_address else organisation


def email_of(complaint: Complaint, actor: Actor | None = None) -> str:
    """Where the complainant is written to: the organisation's own address, else that of who acts or began it."""
    if complaint.organisation and complaint.organisation.register_contact:
        return str(complaint.organisation.register_contact)
    person = (actor.user if actor else None) or complaint.created_by
    if person is not None:
        return str(person.email)
    if complaint.organisation is None:
        return complaint.notifier.email if hasattr(complaint, "notifier") else ""
    first = complaint.organisation.memberships.administrators().select_related("user").order_by("id").first()
    return str(first.user.email) if first else ""


# --- what a case falls under


@dataclass(frozen=True, slots=True)
class Law:
    """One pack of a case: which of its items it is about, what it found there and what it lacks."""

    pack: Pack
    items: tuple[Item, ...]
    met: tuple[Element, ...]
    lacking: tuple[Missing, ...]
    satisfied: tuple[str, ...]

    @property
    def place(self) -> str:
        return str(JURISDICTIONS[self.pack.jurisdiction])

    @property
    def kind_label(self) -> str:
        return str(RIGHT_KINDS[self.pack.right_kind])

    @property
    def stopping(self) -> list[tuple[str, str]]:
        """What the law asks for and is not there: what it is called here, and the element."""
        return [(str(ask_text(gap.ask).label), gap.element.text) for gap in self.lacking if gap.stops]

    @property
    def named(self) -> str:
        """The laws as lawyers write them, or that the rules are ours."""
        return "; ".join(self.pack.citations) if self.lawful else _("Our rules; no law names its own form")

    @property
    def lawful(self) -> bool:
        return any(packs.is_law(basis) for basis in self.pack.bases)


def laws(complaint: Complaint, items: Iterable[Item], evidence: int) -> list[Law]:
    """Says under which packs the items of a case fall, in the order of the packs; items are read with their targets."""
    facts = facts_of_case(complaint, evidence)
    groups: dict[Pack, list[Item]] = {}
    for item in items:
        groups.setdefault(packs.for_item(_kind(complaint, item.right), item.target.market), []).append(item)
    order = packs.every()
    return [_law(pack, groups[pack], facts) for pack in sorted(groups, key=order.index)]


def _law(pack: Pack, items: Sequence[Item], facts: Facts) -> Law:
    facts = replace(facts, kinds=frozenset(item.target.kind for item in items))
    met, lacking = tuple(elements.met(pack, facts)), tuple(elements.missing(pack, facts))
    return Law(pack, tuple(items), met, lacking, elements.satisfied(pack, facts))


def bases_of(complaint: Complaint, items: Iterable[Item]) -> list[str]:
    """Lists the legal bases that a complaint satisfies as it is filed, by their ids, each once."""
    found = laws(complaint, items, complaint.evidence.count())
    return list(dict.fromkeys(basis for law in found for basis in law.satisfied))
