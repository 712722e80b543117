"""Pages for people without an account here: the accused with a link, and anyone who sends a notice."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints import casework, statements
from complaints.casework.notices import confirm_token
from complaints.models import Complaint, Message, Notifier, StatementOfReasons
from portal.accounts.actors import member_actor_for
from portal.accounts.models import Role
from portal.ledger.events import verify_all
from portal.ledger.models import Event
from tests.accounts.factories import make_member, make_user, signed_in
from tests.complaints.factories import (
    Case,
    claimed,
    decide,
    make_draft,
    make_filed_complaint,
    make_listing,
    make_seller,
    reviewer,
    sign,
)

pytestmark = pytest.mark.django_db


def decided(items: int = 1) -> tuple[Case, StatementOfReasons, str]:
    case = make_filed_complaint(items)
    [decision] = decide(case, claimed(case))
    statement = decision.statements.get(side="respondent")
    return case, statement, statements.link_token(statement)


def by_link(token: str) -> str:
    return reverse("respondent:by-link", args=[token])


# --- the accused


def test_the_link_in_the_mail_opens_the_statement_and_its_pictures(run_outbox: Any, mailoutbox: Any) -> None:
    case, statement, _token = decided()
    run_outbox()
    [mail] = [mail for mail in mailoutbox if mail.to == [case.seller.contact_email]]
    [address] = re.findall(r"https?://[^/\s]+(/decisions/link/\S+)", mail.body)
    page = Client().get(address).content.decode()
    assert statement.decision.reference in page
    assert "The chest logo is copied." in page
    [picture] = re.findall(r'src="(/decisions/link/[^"]+/picture/)"', page)
    assert Client().get(picture).status_code == 200


def test_the_accused_learn_neither_name_nor_address_nor_files_of_the_complainant(
    run_outbox: Any, mailoutbox: Any
) -> None:
    case, _statement, token = decided()
    run_outbox()
    user = case.owner.user
    assert user is not None
    told = Client().get(by_link(token)).content.decode()
    told += "".join(str(mail.body) for mail in mailoutbox if mail.to == [case.seller.contact_email])
    assert case.membership.organisation.name in told
    for secret in (user.name, user.email, "Copies our chest logo."):
        assert secret not in told


@pytest.mark.parametrize(
    "forge",
    [
        lambda token, statement: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token, statement: signing.dumps(str(statement.public_id), salt="something.else"),
        lambda token, statement: signing.dumps(str(statement.public_id), key="other", salt="complaints.statement.read"),
        lambda token, statement: str(statement.public_id),
        lambda token, statement: token.split(":")[0],
        lambda token, statement: "x" * 2_000,
        lambda token, statement: signing.dumps(
            str(statement.decision.statements.get(side="complainant").public_id), salt="complaints.statement.read"
        ),
    ],
)
def test_a_forged_link_opens_nothing(forge: Any) -> None:
    _case, statement, token = decided()
    forged = forge(token, statement)
    assert Client().get(by_link(forged)).status_code == 404
    assert Client().post(by_link(forged), {"text": "Let me in."}).status_code == 404
    assert not Message.objects.exists()


def test_a_link_ends_after_its_time() -> None:
    _case, _statement, token = decided()
    with time_machine.travel(timezone.now() + timedelta(days=191)):
        assert Client().get(by_link(token)).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(days=189)):
        shown = Client().get(by_link(token))
        assert "The time for an answer has ended." in shown.content.decode()
        assert Client().post(by_link(token), {"text": "Too late?"}).status_code == 422
    assert not Message.objects.exists()


def test_a_link_serves_no_picture_of_another_statement_or_seller() -> None:
    case, _statement, token = decided()
    other, _their_statement, their_token = decided()
    for item in (other.item_ids[0], 0, 10**30):
        address = reverse("respondent:picture-by-link", args=[token, item])
        assert Client().get(address).status_code == 404
    assert Client().get(reverse("respondent:picture-by-link", args=[their_token, case.item_ids[0]])).status_code == 404


def test_two_sellers_in_one_decision_see_their_own_items_only() -> None:
    base = make_filed_complaint(1)
    mine, theirs = make_listing(make_seller(), title="MY-JACKET"), make_listing(make_seller(), title="THEIR-JACKET")
    draft = make_draft(base.owner, base.right, [mine, theirs])
    filed = casework.submit(actor=base.owner, complaint_id=draft.pk, signing=sign(base.owner), now=timezone.now())
    case = Case(filed, base.owner, base.membership, base.right, base.seller, [mine, theirs])
    [decision] = decide(case, claimed(case))
    assert mine.owner is not None
    statement = decision.statements.get(account=mine.owner)
    token = statements.link_token(statement)
    page = Client().get(by_link(token)).content.decode()
    assert "MY-JACKET" in page
    assert "THEIR-JACKET" not in page
    foreign = reverse("respondent:picture-by-link", args=[token, case.item_ids[1]])
    assert Client().get(foreign).status_code == 404
    holder = make_user()
    mine.owner.holders.add(holder)
    client = signed_in(Client(), holder)
    assert client.get(reverse("respondent:detail", args=[statement.public_id])).status_code == 200
    other = decision.statements.get(account=theirs.owner)
    assert client.get(reverse("respondent:detail", args=[other.public_id])).status_code == 404
    assert client.get(reverse("respondent:picture", args=[statement.public_id, case.item_ids[1]])).status_code == 404
    assert statement.decision.reference in client.get(reverse("respondent:list")).content.decode()


def test_an_answer_is_kept_once_told_to_the_desk_and_not_to_the_complainant() -> None:
    case, _statement, token = decided()
    client = Client()
    assert client.post(by_link(token), {"text": "I have a licence."}, follow=True).status_code == 200
    assert Message.objects.get().body == "I have a licence."
    assert Event.objects.filter(kind="complaint.responded", actor="respondent").count() == 1
    shown = signed_in(Client(), case.membership.user).get(reverse("complaints:detail", args=[case.complaint.public_id]))
    assert "I have a licence." not in shown.content.decode()


@pytest.mark.parametrize("text", ["", "  ", "x" * 5001])
def test_an_answer_that_cannot_be_taken_is_refused_and_shown_again(text: str) -> None:
    _case, _statement, token = decided()
    answer = Client().post(by_link(token), {"text": text})
    assert answer.status_code == 422
    assert text.strip() in answer.content.decode()
    assert not Message.objects.exists()


def test_a_flood_of_answers_is_stopped_until_the_desk_has_read_them() -> None:
    _case, _statement, token = decided()
    codes = [Client().post(by_link(token), {"text": f"Answer {number}"}).status_code for number in range(7)]
    assert codes == [302] * 5 + [422] * 2
    assert Message.objects.count() == 5


# --- anyone


def notice(**changes: Any) -> dict[str, Any]:
    if "lines" not in changes:
        changes["lines"] = make_listing().url
    return {
        "claimed_right": "NORDVIK, EU 018123456",
        "reason": "counterfeit",
        "explanation": "The logo is ours.",
        "name": "Ida Blom",
        "organisation_name": "",
        "email": "ida@blom.test",
        "good_faith": "on",
    } | changes


def send(client: Client | None = None, **changes: Any) -> Any:
    return (client or Client()).post(reverse("public:start"), notice(**changes))


def confirm_link(mailoutbox: Any) -> str:
    [address] = re.findall(r"https?://[^/\s]+(/notice/confirm/\S+)", mailoutbox[-1].body)
    return str(address)


def test_a_notice_enters_the_casework_after_one_click_and_only_once(run_outbox: Any, mailoutbox: Any) -> None:
    assert send().url == reverse("public:sent")
    complaint = Complaint.objects.get()
    assert complaint.state == "unconfirmed"
    run_outbox()
    address = confirm_link(mailoutbox)
    Client().get(address)
    complaint.refresh_from_db()
    assert complaint.state == "unconfirmed", "a scanner that opens links files nothing"
    for _again in range(2):
        page = Client().post(address)
        assert page.status_code == 200
        complaint.refresh_from_db()
        assert complaint.reference
        assert complaint.reference in page.content.decode()
    run_outbox()
    assert Event.objects.filter(kind="complaint.submitted").count() == 1
    assert len([mail for mail in mailoutbox if mail.to == ["ida@blom.test"]]) == 2
    assert complaint.signature.strength == "email"
    assert verify_all() == []


def test_an_unconfirmed_notice_is_seen_by_nobody(run_outbox: Any) -> None:
    send()
    run_outbox()
    complaint = Complaint.objects.get()
    member = make_member(role=Role.ADMINISTRATOR)
    for actor in (member_actor_for(member), reviewer(), reviewer("senior"), reviewer("auditor")):
        assert not Complaint.objects.visible_to(actor).exists()
    assert not complaint.items.exists()


def test_the_name_of_a_private_sender_stays_hidden_from_the_accused(run_outbox: Any, mailoutbox: Any) -> None:
    seller = make_seller()
    send(lines=make_listing(seller).url)
    run_outbox()
    complaint = casework.confirm_notice(token=confirm_token(Complaint.objects.get()), now=timezone.now())
    me = reviewer()
    casework.claim(actor=me, complaint_id=complaint.pk, now=timezone.now())
    casework.decide(
        actor=me,
        complaint_id=complaint.pk,
        item_ids=list(complaint.items.values_list("pk", flat=True)),
        outcome="accepted",
        ground="C-01",
        text="It is.",
        now=timezone.now(),
    )
    run_outbox()
    [mail] = [mail for mail in mailoutbox if mail.to == [seller.contact_email]]
    told = str(mail.body) + Client().get(re.findall(r"/decisions/link/\S+", mail.body)[0]).content.decode()
    assert "Ida" not in told
    assert "ida@blom.test" not in told
    assert "a member of the public" in told


@pytest.mark.parametrize("token", ["x", "x" * 2_000, "a:b:c", "%00", "🧥"])
def test_a_forged_confirmation_confirms_nothing(token: str) -> None:
    send()
    for method in ("get", "post"):
        answer = getattr(Client(), method)(reverse("public:confirm", args=[token]))
        assert answer.status_code in ({404} if method == "post" else {200, 404})
    assert Complaint.objects.get().state == "unconfirmed"


def test_a_link_for_reading_a_statement_confirms_no_notice() -> None:
    send()
    complaint = Complaint.objects.get()
    other = signing.dumps(str(complaint.public_id), salt="complaints.statement.read")
    assert Client().post(reverse("public:confirm", args=[other])).status_code == 404
    assert Client().get(by_link(confirm_token(complaint))).status_code == 404


def test_a_confirmation_after_two_days_is_refused_with_the_way_on() -> None:
    send()
    complaint = Complaint.objects.get()
    with time_machine.travel(timezone.now() + timedelta(days=2, minutes=1)):
        answer = Client().post(reverse("public:confirm", args=[confirm_token(complaint)]))
    assert answer.status_code == 422
    assert "Send the notice again" in answer.content.decode()
    complaint.refresh_from_db()
    assert complaint.state == "unconfirmed"


def test_a_notice_about_something_that_went_away_is_told_and_kept() -> None:
    target = make_listing()
    send(lines=target.url)
    complaint = Complaint.objects.get()
    target.state = "removed"
    target.save(update_fields=["state"])
    answer = Client().post(reverse("public:confirm", args=[confirm_token(complaint)]))
    assert answer.status_code == 422
    assert "Nothing that you reported" in answer.content.decode()
    assert Notifier.objects.get().confirmed_at is None


def test_one_address_is_throttled_and_told_and_nothing_typed_is_lost() -> None:
    lines = make_listing().url
    answers = [send(lines=lines, explanation="My long letter.") for _number in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "My long letter." in answers[-1].content.decode()
    assert Complaint.objects.count() == 5


def test_the_same_address_in_other_letters_is_throttled_too() -> None:
    lines = make_listing().url
    for address in ("IDA@blom.test", "ida@BLOM.test", "ida@blom.test", "Ida@Blom.test", "iDa@blom.test"):
        send(lines=lines, email=address)
    assert send(lines=lines, email="idA@bloM.test").status_code == 429


def test_one_place_is_throttled_whatever_address_it_names() -> None:
    lines = make_listing().url
    codes = [send(lines=lines, email=f"p{number}@blom.test").status_code for number in range(12)]
    assert codes[:10] == [302] * 10
    assert codes[10:] == [429, 429]
    faked = Client(HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert send(faked, lines=lines, email="new@blom.test").status_code == 429


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("good_faith", ""),
        ("email", "not an address"),
        ("email", "a@b.test\nBcc: c@d.test"),
        ("reason", "price"),
        ("explanation", ""),
        ("name", ""),
        ("lines", "nothing to find here"),
        ("lines", ""),
        ("lines", "\n".join(f"LS-{number:08d}" for number in range(501))),
        ("claimed_right", "x" * 301),
        ("name", "\x00"),
    ],
)
def test_a_notice_that_lacks_something_is_refused_and_what_was_typed_is_kept(field: str, value: str) -> None:
    typed: dict[str, Any] = {"explanation": "My long letter."} | {field: value}
    answer = send(**typed)
    assert answer.status_code == 422
    if field != "explanation":
        assert "My long letter." in answer.content.decode()
    assert not Complaint.objects.exists()


def test_a_refused_notice_does_not_use_up_what_the_address_may_send() -> None:
    for _number in range(8):
        assert send(explanation="").status_code == 422
    assert send().status_code == 302


def test_a_name_with_line_ends_makes_no_second_header(run_outbox: Any, mailoutbox: Any) -> None:
    send(name="Ida\r\nBcc: everyone@blom.test", claimed_right="X\r\nSubject: Y")
    run_outbox()
    for mail in mailoutbox:
        assert mail.recipients() == ["ida@blom.test"]
        assert "\n" not in mail.subject
