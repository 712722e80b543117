"""Renewals as a holder lives through them: reminded once, declared with proof, checked by the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from brands import registry, renewals, tasks
from brands.models import IPRight, Renewal, RenewalReminder
from brands.registers.offices import add_months
from portal.accounts.actors import Actor, ActorKind
from portal.accounts.grants import AgentVerb
from portal.accounts.models import Membership, Role
from portal.errors import Conflict, Forbidden, NotFound, Refused
from portal.ledger.models import Event
from tests.accounts.factories import actor_for_member, authorise, make_member
from tests.brands import factories as f
from tests.brands.refusals import refused
from tests.brands.test_keeping import recorded
from tests.complaints.factories import make_right

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
TODAY = NOW.date()


def owner(role: str = Role.RIGHTS_OWNER) -> tuple[Membership, Actor]:
    membership = make_member(role=role)
    return membership, actor_for_member(membership)


def mark(by: Actor, *, in_days: int = 60, **fields: Any) -> IPRight:
    """An approved EU mark that expires in so many days."""
    expiry = TODAY + timedelta(days=in_days)
    values = {"expiry_date": expiry, "filing_date": add_months(expiry, -120)} | fields
    return make_right(by.organisation, **values)


def declare(by: Actor, right: IPRight, **changes: Any) -> Renewal:
    (row,) = [row for row in renewals.of_right(right, TODAY) if row.deadline.renews]
    values: dict[str, Any] = {
        "rule": row.deadline.rule,
        "due_on": row.deadline.due,
        "new_expiry": add_months(row.deadline.due, 120),
        "certificate": f.stored(by),
    } | changes
    return registry.declare_renewed(actor=by, right=right, now=NOW, **values)


# --- what the calendar lists


def test_the_calendar_lists_what_is_open_late_or_due_within_a_year() -> None:
    _member, by = owner()
    near = mark(by, in_days=60)
    late = mark(by, in_days=-30, text="FELLSTED")
    mark(by, in_days=700, text="FAR AWAY")
    gone = mark(by, in_days=-300, text="PASSED")
    mark(by, in_days=-2000, text="LONG GONE")
    mark(by, in_days=30, text="DRAFT", state="draft", verified_at=None)
    mark(by, in_days=30, text="CANCELLED", register_status="dead_cancelled")
    listed = renewals.rows(IPRight.objects.visible_to(by), today=TODAY)
    assert [(row.right.pk, row.state) for row in listed] == [
        (gone.pk, "passed"),
        (late.pk, "grace"),
        (near.pk, "window"),
    ]
    assert [month.first for month in renewals.by_month(row for row in listed if not row.is_late)] == [date(2027, 1, 1)]


def test_a_large_tenant_is_read_in_two_queries() -> None:
    _member, by = owner()
    for number in range(12):
        mark(by, in_days=10 + number, text=f"MARK {number}")
        mark(by, in_days=2000 + number, text=f"FAR {number}")
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert len(renewals.rows(IPRight.objects.visible_to(by), today=TODAY)) == 12
    assert len(seen) == 2


def test_a_right_without_known_end_is_named_as_such() -> None:
    _member, by = owner()
    right = mark(by, basis="madrid", expiry_date=None)
    assert renewals.without_end(IPRight.objects.visible_to(by)) == [right]
    assert renewals.rows(IPRight.objects.visible_to(by), today=TODAY) == []


# --- reminders


def remind(by: Actor, now: datetime) -> int:
    assert by.organisation is not None
    return registry.remind_of_renewals(organisation=by.organisation, now=now)


def test_each_step_is_reminded_once_and_runs_twice_without_harm() -> None:
    _member, by = owner()
    right = mark(by, in_days=200)
    due = right.expiry_date
    steps = {
        due - timedelta(days=185): None,
        add_months(due, -6): "opens",
        due - timedelta(days=90): "90_days",
        due - timedelta(days=30): "30_days",
        due: "due",
        add_months(due, 6) - timedelta(days=30): "grace_30",
        add_months(due, 6) + timedelta(days=1): None,
    }
    for day, step in steps.items():
        now = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        assert remind(by, now) == (1 if step else 0)
        assert remind(by, now + timedelta(hours=5)) == 0
        assert remind(by, now + timedelta(days=1)) == 0
    wanted = [step for step in steps.values() if step]
    assert list(RenewalReminder.objects.order_by("id").values_list("step", flat=True)) == wanted
    near = Event.objects.filter(stream_kind="right", stream_id=str(right.pk), kind="right.renewal_near")
    assert [event.payload["step"] for event in near.order_by("seq")] == wanted


def test_a_worker_that_slept_tells_the_last_step_only() -> None:
    _member, by = owner()
    mark(by, in_days=20)
    assert remind(by, NOW) == 1
    assert RenewalReminder.objects.get().step == "30_days"


def test_what_was_declared_is_not_reminded() -> None:
    _member, by = owner()
    declare(by, mark(by))
    assert remind(by, NOW) == 0


def test_an_organisation_gets_one_digest_a_day(run_outbox: Callable[[], Any]) -> None:
    membership, by = owner()
    boss = make_member(membership.organisation, Role.ADMINISTRATOR)
    for role in (Role.AGENT, Role.VIEWER):
        make_member(membership.organisation, role)
    other, stranger = owner()
    mark(by, in_days=20, text="TARNFELL")
    mark(by, in_days=80, text="FELLSTED & SONS <b>")
    mark(stranger, in_days=20, text="LUMORA")
    for _twice in range(2):
        tasks.renewals_due()
        run_outbox()
    mine = [message for message in mail.outbox if message.to[0] in {membership.user.email, boss.user.email}]
    assert len(mine) == 2 and {message.to[0] for message in mine} == {membership.user.email, boss.user.email}
    assert mine[0].subject == "2 deadlines of your rights"
    assert "TARNFELL" in mine[0].body and "FELLSTED & SONS <b>" in mine[0].body and "LUMORA" not in mine[0].body
    assert "/rights/renewals/" in mine[0].body and mine[0].body.index("TARNFELL") < mine[0].body.index("FELLSTED")
    assert [message.to[0] for message in mail.outbox if "LUMORA" in message.body] == [other.user.email]


# --- declaring


def test_a_declared_renewal_waits_and_changes_nothing_yet() -> None:
    _member, by = owner()
    right = mark(by, in_days=-10)
    before = right.usable(TODAY)
    made = declare(by, right)
    again = declare(by, right)
    right.refresh_from_db()
    assert made == again and Renewal.objects.count() == 1
    assert (made.state, right.expiry_date, right.state) == ("asked", TODAY - timedelta(days=10), "approved")
    assert right.usable(TODAY) == before
    (row,) = renewals.rows(IPRight.objects.visible_to(by), today=TODAY)
    assert row.label == "Declared, with the desk" and not row.may_declare
    assert Event.objects.filter(kind="right.renewal_declared").count() == 1


def test_the_desk_accepts_and_the_right_runs_on(run_outbox: Callable[[], Any]) -> None:
    membership, by = owner()
    right = mark(by, in_days=-10)
    made = declare(by, right)
    registry.accept_renewal(actor=f.reviewer(), renewal=made, now=NOW)
    right.refresh_from_db()
    assert right.expiry_date == made.new_expiry and right.usable(TODAY).ok
    assert renewals.rows(IPRight.objects.visible_to(by), today=TODAY) == []
    run_outbox()
    (told,) = [message for message in mail.outbox if message.subject.startswith("Accepted: renewal")]
    assert told.to == [membership.user.email] and f"/rights/{right.public_id}/" in told.body


def test_a_right_that_the_register_took_out_of_force_comes_back_with_its_renewal() -> None:
    _member, by = owner()
    right = mark(by, in_days=-10)
    registry.recheck(actor=f.reviewer(), right=right, now=NOW, live=False)
    right.refresh_from_db()
    assert right.state == "suspended"
    registry.accept_renewal(actor=f.reviewer(), renewal=declare(by, right), now=NOW, register_status="registered")
    right.refresh_from_db()
    assert right.state == "approved" and right.usable(TODAY).ok and right.register_as_of == TODAY


@pytest.mark.parametrize("seen", [None, "registered"])
def test_an_accepted_proof_is_newer_than_a_record_that_has_not_caught_up(seen: str | None) -> None:
    _member, by = owner()
    right = mark(by, in_days=-10)
    record = recorded(right, expiry_date=right.expiry_date, as_of=TODAY)
    registry.recheck(actor=f.reviewer(), right=right, now=NOW, live=False)
    assert IPRight.objects.get(pk=right.pk).state == "suspended"
    registry.accept_renewal(actor=f.reviewer(), renewal=declare(by, right), now=NOW, register_status=seen)
    registry.recheck(actor=f.reviewer(), right=right, now=NOW + timedelta(days=1), live=False)
    right.refresh_from_db()
    assert (right.state, right.record, right.usable(TODAY).ok) == ("approved", record, True)


def test_the_desk_does_not_accept_without_a_reason_and_the_holder_may_try_again(
    run_outbox: Callable[[], Any],
) -> None:
    _member, by = owner()
    right, staff = mark(by), f.reviewer()
    made = declare(by, right)
    with refused(Refused, "reason_missing"):
        registry.refuse_renewal(actor=staff, renewal=made, reason=" ", now=NOW)
    registry.refuse_renewal(actor=staff, renewal=made, reason="Page 2 is missing.", now=NOW)
    run_outbox()
    assert "Page 2 is missing." in mail.outbox[-1].body
    with refused(Conflict, "already_decided"):
        registry.accept_renewal(actor=staff, renewal=made, now=NOW)
    again = declare(by, right)
    assert again != made and right.renewals.count() == 2
    right.refresh_from_db()
    assert right.expiry_date == made.former_expiry
    event = Event.objects.get(kind="right.renewal_refused")
    assert "Page 2" not in str(event.payload)


def test_a_declaration_of_use_is_done_once_accepted_and_moves_no_expiry() -> None:
    _member, by = owner()
    registered = add_months(TODAY, -70)
    right = mark(by, office="US", registration_date=registered, expiry_date=add_months(registered, 120))
    rows = {row.deadline.rule: row for row in renewals.of_right(right, TODAY)}
    use = rows["tm.us.s8"].deadline
    made = registry.declare_renewed(
        actor=by, right=right, rule=use.rule, due_on=use.due, certificate=f.stored(by), now=NOW
    )
    assert made.new_expiry is None
    registry.accept_renewal(actor=f.reviewer(), renewal=made, now=NOW)
    right.refresh_from_db()
    assert right.expiry_date == add_months(registered, 120)
    assert [row.deadline.rule for row in renewals.of_right(right, TODAY)] == ["tm.us.s9"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"new_expiry": None}, "expiry_missing"),
        ({"new_expiry": TODAY + timedelta(days=60)}, "expiry_not_later"),
        ({"new_expiry": date(2060, 1, 1)}, "expiry_too_late"),
        ({"certificate": None}, "certificate_missing"),
        ({"rule": "tm.us.s8"}, "no_such_deadline"),
        ({"rule": "nonsense"}, "no_such_deadline"),
        ({"due_on": TODAY}, "no_such_deadline"),
    ],
)
def test_what_cannot_be_right_is_refused(changes: dict[str, Any], code: str) -> None:
    _member, by = owner()
    with refused(Refused, code):
        declare(by, mark(by), **changes)
    assert not Renewal.objects.exists()


def test_nothing_is_declared_before_its_window() -> None:
    _member, by = owner()
    with refused(Refused, "not_open_yet"):
        declare(by, mark(by, in_days=300))


def test_a_draft_is_corrected_and_not_renewed() -> None:
    _member, by = owner()
    with refused(Conflict, "wrong_state"):
        declare(by, mark(by, state="draft", verified_at=None))


def test_a_right_that_moved_on_is_not_overwritten() -> None:
    _member, by = owner()
    right = mark(by)
    made = declare(by, right)
    IPRight.objects.filter(pk=right.pk).update(expiry_date=TODAY + timedelta(days=900))
    with refused(Conflict, "moved_on"):
        registry.accept_renewal(actor=f.reviewer(), renewal=made, now=NOW)
    with refused(Refused, "register_says_dead"):
        registry.accept_renewal(actor=f.reviewer(), renewal=made, now=NOW, register_status="dead_cancelled")


def test_owner_teammate_viewer_outsider_and_staff_each_do_what_is_theirs() -> None:
    membership, by = owner()
    right = mark(by)
    teammate = actor_for_member(make_member(membership.organisation, Role.AGENT))
    viewer = actor_for_member(make_member(membership.organisation, Role.VIEWER))
    outsider = f.actor()
    for actor, error in ((viewer, Forbidden), (outsider, NotFound), (Actor(kind=ActorKind.PUBLIC), Forbidden)):
        with pytest.raises(error):
            declare(actor, right, certificate=f.stored(by))
    with pytest.raises(NotFound):
        declare(teammate, right, certificate=f.stored(outsider))
    made = declare(teammate, right)
    for actor in (by, teammate, outsider, f.reviewer("auditor")):
        with pytest.raises(Forbidden):
            registry.accept_renewal(actor=actor, renewal=made, now=NOW)
        with pytest.raises(Forbidden):
            registry.refuse_renewal(actor=actor, renewal=made, reason="No.", now=NOW)
    assert Renewal.objects.visible_to(outsider).count() == 0
    assert Renewal.objects.visible_to(viewer).count() == 1
    registry.accept_renewal(actor=f.reviewer("policy"), renewal=made, now=NOW)


def test_an_agent_declares_only_for_rights_that_it_may_register() -> None:
    membership, by = owner()
    right, other = mark(by), mark(by, text="FELLSTED")
    agent = make_member(membership.organisation, Role.AGENT, authorised=False)
    authorise(membership.organisation, member=agent, rights=[right], verbs=[AgentVerb.REGISTER.value])
    authorise(membership.organisation, member=agent, rights=[other], verbs=[AgentVerb.FILE.value])
    bound = actor_for_member(agent)
    assert declare(bound, right).state == "asked"
    with refused(Forbidden, "not_authorised"):
        declare(bound, other)
    assert {row.right.pk for row in renewals.rows(IPRight.objects.visible_to(bound), today=TODAY)} == {
        right.pk,
        other.pk,
    }


def test_the_database_keeps_one_standing_renewal_a_deadline() -> None:
    _member, by = owner()
    made = declare(by, mark(by))
    made.pk, made.public_id = None, None
    with pytest.raises(IntegrityError), transaction.atomic():
        Renewal.objects.bulk_create(
            [
                Renewal(
                    right=made.right,
                    rule=made.rule,
                    due_on=made.due_on,
                    new_expiry=made.new_expiry,
                    certificate=made.certificate,
                    asked_at=NOW,
                )
            ]
        )
