"""Two at the same moment, on a real database: one wins, the other is told, nothing is doubled."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.utils.timezone import now

from complaints import casework
from complaints.models import Complaint, Decision, Item, Measure, StatementOfReasons
from portal.errors import Conflict, DomainError
from portal.ledger import outbox
from portal.ledger.events import verify_all
from portal.ledger.models import Event
from portal.marketplace.models import SandboxObject
from tests.accounts.factories import make_member
from tests.complaints.factories import (
    Case,
    claimed,
    decide,
    make_draft,
    make_filed_complaint,
    make_listing,
    make_right,
    make_seller,
    reviewer,
    sign,
)

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 20


def together(*verbs: Callable[[], Any]) -> list[str]:
    """Calls each verb in a thread of its own, released at one moment; gives "done" or the code of each refusal."""
    gate, ends = threading.Barrier(len(verbs)), ["?"] * len(verbs)

    def run(place: int, verb: Callable[[], Any]) -> None:
        try:
            gate.wait(timeout=20)
            verb()
            ends[place] = "done"
        except DomainError as error:
            ends[place] = f"{type(error).__name__}:{error.code}"
        except Exception as error:
            ends[place] = f"broke: {error!r}"
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(verbs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ends


def events(case: Complaint, kind: str) -> int:
    return Event.objects.filter(stream_kind="complaint", stream_id=str(case.pk), kind=kind).count()


def file_cases(number: int = TIMES) -> list[Case]:
    member, seller = make_member(), make_seller()
    return [make_filed_complaint(1, membership=member, seller=seller) for _each in range(number)]


def check_decided_once(case: Case) -> None:
    assert events(case.complaint, "complaint.decided") == 1
    assert Decision.objects.filter(complaint=case.complaint).count() == 1
    assert Measure.objects.filter(item__in=case.item_ids).count() == 1
    assert StatementOfReasons.objects.filter(decision__complaint=case.complaint).count() == 2
    assert case.fresh().state == "accepted"


def test_two_reviewers_take_and_decide_one_case_at_once() -> None:
    first, second = reviewer(), reviewer("senior")
    for case in file_cases():

        def verb(actor: Any, case: Case = case) -> None:
            claimed(case, actor)
            decide(case, actor)

        ends = Counter(together(partial(verb, first), partial(verb, second)))
        assert ends.pop("done") == 1, ends
        # The loser finds the case held by the winner, or decided already.
        assert set(ends) <= {"Conflict:claimed_by_other", "Conflict:wrong_state"}, ends
        assert events(case.complaint, "complaint.claimed") == 1
        check_decided_once(case)
    assert verify_all() == []


def test_one_reviewer_decides_in_two_windows_at_once() -> None:
    me = reviewer()
    for case in file_cases():
        claimed(case, me)
        ends = together(partial(decide, case, me), partial(decide, case, me))
        assert sorted(ends)[1] == "done", ends
        assert sorted(ends)[0] in {"Conflict:already_decided", "Conflict:not_claimed"}, ends
        check_decided_once(case)


def test_two_seniors_confirm_one_held_decision_at_once() -> None:
    me, seniors, member = reviewer(), (reviewer("senior"), reviewer("senior")), make_filed_complaint(1)
    for _each in range(TIMES // 2):
        draft = make_draft(member.owner, member.right, [make_seller(account_kind="store").target])
        filed = casework.submit(actor=member.owner, complaint_id=draft.pk, signing=sign(member.owner), now=now())
        case = Case(filed, member.owner, member.membership, member.right, member.seller, [])
        [held] = decide(case, claimed(case, me))
        ends = together(*(partial(casework.confirm, actor=actor, decision_id=held.pk, now=now()) for actor in seniors))
        assert sorted(ends) == ["Conflict:moved_on", "done"], ends
        check_decided_once(case)


def test_a_decision_and_a_withdrawal_at_once_do_not_both_happen() -> None:
    me = reviewer()
    for case in file_cases(TIMES // 2):
        claimed(case, me)
        ends = together(
            partial(decide, case, me),
            partial(
                casework.withdraw, actor=case.owner, complaint_id=case.complaint.pk, item_ids=case.item_ids, now=now()
            ),
        )
        assert ends.count("done") == 1, ends
        state = Item.objects.get(pk=case.item_ids[0]).state
        assert state == ("accepted" if ends[0] == "done" else "withdrawn")
        assert Measure.objects.filter(item__in=case.item_ids).count() == (state == "accepted")
        told = events(case.complaint, "complaint.decided"), events(case.complaint, "complaint.withdrawn")
        assert sorted(told) == [0, 1]


def test_a_draft_sent_twice_at_once_is_one_complaint() -> None:
    base = make_filed_complaint(1)
    right, seller = make_right(base.membership.organisation), make_seller()
    for _each in range(TIMES // 2):
        draft = make_draft(base.owner, right, [make_listing(seller)])

        def verb(draft: Complaint = draft) -> Complaint:
            return casework.submit(actor=base.owner, complaint_id=draft.pk, signing=sign(base.owner), now=now())

        assert together(verb, verb) == ["done", "done"]
        assert events(draft, "complaint.submitted") == 1
        assert Item.objects.filter(complaint=draft).count() == 1


def test_two_workers_drain_at_once_and_each_measure_is_ordered_once() -> None:
    me = reviewer()
    cases = file_cases(6)
    for case in cases:
        decide(case, claimed(case, me))
    assert set(together(outbox.run_until_empty, outbox.run_until_empty)) == {"done"}
    outbox.run_until_empty()
    assert set(Measure.objects.values_list("state", flat=True)) == {"confirmed"}
    for case in cases:
        assert events(case.complaint, "measure.sent") == events(case.complaint, "measure.confirmed") == 1
        assert events(case.complaint, "complaint.enforced") == 1
        [thing] = SandboxObject.objects.filter(target__in=[target.pk for target in case.targets])
        assert len(thing.orders) == 1


def test_the_refusal_says_who_was_faster() -> None:
    [case] = file_cases(1)
    winner = claimed(case)
    with pytest.raises(Conflict) as refusal:
        decide(case, reviewer())
    assert winner.user is not None
    assert winner.user.get_short_name() in str(refusal.value)
    assert "Nothing was decided" in str(refusal.value)
