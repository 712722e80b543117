"""Pages of authorisations and principals: owner, teammate, agency, agent and outsider; and switching between them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brands.models import Authorisation, Brand, IPRight
from portal.accounts.actors import member_actor_for
from portal.accounts.models import Membership, Role
from portal.ledger.models import Event
from tests.accounts.factories import authorise, make_member, make_organisation, make_staff, signed_in
from tests.brands.agents_kit import Pair, asked, letter_of, make_agency, pair
from tests.brands.factories import upload
from tests.complaints.factories import make_filed_complaint, make_right

pytestmark = pytest.mark.django_db


def page_of(place: Membership) -> Client:
    return signed_in(Client(), place.user)


def acting(made: Pair) -> Client:
    client = page_of(made.agency)
    client.post(reverse("accounts:act-for"), {"principal": made.principal.organisation.public_id})
    return client


def body(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def main(answer: Any) -> str:
    return body(answer).split("<main")[1].split("</main>")[0]


def wish(**changes: Any) -> dict[str, Any]:
    today = timezone.now().date()
    values = {"reach": "all", "verbs": ["file", "answer"], "territories": "Germany, FR", "starts_on": today}
    return values | {"expires_on": today + timedelta(days=90)} | changes


# --- granting


def test_an_owner_grants_to_an_agency_by_its_public_id() -> None:
    owner, agency = make_member(), make_agency()
    client = page_of(owner)
    assert "Grant an authorisation" in body(client.get(reverse("authorisations:list")))
    answer = client.post(reverse("authorisations:grant"), wish(agency=agency.organisation.public_id))
    made = Authorisation.objects.get()
    assert answer["Location"] == reverse("authorisations:one", args=[made.public_id])
    assert (made.agency, made.territories, made.verbs, made.all_rights, made.letter) == (
        agency.organisation, ["DE", "FR"], ["file", "answer"], True, None,
    )  # fmt: skip
    shown = main(client.get(answer["Location"]))
    for words in ("In force.", agency.organisation.name, "France, Germany", "File complaints", "End now"):
        assert words in shown


def test_rights_are_chosen_by_box_or_by_number() -> None:
    owner, agency = make_member(), make_agency()
    first, second = make_right(owner.organisation), make_right(owner.organisation, text="NORDVIK")
    make_right()
    client, address = page_of(owner), reverse("authorisations:grant")
    shown = main(client.get(address))
    assert shown.count('name="rights"') == 2 and 'name="numbers"' not in shown
    data = wish(agency=agency.organisation.public_id, reach="some")
    assert client.post(address, data).status_code == 422
    client.post(address, data | {"rights": [str(second.public_id)]})
    assert list(Authorisation.objects.get().rights.all()) == [second]
    for number in range(101):
        make_right(owner.organisation, text=f"MARK {number}")
    assert 'name="numbers"' in main(client.get(address))
    client.post(address, data | {"numbers": f" {first.registration_number} \n"})
    assert list(Authorisation.objects.latest("id").rights.all()) == [first]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"territories": "Atlantis"}, "We know no country named"),
        ({"starts_on": "2020-01-01"}, "It can begin today"),
        ({"expires_on": "2099-01-01"}, "at most 3 years"),
        ({"agency": "0b4f5f2e-3f2c-4a55-9a55-0f2f7b7f0a11"}, "There is no agency with this id"),
        ({"agency": "Kestrel"}, "This is no public id"),
        ({"agency": ""}, "one agency, or one member"),
    ],
)
def test_what_cannot_be_granted_is_said_beside_its_field_and_kept(changes: dict[str, Any], words: str) -> None:
    owner, agency = make_member(), make_agency()
    data = wish(agency=agency.organisation.public_id) | changes
    answer = page_of(owner).post(reverse("authorisations:grant"), data)
    assert answer.status_code == 422 and words in body(answer)
    assert not Authorisation.objects.exists()


def test_an_organisation_that_is_no_agency_is_not_told_apart_from_none() -> None:
    owner, other = make_member(), make_organisation()
    answer = page_of(owner).post(reverse("authorisations:grant"), wish(agency=other.public_id))
    assert "There is no agency with this id" in body(answer)


def test_granting_asks_who_it_is_again() -> None:
    owner = make_member()
    client = signed_in(Client(), owner.user, fresh=False)
    for name in ("authorisations:grant",):
        answer = client.post(reverse(name), wish(agency=make_agency().organisation.public_id))
        assert "reauthenticate" in answer["Location"]
    assert not Authorisation.objects.exists()


def test_an_agent_among_the_members_is_granted_from_the_list_of_members() -> None:
    owner = make_member()
    agent = make_member(owner.organisation, Role.AGENT, authorised=False)
    client = page_of(owner)
    shown = main(client.get(reverse("accounts:organisation")))
    address = f"{reverse('authorisations:grant')}?member={agent.pk}"
    assert address in shown and "Sees nothing yet." in shown
    assert f'<option value="{agent.pk}" selected' in main(client.get(address))
    client.post(reverse("authorisations:grant"), wish(member=agent.pk))
    assert Authorisation.objects.get().member == agent
    assert "Sees nothing yet." not in main(client.get(reverse("accounts:organisation")))
    theirs = make_member(role=Role.AGENT, authorised=False)
    assert client.post(reverse("authorisations:grant"), wish(member=theirs.pk)).status_code == 422


def test_an_invitation_and_a_change_of_role_say_what_comes_next() -> None:
    owner = make_member()
    mate, client = make_member(owner.organisation, Role.VIEWER), page_of(owner)
    invited = client.post(reverse("accounts:invite"), {"email": "a@example.test", "role": "agent"}, follow=True)
    changed = client.post(reverse("accounts:change-role", args=[mate.pk]), {"role": "agent"}, follow=True)
    for answer in (invited, changed):
        assert "now grant an authorisation" in body(answer)
    viewer = client.post(reverse("accounts:invite"), {"email": "b@example.test", "role": "viewer"}, follow=True)
    assert "now grant an authorisation" not in body(viewer)
    agency = make_agency()
    theirs = page_of(agency).post(reverse("accounts:invite"), {"email": "c@example.test", "role": "agent"}, follow=True)
    assert "now grant an authorisation" not in body(theirs)


# --- asking and answering


def test_an_agency_asks_and_the_principal_reads_the_letter_and_grants() -> None:
    owner, agency = make_member(), make_agency()
    desk, theirs = page_of(agency), page_of(owner)
    data = wish(principal=owner.user.email, letter=upload())
    answer = desk.post(reverse("authorisations:ask"), data, follow=True)
    row = Authorisation.objects.get()
    assert "If we know this principal" in body(answer) and owner.organisation.name not in body(answer)
    shown = main(theirs.get(reverse("authorisations:list")))
    assert "These wait for you" in shown and agency.organisation.name in shown
    assert theirs.get(reverse("authorisations:letter", args=[row.public_id])).status_code == 200
    form = main(theirs.get(reverse("authorisations:grant-asked", args=[row.public_id])))
    assert 'value="DE, FR"' in form and 'name="agency"' not in form
    theirs.post(reverse("authorisations:grant-asked", args=[row.public_id]), wish(territories="DE"))
    row.refresh_from_db()
    assert (row.state, row.territories) == ("active", ["DE"])
    assert owner.organisation.name in main(desk.get(reverse("authorisations:one", args=[row.public_id])))


def test_an_ask_without_a_letter_or_a_principal_is_shown_again() -> None:
    client = page_of(make_agency())
    assert client.post(reverse("authorisations:ask"), wish(principal="a@example.test")).status_code == 422
    answer = client.post(reverse("authorisations:ask"), wish(principal="nobody", letter=upload()))
    assert answer.status_code == 422 and "public id" in body(answer)
    assert not Authorisation.objects.exists()


def test_a_refusal_and_taking_back() -> None:
    owner, agency = make_member(), make_agency()
    row = asked(agency, owner.user.email)
    client, address = page_of(owner), reverse("authorisations:refuse", args=[row.public_id])
    assert client.post(address, {"reason": " "}).status_code == 422
    client.post(address, {"reason": "We do not know you."})
    assert "We do not know you." in main(page_of(agency).get(reverse("authorisations:one", args=[row.public_id])))
    second = asked(agency, owner.user.email)
    page_of(agency).post(reverse("authorisations:end", args=[second.public_id]))
    second.refresh_from_db()
    assert second.state == "ended"


def test_a_change_ends_one_and_grants_another() -> None:
    made = pair()
    client = page_of(made.principal)
    address = reverse("authorisations:change", args=[made.letter.public_id])
    assert "this one takes its place" in main(client.get(address))
    client.post(address, wish(territories="SE"))
    made.letter.refresh_from_db()
    new = Authorisation.objects.exclude(pk=made.letter.pk).get()
    assert (made.letter.state, new.state, new.territories, new.agency) == (
        "ended", "active", ["SE"], made.agency.organisation,
    )  # fmt: skip


def test_who_may_not_is_shown_nothing_to_press() -> None:
    made = pair()
    mate, outsider = make_member(made.principal.organisation, Role.RIGHTS_OWNER), make_member()
    address = reverse("authorisations:one", args=[made.letter.public_id])
    shown = main(page_of(mate).get(address))
    assert made.agency.organisation.name in shown and "End now" not in shown and "Change…" not in shown
    assert page_of(mate).post(reverse("authorisations:end", args=[made.letter.public_id])).status_code == 403
    assert page_of(outsider).get(address).status_code == 404
    other = make_agency("Another")
    assert page_of(other).get(address).status_code == 404
    assert made.letter.agent_name not in body(page_of(outsider).get(reverse("authorisations:list")))


def test_an_agent_reads_and_gives_up_their_own() -> None:
    owner = make_member()
    agent = make_member(owner.organisation, Role.AGENT)
    authorise(owner.organisation, agency=make_agency().organisation)
    client = page_of(agent)
    shown = main(client.get(reverse("authorisations:list")))
    assert shown.count('<tr role="row"><th role="rowheader"') == 1
    row = agent.authorisations.get()
    assert "Give up now" in main(client.get(reverse("authorisations:one", args=[row.public_id])))
    client.post(reverse("authorisations:end", args=[row.public_id]))
    row.refresh_from_db()
    assert row.state == "ended"


# --- for whom one acts


def test_an_agency_chooses_a_principal_and_every_page_says_for_whom_it_acts() -> None:
    made = pair()
    make_right(made.principal.organisation)
    client = page_of(made.agency)
    for name in ("home", "complaints:dashboard", "complaints:list", "brands:list", "brands:register"):
        assert client.get(reverse(name), follow=True).redirect_chain[-1][0] == reverse("principals"), name
    listed = main(client.get(reverse("principals")))
    assert made.principal.organisation.name in listed and "All rights" in listed and "all countries" in listed
    client = acting(made)
    until = made.letter.expires_on.isoformat()
    names = f"You act for <b>{made.principal.organisation.name}</b> as {made.agency.organisation.name}"
    for name in ("complaints:dashboard", "complaints:list", "complaints:new", "brands:list", "brands:register"):
        shown = main(client.get(reverse(name), follow=True))
        assert names in shown and until in shown, name
    own = main(client.get(reverse("accounts:organisation")))
    assert f"This page is about {made.agency.organisation.name} itself" in own
    assert made.principal.user.email not in own, "members of the principal are none of the agency's business"
    client.post(reverse("accounts:act-for"))
    assert client.get(reverse("brands:list"))["Location"] == reverse("principals")


def test_the_menu_lists_the_principals_under_the_agency() -> None:
    first = pair()
    second = pair(agency=first.agency)
    theirs = pair()
    shown = body(acting(first).get(reverse("brands:list")))
    assert f"Act for {second.principal.organisation.name}" in shown
    assert f"Act for {first.principal.organisation.name}" not in shown, "that one is chosen"
    assert theirs.principal.organisation.name not in shown


def test_only_a_covered_principal_can_be_chosen() -> None:
    made, other = pair(), pair()
    client = page_of(made.agency)
    for wrong in (other.principal.organisation.public_id, make_organisation().public_id, "nonsense"):
        assert client.post(reverse("accounts:act-for"), {"principal": wrong}).status_code == 404
    outsider = page_of(make_member())
    chosen = {"principal": made.principal.organisation.public_id}
    assert outsider.post(reverse("accounts:act-for"), chosen).status_code == 404


def test_switching_the_organisation_forgets_the_principal() -> None:
    made = pair()
    own = make_member(user=made.agency.user)
    client = acting(made)
    client.post(reverse("accounts:switch"), {"organisation": own.organisation.public_id})
    assert "You act for" not in main(client.get(reverse("brands:list")))
    client.post(reverse("accounts:switch"), {"organisation": made.agency.organisation.public_id})
    assert client.get(reverse("brands:list"))["Location"] == reverse("principals")


def test_what_is_about_others_is_not_there_for_the_agency() -> None:
    made, other = pair(), pair()
    right, foreign = make_right(made.principal.organisation), make_right(other.principal.organisation)
    client = acting(made)
    assert client.get(reverse("brands:right", args=[right.public_id])).status_code == 200
    assert client.get(reverse("brands:right", args=[foreign.public_id])).status_code == 404


def test_an_agent_without_an_authorisation_is_told_so() -> None:
    owner = make_member()
    agent = make_member(owner.organisation, Role.AGENT, authorised=False)
    make_right(owner.organisation)
    shown = main(page_of(agent).get(reverse("brands:list")))
    assert "is in force: you see none of its rights and complaints" in shown and "TARNFELL" not in shown
    authorise(owner.organisation, member=agent)
    shown = main(page_of(agent).get(reverse("brands:list")))
    assert "as its agent" in shown and "TARNFELL" in shown


def test_the_principals_page_counts_what_is_open_and_keeps_records_apart() -> None:
    made = pair()
    make_filed_complaint(1, membership=made.principal)
    make_filed_complaint(1, membership=made.principal)
    narrow = pair([make_right(make_member().organisation)], agency=made.agency)
    make_filed_complaint(1, membership=narrow.principal)
    shown = main(page_of(made.agency).get(reverse("principals")))
    rows = {row.split("<span>")[1].split("<")[0].strip(): row for row in shown.split('<tr role="row">')[2:]}
    assert '<td role="cell" data-l="Open complaints" class="num">2</td>' in rows[made.principal.organisation.name]
    assert '<td role="cell" data-l="Open complaints" class="num">0</td>' in rows[narrow.principal.organisation.name]
    assert "<dt>Filed</dt><dd>0</dd>" in shown, "the principal filed these itself"


def test_the_principals_page_asks_the_database_a_fixed_number_of_times(django_assert_max_num_queries: Any) -> None:
    agency = make_agency()
    for _number in range(12):
        pair(agency=agency)
    client = page_of(agency)
    client.get(reverse("principals"))
    with django_assert_max_num_queries(16):
        client.get(reverse("principals"))


@pytest.mark.parametrize("name", ["brands:list", "complaints:list"])
def test_an_agent_costs_two_queries_more_and_an_owner_none(name: str, django_assert_num_queries: Any) -> None:
    """Counted against an owner of the same rows: who acts, and for whom, is looked up once a request."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    made = pair()
    make_filed_complaint(2, membership=made.principal)
    counts = {}
    for who, client in (("owner", page_of(made.principal)), ("agency", acting(made))):
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name)).status_code == 200
        counts[who] = len(queries)
    assert counts["agency"] - counts["owner"] <= 2, counts


