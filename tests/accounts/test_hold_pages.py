"""The pages of holds: what an administrator, a teammate, an outsider and the desk see, and what their buttons do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts import holds
from portal.accounts.models import Hold, HoldState, Membership, OrganisationState, Role, StaffRole
from portal.ledger.models import Event
from tests.accounts.factories import actor_for_member, make_member, make_staff, signed_in
from tests.accounts.holding import administrators, again, demote, promote

pytestmark = pytest.mark.django_db
HOME = reverse("accounts:organisation")


def client_of(member: Membership, **more: Any) -> Client:
    return signed_in(Client(), member.user, **more)


def on(hold: Hold, verb: str) -> str:
    return reverse(f"accounts:hold-{verb}", args=[hold.public_id])


# --- starting


def test_promoting_from_the_page_says_that_it_rests() -> None:
    admin, other = administrators(2)
    member = make_member(admin.organisation, Role.AGENT)
    address = reverse("accounts:change-role", args=[member.pk])
    page = client_of(admin).post(address, {"role": Role.ADMINISTRATOR}, follow=True).content.decode()
    assert "is now Administrator, on hold" in page
    assert "another administrator has to approve it" in page
    assert "Reads only" in page
    seen = client_of(other).get(HOME).content.decode()
    assert "you can approve it" in seen
    assert "is Agent again" in seen


def test_removing_an_administrator_from_the_page_says_that_they_stay() -> None:
    admin, other = administrators(2)
    page = client_of(admin).post(reverse("accounts:remove-member", args=[other.pk]), follow=True).content.decode()
    assert "stays a member until the hold below is over" in page
    assert "The desk confirms this, because there is no other administrator who could." in page
    assert again(other).is_active


def test_the_only_administrator_reads_that_the_desk_confirms() -> None:
    [admin] = administrators(1)
    promote(admin)
    page = client_of(admin).get(HOME).content.decode()
    assert "The desk confirms this" in page
    assert "Approve" not in page.split('id="members"')[0].split("On hold")[-1]


# --- approving and stopping


def test_an_administrator_approves_after_a_fresh_sign_in() -> None:
    admin, other = administrators(2)
    hold = promote(admin, now=timezone.now())
    stale = client_of(other, fresh=False).post(on(hold, "approve"))
    assert "reauthenticate" in stale["Location"]
    page = client_of(other).post(on(hold, "approve"), follow=True).content.decode()
    assert "Approved. It takes effect on" in page
    assert f"approved by {other.user.get_full_name()}" in page
    assert Hold.objects.get(pk=hold.pk).approved_by == other.user


def test_an_administrator_stops_without_one() -> None:
    admin, other = administrators(2)
    hold = promote(admin)
    page = client_of(other, fresh=False).post(on(hold, "stop"), follow=True).content.decode()
    assert "Stopped. Everybody is told" in page
    assert f"stopped by {other.user.get_full_name()}" in page
    assert again(hold.membership).role == Role.RIGHTS_OWNER


def test_who_started_it_has_no_approve_button_and_is_refused() -> None:
    admin, _other = administrators(2)
    hold = promote(admin)
    client = client_of(admin)
    assert on(hold, "approve") not in client.get(HOME).content.decode()
    answer = client.post(on(hold, "approve"))
    assert answer.status_code == 403
    assert b"takes a second person" in answer.content


def test_whoever_rests_reads_why_and_stops_only_their_own() -> None:
    admin, other = administrators(2)
    mine, foreign = promote(admin), demote(admin, other)
    newcomer = client_of(again(mine.membership))
    page = newcomer.get(HOME).content.decode()
    assert on(mine, "stop") in page
    assert on(foreign, "stop") not in page
    for address in (on(foreign, "stop"), on(foreign, "approve"), on(mine, "approve")):
        answer = newcomer.post(address)
        assert answer.status_code == 403
        assert b"Until then you can only read" in answer.content
    assert Hold.objects.open().count() == 2
    newcomer.post(on(mine, "stop"))
    assert again(mine.membership).role == Role.RIGHTS_OWNER


def test_who_started_it_takes_it_back_and_nobody_is_alarmed() -> None:
    admin, other = administrators(2)
    hold = promote(admin)
    mine, theirs = client_of(admin), client_of(other)
    assert "Take it back" in mine.get(HOME).content.decode()
    assert "Take it back" not in theirs.get(HOME).content.decode()
    assert "Stop it" in theirs.get(HOME).content.decode()
    said = mine.post(on(hold, "stop"), follow=True).content.decode()
    assert "Taken back. Everybody is told." in said
    assert f"taken back by {admin.user.get_full_name()}" in said
    assert "stopped by" not in said


def test_once_it_is_approved_nobody_is_told_that_a_second_person_is_missing() -> None:
    [admin] = administrators(1)
    hold, client = promote(admin, now=timezone.now()), desk()
    newcomer = client_of(again(hold.membership))
    assert "not before a second person has approved it" in newcomer.get(HOME).content.decode()
    decide(client, hold, "approve")
    page = client.get(reverse("admin:accounts_hold_change", args=[hold.pk])).content.decode()
    assert "Approved, waits" in page and "it takes effect when its time is over" in page
    assert "is the second person" not in page
    for address in (HOME, reverse("complaints:new")):
        shown = newcomer.get(address).content.decode()
        assert "A second person has approved it, and it takes effect on" in shown
        assert "not before a second person" not in shown
    refused = newcomer.post(reverse("accounts:invite"), {}).content.decode()
    assert "A second person has approved it" in refused


def test_a_second_hold_that_is_not_approved_is_still_said() -> None:
    admin, other = administrators(2)
    hold = promote(admin, now=timezone.now())
    holds.approve(actor=actor_for_member(other), hold=hold, now=timezone.now())
    holds.second_factor_lost(user=hold.membership.user, now=timezone.now())
    assert "not before a second person has approved it" in client_of(again(hold.membership)).get(HOME).content.decode()


def test_a_teammate_and_an_outsider_find_no_hold() -> None:
    [admin] = administrators(1)
    hold = promote(admin)
    for role in (Role.RIGHTS_OWNER, Role.VIEWER):
        teammate = client_of(make_member(admin.organisation, role))
        assert b'id="holds"' not in teammate.get(HOME).content
        assert teammate.post(on(hold, "stop")).status_code == 404
        assert teammate.post(on(hold, "approve")).status_code == 404
    outsider = client_of(make_member())
    assert outsider.post(on(hold, "stop")).status_code == 404
    assert Hold.objects.get(pk=hold.pk).state == HoldState.OPEN


def test_holds_are_never_settled_by_reading() -> None:
    admin, other = administrators(2)
    hold = promote(admin)
    for verb in ("stop", "approve"):
        assert client_of(other).get(on(hold, verb)).status_code == 405


def test_who_comes_second_is_told() -> None:
    admin, other = administrators(2)
    hold = promote(admin)
    holds.stop(actor=actor_for_member(admin), hold=hold, now=timezone.now())
    page = client_of(other).post(on(hold, "approve"), follow=True)
    assert b"somebody stopped the change. Nothing was changed now." in page.content


def test_what_ended_stays_on_the_page_for_30_days() -> None:
    admin, other = administrators(2)
    hold = promote(admin)
    holds.stop(actor=actor_for_member(other), hold=hold, now=timezone.now())
    client = client_of(other)
    assert b"the desk has not looked at it yet" in client.get(HOME).content
    then = timezone.now() - timedelta(days=31)
    Hold.objects.update(ended_at=then)
    assert b'id="holds"' not in client.get(HOME).content


def test_names_are_text() -> None:
    admin, other = administrators(2)
    member = make_member(admin.organisation, Role.AGENT)
    member.user.name = "<script>alert(1)</script>"
    member.user.save(update_fields=["name"])
    promote(admin, again(member))
    page = client_of(other).get(HOME).content
    assert b"<script>alert" not in page
    assert b"&lt;script&gt;alert" in page


# --- the owner


def test_asking_for_another_owner(run_outbox: Any) -> None:
    admin, other = administrators(2)
    client, address = client_of(admin), reverse("accounts:owner")
    assert reverse("accounts:owner") in client.get(HOME).content.decode()
    assert b"The change is on hold at first" in client.get(address).content
    facts = {"name": "Nordvik AB", "country": "NO", "form": "enterprise", "company_number": ""}
    bad = client.post(address, {**facts, "name": "x"})
    assert bad.status_code == 422
    page = client.post(address, facts, follow=True).content.decode()
    assert "Country: Sweden → Norway" in page
    assert client.get(address).status_code == 403, "who asked rests"
    assert client.post(address, facts).status_code == 403
    assert again(admin).organisation.country.code == "SE"
    assert "Name: " in client_of(other).get(HOME).content.decode()


def test_an_organisation_that_is_not_verified_declares_its_owner_elsewhere() -> None:
    [admin] = administrators(1)
    admin.organisation.state = OrganisationState.DRAFT.value
    admin.organisation.save(update_fields=["state"])
    client = client_of(admin)
    assert b"There is nothing to change here" in client.get(reverse("accounts:owner")).content
    facts = {"name": "Nordvik AB", "country": "NO", "form": "enterprise", "company_number": ""}
    assert client.post(reverse("accounts:owner"), facts).status_code == 422
    assert client_of(make_member(admin.organisation, Role.VIEWER)).get(reverse("accounts:owner")).status_code == 403


# --- the desk


def desk(role: str = StaffRole.SENIOR) -> Client:
    return signed_in(Client(), make_staff(role))


def decide(client: Client, hold: Hold, do: str, reason: str = "Called them back.") -> Any:
    return client.post(reverse("admin:accounts_hold_decide", args=[hold.pk]), {"do": do, "reason": reason}, follow=True)


def test_the_queue_opens_with_what_only_the_desk_can_approve() -> None:
    admin, other = administrators(2)
    covered = promote(admin)
    [single] = administrators(1)
    alone = promote(single)
    address, client = reverse("admin:accounts_hold_changelist"), desk()
    page = client.get(address).content.decode()
    assert single.organisation.name in page
    assert admin.organisation.name not in page
    assert admin.organisation.name in client.get(f"{address}?view=open").content.decode()
    holds.stop(actor=actor_for_member(other), hold=covered, now=timezone.now())
    stopped = client.get(f"{address}?view=stopped").content.decode()
    assert admin.organisation.name in stopped
    assert single.organisation.name not in stopped
    assert b"Holds to approve" in client.get(reverse("admin:index")).content
    assert Hold.objects.for_desk().get() == alone


def test_a_senior_approves_with_a_reason() -> None:
    [admin] = administrators(1)
    hold, client = promote(admin), desk()
    page = client.get(reverse("admin:accounts_hold_change", args=[hold.pk])).content.decode()
    assert "No administrator: the desk has to." in page
    assert admin.user.email in page
    assert b"Note why" in decide(client, hold, "approve", reason=" ").content
    assert Hold.objects.get(pk=hold.pk).approved_at is None
    assert b"Done. Everybody" in decide(client, hold, "approve").content
    assert Hold.objects.get(pk=hold.pk).reason == "Called them back."


def test_a_senior_does_not_take_the_place_of_an_administrator() -> None:
    admin, other = administrators(2)
    hold, client = promote(admin), desk()
    page = client.get(reverse("admin:accounts_hold_change", args=[hold.pk])).content.decode()
    assert "Approve the change" not in page
    assert other.user.email in page
    assert b"Another administrator of the organisation can approve this" in decide(client, hold, "approve").content
    assert b"Done." in decide(client, hold, "stop").content
    assert Hold.objects.get(pk=hold.pk).state == HoldState.STOPPED
    assert b"Settle the stop" in client.get(reverse("admin:accounts_hold_change", args=[hold.pk])).content
    decide(client, hold, "settle")
    assert not Hold.objects.to_look_at().exists()


@pytest.mark.parametrize("role", [StaffRole.REVIEWER, StaffRole.AUDITOR, StaffRole.POLICY])
def test_other_staff_read(role: str) -> None:
    [admin] = administrators(1)
    hold, client = promote(admin), desk(role)
    page = client.get(reverse("admin:accounts_hold_change", args=[hold.pk]))
    assert b"You do not decide this" in page.content
    before = Event.objects.count()
    for do in ("approve", "stop", "settle"):
        assert decide(client, hold, do).status_code == 403
    assert Event.objects.count() == before


def test_odd_wishes_are_not_found() -> None:
    [admin] = administrators(1)
    hold, client = promote(admin), desk()
    assert decide(client, hold, "release").status_code == 404
    assert client.post(reverse("admin:accounts_hold_decide", args=[987654]), {"do": "stop"}).status_code == 404
    assert client.get(reverse("admin:accounts_hold_decide", args=[hold.pk])).status_code == 405


def test_nobody_corrects_the_name_of_a_verified_organisation_by_hand() -> None:
    from tests.accounts.factories import make_superuser

    [admin] = administrators(1)
    client = signed_in(Client(), make_superuser())
    address = reverse("admin:accounts_organisation_change", args=[admin.organisation_id])
    client.post(address, {"name": "Taken AB", "country": "NO", "kind": "agency"})
    tenant = again(admin).organisation
    assert (tenant.name, tenant.country.code, tenant.kind) == (admin.organisation.name, "SE", "rights_holder")
