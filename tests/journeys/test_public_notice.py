"""A notice by anyone, without an account: form, mail, one click, the queue of the desk, a decision, mails."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.models import Complaint
from portal.marketplace import catalogue
from portal.marketplace.models import Target
from tests.accounts.factories import make_member, make_staff, signed_in

pytestmark = pytest.mark.django_db

START, SENT = "/notice/", "/notice/sent/"
SENDER, SELLER = "ines@reader.test", "contact@peakdeals.test"
DESK = "/admin/complaints/complaint/desk/"


def an_offer() -> Target:
    now = timezone.now()
    seller = catalogue.create_account(marketplace_id="SA-7001", handle="peakdeals", contact_email=SELLER, now=now)
    return catalogue.create_listing(marketplace_id="LS-88120431", title="TARNFEL jacket", owner=seller, now=now)


def notice(target: Target, **changes: str) -> dict[str, str]:
    return {
        "claimed_right": "TARNFELL, EU mark 016142907",
        "reason": "counterfeit",
        "lines": target.url,
        "explanation": "The logo is copied; the maker warns of this shop.",
        "name": "Ines Reader",
        "organisation_name": "",
        "email": SENDER,
        "good_faith": "on",
        **changes,
    }


def send(target: Target, **changes: str) -> Any:
    return Client().post(START, notice(target, **changes))


def confirm_path(mailoutbox: list[Any], to: str = SENDER) -> str:
    [letter] = [mail for mail in mailoutbox if to in mail.to and "Confirm" in mail.subject]
    [path] = re.findall(r"https?://[^/]+(/notice/confirm/\S+)", letter.body)
    return str(path)


def test_a_notice_goes_from_the_form_to_a_decision(run_outbox: Callable[[], Any], mailoutbox: list[Any]) -> None:
    target = an_offer()
    assert send(target)["Location"] == SENT
    run_outbox()
    path = confirm_path(mailoutbox)
    assert "Send this notice to the desk?" in Client().get(path).content.decode()
    assert Complaint.objects.get().state == "unconfirmed", "reading the link, as mail scanners do, files nothing"
    page = Client().post(path).content.decode()
    case = Complaint.objects.get()
    assert case.reference and f"We received your notice {case.reference}" in page
    assert case.reference in Client().post(path).content.decode(), "a second click shows the same case"
    assert Complaint.objects.count() == 1

    staff = signed_in(Client(), make_staff())
    assert case.reference in staff.get(DESK).content.decode()
    desk_accepts(staff, case)
    run_outbox()
    target.refresh_from_db()
    assert target.state == "removed"
    subjects = [mail.subject for mail in mailoutbox if SENDER in mail.to]
    assert subjects == [
        "Confirm your notice",
        f"We received your complaint {case.reference}",
        f"Decision on your complaint {case.reference}",
        f"Carried out: complaint {case.reference}",
    ]
    [told] = [mail for mail in mailoutbox if SELLER in mail.to]
    assert "a member of the public" in told.body
    assert "Ines" not in told.body and SENDER not in told.body, "a natural person stays unnamed"


def desk_accepts(staff: Client, case: Complaint) -> None:
    """Takes the next case, which is this one, and accepts all of it through the form of its page."""
    taken = staff.post(DESK, {"do": "next"})
    assert taken["Location"] == reverse("admin:complaints_complaint_case", args=[case.pk])
    assert "Ines Reader" in staff.get(taken["Location"]).content.decode()
    typed = {"do": "decide", "outcome": "accepted", "ground": "C-01", "text": "The chest logo is copied."}
    items = list(case.items.values_list("pk", flat=True))
    page = staff.post(taken["Location"], {**typed, "items": items}, follow=True).content.decode()
    assert "1 item decided." in page


def test_an_unconfirmed_notice_never_reaches_the_desk(run_outbox: Callable[[], Any], mailoutbox: list[Any]) -> None:
    send(an_offer())
    run_outbox()
    case = Complaint.objects.get()
    staff = signed_in(Client(), make_staff())
    for view in ("queue", "yours", "others", "held", "waiting"):
        page = staff.get(f"{DESK}?view={view}").content.decode()
        assert "Ines Reader" not in page and "Nothing is here now" in page
    assert "Ines Reader" not in staff.get(reverse("admin:complaints_complaint_changelist")).content.decode()
    assert staff.get(reverse("admin:complaints_complaint_case", args=[case.pk])).status_code == 404
    assert "Nothing waits in the queue" in staff.post(DESK, {"do": "next"}, follow=True).content.decode()
    assert [mail.to for mail in mailoutbox] == [[SENDER]], "nobody else is told of it"


def test_a_link_older_than_two_days_files_nothing(run_outbox: Callable[[], Any], mailoutbox: list[Any]) -> None:
    send(an_offer())
    run_outbox()
    path = confirm_path(mailoutbox)
    with time_machine.travel(timezone.now() + timedelta(days=2, minutes=1)):
        answer = Client().post(path)
    assert answer.status_code == 422
    assert "This link was good for two days" in answer.content.decode()
    assert Complaint.objects.get().state == "unconfirmed"
    assert Client().post("/notice/confirm/forged:token/").status_code == 404


def test_one_sender_is_throttled_and_another_is_not() -> None:
    target = an_offer()
    for _ in range(5):
        assert send(target).status_code == 302
    refused = send(target, explanation="The sixth one.")
    assert refused.status_code == 429
    assert "Nothing was sent; try again" in refused.content.decode()
    assert "The sixth one." in refused.content.decode(), "what was typed is not lost"
    assert Complaint.objects.count() == 5
    assert send(target, email="other@reader.test").status_code == 302


def test_one_place_is_throttled_however_many_addresses_it_names() -> None:
    target = an_offer()
    answers = [send(target, email=f"reader{n}@reader.test").status_code for n in range(11)]
    assert answers == [302] * 10 + [429]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("email", "not-an-address", "Enter a valid email address"),
        ("lines", "LS-99999999", "1 line leads to nothing"),
        ("good_faith", "", "required"),
        ("explanation", "", "required"),
    ],
)
def test_bad_input_is_answered_and_nothing_is_kept(field: str, value: str, says: str) -> None:
    answer = send(an_offer(), **{field: value})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "Ines Reader" in answer.content.decode()
    assert Complaint.objects.count() == 0


def test_members_see_no_notice_of_the_public(run_outbox: Callable[[], Any], mailoutbox: list[Any]) -> None:
    send(an_offer())
    run_outbox()
    Client().post(confirm_path(mailoutbox))
    case = Complaint.objects.get()
    member = signed_in(Client(), make_member().user)
    assert member.get(reverse("complaints:detail", args=[case.public_id])).status_code == 404