# --- the desk


def test_staff_read_and_a_senior_ends_one_with_a_reason() -> None:
    made = pair()
    letter = letter_of(member_actor_for(made.agency))
    Authorisation.objects.filter(pk=made.letter.pk).update(letter=letter)
    reviewer, senior = (signed_in(Client(), make_staff(role)) for role in ("reviewer", "senior"))
    listed = body(reviewer.get(reverse("admin:brands_authorisation_changelist")))
    assert made.agency.organisation.name in listed and made.principal.organisation.name in listed
    shown = body(reviewer.get(reverse("admin:brands_authorisation_change", args=[made.letter.pk])))
    assert "A senior reviewer may end" in shown and letter.original_name in shown
    assert reviewer.get(reverse("admin:brands_authorisation_letter", args=[made.letter.pk])).status_code == 200
    end = reverse("admin:brands_authorisation_end", args=[made.letter.pk])
    assert reviewer.post(end, {"reason": "Forged."}).status_code == 403
    assert senior.post(end, {"reason": ""}).status_code == 422
    assert senior.post(end, {"reason": "The signature is forged."}).status_code == 302
    made.letter.refresh_from_db()
    assert (made.letter.state, made.letter.reason) == ("ended", "The signature is forged.")
    assert Event.objects.filter(kind="authorisation.ended").count() == 2
    assert acting(made).get(reverse("brands:list"))["Location"] == reverse("principals")


