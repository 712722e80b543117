"""Authorisations over the API, and what binds the keys of agencies and of agents."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from brands.models import Authorisation, IPRight
from complaints.models import Complaint
from portal.accounts.actors import member_actor_for
from portal.accounts.models import Membership, Role
from portal.api import keys
from portal.api.models import IdempotentRequest, Scope
from tests.accounts.factories import authorise, make_member
from tests.api.factories import bearer
from tests.api.first_step import Person
from tests.brands.agents_kit import Pair, asked, make_agency, pair
from tests.brands.factories import upload
from tests.complaints.factories import make_filed_complaint, make_listing, make_right

pytestmark = pytest.mark.django_db


def signed(place: Membership) -> Person:
    person = Person(place.user.email)
    person.sign_in()
    return person


def key_of(place: Membership, principal: Any = None) -> APIClient:
    """A key with every scope, made by an administrator of the place; it names `principal` in each call."""
    actor, now = member_actor_for(place), timezone.now()
    _key, secret = keys.issue(
        actor=actor, organisation=place.organisation, name="Import", scopes=list(Scope),
        expires_at=now + timedelta(days=365), now=now,
    )  # fmt: skip
    client = APIClient()
    named = {"HTTP_RIGHTSDESK_PRINCIPAL": str(principal.public_id)} if principal else {}
    client.credentials(**bearer(secret), **named)
    return client


def wish(**changes: Any) -> dict[str, Any]:
    expires = (timezone.now().date() + timedelta(days=90)).isoformat()
    return {"verbs": ["file"], "territories": ["de"], "rights": None, "expires_on": expires} | changes


# --- by an administrator who signed in


def test_a_principal_grants_reads_and_ends() -> None:
    owner, agency = make_member(), make_agency()
    right = make_right(owner.organisation)
    person = signed(owner)
    body = wish(agency=str(agency.organisation.public_id), rights=[str(right.public_id)])
    made = person("POST", "authorisations", body, status=201)
    assert (made["state"], made["in_force"], made["territories"]) == ("active", True, ["DE"])
    assert made["agency"] == {"public_id": str(agency.organisation.public_id), "name": agency.organisation.name}
    assert made["principal"]["name"] == owner.organisation.name and made["rights"] == [str(right.public_id)]
    assert person("GET", f"authorisations/{made['public_id']}") == made
    assert person("GET", "authorisations?state=active")["results"] == [made]
    ended = person("POST", f"authorisations/{made['public_id']}/end", {"reason": "Moving on."})
    assert (ended["state"], ended["in_force"], ended["reason"]) == ("ended", False, "Moving on.")
    again = person("POST", f"authorisations/{made['public_id']}/end", {}, status=409)
    assert again["code"] == "wrong_state"


def test_an_agent_is_named_by_address_and_one_replaces_another() -> None:
    owner = make_member()
    agent = make_member(owner.organisation, Role.AGENT, authorised=False)
    person = signed(owner)
    made = person("POST", "authorisations", wish(member=agent.user.email.upper()), status=201)
    assert (made["member"], made["agency"]) == (agent.user.name, None)
    new = person("POST", "authorisations", wish(replaces=made["public_id"], verbs=[]), status=201)
    assert new["member"] == agent.user.name
    assert person("GET", f"authorisations/{made['public_id']}")["state"] == "ended"
    missing = person("POST", "authorisations", wish(member="nobody@example.test"), status=422)
    assert (missing["code"], missing["errors"][0]["pointer"]) == ("member_unknown", "/member")
    for wrong in ({}, {"agency": "0b4f5f2e-3f2c-4a55-9a55-0f2f7b7f0a11"}):
        person("POST", "authorisations", wish(**wrong), status=422)


def test_granting_needs_a_sign_in_of_the_last_five_minutes() -> None:
    owner, agency = make_member(), make_agency()
    person = signed(owner)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        body = wish(agency=str(agency.organisation.public_id))
        answer = person("POST", "authorisations", body, status=403)
    assert answer["code"] == "reauthentication_required"


def test_an_agency_asks_and_the_principal_grants_or_refuses() -> None:
    owner, agency = make_member(), make_agency()
    asker, answerer = signed(agency), signed(owner)
    client = Client()
    sent = {"principal": owner.user.email, "letter": upload(), "verbs": ["file"], "expires_on": "2027-06-30"}
    with time_machine.travel(datetime(2027, 1, 1, tzinfo=UTC)):
        asker.sign_in()
        answer = client.post("/api/v1/authorisations/ask", sent, headers={"X-Session-Token": asker.token})
        assert answer.status_code == 201, answer.content
        seen = answer.json()
        assert (seen["state"], seen["principal"], seen["asked_for"]) == ("asked", None, owner.user.email)
        assert seen["letter"]["media_type"] == "application/pdf"
        answerer.sign_in()
        path = f"authorisations/{seen['public_id']}"
        assert answerer("GET", path)["principal"]["name"] == owner.organisation.name
        terms = wish(expires_on="2027-03-31", starts_on="2027-01-02")
        granted = answerer("POST", f"{path}/grant", terms)
        assert (granted["state"], granted["in_force"], granted["expires_on"]) == ("active", False, "2027-03-31")
        assert asker("GET", path)["principal"]["name"] == owner.organisation.name
        second = asked(agency, owner.user.email)
        refused = answerer("POST", f"authorisations/{second.public_id}/refuse", {"reason": "Not again."})
        assert refused["state"] == "refused"
        assert asker("POST", f"authorisations/{second.public_id}/refuse", {"reason": "x"}, status=409)


def test_who_belongs_to_several_says_for_which() -> None:
    owner = make_member()
    other = make_member(user=owner.user)
    person = signed(owner)
    assert person("GET", "authorisations", status=422)["code"] == "organisation_missing"
    made = authorise(other.organisation, agency=make_agency().organisation)
    found = person("GET", f"authorisations?organisation={other.organisation.public_id}")["results"]
    assert [row["public_id"] for row in found] == [str(made.public_id)]
    assert person("GET", f"authorisations?organisation={owner.organisation.public_id}")["results"] == []
    person("GET", f"authorisations?organisation={make_member().organisation.public_id}", status=404)


def test_outsiders_and_colleagues_without_the_role_change_nothing() -> None:
    made = pair()
    path = f"authorisations/{made.letter.public_id}"
    signed(make_member())("GET", path, status=404)
    signed(make_member())("POST", f"{path}/end", {}, status=404)
    mate = signed(make_member(made.principal.organisation, Role.RIGHTS_OWNER))
    assert mate("GET", path)["state"] == "active"
    mate("POST", f"{path}/end", {}, status=403)


def test_the_request_to_somebody_unknown_looks_the_same() -> None:
    agency, owner = make_agency(), make_member()
    person = signed(agency)
    shown = []
    for named in (owner.user.email, "nobody@example.test"):
        row = asked(agency, named)
        shown.append(person("GET", f"authorisations/{row.public_id}"))
    for row in shown:
        for own in ("public_id", "asked_for", "created_at", "letter"):
            del row[own]
    assert shown[0] == shown[1]


# --- by key


def test_keys_read_authorisations_and_principals_without_naming_one() -> None:
    made = pair(territories=["DE", "FR"], verbs=["answer", "file"])
    agency, owner = key_of(made.agency), key_of(made.principal)
    for client in (agency, owner):
        rows = client.get("/api/v1/authorisations").json()["results"]
        assert [row["public_id"] for row in rows] == [str(made.letter.public_id)]
        assert client.post("/api/v1/authorisations", wish()).status_code == 403
    [row] = agency.get("/api/v1/principals").json()
    assert row == {
        "organisation": {
            "public_id": str(made.principal.organisation.public_id), "name": made.principal.organisation.name,
        },
        "verbs": ["file", "answer"],
        "territories": ["DE", "FR"],
        "all_rights": True,
        "until": made.letter.expires_on.isoformat(),
    }  # fmt: skip
    assert owner.get("/api/v1/principals").json() == []


def test_a_call_of_an_agency_names_its_principal() -> None:
    made, other = pair(), pair()
    right = make_right(made.principal.organisation)
    unnamed = key_of(made.agency).get("/api/v1/rights")
    assert (unnamed.status_code, unnamed.json()["code"]) == (403, "principal_missing")
    for principal in (other.principal.organisation, make_agency().organisation, made.agency.organisation):
        answer = key_of(made.agency, principal).get("/api/v1/rights")
        assert (answer.status_code, answer.json()["code"]) == (404, "principal_not_found")
    assert key_of(made.agency).get("/api/v1/rights", HTTP_RIGHTSDESK_PRINCIPAL="nonsense").status_code == 404
    assert not unnamed.has_header("Rightsdesk-Principal")
    client = key_of(made.agency, made.principal.organisation)
    listed = client.get("/api/v1/rights")
    assert listed["Rightsdesk-Principal"] == str(made.principal.organisation.public_id)
    [row] = listed.json()["results"]
    assert row["public_id"] == str(right.public_id)
    assert client.get("/api/v1/authorised-sellers")["Rightsdesk-Principal"] == listed["Rightsdesk-Principal"]
    assert row["organisation"]["name"] == made.principal.organisation.name


def test_the_key_of_a_rights_holder_acts_for_that_alone() -> None:
    owner, other = make_member(), make_member()
    assert key_of(owner).get("/api/v1/rights").status_code == 200
    assert key_of(owner, owner.organisation).get("/api/v1/rights").status_code == 200
    assert key_of(owner, other.organisation).get("/api/v1/rights").status_code == 404


def test_answers_name_the_principal_and_the_agency() -> None:
    made = pair()
    right = make_right(made.principal.organisation)
    client = key_of(made.agency, made.principal.organisation)
    draft = client.post("/api/v1/complaints", {"right": str(right.public_id)}).json()
    assert draft["organisation"]["public_id"] == str(made.principal.organisation.public_id)
    assert draft["agency"]["public_id"] == str(made.agency.organisation.public_id)
    own = make_filed_complaint(1, membership=made.principal).complaint
    assert client.get(f"/api/v1/complaints/{own.public_id}").json()["agency"] is None


def test_idempotency_keys_of_an_agency_stand_apart_for_each_principal() -> None:
    first = pair()
    second = pair(agency=first.agency)
    own = key_of(first.principal)
    answers = []
    for client in (
        key_of(first.agency, first.principal.organisation),
        key_of(first.agency, second.principal.organisation),
        own,
    ):
        answer = client.post("/api/v1/brands", {"name": "Tarnfell"}, HTTP_IDEMPOTENCY_KEY="one")
        assert answer.status_code == 201 and "Idempotency-Replayed" not in answer
        answers.append(answer.json()["public_id"])
    assert len(set(answers)) == 2 and answers[0] == answers[2], "a principal's brand, and another's"
    assert IdempotentRequest.objects.count() == 3
    again = key_of(first.agency, first.principal.organisation).post(
        "/api/v1/brands", {"name": "Tarnfell"}, HTTP_IDEMPOTENCY_KEY="one"
    )
    assert again["Idempotency-Replayed"] == "true" and again.json()["public_id"] == answers[0]


def test_a_kept_answer_does_not_outlive_its_authorisation() -> None:
    made = pair()
    right = make_right(made.principal.organisation)
    client = key_of(made.agency, made.principal.organisation)
    sent: dict[str, Any] = {"HTTP_IDEMPOTENCY_KEY": "two"}
    client.post("/api/v1/complaints", {"right": str(right.public_id)}, **sent)
    Authorisation.objects.filter(pk=made.letter.pk).update(state="ended")
    assert client.post("/api/v1/complaints", {"right": str(right.public_id)}, **sent).status_code == 404
    authorise(made.principal.organisation, agency=made.agency.organisation, rights=[])
    answer = client.post("/api/v1/complaints", {"right": str(right.public_id)}, **sent)
    assert (answer.status_code, answer.json()["code"]) == (409, "authorisation_changed")


def test_the_key_of_an_administrator_who_became_an_agent_opens_nothing_any_more() -> None:
    owner, mate = make_member(), make_member()
    mate = make_member(owner.organisation, Role.ADMINISTRATOR)
    make_right(owner.organisation)
    client = key_of(mate)
    assert client.get("/api/v1/rights").json()["results"]
    Membership.objects.filter(pk=mate.pk).update(role=Role.AGENT)
    assert client.get("/api/v1/rights").status_code == 401
    authorise(owner.organisation, member=mate)
    assert client.get("/api/v1/rights").status_code == 401, "a key belongs to an administrator"


# --- what is covered


def test_every_list_and_every_object_is_bound() -> None:
    principal = make_member()
    case = make_filed_complaint(2, membership=principal)
    foreign = make_right(principal.organisation, text="NORDVIK")
    made = pair([foreign], principal=principal)
    client = key_of(made.agency, principal.organisation)
    assert [row["mark_text"] for row in client.get("/api/v1/rights").json()["results"]] == ["NORDVIK"]
    assert [row["name"] for row in client.get("/api/v1/brands").json()["results"]] == ["Nordvik"]
    assert client.get("/api/v1/complaints").json()["results"] == []
    dashboard = client.get("/api/v1/dashboard").json()
    assert dashboard["open"] == {"complaints": 0, "items": 0}
    for path in (
        f"rights/{case.right.public_id}",
        f"rights/{case.right.public_id}/check",
        f"complaints/{case.complaint.public_id}",
        f"complaints/{case.complaint.public_id}/items",
        f"complaints/{case.complaint.public_id}/timeline",
        f"complaints/{case.complaint.public_id}/messages",
        f"complaints/{case.complaint.public_id}/decisions",
        f"complaints/{case.complaint.public_id}/items/{case.item_ids[0]}/picture",
        f"complaints/{case.complaint.public_id}/items/{case.item_ids[0]}/timeline",
    ):
        assert client.get(f"/api/v1/{path}").status_code == 404, path


def test_the_timeline_and_the_items_of_a_mixed_complaint_are_narrowed() -> None:
    from complaints import casework
    from tests.complaints.factories import make_draft, sign

    principal = make_member()
    right, owner = make_right(principal.organisation), member_actor_for(principal)
    draft = make_draft(owner, right, [make_listing(), make_listing(market="FR")])
    case = casework.submit(actor=owner, complaint_id=draft.pk, signing=sign(owner), now=timezone.now())
    here = case.items.get(target__market="DE").pk
    made = pair(principal=principal, territories=["DE"])
    client = key_of(made.agency, principal.organisation)
    path = f"/api/v1/complaints/{case.public_id}"
    assert client.get(path).json()["counts"]["items"] == 1
    assert [row["id"] for row in client.get(f"{path}/items").json()["results"]] == [here]
    [event] = client.get(f"{path}/timeline").json()["results"]
    assert (event["kind"], event["items"]) == ("complaint.submitted", [here])
    [event] = client.get(f"{path}/items/{here}/timeline").json()["results"]
    assert event["items"] == [here] and "2" not in event["detail"]
    assert key_of(principal).get(path).json()["counts"]["items"] == 2


def test_a_brand_of_other_rights_is_neither_seen_nor_used() -> None:
    principal = make_member()
    make_right(principal.organisation, text="NORDVIK")
    own = make_right(principal.organisation)
    made = pair([own], principal=principal)
    client = key_of(made.agency, principal.organisation)
    hidden = client.post("/api/v1/brands", {"name": "Nordvik"})
    assert (hidden.status_code, hidden.json()["code"]) == (422, "brand_not_authorised")
    fresh = client.post("/api/v1/brands", {"name": "Halden"})
    assert fresh.status_code == 201
    names = {row["name"] for row in client.get("/api/v1/brands").json()["results"]}
    assert names == {"Tarnfell", "Halden"}


# --- the end


def test_it_ends_between_two_calls() -> None:
    principal, agency = make_member(), make_agency()
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC)):
        right = make_right(principal.organisation)
        letter = authorise(principal.organisation, agency=agency.organisation, expires_on=date(2027, 3, 31))
        made = Pair(principal, agency, letter)
        client = key_of(agency, principal.organisation)
        body = {"right": str(right.public_id), "reason": "counterfeit", "items": [make_listing().url]}
        draft = client.post("/api/v1/complaints", body).json()["public_id"]
    with time_machine.travel(datetime(2027, 3, 31, 23, 59, 59, tzinfo=UTC), tick=False):
        assert client.get(f"/api/v1/complaints/{draft}").status_code == 200
    with time_machine.travel(datetime(2027, 4, 1, tzinfo=UTC), tick=False):
        for method, path in (("get", "rights"), ("get", f"complaints/{draft}"), ("post", f"complaints/{draft}/check")):
            answer = getattr(client, method)(f"/api/v1/{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, "principal_not_found")
        assert client.get("/api/v1/principals").json() == []
        owner = key_of(principal)
        assert owner.get(f"/api/v1/complaints/{draft}").status_code == 200, "the principal keeps the draft"
        [row] = client.get("/api/v1/authorisations").json()["results"]
        assert (row["state"], row["in_force"]) == ("active", False)
    assert IPRight.objects.filter(organisation=made.principal.organisation).exists() and Complaint.objects.exists()
