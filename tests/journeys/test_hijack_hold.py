"""Somebody has an administrator's browser and makes a friend administrator: a mail and one click undo it.

First in Chromium, by pages and mail alone; then the same by the API; then a change that is meant, to its end.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import Hold, HoldState, Membership, Role, StaffRole
from portal.api.models import ApiKey
from portal.ledger.events import verify_all
from portal.ledger.models import Event
from tests.accounts.factories import make_member, make_organisation, make_staff, make_user, signed_in
from tests.api.first_step import Person, last_in
from tests.journeys import hands
from tests.journeys.hands import World, link_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

MIRA, JONAS, THIEF = "mira@tarnfell.test", "jonas@tarnfell.test", "friend@elsewhere.test"


def two_administrators() -> tuple[Membership, Membership]:
    tenant = make_organisation("Tarnfell Outdoor AB")
    return (
        make_member(tenant, user=make_user(MIRA, name="Mira Holm")),
        make_member(tenant, user=make_user(JONAS, name="Jonas Berg")),
    )


# --- in the browser


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_hijack_is_stopped_by_one_click_in_the_mail(world: World) -> None:
    two_administrators()
    stolen = the_stolen_session_invites_a_friend(world)
    friend = the_friend_joins_and_can_only_read(world)
    jonas_stops_it_from_his_mail(world)
    friend.reload()
    friend.get_by_role("heading", name="Set up your organisation").or_(
        friend.get_by_label("Name of the organisation")
    ).first.wait_for()
    everybody_is_told_how_it_ended(world)
    the_friend_is_not_invited_again(world, stolen)
    assert verify_all() == []


def the_stolen_session_invites_a_friend(world: World) -> Page:
    page = world.visitor()
    hands.sign_in(page, MIRA)
    page.goto("/organisations/")
    invite(page)
    return page


def invite(page: Page) -> None:
    page.get_by_label("E-mail address").fill(THIEF)
    page.locator("select#id_role").select_option("administrator")
    page.get_by_role("button", name="Send invitation").click()
    page.get_by_text("An invitation is on its way").first.wait_for()


def the_friend_joins_and_can_only_read(world: World) -> Page:
    page = world.visitor()
    page.goto(link_in(world.letter(THIEF, "Join Tarnfell"), "/organisations/invitation/"))
    page.get_by_role("link", name="Create an account").first.click()
    hands.sign_up(world, page, name="Friend Name", email=THIEF)
    page.goto(link_in(world.letter(THIEF, "Join Tarnfell"), "/organisations/invitation/"))
    page.get_by_role("button", name="Accept invitation").click()
    page.get_by_text("Welcome to Tarnfell").first.wait_for()
    page.get_by_text("You can only read for now").wait_for()
    for closed in ("/rights/register/", "/complaints/new/", "/api/keys/"):
        page.goto(closed)
        assert page.get_by_text("before a second person has approved it").first.is_visible(), closed
    page.goto("/organisations/")
    assert page.get_by_role("button", name="Send invitation").count() == 0
    assert page.get_by_role("button", name="Approve").count() == 0
    return page


def jonas_stops_it_from_his_mail(world: World) -> None:
    """Jonas is on the road: he has his mail and is signed in nowhere."""
    letter = world.letter(JONAS, "On hold at Tarnfell")
    assert "Friend Name" in letter.body
    page = world.visitor()
    page.goto(link_in(letter, "/organisations/holds/stop/"))
    page.get_by_role("heading", name="Stop this change?").wait_for()
    page.reload()
    page.get_by_role("button", name="Stop it").click()
    page.get_by_role("heading", name="This change is stopped").wait_for()
    page.reload()
    assert page.get_by_role("button", name="Stop it").count() == 0


def everybody_is_told_how_it_ended(world: World) -> None:
    for reader in (MIRA, JONAS, THIEF):
        assert "link in one of our mails" in world.letter(reader, "Stopped at Tarnfell").body


def the_friend_is_not_invited_again(world: World, stolen: Page) -> None:
    """The stolen session sends another invitation; it cannot be accepted before the desk has looked."""
    stolen.goto("/organisations/")
    invite(stolen)
    page = world.visitor()
    hands.sign_in(page, THIEF)
    page.goto(link_in(world.letter(THIEF, "Join Tarnfell"), "/organisations/invitation/"))
    page.get_by_role("button", name="Accept invitation").click()
    page.get_by_text("Ask the desk to look at it").wait_for()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_colleague_becomes_administrator_when_both_are_there(world: World) -> None:
    mira, _jonas = two_administrators()
    make_member(mira.organisation, Role.RIGHTS_OWNER, user=make_user("ida@tarnfell.test", name="Ida Blom"))
    world.settings.HOLD_HOURS = 0  # the clock stands still in a test: the time is over at once, the approval is not
    page = world.visitor()
    hands.sign_in(page, MIRA)
    page.goto("/organisations/")
    page.get_by_label("Role of Ida Blom").select_option("administrator")
    page.get_by_role("button", name="Save role of Ida Blom").click()
    page.get_by_text("is now Administrator, on hold").first.wait_for()
    second = world.visitor()
    hands.sign_in(second, JONAS)
    second.get_by_text("1 change in your organisation is on hold").wait_for()
    second.get_by_role("link", name="See what is on hold").click()
    second.get_by_role("button", name="Approve").click()
    second.get_by_text("Approved. The change is in effect.").first.wait_for()
    ida = world.visitor()
    hands.sign_in(ida, "ida@tarnfell.test")
    ida.goto("/organisations/")
    ida.get_by_role("button", name="Send invitation").wait_for()
    assert "Jonas Berg has approved it" in world.letter(MIRA, "No longer on hold at Tarnfell").body


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_where_there_is_no_other_administrator_the_desk_confirms(world: World) -> None:
    tenant = make_organisation("Tarnfell Outdoor AB")
    make_member(tenant, user=make_user(MIRA, name="Mira Holm"))
    make_member(tenant, Role.RIGHTS_OWNER, user=make_user("ida@tarnfell.test", name="Ida Blom"))
    make_staff(StaffRole.SENIOR, "senior@desk.test")
    world.settings.HOLD_HOURS = 0
    page = world.visitor()
    hands.sign_in(page, MIRA)
    page.goto("/organisations/")
    page.get_by_label("Role of Ida Blom").select_option("administrator")
    page.get_by_role("button", name="Save role of Ida Blom").click()
    page.get_by_text("The desk confirms this, because there is no other administrator").wait_for()
    desk = world.visitor()
    hands.sign_in_as_staff(desk, "senior@desk.test")
    desk.get_by_text("Holds to approve").wait_for()
    desk.get_by_role("link", name="Where no other administrator can").click()
    desk.locator("#result_list").get_by_role("link", name="New administrator").click()
    desk.get_by_label("Reason").fill("Spoke with Mira Holm on the number of the register.")
    desk.get_by_role("button", name="Approve the change").click()
    desk.get_by_text("Done. Everybody who has to know is told.").wait_for()
    page.reload()
    page.get_by_text("approved by the desk").wait_for()


# --- by the API


def by_token(member: Membership) -> Person:
    return Person(member.user.email, str(signed_in(Client(), member.user).session.session_key))


@pytest.mark.django_db
def test_the_same_hijack_by_the_api(run_outbox: Callable[[], Any], mailoutbox: list[Any]) -> None:
    mira, jonas = two_administrators()
    friend = make_user(THIEF, name="Friend Name")
    path = f"organisations/{mira.organisation.public_id}"
    stolen = by_token(mira)
    stolen("POST", f"{path}/invitations", {"email": THIEF, "role": "administrator"}, status=201)
    run_outbox()
    token = last_in(mailoutbox, THIEF, r"/organisations/invitations?/([^/\s]+)/")
    thief = Person(THIEF, str(signed_in(Client(), friend).session.session_key))
    assert thief("POST", "invitations/accept", {"token": token})["role"] == "administrator"

    wish = {"name": "Mine", "scopes": ["rights:read"], "expires_at": (timezone.now() + timedelta(9)).isoformat()}
    for tail, body in (("keys", wish), ("invitations", {"email": "x@elsewhere.test", "role": "administrator"})):
        assert thief("POST", f"{path}/{tail}", body, status=403)["code"] == "on_hold"
    [hold] = by_token(jonas)("GET", f"{path}/holds")["results"]
    assert hold["may_stop"] and hold["may_approve"] and "Friend Name" in hold["says"]
    thief("POST", f"{path}/holds/{hold['public_id']}/approve", status=403)
    stolen("POST", f"{path}/holds/{hold['public_id']}/approve", status=403)

    run_outbox()
    stop = last_in(mailoutbox, JONAS, r"https?://[^/]+(/organisations/holds/stop/\S+)")
    assert Client().get(stop).status_code == 200
    assert Hold.objects.get().state == HoldState.OPEN
    assert Client().post(stop).status_code == 302
    assert thief("GET", path, status=404)["code"] == "no_organisation"
    assert by_token(jonas)("GET", f"{path}/holds")["results"][0]["state"] == "stopped"
    kinds = list(Event.objects.filter(stream_kind="organisation").order_by("seq").values_list("kind", flat=True))
    assert kinds[-4:] == ["organisation.joined", "hold.started", "organisation.member_removed", "hold.stopped"]
    assert not ApiKey.objects.exists() and verify_all() == []
    listed = signed_in(Client(), make_staff(StaffRole.SENIOR)).get(
        reverse("admin:accounts_hold_changelist") + "?view=stopped"
    )
    assert b"Tarnfell Outdoor AB" in listed.content, "a line for staff to look at"
