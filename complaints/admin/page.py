"""What one case shows on the desk, read in a number of queries that does not grow with its items."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brands.models import AuthorisedSeller, IPRight
from brands.registers.usability import Usability
from brands.registry import check_against_register
from complaints import legal, listed, snapshots
from complaints.admin import choosing, clocks, queue
from complaints.admin.clocks import Board
from complaints.admin.held import HeldDecision, held_in
from complaints.admin.passing import PassOn
from complaints.admin.rows import Row, row_of, snapshot_of
from complaints.models import Complaint, Decision, Item, Measure
from complaints.review import history, story
from complaints.review.differences import Difference, MarkSeen, compare
from portal.accounts.actors import Actor
from portal.marketplace.models import Account, TargetState

SHOWN_TO_MEND = 5


@dataclass
class CasePage:
    """Everything about one case; each part is read when the template first asks for it."""

    actor: Actor
    complaint: Complaint
    now: datetime
    chosen: int | None = None
    selected: frozenset[int] = field(default_factory=frozenset)
    select_all: bool = False
    passes: bool = False  # whether the card to pass it on is open

    # --- who may do what

    @property
    def can_work(self) -> bool:
        return self.actor.has_staff_role("reviewer", "senior")

    @property
    def is_mine(self) -> bool:
        return self.actor.user is not None and self.complaint.held_by(self.actor.user.pk, self.now)

    @property
    def holder(self) -> str:
        """Names who holds the case now, "" when nobody does."""
        if not self.complaint.is_claimed(self.now) or self.complaint.claimed_by is None:
            return ""
        return self.complaint.claimed_by.get_short_name()

    @property
    def is_free(self) -> bool:
        return not self.complaint.is_closed and not self.holder

    @cached_property
    def passing(self) -> PassOn | None:
        """What its holder or a lead may do with the case but decide; None while the card is not open."""
        return PassOn(self.complaint, self.now) if self.passes and self.can_pass else None

    @property
    def can_pass(self) -> bool:
        """Whether the reader holds the case, or leads and something is open."""
        leads = self.actor.has_staff_role("senior") and self.open_count > 0
        return not self.complaint.is_closed and (self.is_mine or leads)

    @cached_property
    def can_decide(self) -> bool:
        """Whether the decision form belongs on the page: something is open and the reader is a reviewer."""
        return self.can_work and any(row.can_be_decided for row in self.rows)

    # --- items

    @cached_property
    def items(self) -> list[Item]:
        found = list(
            self.complaint.items.for_pages()
            .select_related(
                "target__listing", "target__video", "target__livestream", "target__account__target",
                "right__family", "right__record", "decision__decided_by",
            )
            .prefetch_related("right__classes", "right__territories", "right__record__classes")
        )  # fmt: skip
        for item in found:
            item.complaint = self.complaint
        return found

    @cached_property
    def rows(self) -> list[Row]:
        rows = [row_of(item, self.mark_for(item), listed=item.pk in self.listed) for item in self.items]
        clocks.flag_unanswered(self.complaint, rows)
        undecided = [row for row in rows if row.can_be_decided]
        for row in rows:
            row.selected = row.can_be_decided and (
                self.select_all or row.item.pk in self.selected or (len(rows) == 1 and not self.selected)
            )
        current = next((row for row in rows if row.item.pk == self.chosen), None)
        current = current or next(iter(undecided or rows), None)
        if current:
            current.current = True
        return rows

    @cached_property
    def listed(self) -> dict[int, AuthorisedSeller]:
        """What the complainant has listed of the accounts that offer the items, in force today, by item."""
        return listed.of_items(self.items, self.complaint.organisation, self.now.date())

    @property
    def listed_entry(self) -> AuthorisedSeller | None:
        """The entry about the account of the item in hand."""
        return self.listed.get(self.current.item.pk) if self.current else None

    @property
    def offers_listed(self) -> bool:
        """Whether something to be decided is offered by an account that the complainant has listed."""
        return any(row.can_be_decided and row.item.pk in self.listed for row in self.rows)

    @property
    def current(self) -> Row | None:
        return next((row for row in self.rows if row.current), None)

    @property
    def current_number(self) -> int:
        return next((number for number, row in enumerate(self.rows, 1) if row.current), 0)

    @property
    def selected_count(self) -> int:
        return sum(row.selected for row in self.rows)

    @property
    def open_count(self) -> int:
        return sum(row.can_be_decided for row in self.rows)

    @property
    def open_ids(self) -> str:
        """The items that are open as the page shows it, for the press that decides the others too."""
        return ",".join(str(row.item.pk) for row in self.rows if row.can_be_decided)

    @cached_property
    def alike(self) -> list[tuple[str, list[choosing.Alike]]]:
        """Groups of open items that can be chosen by one press."""
        return choosing.groups(self.rows)

    @property
    def can_decide_again(self) -> bool:
        """Whether a senior may replace a decision here."""
        return self.actor.has_staff_role("senior") and any(row.item.decision_id for row in self.rows)

    @property
    def has_measures(self) -> bool:
        return any(row.measure for row in self.rows)

    @property
    def to_mend(self) -> list[Measure]:
        found = [row.measure for row in self.rows if row.measure and row.measure.can_be_mended]
        return found[:SHOWN_TO_MEND]

    @property
    def more_to_mend(self) -> int:
        found = sum(bool(row.measure and row.measure.can_be_mended) for row in self.rows)
        return max(0, found - SHOWN_TO_MEND)

    # --- the item in hand

    def right_for(self, item: Item | None) -> IPRight | None:
        return (item.right if item else None) or self.complaint.right

    def mark_for(self, item: Item) -> MarkSeen:
        right = self.right_for(item)
        if right is None:
            return MarkSeen(self.complaint.mark_text, registered=False)
        classes = frozenset(row.number for row in right.classes.all())
        markets = frozenset(row.country for row in right.territories.all())
        return MarkSeen(right.mark_text, classes, markets, has_classes=right.is_mark)

    @cached_property
    def right(self) -> IPRight | None:
        return self.right_for(self.current.item if self.current else None)

    @cached_property
    def differences(self) -> list[Difference]:
        if self.current is None:
            return []
        item = self.current.item
        return compare(self.current.content, item.target.content(), self.mark_for(item))

    @property
    def snapshot_is_whole(self) -> bool:
        snapshot = snapshot_of(self.current.item) if self.current else None
        return snapshot is None or snapshots.is_whole(snapshot)

    @cached_property
    def account(self) -> Account | None:
        return self.current.item.target.seller if self.current else None

    @cached_property
    def account_history(self) -> list[Decision]:
        """Earlier decisions that took effect against the account of the item in hand, newest first."""
        return history.of_account(self.account, self.actor) if self.account else []

    @property
    def mark_words(self) -> str:
        return (self.right.title if self.right else "") or self.complaint.mark_text

    @property
    def decision_label(self) -> str:
        """The label of the outcome, with the number of chosen items when it is known."""
        count = self.selected_count
        return ngettext("Decision for %d item", "Decision for %d items", count) % count if count else _("Decision")

    # --- facts beside it

    @cached_property
    def usable(self) -> Usability | None:
        return self.right.usable(self.now.date()) if self.right else None

    @cached_property
    def register(self) -> Any:
        return check_against_register(self.right) if self.right else None

    @cached_property
    def reporter(self) -> dict[str, int]:
        """Counts what became of the items that this complainant reported, in all their cases."""
        return history.of_reporter(self.complaint)

    @cached_property
    def linked(self) -> list[Complaint]:
        """Lists other cases about targets of this one."""
        same = Item.objects.filter(complaint=OuterRef("pk"), target__in=self.complaint.items.values("target"))
        found = Complaint.objects.visible_to(self.actor).exclude(pk=self.complaint.pk).filter(Exists(same))
        return list(found.order_by("-submitted_at", "-id")[:5])

    @cached_property
    def evidence(self) -> list[Any]:
        return list(self.complaint.evidence.select_related("file").order_by("id"))

    @cached_property
    def laws(self) -> list[legal.Law]:
        return legal.laws(self.complaint, self.items, len(self.evidence))

    @cached_property
    def talk(self) -> list[Any]:
        found = self.complaint.messages.select_related("author").annotate(item_total=Count("items"))
        return list(found.order_by("-created_at", "-id"))

    @cached_property
    def notes(self) -> list[Any]:
        return list(self.complaint.notes.select_related("author").order_by("-created_at", "-id"))

    @cached_property
    def story(self) -> list[Any]:
        return story.told(self.complaint, reader=self.actor.user)

    @cached_property
    def held(self) -> list[HeldDecision]:
        return held_in(self.complaint, self.items, self.actor, self.now)

    # --- clocks

    @cached_property
    def clocks(self) -> Board:
        return clocks.board(self.complaint, self.items, self.actor, self.is_mine, self.holder, self.now)

    # --- head

    @property
    def summary(self) -> str:
        """Says how large the case is, where, and by whom."""
        count = len(self.rows)
        markets = sorted({row.content.get("market", "") for row in self.rows} - {""})
        size = ngettext("%d item", "%d items", count) % count
        return _("%(size)s in %(markets)s") % {"size": size, "markets": ", ".join(markets)} if markets else size

    @property
    def why_first(self) -> list[str]:
        """Says what makes the case urgent, in words."""
        undecided = [row for row in self.rows if row.item.is_open]
        live = sum(row.item.target.state == TargetState.LIVE for row in undecided)
        on_air = [row for row in undecided if row.item.target.kind == "livestream" and row.item.target.state == "live"]
        said = [] if self.complaint.is_closed else queue.why_there(self.complaint)
        if on_air and not self.complaint.live:
            said.append(_("a livestream is on air"))
        if not self.complaint.is_closed and queue.due_tone(self.complaint, self.now):
            said.append(_("due soon") if self.complaint.due_at and self.complaint.due_at > self.now else _("overdue"))
        if live:
            said.append(ngettext("%d still on offer", "%d still on offer", live) % live)
        return said