def test_the_desk_reads_who_filed_for_whom() -> None:
    from complaints import casework
    from tests.complaints.factories import make_draft, make_listing, sign

    made = pair()
    right = make_right(made.principal.organisation)
    draft = make_draft(made.agent, right, [make_listing()])
    now = timezone.now()
    case = casework.submit(actor=made.agent, complaint_id=draft.pk, signing=sign(made.agent), now=now)
    words = f"{made.agency.organisation.name} for {made.principal.organisation.name}"
    desk = signed_in(Client(), make_staff("reviewer"))
    assert words in body(desk.get(reverse("admin:complaints_complaint_case", args=[case.pk])))
    queue = body(desk.get(reverse("admin:complaints_complaint_desk")))
    assert f"filed by {made.agency.organisation.name}" in queue
    own = page_of(made.principal)
    assert f"by {words}" in main(own.get(reverse("complaints:detail", args=[case.public_id])))
    assert f"filed by {made.agency.organisation.name}" in main(own.get(reverse("complaints:list")))


def test_an_agent_who_enters_a_mark_that_is_not_covered_is_led_nowhere() -> None:
    """That the principal has this number must be said; which right it is must not."""
    principal = make_member()
    hidden = make_right(principal.organisation, text="NORDVIK")
    made = pair([make_right(principal.organisation)], principal=principal)
    data = {
        "new_brand": "Halden", "office": "EM", "mark_kind": "word", "mark_text": "NORDVIK", "action": "draft",
        "registration_number": hidden.registration_number,
    }  # fmt: skip
    answer = acting(made).post(reverse("brands:register-kind", args=["trademark"]), data)
    assert answer.status_code == 422 and str(hidden.public_id) not in body(answer)
    owner = page_of(principal).post(reverse("brands:register-kind", args=["trademark"]), data)
    assert owner["Location"] == reverse("brands:right", args=[hidden.public_id])


def test_a_form_that_was_opened_for_another_principal_saves_nothing() -> None:
    """Two tabs: the form was opened for one principal, and another was chosen before it was sent."""
    first = pair()
    second = pair(agency=first.agency)
    client = acting(first)
    address = reverse("brands:register-kind", args=["trademark"])
    shown = main(client.get(address))
    named = str(first.principal.organisation.public_id)
    assert f'name="acting_for" value="{named}"' in shown
    client.post(reverse("accounts:act-for"), {"principal": second.principal.organisation.public_id})
    data = {"new_brand": "Halden", "office": "EM", "mark_kind": "word", "action": "draft", "acting_for": named}
    answer = client.post(address, data, follow=True)
    assert "for another principal than the one you act for now" in body(answer)
    assert not IPRight.objects.exists() and not Brand.objects.exists()
    client.post(address, data | {"acting_for": str(second.principal.organisation.public_id)})
    assert IPRight.objects.get().organisation == second.principal.organisation
    assert "acting_for" not in main(page_of(first.principal).get(address))
