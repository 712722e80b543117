"""An agency acts for a principal until the end of the last day, in Chromium and by the API; then it sees nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from rest_framework.test import APIClient

from complaints.models import Complaint
from portal.accounts.models import Membership, OrganisationKind
from portal.ledger import outbox
from tests.accounts.factories import make_member, make_organisation, make_user
from tests.api.factories import bearer
from tests.api.first_step import Person
from tests.complaints.factories import make_listing, make_right, upload
from tests.journeys import hands
from tests.journeys.hands import World, a_file, link_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

LAST_EVENING = datetime(2027, 3, 31, 23, 20, tzinfo=UTC)
NEXT_MORNING = datetime(2027, 4, 1, 0, 0, 30, tzinfo=UTC)
LAST_DAY = "2027-03-31"
OWNER, AGENT = "mira@tarnfell.test", "noor@kestrel.test"
TARNFELL, KESTREL = "Tarnfell Outdoor AB", "Kestrel IP Services"
PHONE, WIDE = (390, 844), (1440, 900)


def people() -> tuple[Membership, Membership]:
    """The administrators of a verified rights holder and of a verified agency."""
    owner = make_member(make_organisation(TARNFELL), user=make_user(OWNER, name="Mira Holm"))
    agency = make_organisation(KESTREL, kind=OrganisationKind.AGENCY)
    return owner, make_member(agency, user=make_user(AGENT, name="Noor Vale"))


# --- in the browser


def ask(agent: Page) -> None:
    """An agency without a principal has a list of none; it asks, and is not told whether anybody is meant."""
    agent.goto("/rights/")
    agent.get_by_role("heading", name="Principals").wait_for()
    agent.get_by_text("No authorisation is in force").wait_for()
    agent.get_by_role("link", name="Ask a principal").first.click()
    agent.get_by_label("Principal", exact=False).first.fill(OWNER)
    agent.get_by_label("Letter of authorisation").set_input_files(a_file("letter.pdf", hands.pdf(), "application/pdf"))
    agent.get_by_role("checkbox", name="File complaints").check()
    agent.get_by_role("checkbox", name="Answer questions of the desk").check()
    agent.get_by_label("Until").fill(LAST_DAY)
    agent.get_by_role("button", name="Send the request").click()
    agent.get_by_text("If we know this principal").first.wait_for()
    assert agent.get_by_text(TARNFELL).count() == 0


def grant(world: World, owner: Page) -> None:
    """The owner reads the mail and the letter, and lets the agency file in Germany alone."""
    owner.goto(link_in(world.letter(OWNER, f"{KESTREL} asks to act for you"), "/authorisations/"))
    owner.get_by_text("Nothing is allowed before you grant it").wait_for()
    owner.get_by_role("link", name="Grant…").click()
    owner.get_by_role("heading", name=f"Let {KESTREL} act for you").wait_for()
    owner.get_by_role("radio", name="All rights").check()
    owner.get_by_label("Countries").fill("Germany")
    assert owner.get_by_label("Until").input_value() == LAST_DAY
    owner.get_by_role("button", name="Grant", exact=True).click()
    owner.get_by_text(f"{KESTREL} can act for you from now on").first.wait_for()


def choose(world: World, agent: Page) -> None:
    """The agency is told, chooses the principal, and every page says for whom it acts, on a phone as well."""
    agent.goto(link_in(world.letter(AGENT, f"You may act for {TARNFELL}"), "/authorisations/"))
    agent.get_by_text("In force.").wait_for()
    agent.goto("/principals/")
    agent.get_by_role("row", name=TARNFELL).get_by_role("button").click()
    agent.wait_for_url("**/complaints/dashboard/")
    for size in (PHONE, WIDE):
        agent.set_viewport_size({"width": size[0], "height": size[1]})
        for path in ("/complaints/dashboard/", "/rights/", "/complaints/"):
            agent.goto(path)
            told = agent.get_by_text(f"You act for {TARNFELL} as {KESTREL}")
            told.wait_for()
            box = told.bounding_box()
            assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= size[0]
            assert agent.locator(".acting time").get_attribute("datetime") == LAST_DAY


def draft_and_sign(agent: Page, here: str, there: str) -> None:
    """Files up to the last page: what is on offer outside Germany is left out, with the reason."""
    agent.goto("/complaints/new/")
    agent.get_by_role("radio", name="TARNFELL").check()
    agent.get_by_role("button", name="Go on to reason").click()
    agent.get_by_role("radio", name="Counterfeit").check()
    agent.get_by_label("What should the reviewer know?").fill("The chest logo is copied.")
    agent.get_by_role("button", name="Go on to items").click()
    agent.get_by_label("Links or ids").fill(f"{here}\n{there}")
    answers = agent.locator("#answers")
    answers.get_by_text("1 goes into the complaint, 1 left out, 0 to correct").first.wait_for()
    answers.get_by_text("Outside your authorisation").first.wait_for()
    agent.get_by_role("button", name="Go on to evidence").click()
    agent.get_by_role("button", name="Go on to declarations").click()
    hands.tick_all(agent)
    agent.get_by_label("Your full name").fill("Noor Vale")
    agent.get_by_role("button", name="Go on to review").click()
    agent.get_by_role("button", name="Submit 1 item").wait_for()


def is_refused(agent: Page) -> None:
    """The page with the signature is still open; the press of the button leads to the list of principals, now empty."""
    address = agent.url
    agent.get_by_role("button", name="Submit 1 item").click()
    agent.wait_for_url("**/principals/")
    agent.get_by_text("You can no longer act for the principal you had chosen").wait_for()
    agent.get_by_text("No authorisation is in force").wait_for()
    agent.goto(address)
    agent.wait_for_url("**/principals/")
    assert agent.get_by_text("You act for").count() == 0


def owner_keeps_the_draft(owner: Page) -> None:
    owner.goto("/complaints/dashboard/")
    drafts = owner.locator("section", has=owner.get_by_role("heading", name="Drafts"))
    drafts.get_by_role("link", name="Go on").click()
    owner.wait_for_url("**/draft/items/")
    assert len(owner.get_by_label("Links or ids").input_value().splitlines()) == 2


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_an_authorisation_ends_while_the_page_with_the_signature_is_open(world: World) -> None:
    with time_machine.travel(LAST_EVENING, tick=True):
        owner_place, _agency = people()
        make_right(owner_place.organisation)
        here, there = make_listing().url, make_listing(market="FR").url
        agent, owner = world.visitor(), world.visitor()
        hands.sign_in(agent, AGENT)
        hands.sign_in(owner, OWNER)
        ask(agent)
        grant(world, owner)
        choose(world, agent)
        draft_and_sign(agent, here, there)
    with time_machine.travel(NEXT_MORNING, tick=True):
        is_refused(agent)
        owner_keeps_the_draft(owner)
        outbox.sweep()
        for who, subject in (
            (OWNER, f"{KESTREL} no longer acts for you"),
            (AGENT, f"You no longer act for {TARNFELL}"),
        ):
            assert world.letter(who, subject)
    assert Complaint.objects.get().is_draft


# --- by the API


class Caller:
    """A program of the agency: a key, and the principal in every call."""

    def __init__(self, secret: str, principal: str) -> None:
        self.client = APIClient()
        self.client.credentials(**bearer(secret), HTTP_RIGHTSDESK_PRINCIPAL=principal)

    def __call__(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        answer = getattr(self.client, method.lower())(f"/api/v1/{path}", body)
        assert answer.status_code == status, answer.content.decode()
        return answer.json() if answer.content else None


@pytest.mark.django_db
def test_the_same_by_the_api(mailoutbox: Any, run_outbox: Any) -> None:
    with time_machine.travel(LAST_EVENING, tick=False):
        owner_place, agency_place = people()
        right = make_right(owner_place.organisation)
        owner, agent = Person(OWNER), Person(AGENT)
        owner.sign_in()
        agent.sign_in()
        sent = {"principal": OWNER, "letter": upload("letter.png"), "verbs": ["file"], "expires_on": LAST_DAY}
        headers: dict[str, Any] = {"HTTP_X_SESSION_TOKEN": agent.token}
        asked = APIClient().post("/api/v1/authorisations/ask", sent, format="multipart", **headers)
        assert asked.status_code == 201 and asked.json()["principal"] is None
        [waiting] = owner("GET", "authorisations?state=asked")["results"]
        terms = {"verbs": ["file"], "territories": ["DE"], "rights": [str(right.public_id)], "expires_on": LAST_DAY}
        owner("POST", f"authorisations/{waiting['public_id']}/grant", terms)
        wanted = {"name": "Import", "scopes": ["complaints:read", "complaints:write", "rights:read"]}
        wanted |= {"expires_at": "2027-06-30T00:00:00Z"}
        secret = agent("POST", f"organisations/{agency_place.organisation.public_id}/keys", wanted, status=201)[
            "secret"
        ]
        unnamed = APIClient()
        unnamed.credentials(**bearer(secret))
        assert unnamed.get("/api/v1/rights").json()["code"] == "principal_missing"
        [principal] = unnamed.get("/api/v1/principals").json()
        call = Caller(secret, principal["organisation"]["public_id"])
        assert [row["mark_text"] for row in call("GET", "rights")["results"]] == ["TARNFELL"]
        here, there = make_listing(), make_listing(market="FR")
        body = {"right": str(right.public_id), "reason": "counterfeit", "items": [here.url, there.url]}
        draft = call("POST", "complaints", body, status=201)["public_id"]
        checked = call("POST", f"complaints/{draft}/check")
        assert [line["code"] for line in checked["lines"]] == ["found", "outside_authorisation"]
        assert call("GET", f"complaints/{draft}")["agency"]["name"] == KESTREL
    with time_machine.travel(NEXT_MORNING, tick=False):
        for method, path in (
            ("GET", "rights"), ("GET", "complaints"), ("GET", f"complaints/{draft}"), ("GET", "dashboard"),
            ("POST", f"complaints/{draft}/check"), ("POST", f"complaints/{draft}/submit"),
        ):  # fmt: skip
            assert call(method, path, {} if method == "POST" else None, status=404)["code"] == "principal_not_found"
        assert unnamed.get("/api/v1/principals").json() == []
        assert Complaint.objects.get().is_draft
        outbox.queue_due_ticks(NEXT_MORNING)
        run_outbox()
        subjects = {(letter.to[0], letter.subject) for letter in mailoutbox}
        assert (OWNER, f"{KESTREL} no longer acts for you") in subjects
        assert (AGENT, f"You no longer act for {TARNFELL}") in subjects
