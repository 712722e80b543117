"""Which pages are photographed, as whom, how wide, and in which light; addresses come from the demo's rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from brands.models import IPRight
from complaints.demo.accounts import TARNFELL, public_id
from complaints.models import Complaint, Measure, StatementOfReasons
from complaints.states import ComplaintState, MeasureState

WIDE, PHONE = 1440, 390
BOTH = (WIDE, PHONE)


@dataclass(frozen=True, slots=True)
class Shot:
    """One page: its name in files, who looks ("" is nobody signed in), its address, widths, and dark too or not."""

    name: str
    who: str
    path: str
    widths: tuple[int, ...] = BOTH
    dark: bool = False


class NoDemo(LookupError):
    """The database lacks a row that the demo would have made."""


def shots() -> list[Shot]:
    """Every picture of the documentation; raises NoDemo where the demo was not seeded."""
    return [*_doors(), *_person(), *_portal(), *_filing(), *_respondent(), *_desk(), *_sandbox(), *_tools()]


def _doors() -> Iterator[Shot]:
    yield Shot("landing", "", reverse("home"))
    yield Shot("sign-up", "", reverse("account_signup"))
    yield Shot("sign-in", "", reverse("account_login"))
    yield Shot("password-reset", "", reverse("account_reset_password"))
    yield Shot("public-notice", "", reverse("public:start"))


def _person() -> Iterator[Shot]:
    yield Shot("profile", "owner", reverse("accounts:profile"))
    yield Shot("security", "owner", reverse("accounts:security"))
    yield Shot("second-factor", "owner", reverse("mfa_index"))
    yield Shot("second-factor-app", "owner", reverse("mfa_activate_totp"))
    yield Shot("passkey", "owner", reverse("mfa_add_webauthn"))
    yield Shot("e-mail", "owner", reverse("account_email"))
    yield Shot("sessions", "owner", reverse("usersessions_list"))
    yield Shot("password-change", "owner", reverse("account_change_password"))
    yield Shot("new-organisation", "owner", reverse("accounts:new-organisation"))


def _portal() -> Iterator[Shot]:
    decided = _one(
        _ours().filter(state=ComplaintState.PARTIALLY_ACCEPTED).order_by("-submitted_at"), "decided complaint"
    )
    waiting = _one(_ours().filter(state=ComplaintState.WAITING), "complaint with a question")
    item = _one(decided.items.filter(state="accepted").order_by("line"), "accepted item")
    rejected = _one(
        IPRight.objects.filter(organisation__public_id=public_id(TARNFELL), state="rejected"), "rejected right"
    )
    live = _one(rejected.organisation.rights.filter(state="approved").order_by("id"), "approved right")
    yield Shot("dashboard", "owner", reverse("complaints:dashboard"), dark=True)
    yield Shot("rights", "owner", reverse("brands:list"))
    yield Shot("register-right", "owner", reverse("brands:register"))
    yield Shot("right", "owner", reverse("brands:right", args=[live.public_id]))
    yield Shot("right-comparison", "owner", reverse("brands:right", args=[rejected.public_id]))
    yield Shot("complaints", "owner", reverse("complaints:list"))
    yield Shot("complaint", "owner", reverse("complaints:detail", args=[decided.public_id]))
    yield Shot("complaint-question", "owner", reverse("complaints:detail", args=[waiting.public_id]))
    yield Shot("complaint-item", "owner", reverse("complaints:item", args=[decided.public_id, item.pk]))
    yield Shot("complaint-take-back", "owner", reverse("complaints:withdraw", args=[waiting.public_id]))
    yield Shot("mandates", "owner", reverse("complaints:mandates"))
    yield Shot("mandate-grant", "owner", reverse("complaints:grant-mandate"))
    yield Shot("keys", "owner", reverse("keys:list"))
    yield Shot("key-new", "owner", reverse("keys:new"))
    yield Shot("organisation", "owner", reverse("accounts:organisation"))


def _filing() -> Iterator[Shot]:
    draft = _one(_ours().filter(state=ComplaintState.DRAFT), "draft")
    yield Shot("file-0-begin", "owner", reverse("complaints:new"))
    steps = ("right", "reason", "items", "evidence", "declarations", "review")
    for place, step in enumerate(steps, 1):
        yield Shot(f"file-{place}-{step}", "owner", reverse(f"complaints:draft-{step}", args=[draft.public_id]))


def _respondent() -> Iterator[Shot]:
    told = StatementOfReasons.objects.filter(account__handle="peakdeals_77", responses__isnull=False)
    statement = _one(told.order_by("-id"), "decision that the seller answered")
    yield Shot("respondent-decisions", "seller", reverse("respondent:list"))
    yield Shot("respondent-decision", "seller", reverse("respondent:detail", args=[statement.public_id]), dark=True)


def _desk() -> Iterator[Shot]:
    queued = Complaint.objects.filter(state=ComplaintState.QUEUED).order_by("due_at", "id")
    case = _one(queued.filter(evidence__isnull=False).distinct(), "case in the queue")
    live = _one(queued.filter(items__target__kind="livestream"), "livestream in the queue")
    right = _one(
        IPRight.objects.filter(organisation__public_id=public_id(TARNFELL), state="in_review"), "right in review"
    )
    sample = _one(IPRight.objects.filter(mark_text="JAVA", state="in_review"), "register sample")
    yield Shot("desk-queue", "reviewer", reverse("admin:complaints_complaint_desk"), (WIDE,), dark=True)
    yield Shot("desk-case", "reviewer", reverse("admin:complaints_complaint_case", args=[case.pk]), (WIDE,), dark=True)
    yield Shot("desk-livestream", "reviewer", reverse("admin:complaints_complaint_case", args=[live.pk]), (WIDE,))
    yield Shot("desk-mend", "senior", reverse("admin:complaints_complaint_mend"), (WIDE,))
    yield Shot("desk-answers", "reviewer", reverse("admin:complaints_complaint_answers"), (WIDE,))
    yield Shot("desk-list", "auditor", reverse("admin:complaints_complaint_changelist"), (WIDE,))
    yield Shot("verification-list", "reviewer", reverse("admin:brands_ipright_changelist"), (WIDE,))
    yield Shot("verification", "reviewer", reverse("admin:brands_ipright_change", args=[right.pk]), (WIDE,))
    yield Shot("verification-mismatch", "reviewer", reverse("admin:brands_ipright_change", args=[sample.pk]), (WIDE,))
    yield Shot("admin", "reviewer", reverse("admin:index"), (WIDE,))


def _sandbox() -> Iterator[Shot]:
    done = Measure.objects.filter(state=MeasureState.CONFIRMED, target__kind="listing").order_by("-id")
    gone = _one(done.exclude(target__picture=""), "removed listing").target
    yield Shot("sandbox", "", reverse("sandbox:home"))
    yield Shot("sandbox-controls", "", reverse("sandbox:controls"))
    yield Shot("sandbox-account", "", "/sandbox/@peakdeals_77")
    yield Shot("sandbox-item", "", reverse("sandbox:item", args=["88120431"]))
    yield Shot("sandbox-item-removed", "", gone.get_absolute_url())


def _tools() -> Iterator[Shot]:
    yield Shot("dev-mail", "", reverse("dev:mail"))
    yield Shot("dev-codes", "", reverse("dev:codes"))
    yield Shot("api-docs", "", reverse("api-docs"), (WIDE,))


def _ours() -> Any:
    return Complaint.objects.filter(organisation__public_id=public_id(TARNFELL))


def _one(rows: Any, what: str) -> Any:
    found = rows.first()
    if found is None:
        raise NoDemo(f"There is no {what} in the database. Seed the demo into a fresh one first.")
    return found
