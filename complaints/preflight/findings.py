"""The check before filing: what a reviewer would look at, the same for the page, the API and the filing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brands.cover import cover_of
from brands.models import IPRight, RightFileKind
from complaints import errors, legal
from complaints.models import Complaint
from complaints.preflight.about import about_lines, class_outside, likely_of_lines
from complaints.preflight.finding import BAD, OK, WARN, Finding, worst_first
from complaints.preflight.lines import READY, AnsweredLine
from complaints.reasons import NOT_IP_REASONS, Ground, Reason, reasons_for
from portal.accounts.actors import Actor
from portal.accounts.grants import AgentVerb

Lines = Sequence[AnsweredLine]


def check(complaint: Complaint, lines: Lines, *, actor: Actor, today: date, not_a_reason: str = "") -> list[Finding]:
    """Lists what a reviewer would look at, bad first: organisation, right, reason, items, classes, law, evidence.

    The number of queries does not grow with the lines. `complaint` may be one that was never saved; `not_a_reason` is
    what somebody gave instead of one of ours (`reasons.NOT_IP_REASONS`).
    """
    files = complaint.evidence.count() if complaint.pk else 0
    findings = [*_organisation(complaint, actor), _right(complaint, actor, today), _reason(complaint, not_a_reason)]
    findings += [*about_lines(lines), *likely_of_lines(complaint, lines), *_fits(lines)]
    asked = _elements(complaint, lines, actor)
    findings += [*asked, *_basis(complaint, files, asked), *_copy(complaint, files)]
    if not any(finding.field == "evidence" for finding in findings):
        findings.append(_evidence(files))
    return worst_first(_with_other_right(findings, lines, complaint, actor, today))


def check_items(lines: Lines) -> list[Finding]:
    """Lists what a reviewer would object to about the items alone, as a public notice names no registered right."""
    return worst_first(about_lines(lines))


def _organisation(complaint: Complaint, actor: Actor) -> list[Finding]:
    """Nothing is filed for an organisation, or by an agency, that the desk has not verified."""
    for each in (complaint.organisation, actor.agency):
        if each is not None and not each.is_verified:
            title = _("%(name)s is not verified") % {"name": each.name}
            detail = _(
                "Nothing is filed before the desk has verified it. Its page “Verification” says where it stands."
            )
            return [Finding(BAD, "organisation_not_verified", title, detail, step="verification")]
    return []


def _right(complaint: Complaint, actor: Actor, today: date) -> Finding:
    if complaint.right is None:
        title, detail = _("Choose a right"), _("Say which of your rights is infringed.")
        return Finding(BAD, "right_missing", title, detail, step="right", field="right")
    usable = complaint.right.usable(today)
    if not cover_of(actor).allows(AgentVerb.FILE, complaint.right.pk):
        title, detail = _("Your authorisation does not cover the right"), str(errors.right_not_authorised())
        return Finding(BAD, "right_not_authorised", title, detail, step="right", field="right")
    if not usable.ok:
        title, ground = _("The right cannot be used yet"), Ground.RIGHT_NOT_LIVE
        return Finding(BAD, usable.code, title, str(usable.reason), ground=ground, step="right", field="right")
    return Finding(OK, "right_live", _("The right is live"), _standing(complaint.right))


def _standing(right: IPRight) -> str:
    """The right and on which day its register said so."""
    if right.register_as_of is None:
        return str(right)
    day = date_format(right.register_as_of, "j M Y")
    return _("%(right)s; the register as of %(day)s.") % {"right": right, "day": day}


def _reason(complaint: Complaint, not_a_reason: str) -> Finding:
    if not_a_reason in NOT_IP_REASONS:
        text = NOT_IP_REASONS[not_a_reason]
        title, ground = _("“%s” is no reason under a right") % text.label, Ground.NOT_AN_IP_REASON
        return Finding(BAD, "not_an_ip_reason", title, str(text.hint), ground=ground, step="reason", field="reason")
    if not complaint.reason:
        title, detail = _("Choose a reason"), _("Say what is wrong with the items.")
        return Finding(BAD, "reason_missing", title, detail, step="reason", field="reason")
    if complaint.right and complaint.reason not in reasons_for(complaint.right.kind):
        detail = str(errors.reason_not_supported(str(complaint.right.get_kind_display())))
        title = _("The reason does not fit the right")
        return Finding(BAD, "reason_not_supported", title, detail, step="reason", field="reason")
    return Finding(OK, "reason_ip", _("The reason is an IP reason"), _("Price or distribution complaints are not."))


def _fits(lines: Lines) -> list[Finding]:
    """What is in order about goods and markets, said where there is something to say it about."""
    ready = [line for line in lines if line.fate == READY and line.right]
    marks = [
        line for line in ready if line.right and line.right.is_mark and line.target and line.target.kind == "listing"
    ]
    found = []
    if ready:
        markets = ", ".join(sorted({line.target.market for line in ready if line.target}))
        detail = _("Every item binds to a right of yours that is live in its market: %s.") % markets
        found.append(Finding(OK, "territory_fits", _("The territory fits"), detail))
    if marks and not any(class_outside(line) for line in marks):
        detail = _("No listing is of goods that your right does not cover, as far as it says.")
        found.append(Finding(OK, "goods_fit", _("The goods fit"), detail))
    return found


def _elements(complaint: Complaint, lines: Lines, actor: Actor) -> list[Finding]:
    """What the law of a market asks for and the draft lacks, by its rule packs (complaints/rules)."""
    return [
        Finding(
            BAD if gap.stops else WARN,
            gap.code,
            gap.title,
            gap.detail,
            ground=Ground.EVIDENCE_MISSING if gap.ask in {"explanation", "evidence"} else None,
            step=_STEPS.get(gap.ask, "verification"),
            field=gap.ask if gap.ask in _STEPS else "",
        )
        for gap in legal.gaps(complaint, lines, actor=actor)
    ]


_STEPS = {"explanation": "reason", "evidence": "evidence", "reason": "reason", "right": "right", "items": "items"}


def _basis(complaint: Complaint, files: int, asked: Sequence[Finding]) -> list[Finding]:
    """How a complainant can tell that goods are not genuine: without it nobody else can."""
    if complaint.reason != Reason.COUNTERFEIT or files or complaint.explanation.strip():
        return []
    if any(finding.field == "explanation" for finding in asked):
        return []
    return [
        Finding(
            WARN,
            "basis_missing",
            _("Nothing says why they are not genuine"),
            _("A reviewer cannot see that from the offer alone."),
            ground=Ground.EVIDENCE_MISSING,
            step="reason",
            field="explanation",
            cure=_("Say how you can tell, or attach a picture of a test purchase or of your own product."),
        )
    ]


def _copy(complaint: Complaint, files: int) -> list[Finding]:
    """A copied work is compared with the work: a copy of it is on file with the right, or comes with the complaint."""
    if complaint.reason != Reason.COPIED_WORK or complaint.right is None or files:
        return []
    if complaint.right.files.filter(kind=RightFileKind.WORK_COPY).exists():
        return []
    return [
        Finding(
            WARN,
            "work_copy_missing",
            _("There is no copy of the work to compare with"),
            _("A reviewer sees only what is offered, not what was copied."),
            ground=Ground.NOT_THE_SAME,
            step="evidence",
            field="evidence",
            cure=_("Attach a copy of the work, or add one to the right."),
        )
    ]


def _evidence(files: int) -> Finding:
    if files:
        return Finding(OK, "evidence_there", _("Evidence is attached"), _("Only the desk sees your files."))
    text = _("Complaints with a picture of your own product or of a test purchase are decided sooner.")
    return Finding(WARN, "evidence_missing", _("No evidence yet"), text, step="evidence", field="evidence")


def _with_other_right(
    findings: list[Finding], lines: Lines, complaint: Complaint, actor: Actor, today: date
) -> list[Finding]:
    """Adds to goods outside the right which other right of the organisation covers them, if there is one."""
    if not any(finding.code == "outside_goods" for finding in findings):
        return findings
    classes = {number for line in lines if line.fate == READY and (number := class_outside(line)) is not None}
    others = IPRight.objects.open_to(actor, AgentVerb.FILE).live(today).filter(classes__number__in=classes)
    other = others.exclude(pk=complaint.right_id).select_related("family").order_by("id").first()
    if other is None:
        return findings
    cure = _("Report these under %(right)s, which covers such goods, or leave them out.") % {"right": str(other)}
    return [
        replace(finding, field="right", cure=cure) if finding.code == "outside_goods" else finding
        for finding in findings
    ]
