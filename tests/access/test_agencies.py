"""Agencies in town: one acts for the owner under an authorisation, the other acts for somebody else."""

from __future__ import annotations

import pytest
from django.urls import resolve, reverse

from brands.models import Authorisation
from complaints.models import Complaint
from tests.access.table import ENDPOINTS, PAGES, Answer
from tests.access.test_matrix import answer_of, call, neutral, neutral_headers, told, undone
from tests.access.town import Town

pytestmark = pytest.mark.django_db

# Pages of the portal, and these, are about the agency itself: its administrators are those of any other organisation.
OWN = ("authorisations:", "principals")
# What an agency gets where an agent among the members gets something else: these are the agency's own letters.
OF_BOTH_SIDES = {"authorisations:one", "authorisations:letter", "authorisations:end"}
HOLDERS_ONLY = {"authorisations:grant", "authorisations:grant-asked", "authorisations:change"}
NOT_YOURS = {"authorisations:refuse"}
AGENCIES_ONLY = {"principals", "authorisations:ask"}


def is_own(name: str, town: Town) -> bool:
    address = reverse(name, kwargs=town.args[PAGES[name].where])
    return name.startswith(OWN) or resolve(address).func.__module__.startswith("portal.")


def expected_of(name: str, town: Town, method: str, who: str) -> Answer:
    row = PAGES[name]
    profile = row.get if method == "GET" else row.post
    if name in AGENCIES_ONLY:
        return Answer.OK if profile["owner"] == Answer.FORBIDDEN else profile["owner"]
    if name == "authorisations:grant" and profile["owner"] == Answer.OK:
        return Answer.FORBIDDEN
    if name in HOLDERS_ONLY | NOT_YOURS and who == "agency" and profile["owner"] == Answer.OK:
        return Answer.FORBIDDEN
    if name in OF_BOTH_SIDES and who == "agency":
        return profile["owner"]
    return profile["outsider" if is_own(name, town) or who == "idle" else "teammate"]


BOUND_ROOMS = [name for name in PAGES if not name.startswith(("respondent:", "public:", "sandbox:", "api", "sso:"))]


@pytest.mark.parametrize("who", ["agency", "idle"])
@pytest.mark.parametrize("name", BOUND_ROOMS)
def test_an_agency_gets_what_an_agent_gets_and_another_what_a_stranger_gets(town: Town, name: str, who: str) -> None:
    row, wrong = PAGES[name], []
    address = reverse(name, kwargs=town.args[row.where]) + row.query
    for method in ("GET", "POST"):
        with undone():
            before = told()
            sent = {"data": dict(row.data)} if method == "POST" else {}
            got = answer_of(call(town.agents[who], method, address, **sent), method)
            expected = expected_of(name, town, method, who)
            if got != expected:
                wrong.append(f"{method}: {got}, not {expected}")
            if got != Answer.OK or method == "GET":
                assert told() == before, f"{method} {address} as {who} wrote something"
    assert not wrong, f"{name} as {who}: " + "; ".join(wrong)


@pytest.mark.parametrize("name", [name for name in BOUND_ROOMS if name.startswith(("brands:", "complaints:"))])
def test_without_a_principal_every_page_of_rights_and_complaints_leads_to_the_list(town: Town, name: str) -> None:
    """Also once the chosen one is covered no more: the session still names it."""
    row = PAGES[name]
    address = reverse(name, kwargs=town.args[row.where]) + row.query
    with undone():
        Authorisation.objects.filter(state="active", agency__isnull=False).update(state="ended")
        for method in ("GET", "POST"):
            answer = call(town.agents["agency"], method, address)
            if answer.status_code != 405:
                assert (answer.status_code, answer.get("Location")) == (302, reverse("principals")), (method, name)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_key_of_an_agency_names_its_principal_in_every_call(town: Town, name: str) -> None:
    row = ENDPOINTS[name]
    address = reverse(name, kwargs=town.args[row.where])
    for method in row.methods.split():
        for who in ("agency, unnamed", "idle, unnamed"):
            with undone():
                answer = call(town.agent_callers[who], method, address)
                assert (answer.status_code, answer.json()["code"]) == (403, "principal_missing"), (name, method)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_a_principal_that_is_not_covered_and_one_that_is_not_there_look_the_same(town: Town, name: str) -> None:
    row = ENDPOINTS[name]
    address = reverse(name, kwargs=town.args[row.where])
    for method in row.methods.split():
        shown = []
        for named in (str(town.args["api_organisation"]["public_id"]), "00000000-0000-4000-8000-000000000000"):
            with undone():
                client = town.agent_callers["idle, unnamed"]
                answer = call(client, method, address, HTTP_RIGHTSDESK_PRINCIPAL=named)
                assert (answer.status_code, answer.json()["code"]) == (404, "principal_not_found"), (name, method)
                shown.append((neutral(answer.content.decode(), {}), neutral_headers(answer)))
        assert shown[0] == shown[1]


@pytest.mark.parametrize("name", [name for name, row in ENDPOINTS.items() if "GET" in row.methods])
def test_a_key_of_an_agency_reads_for_its_principal(town: Town, name: str) -> None:
    address = reverse(name, kwargs=town.args[ENDPOINTS[name].where])
    answer = call(town.agent_callers["agency"], "GET", address)
    expected = 200 if name != "api-register-records" else 400
    assert answer.status_code == expected, (name, answer.content[:200])


def test_the_owner_is_told_apart_from_nobody_by_an_agency_that_asks(town: Town) -> None:
    """What an agency reads of its own request is the same whether or not anybody is meant."""
    asked = Authorisation.objects.get(state="asked", organisation__isnull=False)
    with undone():
        call(town.agents["agency"], "POST", reverse("accounts:act-for"))
        page = call(town.agents["agency"], "GET", reverse("authorisations:one", args=[asked.public_id]))
    assert asked.organisation is not None and asked.organisation.name not in page.content.decode().split("<h1")[1]
    assert Complaint.objects.filter(organisation=asked.organisation).exists()
