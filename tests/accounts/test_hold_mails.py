"""Who is told of a hold, how, and the link that stops it: good while it is open, for its readers, by a button only."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts import holds, owners
from portal.accounts.holds import links
from portal.accounts.models import Hold, HoldKind, HoldState, Membership, Role
from portal.api import keys
from portal.api.models import Scope
from portal.identity import contact
from portal.ledger.models import Event
from tests.accounts.factories import actor_for_member, make_member, signed_in
from tests.accounts.holding import LONG_AGO, administrators, again, demote, invite_administrator, promote

pytestmark = pytest.mark.django_db


def told(mailoutbox: list[Any], run_outbox: Callable[[], Any]) -> dict[str, Any]:
    """The newest mail of everybody."""
    run_outbox()
    return {mail.to[0]: mail for mail in mailoutbox}


def path_in(mail: Any) -> str:
    [found] = re.findall(r"https?://[^/]+(/organisations/holds/stop/\S+)", mail.body)
    return str(found)


def test_every_administrator_of_before_is_told_with_a_link_of_their_own(mailoutbox: Any, run_outbox: Any) -> None:
    admin, other = administrators(2)
    make_member(admin.organisation, Role.VIEWER)
    hold = promote(admin)
    letters = told(mailoutbox, run_outbox)
    assert set(letters) == {admin.user.email, other.user.email}, "not the newcomer, nor other roles"
    mine, theirs = path_in(letters[admin.user.email]), path_in(letters[other.user.email])
    assert mine != theirs
    letter = letters[other.user.email]
    assert hold.membership.user.get_full_name() in letter.body
    assert admin.organisation.name in letter.subject
    assert "is Rights owner again" in letter.body


def test_the_mail_is_sent_once_however_often_the_event_is_handled(mailoutbox: Any, run_outbox: Any) -> None:
    from portal.accounts.holds import mails

    admin, _other = administrators(2)
    promote(admin)
    run_outbox()
    event = Event.objects.get(kind="hold.started")
    mails.mail_started(event_id=event.pk)
    run_outbox()
    assert len(mailoutbox) == 2


def test_who_is_to_go_is_told_and_stops_it_from_the_mail(mailoutbox: Any, run_outbox: Any) -> None:
    admin, other = administrators(2)
    hold = demote(admin, other)
    path = path_in(told(mailoutbox, run_outbox)[other.user.email])
    assert Client().post(path)["Location"] == path
    assert Hold.objects.get(pk=hold.pk).state == HoldState.STOPPED
    assert actor_for_member(again(other)).can_manage


def test_a_mail_scanner_that_looks_stops_nothing(mailoutbox: Any, run_outbox: Any) -> None:
    admin, other = administrators(2)
    hold = promote(admin)
    path = path_in(told(mailoutbox, run_outbox)[other.user.email])
    visitor = Client()
    for _look in range(3):
        page = visitor.get(path)
        assert page.status_code == 200
        assert b"Stop this change?" in page.content
    assert visitor.head(path).status_code == 200
    assert Hold.objects.get(pk=hold.pk).state == HoldState.OPEN
    assert visitor.put(path).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(path).status_code == 403, "nor can another site press the button"


def test_one_button_stops_it_and_the_page_says_so_ever_after(mailoutbox: Any, run_outbox: Any) -> None:
    admin, other = administrators(2)
    hold = invite_administrator(admin)
    path = path_in(told(mailoutbox, run_outbox)[other.user.email])
    visitor = Client()
    assert b"This change is stopped" in visitor.post(path, follow=True).content
    assert not again(hold.membership).is_active
    assert visitor.post(path).status_code == 409
    assert Event.objects.filter(kind="hold.stopped").count() == 1
    letters = told(mailoutbox, run_outbox)
    newcomer = again(hold.membership).user.email
    assert set(letters) == {admin.user.email, other.user.email, newcomer}, "at the end everybody is told"
    assert all(mail.subject.startswith("Stopped at") for mail in letters.values())
    assert "link in one of our mails" in letters[newcomer].body


def test_a_link_of_what_is_in_effect_says_so_and_stops_nothing(mailoutbox: Any, run_outbox: Any) -> None:
    admin, other = administrators(2)
    hold = promote(admin, now=timezone.now() - timedelta(hours=80))
    path = path_in(told(mailoutbox, run_outbox)[other.user.email])
    holds.approve(actor=actor_for_member(other), hold=hold, now=timezone.now())
    page = Client().get(path)
    assert b"This change is in effect" in page.content
    assert Client().post(path).status_code == 409
    assert again(hold.membership).role == Role.ADMINISTRATOR
    assert told(mailoutbox, run_outbox)[other.user.email].subject.startswith("No longer on hold")


def test_a_link_ends_with_the_say_of_its_reader(mailoutbox: Any, run_outbox: Any) -> None:
    admin, other = administrators(2)
    promote(admin)
    path = path_in(told(mailoutbox, run_outbox)[other.user.email])
    Membership.objects.filter(pk=other.pk).update(is_active=False)
    assert Client().get(path).status_code == 404
    assert Client().post(path).status_code == 404


def test_a_forged_link_is_not_found() -> None:
    admin, other = administrators(2)
    hold = promote(admin)
    real = links.stop_link(hold, other.user).rsplit("/", 2)[1]
    swapped = links.stop_link(hold, again(hold.membership).user).rsplit("/", 2)[1]
    for token in ("x", "0", real[:-2], real + "x", f"{swapped.split(':')[0]}:{real.split(':', 1)[1]}"):
        address = reverse("accounts:hold-link", args=[token])
        assert Client().get(address).status_code == Client().post(address).status_code == 404
    assert Hold.objects.get(pk=hold.pk).state == HoldState.OPEN


def test_an_approval_is_told_while_it_can_still_be_stopped(mailoutbox: Any, run_outbox: Any) -> None:
    admin, other = administrators(2)
    hold = promote(admin)
    holds.approve(actor=actor_for_member(other), hold=hold, now=hold.started_at)
    letters = told(mailoutbox, run_outbox)
    assert set(letters) == {admin.user.email, other.user.email}
    letter = letters[admin.user.email]
    assert letter.subject.startswith("Approved at")
    assert other.user.get_full_name() in letter.body
    assert path_in(letter)


def test_both_register_contacts_are_told_and_the_old_one_can_stop_it(mailoutbox: Any, run_outbox: Any) -> None:
    [admin] = administrators(1)
    admin.organisation.register_contact = "legal@tarnfell.test"
    admin.organisation.save(update_fields=["register_contact"])
    contact.change(
        actor=actor_for_member(admin), organisation=admin.organisation, address="new@nordvik.test", now=timezone.now()
    )
    letters = told(mailoutbox, run_outbox)
    assert set(letters) == {admin.user.email, "legal@tarnfell.test", "new@nordvik.test"}
    assert "/holds/stop/" not in letters["new@nordvik.test"].body, "who comes in has no say"
    assert "desk has to confirm" in letters[admin.user.email].body
    Client().post(path_in(letters["legal@tarnfell.test"]))
    assert Hold.objects.get().state == HoldState.STOPPED
    assert again(admin).organisation.register_contact == "legal@tarnfell.test"
    letters = told(mailoutbox, run_outbox)
    assert set(letters) == {admin.user.email, "legal@tarnfell.test", "new@nordvik.test"}


def with_contact(admin: Membership, address: str = "legal@tarnfell.test") -> Membership:
    admin.organisation.register_contact = address
    admin.organisation.save(update_fields=["register_contact"])
    return again(admin)


def lose_factor(admin: Membership) -> Hold:
    [hold] = holds.second_factor_lost(user=admin.user, now=timezone.now())
    return hold


def change_owner(admin: Membership) -> Hold:
    owners.change_owner(
        actor=actor_for_member(admin), name="Nordvik AB", country="SE", form="enterprise", company_number="7",
        now=timezone.now(),
    )  # fmt: skip
    return Hold.objects.get()


def make_key(admin: Membership) -> Hold:
    newcomer, lately = make_member(admin.organisation), timezone.now() - timedelta(days=1)
    Membership.objects.filter(pk=newcomer.pk).update(role_since=lately, created_at=lately)
    keys.issue(
        actor=actor_for_member(again(newcomer)), organisation=admin.organisation, name="ERP",
        scopes=[Scope.COMPLAINTS_READ], expires_at=None, now=timezone.now(),
    )  # fmt: skip
    return Hold.objects.get()


def recover(admin: Membership) -> Hold:
    newcomer = make_member(admin.organisation, Role.VIEWER)
    change = {"field": "role", "from": Role.VIEWER.value, "to": Role.ADMINISTRATOR.value}
    newcomer.role = Role.ADMINISTRATOR
    newcomer.save(update_fields=["role"])
    return holds.start(
        organisation=admin.organisation, kind=HoldKind.ADMINISTRATOR_RECOVERED, membership=newcomer, change=change,
        started_by=None, now=timezone.now(),
    )  # fmt: skip


def remove_other(admin: Membership) -> Hold:
    return demote(admin, administrators(1, admin.organisation)[0])


STARTERS: dict[HoldKind, Callable[[Membership], Hold]] = {
    HoldKind.ADMINISTRATOR_ADDED: promote,
    HoldKind.ADMINISTRATOR_REMOVED: remove_other,
    HoldKind.ADMINISTRATOR_RECOVERED: recover,
    HoldKind.OWNER_CHANGED: change_owner,
    HoldKind.SECOND_FACTOR_LOST: lose_factor,
    HoldKind.KEY_BY_NEW_ADMINISTRATOR: make_key,
}


def test_every_kind_of_hold_is_tried_here() -> None:
    assert {*STARTERS, HoldKind.CONTACT_CHANGED} == set(HoldKind)


@pytest.mark.parametrize("kind", STARTERS)
def test_the_register_contact_is_told_of_every_hold_and_can_stop_it(
    kind: HoldKind, mailoutbox: Any, run_outbox: Any
) -> None:
    admin = with_contact(administrators(1)[0])
    hold = STARTERS[kind](admin)
    assert hold.kind == kind
    letter = told(mailoutbox, run_outbox)["legal@tarnfell.test"]
    assert "is on hold" in letter.body
    mailoutbox.clear()
    Client().post(path_in(letter))
    assert Hold.objects.get(pk=hold.pk).state == HoldState.STOPPED
    ended = told(mailoutbox, run_outbox)["legal@tarnfell.test"]
    assert ended.subject.startswith("Stopped at") and "/holds/stop/" not in ended.body


def test_a_contact_of_before_has_no_say_any_more(mailoutbox: Any, run_outbox: Any) -> None:
    admin = with_contact(administrators(1)[0])
    hold = lose_factor(admin)
    path = path_in(told(mailoutbox, run_outbox)["legal@tarnfell.test"])
    with_contact(admin, "other@tarnfell.test")
    assert Client().post(path).status_code == 404
    with_contact(admin, "")
    assert Client().post(path).status_code == 404
    assert Hold.objects.get(pk=hold.pk).is_open


def test_an_individual_who_is_their_own_contact_is_told_once(mailoutbox: Any, run_outbox: Any) -> None:
    [admin] = administrators(1)
    with_contact(admin, admin.user.email)
    lose_factor(admin)
    run_outbox()
    assert [mail.to for mail in mailoutbox] == [[admin.user.email]]


def test_an_agent_whose_factor_was_lost_is_told(mailoutbox: Any, run_outbox: Any) -> None:
    [admin] = administrators(1)
    agent = make_member(admin.organisation, Role.AGENT)
    [hold] = holds.second_factor_lost(user=agent.user, now=timezone.now())
    letters = told(mailoutbox, run_outbox)
    assert set(letters) == {admin.user.email, agent.user.email}
    Client().post(path_in(letters[agent.user.email]))
    assert Hold.objects.get(pk=hold.pk).state == HoldState.STOPPED


def test_each_reads_it_in_their_language_and_nobody_in_html(mailoutbox: Any, run_outbox: Any) -> None:
    admin, other = administrators(2)
    admin.organisation.name = "<b>Tarn & fell</b>"
    admin.organisation.save(update_fields=["name"])
    promote(again(admin))
    letter = told(mailoutbox, run_outbox)[other.user.email]
    assert "<b>Tarn & fell</b>" in letter.body
    assert letter.alternatives == []


# --- on the pages


def test_every_page_of_an_administrator_says_that_something_is_on_hold() -> None:
    admin, other = administrators(2)
    viewer = make_member(admin.organisation, Role.VIEWER)
    hold = promote(admin)
    pages = (reverse("complaints:dashboard"), reverse("brands:list"), reverse("accounts:profile"), reverse("mfa_index"))
    for address in pages:
        assert b"1 change in your organisation is on hold" in signed_in(Client(), other.user).get(address).content
        assert b"on hold" not in signed_in(Client(), viewer.user).get(address).content
        rests = signed_in(Client(), hold.membership.user).get(address).content
        assert b"You can only read for now" in rests
        assert b"second person" in rests
    holds.stop(actor=actor_for_member(other), hold=hold, now=timezone.now())
    assert b"on hold" not in signed_in(Client(), other.user).get(pages[0]).content


def test_the_banner_costs_no_query_of_its_own(django_assert_max_num_queries: Any) -> None:
    admin, _other = administrators(2)
    client = signed_in(Client(), admin.user)
    client.get(reverse("accounts:profile"))
    Membership.objects.update(role_since=LONG_AGO)
    with django_assert_max_num_queries(7):
        client.get(reverse("accounts:profile"))
