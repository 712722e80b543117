"""Second looks: drawn at random, done blind by somebody else, counted; the case itself stays as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from complaints import casework
from complaints.models import Item, SecondLook
from complaints.review import quality
from complaints.review.agreement import agreement, percentile
from portal.accounts.actors import Actor
from portal.errors import Conflict, Forbidden, NotFound, Refused
from tests.accounts.factories import make_staff, signed_in, staff_actor
from tests.complaints.factories import Case, claimed, decide, make_filed_complaint, reviewer

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def decided(count: int = 1) -> tuple[Case, Actor]:
    case = make_filed_complaint(count)
    by = claimed(case)
    decide(case, by)
    return case, by


def drawn(share: float = 1.0) -> int:
    now = timezone.now()
    return casework.draw_second_looks(since=now - DAY, until=now + DAY, now=now, share=share, seed=7)


def test_a_share_of_the_decided_items_is_drawn_once() -> None:
    decided(10)
    assert drawn(0.2) == 2
    assert drawn(0.2) == 0 and SecondLook.objects.count() == 2


def test_of_few_items_one_is_drawn_and_of_none_nothing() -> None:
    assert drawn(0.05) == 0
    make_filed_complaint(3)
    assert drawn(0.05) == 0, "undecided items are nothing to look at again"
    decided(3)
    assert drawn(0.05) == 1


def test_the_first_reviewer_neither_sees_nor_takes_it() -> None:
    _case, by = decided()
    drawn()
    look = SecondLook.objects.get()
    other = reviewer()
    assert casework.waiting_looks(by) == [] and casework.waiting_looks(other) == [look]
    with pytest.raises(Forbidden):
        casework.open_look(actor=by, look_id=look.pk, now=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondLook.objects.filter(pk=look.pk).update(reviewer=by.user)


def test_taken_by_one_it_is_no_longer_anothers() -> None:
    decided()
    drawn()
    look, first, late = SecondLook.objects.get(), reviewer(), reviewer()
    casework.open_look(actor=first, look_id=look.pk, now=timezone.now())
    casework.open_look(actor=first, look_id=look.pk, now=timezone.now())
    with pytest.raises(Conflict):
        casework.open_look(actor=late, look_id=look.pk, now=timezone.now())
    assert casework.waiting_looks(late) == []


def test_the_answer_is_kept_and_the_case_is_not_touched() -> None:
    case, _by = decided()
    drawn()
    look, second, before = SecondLook.objects.get(), reviewer(), Item.objects.values_list("state", "decision").get()
    with pytest.raises(Refused):
        casework.record_look(actor=second, look_id=look.pk, outcome="rejected", ground="C-01", now=timezone.now())
    casework.record_look(actor=second, look_id=look.pk, outcome="rejected", ground="R-03", now=timezone.now())
    assert Item.objects.values_list("state", "decision").get() == before and case.fresh().state == "accepted"
    with pytest.raises(Conflict):
        casework.record_look(actor=second, look_id=look.pk, outcome="accepted", ground="C-01", now=timezone.now())
    (told,) = quality.by_policy()
    assert (told.outcome.pairs, told.outcome.agreed) == (1, 0.0) and not told.outcome.is_telling


@pytest.mark.parametrize("role", ["auditor", "policy"])
def test_who_does_not_review_looks_at_figures_only(role: str, client: Client) -> None:
    decided()
    drawn()
    look, person = SecondLook.objects.get(), make_staff(role)
    with pytest.raises(Forbidden):
        casework.open_look(actor=staff_actor(person), look_id=look.pk, now=timezone.now())
    signed_in(client, person)
    assert client.get(reverse("admin:complaints_complaint_quality")).status_code == 200
    assert client.get(reverse("admin:complaints_complaint_look", args=[look.pk])).status_code == 404


def test_the_page_of_a_look_does_not_say_what_was_decided(client: Client) -> None:
    case = make_filed_complaint(1)
    by = claimed(case)
    decide(case, by, text="THE FIRST OPINION")
    drawn()
    look = SecondLook.objects.get()
    signed_in(client, make_staff("reviewer"))
    page = client.get(reverse("admin:complaints_complaint_look", args=[look.pk]))
    said = page.content.decode()
    assert page.status_code == 200 and "THE FIRST OPINION" not in said
    assert by.user is not None and by.user.get_short_name() not in said and "Accepted" not in said
    kept = client.post(reverse("admin:complaints_complaint_look", args=[look.pk]), {"ground": "C-01", "note": "Clear."})
    assert kept.status_code == 302
    look.refresh_from_db()
    assert (look.outcome, look.ground, look.note) == ("accepted", "C-01", "Clear.")


def test_an_unknown_look_is_not_found() -> None:
    with pytest.raises(NotFound):
        casework.open_look(actor=reviewer(), look_id=10**6, now=timezone.now())


def test_times_by_stage_come_from_the_events() -> None:
    decided()
    stages = {str(stage.label): stage for stage in quality.stages(timezone.now() - DAY)}
    assert stages["From filing to first decision"].cases == 1
    assert stages["Waiting for a reviewer"].median >= 0


def test_kappa_of_the_textbook_example() -> None:
    """50 grants read by two: 20 both yes, 15 both no, 5 and 10 apart; kappa is 0.4."""
    pairs = [("y", "y")] * 20 + [("n", "n")] * 15 + [("y", "n")] * 5 + [("n", "y")] * 10
    found = agreement(pairs)
    assert found.kappa is not None and round(found.kappa, 6) == 0.4 and found.agreed == 0.7


choice = st.sampled_from("abc")


@given(st.lists(st.tuples(choice, choice), min_size=1))
def test_kappa_lies_between_minus_one_and_one_and_knows_no_order(pairs: list[tuple[str, str]]) -> None:
    found, turned = agreement(pairs), agreement([(second, first) for first, second in pairs])
    assert found.kappa is None or -1 <= found.kappa <= 1
    assert found.kappa == turned.kappa
    if all(first == second for first, second in pairs):
        assert found.kappa in {None, 1.0}


@given(st.lists(st.floats(0, 100), min_size=1))
def test_a_percentile_is_one_of_the_values(values: list[float]) -> None:
    ordered = sorted(values)
    assert percentile(ordered, 0.5) in ordered and percentile(ordered, 1) == ordered[-1]
