"""The accused answer, by link or as holder; the desk reads it, the complainant does not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints import casework, statements
from complaints.models import Message, StatementOfReasons
from portal.accounts.actors import PUBLIC
from portal.errors import Refused
from tests.accounts.factories import make_user, signed_in
from tests.complaints.factories import Case, claimed, decide, make_filed_complaint, reviewer

pytestmark = pytest.mark.django_db


def decided() -> tuple[Case, StatementOfReasons]:
    case = make_filed_complaint(items=1)
    decide(case, claimed(case))
    return case, StatementOfReasons.objects.get(side="respondent")


def test_an_answer_by_link_reaches_the_desk_and_not_the_complainant(client: Client) -> None:
    case, statement = decided()
    link = reverse("respondent:by-link", args=[statements.link_token(statement)])
    assert client.post(link, {"text": "We have a licence since 2021."}).status_code == 302
    assert "We have a licence since 2021." in client.get(link).content.decode()
    owner = signed_in(Client(), case.owner.user) or Client()
    page = owner.get(reverse("complaints:detail", args=[case.complaint.public_id])).content.decode()
    assert "licence since 2021" not in page
    staff = Client()
    signed_in(staff, reviewer().user)
    desk = staff.get(reverse("admin:complaints_complaint_answers"))
    assert "We have a licence since 2021." in desk.content.decode()


def test_the_desk_notes_an_answer_as_read_and_the_seller_sees_it(client: Client) -> None:
    case, statement = decided()
    case.seller.holders.add(holder := make_user())
    signed_in(client, holder)
    page = reverse("respondent:detail", args=[statement.public_id])
    client.post(page, {"text": "It is our own sign."})
    staff = Client()
    signed_in(staff, reviewer().user)
    address = reverse("admin:complaints_complaint_answers")
    assert staff.post(address, {"message": Message.objects.get(kind="response").pk}).status_code == 302
    assert "Nothing to read" in staff.get(address).content.decode()
    assert "Read by the desk" in client.get(page).content.decode()


def test_an_auditor_reads_answers_and_notes_nothing(client: Client) -> None:
    decided()
    signed_in(client, reviewer("auditor").user)
    address = reverse("admin:complaints_complaint_answers")
    assert client.get(address).status_code == 200
    assert client.post(address, {"message": 1}).status_code == 403


@pytest.mark.parametrize("days", [184, 400])
def test_after_the_last_day_an_answer_is_refused(days: int) -> None:
    _case, statement = decided()
    with pytest.raises(Refused) as refusal:
        casework.respond(actor=PUBLIC, statement=statement, text="late", now=timezone.now() + timedelta(days=days))
    assert refusal.value.code == "too_late"


def test_more_than_five_unread_answers_are_refused() -> None:
    _case, statement = decided()
    for number in range(5):
        casework.respond(actor=PUBLIC, statement=statement, text=f"answer {number}", now=timezone.now())
    with pytest.raises(Refused) as refusal:
        casework.respond(actor=PUBLIC, statement=statement, text="again", now=timezone.now())
    assert refusal.value.code == "too_many_answers"


def test_a_forged_or_foreign_link_opens_nothing(client: Client, mailoutbox: Any) -> None:
    _case, statement = decided()
    token = statements.link_token(statement)
    for bad in (token[:-2] + "xx", "nonsense", statement.public_id):
        assert client.get(reverse("respondent:by-link", args=[bad])).status_code == 404


def test_another_person_cannot_read_the_statement(client: Client) -> None:
    _case, statement = decided()
    signed_in(client, make_user())
    assert client.get(reverse("respondent:detail", args=[statement.public_id])).status_code == 404
