"""What the rows of a case look like outside. Reviewers, internal notes and the other side's texts are not among it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from complaints import clock_lines, preflight, timeline
from complaints.clock_lines import Line
from complaints.models import Complaint, Decision, Evidence, Item, Measure, Message, Signature, SigningMandate, Snapshot
from complaints.preflight import AnsweredLine, Finding, Likely
from complaints.statements import replaced_by
from portal.accounts.actors import Actor
from portal.api.parties import party_out
from portal.ledger.models import Event
from portal.marketplace.models import Target


def _columns(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def complaint_out(complaint: Complaint) -> dict[str, Any]:
    """One complaint as lists show it; counts come from for_lists()."""
    row: Any = complaint
    times = ("created_at", "updated_at", "submitted_at", "due_at", "decided_at")
    return {
        **_columns(row, "public_id", "reference"),
        "state": complaint.told_state.value,
        "state_label": str(complaint.told.label),
        "source": row.source,
        "organisation": party_out(complaint.organisation),
        "agency": party_out(complaint.agency),
        "right": complaint.right.public_id if complaint.right else None,
        "mark": complaint.mark_text,
        "reason": row.reason,
        "counts": {
            "items": row.item_count,
            "open": row.open_count,
            "accepted": row.accepted_count,
            "rejected": row.rejected_count,
        },
        **_columns(row, *times),
    }


def detail_out(complaint: Complaint, actor: Actor) -> dict[str, Any]:
    """One complaint with what was put into it, and the clocks that this reader may see."""
    evidence = complaint.evidence.select_related("file").order_by("id")
    signature = getattr(complaint, "signature", None)
    return {
        **complaint_out(complaint),
        "version": complaint.version if complaint.is_draft else None,
        "explanation": complaint.explanation,
        "items": preflight.split(complaint.lines) if complaint.is_draft else None,
        "evidence": [evidence_out(row) for row in evidence],
        "signature": _signature_out(signature) if signature else None,
        "clocks": [_clock_out(line) for line in clock_lines.of_complaint(complaint, actor)],
    }


def _clock_out(line: Line) -> dict[str, Any]:
    clock = line.clock
    return {
        **_columns(clock, "rule", "state"),
        **_columns(line, "name", "kind", "basis", "effect"),
        "service_level": line.is_service_level,
        "automatic": line.acts_alone,
        **_columns(clock, "started_at", "earliest_at", "due_at", "zone", "paused_at"),
        "paused_why": line.paused_why,
        "ended_at": clock.ended_at,
        "ended_why": line.ended_why,
    }


def _signature_out(signature: Signature) -> dict[str, Any]:
    return {
        "signatory": signature.typed_name,
        **_columns(signature, "declaration", "version", "notice_sha256", "signed_at"),
        "sha256": signature.text_sha256,
        "mandate": signature.mandate.public_id if signature.mandate else None,
        "agency": party_out(signature.agency),
    }


def evidence_out(evidence: Evidence) -> dict[str, Any]:
    return {
        **_columns(evidence, "public_id", "caption", "added_at"),
        "name": evidence.file.original_name,
        **_columns(evidence.file, "media_type", "size", "sha256"),
    }


def lines_out(lines: Sequence[AnsweredLine]) -> dict[str, Any]:
    return {"counts": preflight.tally(lines), "lines": [line_out(line) for line in lines]}


def line_out(line: AnsweredLine) -> dict[str, Any]:
    return {
        **_columns(line, "number", "text", "code", "label", "fate", "hint", "meant"),
        "target": target_out(line.target) if line.target else None,
        "right": line.right.public_id if line.right else None,
        "from_second": line.span.begin if line.span else None,
        "to_second": line.span.end if line.span else None,
        "note": line.note,
    }


def preflight_out(findings: Sequence[Finding], lines: Sequence[AnsweredLine]) -> dict[str, Any]:
    """The whole check: findings, likely rejections, and each line with what is said about it."""
    by_number = preflight.of_lines(findings)
    likely = preflight.rejections(findings, lines)
    return {
        "ready": all(finding.tone != "bad" for finding in findings),
        "findings": [_finding_out(finding) for finding in findings],
        "likely_rejections": [_likely_out(each) for each in likely],
        "counts": preflight.tally(lines),
        "lines": [
            {
                **line_out(line),
                "findings": [finding.code for finding in by_number.get(line.number, ())],
                "likely_rejections": [each.ground.value for each in likely if line.number in each.lines],
            }
            for line in lines
        ],
    }


def _finding_out(finding: Finding) -> dict[str, Any]:
    return {
        **{name: str(getattr(finding, name)) for name in ("tone", "code", "title", "detail")},
        "lines": list(finding.lines),
        "likely_rejection": finding.ground.value if finding.ground else None,
        "cure": finding.how_to_cure,
        "field": finding.field,
    }


def _likely_out(likely: Likely) -> dict[str, Any]:
    return {
        "ground": likely.ground.value,
        "label": likely.label,
        "lines": list(likely.lines),
        "findings": list(likely.because),
        "cures": list(likely.cures),
    }


def target_out(target: Target) -> dict[str, Any]:
    return _columns(target, "kind", "marketplace_id", "url", "title", "market", "state")


def item_out(item: Item) -> dict[str, Any]:
    """One item; a decision that waits for a second person is not told to anybody."""
    snapshot = getattr(item, "snapshot", None)
    effective = item.told_decision
    return {
        **_columns(item, "id", "line", "from_second", "to_second", "note"),
        "state": item.told_state.value,
        "state_label": str(item.told.label),
        "target": target_out(item.target),
        "right": item.right.public_id if item.right else None,
        "decision": _decision_out(effective) if effective else None,
        "measure": measure_out(item.latest_measure) if item.latest_measure else None,
        "snapshot": snapshot_out(snapshot) if snapshot else None,
    }


def _decision_out(decision: Decision) -> dict[str, Any]:
    return {
        **_columns(decision, "public_id", "reference", "outcome", "ground"),
        "ground_label": str(decision.ground_text.label),
        "decided_at": decision.decided_at,
    }


def measure_out(measure: Measure) -> dict[str, Any]:
    """`detail` stays inside: the desk writes its notes there when it mends a measure."""
    return {
        **_columns(measure, "action", "label", "state"),
        "state_label": str(measure.shown.label),
        **_columns(measure, "created_at", "confirmed_at"),
    }


def snapshot_out(snapshot: Snapshot) -> dict[str, Any]:
    picture = snapshot.picture.sha256 if snapshot.picture else None
    return {**_columns(snapshot, "sha256", "taken_at", "content"), "picture_sha256": picture}


def decision_out(decision: Decision) -> dict[str, Any]:
    """A decision with the complainant's statement, which the caller has loaded as `told`."""
    row: Any = decision
    statement = row.told[0]
    before = replaced_by(decision)
    return {
        **_decision_out(decision),
        **_columns(decision, "policy_version", "policy_text", "missing_proof"),
        "supersedes": before.public_id if before else None,
        "items": sorted(item.pk for item in decision.items.all()),
        "statement": _columns(statement, "public_id", "text", "answer_until", "created_at") | {"sor": statement.fields},
    }


def message_out(message: Message) -> dict[str, Any]:
    return {
        **_columns(message, "id", "kind"),
        "text": message.body,
        "items": sorted(item.pk for item in message.items.all()),
        **_columns(message, "created_at", "answer_by"),
    }


def event_out(event: Event) -> dict[str, Any]:
    title, detail = timeline.WORDS[event.kind](event)
    items = event.payload.get("items", [])
    return {"kind": event.kind, "at": event.at, "title": str(title), "detail": str(detail), "items": items}


def mandate_out(mandate: SigningMandate, now: datetime) -> dict[str, Any]:
    times = ("granted_at", "expires_at", "revoked_at")
    return {
        "public_id": mandate.public_id,
        "agency": party_out(mandate.agency),
        "signatory": mandate.typed_name,
        **_columns(mandate, "declaration", "version", *times),
        "in_force": mandate.in_force(now),
    }
