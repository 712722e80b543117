"""The accused by the API: their decisions and nothing of others, the same as on their pages; what they answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from complaints import api_urls, casework, statements
from complaints.api.respondent_serializers import LISTED, WHOLE
from complaints.casework.notices import Notice, confirm_token
from complaints.models import Decision, Message, StatementOfReasons
from portal.accounts.models import User
from portal.ledger.models import Event
from tests.accounts.factories import make_staff, make_user, signed_in
from tests.api.first_step import AUTH, Person
from tests.complaints.api_kit import API, Resident, caller, is_problem, pointers, queries, resident, texts
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
LIST = "statements-of-reasons"


def token_of(user: User, *, mfa: bool = False) -> str:
    return str(signed_in(Client(), user, mfa=mfa).session.session_key)


def program(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_X_SESSION_TOKEN=token)
    return client


@dataclass
class Told:
    """A decided complaint, the statement to its seller, and a program of who holds the account."""

    case: Case
    statement: StatementOfReasons
    holder: User
    client: APIClient

    @property
    def here(self) -> str:
        return f"{API}/{LIST}/{self.statement.public_id}"

    def read(self) -> dict[str, Any]:
        answer = self.client.get(self.here)
        assert answer.status_code == 200, answer.content
        return dict(answer.json())

    def answer(self, text: str = "We have a licence.", **more: Any) -> Any:
        return self.client.post(f"{self.here}/answers", {"text": text, **more})


def told(items: int = 1, membership: Any = None, **more: Any) -> Told:
    case = make_filed_complaint(items, membership=membership, **more)
    case.seller.holders.add(holder := make_user())
    [decision] = decide(case, claimed(case))
    statement = decision.statements.get(side="respondent")
    return Told(case, statement, holder, program(token_of(holder)))


def doors_of(it: Told) -> list[tuple[str, str, Any]]:
    """Every endpoint about this one statement with a body that would work."""
    picture = f"{it.here}/items/{it.case.item_ids[0]}/picture"
    files = [("get", picture, None), ("get", f"{it.here}/bundle", None)]
    return [("get", it.here, None), *files, ("post", f"{it.here}/answers", {"text": "Mine."})]


def test_every_endpoint_of_the_accused_stands_here() -> None:
    it = told()
    known = {reverse("api-statements"), *(path for _method, path, _body in doors_of(it))}
    args = {"public_id": it.statement.public_id, "item_id": it.case.item_ids[0]}
    for row in api_urls.of_the_accused:
        wanted = {name: value for name, value in args.items() if f":{name}>" in str(row.pattern)}
        assert reverse(str(row.name), kwargs=wanted) in known


# --- reading and answering


def test_the_holder_signs_in_reads_and_answers_and_the_desk_reads_it(run_outbox: Callable[[], Any]) -> None:
    it = told(items=2)
    run_outbox()
    pia = Person(it.holder.email)
    pia.sign_in()
    [row] = pia("GET", LIST)["results"]
    assert row["public_id"] == str(it.statement.public_id)
    assert row["account"] == {"marketplace_id": it.case.seller.target.marketplace_id, "handle": it.case.seller.handle}
    whole = pia("GET", f"{LIST}/{row['public_id']}")
    assert {name: whole[name] for name in row} == row
    assert whole["decision"]["ground"] == "C-01" and whole["decision"]["decided_by"] == "person"
    assert "The chest logo is copied." in whole["text"] and whole["text"] == it.statement.text
    assert it.case.membership.organisation.name in whole["text"]
    first = whole["items"][0]
    assert (first["measure"]["action"], first["measure"]["state"]) == ("listing_removed", "confirmed")
    assert first["target"]["state"] == "removed"
    picture = Client().get(first["snapshot"]["picture"], headers={"X-Session-Token": pia.token, "Accept": "image/png"})
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert [way["kind"] for way in whole["redress"]] == ["answer", "out_of_court_or_court"]

    made = pia("POST", f"{LIST}/{row['public_id']}/answers", {"text": "We have a licence since 2021."}, status=201)
    assert pia("GET", f"{LIST}/{row['public_id']}")["answers"] == [made] and made["read_at"] is None
    event = Event.objects.get(kind="complaint.responded")
    assert event.actor == f"user:{it.holder.pk}"
    desk = signed_in(Client(), reviewer().user)
    address = reverse("admin:complaints_complaint_answers")
    assert "We have a licence since 2021." in desk.get(address).content.decode()
    assert desk.post(address, {"message": made["id"]}).status_code == 302
    assert pia("GET", f"{LIST}/{row['public_id']}")["answers"][0]["read_at"]
    pia("DELETE", f"{AUTH}/auth/session", status=401)
    pia("GET", LIST, status=401)


def test_it_says_what_the_page_says() -> None:
    it = told(items=2)
    it.answer("It is our own sign.")
    page = signed_in(Client(), it.holder).get(reverse("respondent:detail", args=[it.statement.public_id]))
    shown, whole = page.content.decode(), it.read()
    said = [whole["mark"], whole["answers"][0]["text"], whole["account"]["handle"], whole["redress"][1]["text"]]
    said += [whole["decision"][name] for name in ("reference", "ground", "ground_label", "policy_version")]
    for item in whole["items"]:
        seen = item["snapshot"]
        said += [item["target"]["marketplace_id"], seen["sha256"][:12], seen["content"]["title"]]
        said += [item["measure"]["label"], item["measure"]["state_label"]]
        assert seen["picture"].endswith(f"/items/{item['id']}/picture")
    for words in said:
        assert words in shown, words
    assert len(whole["items"]) == shown.count("Picture of your offer when it was reported") == 2


def test_the_examples_of_the_schema_look_like_the_answers() -> None:
    it = told()
    it.answer()
    whole, [row] = it.read(), it.client.get(f"{API}/{LIST}").json()["results"]
    for example, answer in ((WHOLE, whole), (LISTED, row)):
        shown = dict(example.value)
        assert names(shown) == names(answer)


def names(value: Any) -> Any:
    """The names in a JSON answer, level by level; what a snapshot holds differs by kind."""
    if isinstance(value, dict):
        return {name: None if name == "content" else names(inner) for name, inner in value.items()}
    return [names(value[0])] if isinstance(value, list) and value else None


def test_a_picture_mark_is_called_by_its_family() -> None:
    it = told()
    it.case.right.mark_text = ""
    it.case.right.save(update_fields=["mark_text"])
    assert it.read()["mark"].startswith(it.case.right.family.name)


def test_after_a_notice_by_the_public_the_mark_is_what_its_sender_wrote_and_the_sender_stays_unnamed() -> None:
    seller, now, me = make_seller(), timezone.now(), reviewer()
    seller.holders.add(holder := make_user())
    lines = make_listing(seller).url
    sent = Notice("Ida Blom", "ida@blom.test", "", "NORDVIK, EU 018123456", "counterfeit", "It is ours.", lines, True)
    filed = casework.confirm_notice(token=confirm_token(casework.start_notice(notice=sent, now=now)), now=now)
    casework.claim(actor=me, complaint_id=filed.pk, now=now)
    items = list(filed.items.values_list("pk", flat=True))
    casework.decide(
        actor=me, complaint_id=filed.pk, item_ids=items, outcome="accepted", ground="C-01", text="It is.", now=now
    )
    client = program(token_of(holder))
    [row] = client.get(f"{API}/{LIST}").json()["results"]
    whole = client.get(f"{API}/{LIST}/{row['public_id']}").json()
    assert whole["mark"] == "NORDVIK, EU 018123456" and "a member of the public" in whole["text"]
    assert not [text for text in texts(whole) if "Ida" in text or "ida@" in text]


def test_an_offer_without_a_picture_has_none() -> None:
    it = told(pictures=False)
    item = it.case.items[0]
    assert it.read()["items"][0]["snapshot"]["picture"] is None
    is_problem(it.client.get(f"{it.here}/items/{item.pk}/picture"), 404, "not_found")


def test_the_list_is_newest_first_in_pages_and_refuses_what_it_does_not_know() -> None:
    holder = make_user()
    ids: list[str] = []
    for number in range(3):
        case = make_filed_complaint(1)
        case.seller.holders.add(holder)
        with time_machine.travel(timezone.now() + timedelta(hours=number)):
            [decision] = decide(case, claimed(case))
        ids.insert(0, str(decision.statements.get(side="respondent").public_id))
    client = program(token_of(holder))
    first = client.get(f"{API}/{LIST}", {"page_size": 2}).json()
    last = client.get(first["next"]).json()
    assert [row["public_id"] for row in [*first["results"], *last["results"]]] == ids
    assert last["next"] is None
    assert pointers(is_problem(client.get(f"{API}/{LIST}", {"ground": "C-01"}), 400)) == {"/ground": "unknown_field"}


def test_lists_and_statements_cost_the_same_for_few_and_for_many() -> None:
    costs = []
    for many in (2, 9):
        it = told(items=many)
        for _number in range(many):
            case = make_filed_complaint(1)
            case.seller.holders.add(it.holder)
            decide(case, claimed(case))
        assert len(it.client.get(f"{API}/{LIST}").json()["results"]) == many + 1
        costs.append((queries(lambda it=it: it.client.get(f"{API}/{LIST}")), queries(it.read)))
    assert costs[0] == costs[1]


# --- who may not


def other_people(it: Told) -> dict[str, APIClient]:
    """People with sessions to whom this statement does not exist."""
    stranger = told()
    mate = resident(it.case.membership.organisation)
    people = {"nobody's holder": make_user(), "another seller": stranger.holder}
    people |= {"complainant": it.case.membership.user, "teammate": mate.membership.user}
    return {name: program(token_of(user)) for name, user in people.items()}


def test_for_everybody_else_there_is_no_such_statement() -> None:
    it = told()
    complainants = it.statement.decision.statements.get(side="complainant").public_id
    for name, client in other_people(it).items():
        for method, path, body in doors_of(it):
            shown = set()
            for other in (it.statement.public_id, complainants, uuid4()):
                answer = getattr(client, method)(path.replace(str(it.statement.public_id), str(other)), body)
                is_problem(answer, 404, "not_found")
                shown.add(answer.content)
            assert len(shown) == 1, (name, path)
        assert str(it.statement.public_id) not in client.get(f"{API}/{LIST}").content.decode()
    assert not Message.objects.exists()


def test_the_holder_does_not_reach_what_the_complainant_is_told() -> None:
    it = told()
    theirs = it.statement.decision.statements.get(side="complainant").public_id
    is_problem(it.client.get(f"{API}/{LIST}/{theirs}"), 404, "not_found")
    is_problem(it.client.post(f"{API}/{LIST}/{theirs}/answers", {"text": "?"}), 404, "not_found")


def test_who_no_longer_holds_the_account_finds_nothing() -> None:
    it = told()
    it.case.seller.holders.remove(it.holder)
    for method, path, body in doors_of(it):
        is_problem(getattr(it.client, method)(path, body), 404, "not_found")
    assert it.client.get(f"{API}/{LIST}").json()["results"] == []


@pytest.mark.parametrize("second_factor", [True, False])
def test_staff_are_refused_even_when_they_hold_the_account(second_factor: bool) -> None:
    it = told()
    staff = make_staff(second_factor=second_factor)
    it.case.seller.holders.add(staff)
    client = program(token_of(staff, mfa=second_factor))
    for method, path, body in [*doors_of(it), ("get", f"{API}/{LIST}", None)]:
        is_problem(getattr(client, method)(path, body), 403, "staff_account")
    assert not Message.objects.exists()


def test_neither_key_nor_cookie_nor_mailed_link_opens_it() -> None:
    it = told()
    key: Resident = resident(it.case.membership.organisation)
    link = statements.link_token(it.statement)
    cookie = APIClient()
    cookie.cookies["sessionid"] = token_of(it.holder)
    outsiders = (key.client, cookie, program(link), caller(link), program("nonsense"), APIClient())
    for method, path, body in [*doors_of(it), ("get", f"{API}/{LIST}", None)]:
        for client in outsiders:
            answer = getattr(client, method)(path, body)
            assert answer.status_code == 401, (path, answer.content)
            assert answer["WWW-Authenticate"].startswith("X-Session-Token")
    assert not Message.objects.exists()


def test_two_sellers_in_one_decision_see_their_own_items_only() -> None:
    base = make_filed_complaint(1)
    mine, theirs = make_listing(make_seller(), title="MY-JACKET"), make_listing(make_seller(), title="THEIR-JACKET")
    draft = make_draft(base.owner, base.right, [mine, theirs])
    filed = casework.submit(actor=base.owner, complaint_id=draft.pk, signing=sign(base.owner), now=timezone.now())
    case = Case(filed, base.owner, base.membership, base.right, base.seller, [mine, theirs])
    [decision] = decide(case, claimed(case))
    assert mine.owner is not None
    mine.owner.holders.add(holder := make_user())
    it = Told(case, decision.statements.get(account=mine.owner), holder, program(token_of(holder)))
    whole = it.read()
    assert [item["target"]["title"] for item in whole["items"]] == ["MY-JACKET"]
    assert not [text for text in texts(whole) if "THEIR-JACKET" in text or str(theirs.owner.handle) in text]
    own, foreign = case.item_ids
    assert it.client.get(f"{it.here}/items/{own}/picture").status_code == 200
    for item in (foreign, base.item_ids[0], 0, 10**30):
        is_problem(it.client.get(f"{it.here}/items/{item}/picture"), 404, "not_found")
    other = decision.statements.get(account=theirs.owner)
    is_problem(it.client.get(f"{API}/{LIST}/{other.public_id}"), 404, "not_found")


def test_nothing_of_the_desk_or_of_the_complainants_people_is_in_it() -> None:
    case = make_filed_complaint(1)
    desk = claimed(case)
    assert desk.user is not None and case.owner.user is not None
    desk.user.name = "Roswitha Reviewerin"
    desk.user.save(update_fields=["name"])
    casework.add_note(actor=desk, complaint_id=case.complaint.pk, text="A repeat filer?", now=timezone.now())
    [decision] = decide(case, desk)
    case.seller.holders.add(holder := make_user())
    it = Told(case, decision.statements.get(side="respondent"), holder, program(token_of(holder)))
    user = case.owner.user
    secrets = ["Roswitha", "A repeat filer?", user.name, user.email, "Copies our chest logo.", case.complaint.reference]
    secrets += [case.seller.contact_email, str(case.complaint.public_id), str(decision.public_id)]
    seen = [*texts(it.read()), *texts(it.client.get(f"{API}/{LIST}").json())]
    assert len(seen) > 50
    for secret in secrets:
        assert not [text for text in seen if secret and secret in text], secret


def test_a_held_decision_is_told_once_confirmed_and_not_when_the_first_person_decided() -> None:
    base = make_filed_complaint(1)
    shop = make_seller(account_kind="store")
    shop.holders.add(holder := make_user())
    draft = make_draft(base.owner, base.right, [shop.target])
    filed = casework.submit(actor=base.owner, complaint_id=draft.pk, signing=sign(base.owner), now=timezone.now())
    case = Case(filed, base.owner, base.membership, base.right, shop, [shop.target])
    [held] = decide(case, claimed(case))
    earlier = timezone.now() - timedelta(days=3)
    Decision.objects.filter(pk=held.pk).update(decided_at=earlier)
    client = program(token_of(holder))
    assert client.get(f"{API}/{LIST}").json()["results"] == []
    casework.confirm(actor=reviewer("senior"), decision_id=held.pk, now=timezone.now())
    [row] = client.get(f"{API}/{LIST}").json()["results"]
    whole = client.get(f"{API}/{LIST}/{row['public_id']}")
    assert whole.json()["items"][0]["target"]["marketplace_id"] == shop.target.marketplace_id
    assert earlier.date().isoformat() not in whole.content.decode()


# --- answers that are refused


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, {"/text": "required"}),
        ({"text": "  "}, {"/text": "blank"}),
        ({"text": "x" * 5001}, {"/text": "max_length"}),
        ({"text": "Hello", "statement": 3}, {"/statement": "unknown_field"}),
        ({"text": "Hel\x00lo"}, None),
    ],
)
def test_an_answer_that_cannot_be_taken_changes_nothing(body: dict[str, Any], pointer: Any) -> None:
    it = told()
    problem = is_problem(it.client.post(f"{it.here}/answers", body), 400)
    assert pointer is None or pointers(problem) == pointer
    assert not Message.objects.exists()


def test_after_the_last_day_it_says_so_and_takes_none() -> None:
    it = told()
    last = it.statement.answer_until
    with time_machine.travel(f"{last}T23:30:00Z"):
        it.client = program(token_of(it.holder))
        assert it.read()["can_answer"] is True
        assert it.answer().status_code == 201
    with time_machine.travel(f"{last + timedelta(days=1)}T00:30:00Z"):
        it.client = program(token_of(it.holder))
        whole = it.read()
        assert whole["can_answer"] is False
        assert [way["kind"] for way in whole["redress"]] == ["out_of_court_or_court"]
        is_problem(it.answer("Too late?"), 422, "too_late")
    assert Message.objects.count() == 1


def test_a_flood_of_answers_is_stopped_until_the_desk_has_read_them() -> None:
    it = told()
    assert [it.answer(f"Answer {number}").status_code for number in range(5)] == [201] * 5
    is_problem(it.answer("Once more"), 422, "too_many_answers")
    casework.mark_read(actor=reviewer(), message_id=Message.objects.first().pk, now=timezone.now())
    assert it.answer("Once more").status_code == 201


def test_an_idempotency_key_is_refused_where_it_would_not_be_kept() -> None:
    it = told()
    answer = it.client.post(f"{it.here}/answers", {"text": "Once."}, HTTP_IDEMPOTENCY_KEY="once")
    is_problem(answer, 400, "idempotency_key_not_here")
    assert not Message.objects.exists()
