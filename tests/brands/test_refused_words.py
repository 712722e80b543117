"""What an agent or somebody at rest reads when they are refused: the true reason, who can change it, and the form."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brands.models import Authorisation, AuthorisedSeller, IPRight
from portal.accounts.grants import AgentVerb
from portal.accounts.models import Role
from tests.accounts.factories import authorise, make_member, signed_in
from tests.accounts.holding import administrators, promote
from tests.brands.agents_kit import make_agency, pair
from tests.brands.test_authorisation_pages import acting, body, main, page_of, wish
from tests.brands.test_pages import form
from tests.complaints.factories import make_right, make_seller

pytestmark = pytest.mark.django_db
NOT_THIS = ("Your role", "another organisation", "does not reach this far")


# --- a grant says what was chosen, and no more


def test_nothing_is_chosen_beforehand_and_a_grant_without_a_choice_is_refused() -> None:
    owner, agency = make_member(), make_agency()
    make_right(owner.organisation)
    client, address = page_of(owner), reverse("authorisations:grant")
    shown = main(client.get(address))
    assert 'name="reach"' in shown
    assert "checked" not in shown.split("id_reach_set")[1].split("</fieldset>")[0]
    answer = client.post(address, wish(agency=agency.organisation.public_id, reach=""))
    assert answer.status_code == 422
    assert "Choose: all your rights, or only those that you tick below" in body(answer)
    assert not Authorisation.objects.exists()


def test_rights_that_are_ticked_and_all_of_them_contradict_each_other() -> None:
    owner, agency = make_member(), make_agency()
    right = make_right(owner.organisation)
    make_right(owner.organisation, text="NORDVIK")
    client, address = page_of(owner), reverse("authorisations:grant")
    data = wish(agency=agency.organisation.public_id, rights=[str(right.public_id)])
    answer = client.post(address, data)
    assert answer.status_code == 422
    assert "You named rights and chose all of them" in body(answer)
    assert not Authorisation.objects.exists()
    client.post(address, data | {"reach": "some"})
    assert list(Authorisation.objects.get().rights.all()) == [right]


# --- an agent beyond the authorisation


def test_a_seller_outside_the_countries_is_answered_beside_them_and_the_form_stays() -> None:
    made = pair(territories=["DE", "SE"])
    right, account = make_right(made.principal.organisation), make_seller("fjall.outdoor")
    data = {"account": f"@{account.handle}", "right": str(right.public_id), "territories": "FR"}
    client = acting(made)
    answer = client.post(reverse("sellers:add"), data)
    assert answer.status_code == 422
    shown = main(answer)
    assert "covers these countries only: Germany, Sweden" in shown
    assert 'id="id_territories_err"' in shown and f'value="@{account.handle}"' in shown
    assert not AuthorisedSeller.objects.exists()
    assert client.post(reverse("sellers:add"), data | {"territories": "DE"}).status_code == 302


def test_a_right_outside_the_countries_is_answered_on_its_form() -> None:
    made = pair(territories=["US"])
    answer = acting(made).post(reverse("brands:register-kind", args=["trademark"]), form())
    assert answer.status_code == 422
    assert "does not let you enter this right" in body(answer)
    assert not IPRight.objects.exists()


@pytest.mark.parametrize(
    ("address", "lacking", "words"),
    [
        (("brands:register-kind", ["trademark"]), AgentVerb.REGISTER, "Register and change rights"),
        (("brands:bulk", []), AgentVerb.REGISTER, "Register and change rights"),
        (("sellers:add", []), AgentVerb.SELLERS, "List authorised sellers"),
        (("complaints:new", []), AgentVerb.FILE, "File complaints"),
    ],
)
def test_an_agent_reads_what_the_authorisation_lacks_and_whom_to_ask(address: Any, lacking: Any, words: str) -> None:
    made = pair(verbs=[verb.value for verb in AgentVerb if verb is not lacking])
    name, args = address
    answer = acting(made).get(reverse(name, args=args))
    shown = main(answer)
    assert answer.status_code == 403
    assert f"does not include “{words}”" in shown
    assert f"Ask the principal, {made.principal.organisation.name}" in shown
    assert not any(wrong in shown for wrong in NOT_THIS)


def test_an_agent_among_the_members_asks_an_administrator() -> None:
    owner = make_member()
    agent = make_member(owner.organisation, Role.AGENT, authorised=False)
    authorise(owner.organisation, member=agent, verbs=[AgentVerb.FILE.value])
    shown = main(signed_in(Client(), agent.user).get(reverse("brands:bulk")))
    assert f"Ask an administrator of {owner.organisation.name}" in shown


# --- somebody at rest


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("complaints:new", []),
        ("brands:register-kind", ["trademark"]),
        ("brands:bulk", []),
        ("sellers:add", []),
        ("authorisations:grant", []),
        ("keys:list", []),
    ],
)
def test_who_rests_reads_until_when_and_nothing_of_their_role(name: str, args: list[str]) -> None:
    admin, _other = administrators(2)
    newcomer = promote(admin).membership
    answer = signed_in(Client(), newcomer.user).get(reverse(name, args=args))
    shown = main(answer)
    if answer.status_code == 403:
        assert "<h1>You can only read for now</h1>" in shown
    assert "not before a second person has approved it" in body(answer) or "waits for a second person" in body(answer)
    assert "Your role" not in shown and "can give you" not in shown
