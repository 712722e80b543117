"""Getting an organisation back whose last administrator is lost; and outsiders, who learn nothing from asking."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from portal.accounts import holds
from portal.accounts.actors import PUBLIC, Actor, ActorKind
from portal.accounts.models import Hold, HoldKind, Membership, Role, User
from portal.errors import Conflict, Forbidden, Refused
from portal.files.errors import FileRefused
from portal.files.models import StoredFile
from portal.identity import keeping, recovering
from portal.identity.models import KEPT_FOR, IdentityDocument, RecoveryRequest
from portal.identity.recovering import Plea
from tests.accounts.factories import make_member, make_organisation, make_staff, make_user, signed_in
from tests.identity import factories as f

pytestmark = pytest.mark.django_db
PAGE = "/organisations/recover/"


def person(user: User) -> Actor:
    return Actor(kind=ActorKind.MEMBER, user=user)


def plea(public_id: uuid.UUID, **changes: Any) -> Plea:
    files = {"identity_card": f.upload("card.png"), "power_of_attorney": f.upload("power.pdf", f.pdf())}
    return Plea(
        **{"public_id": public_id, "explanation": "She has left, nobody has her keys.", "uploads": files, **changes}
    )


def ask(user: User, public_id: uuid.UUID, **changes: Any) -> RecoveryRequest | None:
    recovering.ask(actor=person(user), plea=plea(public_id, **changes), now=f.NOW)
    return RecoveryRequest.objects.filter(asked_by=user).order_by("-id").first()


def lost() -> tuple[Membership, Membership]:
    """An organisation of the lost administrator, and a colleague who can only read."""
    tenant = make_organisation("Tarnfell Outdoor AB")
    return make_member(tenant), make_member(tenant, Role.VIEWER)


# --- asking


def test_a_member_asks_with_documents_and_an_explanation() -> None:
    _gone, colleague = lost()
    asked = ask(colleague.user, colleague.organisation.public_id)
    assert asked is not None and asked.state == "open" and asked.explanation
    kinds = set(asked.documents.values_list("kind", flat=True))
    assert kinds == {"identity_card", "power_of_attorney"}
    assert not StoredFile.objects.filter(organisation=colleague.organisation).exists(), "it spends nobody's space"
    assert not IdentityDocument.objects.of_organisation().filter(organisation=colleague.organisation).exists()


def test_asked_twice_is_asked_once() -> None:
    _gone, colleague = lost()
    ask(colleague.user, colleague.organisation.public_id)
    ask(colleague.user, colleague.organisation.public_id)
    assert RecoveryRequest.objects.count() == 1 and StoredFile.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "code"),
    [({"explanation": " "}, "explanation_missing"), ({"uploads": {}}, "document_missing")],
)
def test_what_is_missing_is_named(change: dict[str, Any], code: str) -> None:
    _gone, colleague = lost()
    with pytest.raises(Refused) as refusal:
        ask(colleague.user, colleague.organisation.public_id, **change)
    assert refusal.value.code == code


def test_staff_and_the_public_ask_for_nothing() -> None:
    gone, _colleague = lost()
    for actor in (PUBLIC, f.reviewer("senior")):
        with pytest.raises(Forbidden):
            recovering.ask(actor=actor, plea=plea(gone.organisation.public_id), now=f.NOW)


def test_an_administrator_has_lost_nothing() -> None:
    member, _colleague = lost()
    with pytest.raises(Conflict):
        ask(member.user, member.organisation.public_id)


def test_the_administrators_and_the_register_contact_are_warned(
    run_outbox: Callable[[], Any], mailoutbox: list[Any]
) -> None:
    gone, colleague = lost()
    gone.organisation.register_contact = "register@tarnfell.test"
    gone.organisation.save(update_fields=["register_contact"])
    ask(colleague.user, gone.organisation.public_id)
    run_outbox()
    warned = [mail.to[0] for mail in mailoutbox if mail.subject == "Somebody asks to run Tarnfell Outdoor AB"]
    assert sorted(warned) == sorted([gone.user.email, "register@tarnfell.test"])


# --- outsiders learn nothing


def send(client: Client, public_id: object, **changes: Any) -> Any:
    files = {"identity_card": f.upload("card.png"), "power_of_attorney": f.upload("power.png")}
    data = {"public_id": str(public_id), "explanation": "We are locked out.", **files, **changes}
    return client.post(PAGE, data, follow=True)


def shown(answer: Any, public_id: object) -> str:
    body = answer.content.decode().replace(str(public_id), "…")
    return "\n".join(line for line in body.splitlines() if "csrf" not in line.lower())


def test_an_outsider_cannot_tell_an_organisation_from_none(
    run_outbox: Callable[[], Any], mailoutbox: list[Any]
) -> None:
    gone, _colleague = lost()
    known, unknown = gone.organisation.public_id, uuid.uuid4()
    client = signed_in(Client(), make_user("eve@example.test"))
    first, second = send(client, known), send(client, unknown)
    assert first.redirect_chain == second.redirect_chain and first.status_code == second.status_code == 200
    assert shown(first, known) == shown(second, unknown)
    again = send(client, known)
    assert shown(again, known) == shown(first, known), "a second request about the same looks like the first"
    assert RecoveryRequest.objects.count() == 1 and StoredFile.objects.count() == 2
    page = client.get(PAGE).content.decode()
    assert "Tarnfell" not in page and str(known) not in page
    run_outbox()
    assert not [mail for mail in mailoutbox if "eve@example.test" in mail.to]


def test_a_wrong_file_is_refused_alike_for_both() -> None:
    gone, _colleague = lost()
    client = signed_in(Client(), make_user())
    answers = []
    for public_id in (gone.organisation.public_id, uuid.uuid4()):
        answer = send(client, public_id, identity_card=f.upload("card.png", b"MZ no picture"))
        answers.append((answer.status_code, shown(answer, public_id)))
    assert answers[0] == answers[1] and answers[0][0] == 422
    assert not RecoveryRequest.objects.exists() and not StoredFile.objects.exists()


def test_an_outsider_hears_nothing_of_a_refusal_and_a_member_reads_the_reason(
    run_outbox: Callable[[], Any], mailoutbox: list[Any]
) -> None:
    gone, colleague = lost()
    outsider = make_user("eve@example.test")
    for user in (outsider, colleague.user):
        asked = ask(user, gone.organisation.public_id)
        recovering.reject(actor=f.reviewer("senior"), request=asked, reason="She can be reached.", now=f.NOW)
    run_outbox()
    assert not [mail for mail in mailoutbox if outsider.email in mail.to]
    [told] = [mail for mail in mailoutbox if colleague.user.email in mail.to]
    assert "She can be reached." in told.body


def test_asking_is_slowed_down_for_known_and_unknown_alike() -> None:
    gone, _colleague = lost()
    for public_id in (gone.organisation.public_id, uuid.uuid4()):
        client = signed_in(Client(), make_user())
        assert [send(client, public_id).status_code for _try in range(6)] == [200] * 5 + [429]


@pytest.mark.parametrize("text", ["", "tarnfell", "3f0c", "' OR 1=1", "\x00"])
def test_a_text_that_is_no_id_is_refused_for_its_form(text: str) -> None:
    answer = send(signed_in(Client(), make_user()), text)
    assert answer.status_code == 422 and not RecoveryRequest.objects.exists()


def test_a_member_chooses_the_organisation_and_sees_where_it_stands() -> None:
    gone, colleague = lost()
    client = signed_in(Client(), colleague.user)
    page = client.get(PAGE).content.decode()
    assert "Tarnfell Outdoor AB" in page and "Another one, by its id" in page
    send(client, "", organisation=str(gone.organisation.public_id))
    asked = RecoveryRequest.objects.get()
    assert "Open" in client.get(PAGE).content.decode()
    recovering.reject(actor=f.reviewer("senior"), request=asked, reason="She can be reached.", now=f.NOW)
    assert "She can be reached." in client.get(PAGE).content.decode()


def test_visitors_and_staff_are_led_elsewhere() -> None:
    assert "/accounts/login/" in Client().get(PAGE)["Location"]
    assert signed_in(Client(), make_staff()).get(PAGE)["Location"] == reverse("admin:index")


# --- deciding


def test_a_granted_request_makes_an_administrator_at_rest(run_outbox: Callable[[], Any], mailoutbox: list[Any]) -> None:
    gone, colleague = lost()
    asked = ask(colleague.user, colleague.organisation.public_id)
    recovering.approve(actor=f.reviewer("senior"), request=asked, reason="Papers agree.", now=f.NOW)
    colleague.refresh_from_db()
    assert colleague.role == Role.ADMINISTRATOR and colleague.role_since == f.NOW
    hold = Hold.objects.get()
    assert (hold.kind, hold.membership, hold.state) == (HoldKind.ADMINISTRATOR_RECOVERED, colleague, "open")
    assert hold.ends_at == f.NOW + timedelta(hours=settings.HOLD_HOURS)
    actor = f.acting(colleague)
    assert actor.held_until is not None and not (actor.can_manage or actor.can_file or actor.can_register)
    run_outbox()
    assert [mail for mail in mailoutbox if gone.user.email in mail.to], "who is said to be lost is told"
    assert [mail for mail in mailoutbox if colleague.user.email in mail.to]


def test_whoever_is_said_to_be_lost_stops_it() -> None:
    gone, colleague = lost()
    outsider = make_user()
    for user, before in ((colleague.user, Role.VIEWER), (outsider, "")):
        asked = ask(user, gone.organisation.public_id)
        recovering.approve(actor=f.reviewer("senior"), request=asked, reason="Papers agree.", now=f.NOW)
        hold = Hold.objects.order_by("-id").first()
        assert hold.change == {"field": "role", "from": before, "to": "administrator"}
        holds.stop(actor=f.acting(gone), hold=hold, now=f.NOW)
        membership = gone.organisation.memberships.get(user=user)
        assert (membership.is_active and membership.role == before) if before else not membership.is_active


def test_a_former_member_comes_back_as_administrator() -> None:
    gone, _colleague = lost()
    former = make_member(gone.organisation, Role.RIGHTS_OWNER, is_active=False)
    asked = ask(former.user, gone.organisation.public_id)
    recovering.approve(actor=f.reviewer("senior"), request=asked, reason="Papers agree.", now=f.NOW)
    former.refresh_from_db()
    assert former.is_active and former.role == Role.ADMINISTRATOR
    assert Hold.objects.get().change["from"] == "", "a stop ends the membership again"


def test_only_a_senior_decides_and_only_with_a_reason() -> None:
    _gone, colleague = lost()
    asked = ask(colleague.user, colleague.organisation.public_id)
    for role in ("reviewer", "policy", "auditor"):
        with pytest.raises(Forbidden):
            recovering.approve(actor=f.reviewer(role), request=asked, reason="Papers agree.", now=f.NOW)
    for verb in (recovering.approve, recovering.reject):
        with pytest.raises(Refused):
            verb(actor=f.reviewer("senior"), request=asked, reason=" ", now=f.NOW)
    assert not Hold.objects.exists()


def test_who_verified_the_organisation_does_not_say_who_runs_it() -> None:
    member, senior = f.sent(), f.reviewer("senior")
    f.approve(member.organisation, senior)
    asked = ask(make_user(), member.organisation.public_id)
    with pytest.raises(Forbidden) as refusal:
        recovering.approve(actor=senior, request=asked, reason="Papers agree.", now=f.NOW)
    assert refusal.value.code == "same_person" and not recovering.may_decide(senior, asked)
    recovering.approve(actor=f.reviewer("senior"), request=asked, reason="Papers agree.", now=f.NOW)


def test_the_second_senior_is_told_who_was_first() -> None:
    _gone, colleague = lost()
    asked = ask(colleague.user, colleague.organisation.public_id)
    recovering.reject(actor=f.reviewer("senior", name="Nils Ek"), request=asked, reason="Reachable.", now=f.NOW)
    with pytest.raises(Conflict) as refusal:
        recovering.approve(actor=f.reviewer("senior"), request=asked, reason="Papers agree.", now=f.NOW)
    assert refusal.value.code == "already_decided" and "Nils Ek" in str(refusal.value)
    assert not Hold.objects.exists()


def test_the_documents_of_a_request_go_after_ninety_days() -> None:
    _gone, colleague = lost()
    asked = ask(colleague.user, colleague.organisation.public_id)
    recovering.reject(actor=f.reviewer("senior"), request=asked, reason="Reachable.", now=f.NOW)
    assert keeping.delete_due(now=f.NOW + KEPT_FOR) == 2
    assert {row.result for row in asked.documents.all()} == {"refused"} and not StoredFile.objects.exists()


def test_documents_of_a_request_are_not_the_organisations() -> None:
    gone, colleague = lost()
    asked = ask(colleague.user, gone.organisation.public_id)
    document = asked.documents.first()
    assert not IdentityDocument.objects.visible_to(f.acting(gone)).exists()
    client = signed_in(Client(), gone.user)
    assert client.get(reverse("identity:document", args=[document.public_id])).status_code == 404
    with pytest.raises(FileRefused):
        ask(make_user(), gone.organisation.public_id, uploads={"identity_card": f.upload("x.png", b"GIF89a")})
