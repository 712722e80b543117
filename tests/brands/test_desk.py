"""The desk's pages: who decides, who reads, and what is shown before a decision."""

from __future__ import annotations

import re
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from brands.models import IPRight, RegisterRecord
from brands.registers.samples import load_samples
from tests.accounts.factories import actor_for_member, make_staff, make_superuser, signed_in
from tests.brands import factories as f

pytestmark = pytest.mark.django_db
LIST = "admin:brands_ipright_changelist"


def desk(staff_role: str = "reviewer") -> Client:
    return signed_in(Client(), make_staff(staff_role))


def decide(client: Client, right: IPRight, outcome: str, **data: object) -> int:
    address = reverse("admin:brands_ipright_decide", args=[right.pk])
    return client.post(address, {"version": right.version, "outcome": outcome, **data}).status_code


def test_the_queue_opens_with_what_waits_oldest_first() -> None:
    owner = f.actor()
    first, second = f.in_review(owner), f.in_review(owner)
    waiting_not = f.draft(owner, mark_text="Still a draft")
    client = desk()
    page = client.get(reverse(LIST))
    assert waiting_not.title in client.get(reverse(LIST), {"state": "all"}).text
    assert first.title not in client.get(reverse(LIST), {"state": "draft"}).text
    assert page.text.index(first.title) < page.text.index(second.title)
    assert waiting_not.title not in page.text


@pytest.mark.parametrize("role", ["reviewer", "senior", "policy"])
def test_deciders_approve_and_reject(role: str) -> None:
    owner, client = f.actor(), desk(role)
    good, bad = f.in_review(owner), f.in_review(owner)
    assert decide(client, good, "approve", register_status="registered") == 302
    assert decide(client, bad, "reject", reason="Not readable.") == 302
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, bad.state, bad.state_reason) == ("approved", "rejected", "Not readable.")


def test_a_superuser_decides() -> None:
    right = f.in_review(f.actor())
    assert decide(signed_in(Client(), make_superuser()), right, "approve", register_status="registered") == 302


def test_an_auditor_reads_only() -> None:
    right, client = f.in_review(f.actor()), desk("auditor")
    page = client.get(reverse("admin:brands_ipright_change", args=[right.pk]))
    assert page.status_code == 200 and "Approve right" not in page.text and "reads only" in page.text
    assert decide(client, right, "approve") == 403
    right.refresh_from_db()
    assert right.state == "in_review"


def test_rejecting_without_a_reason_is_refused_on_the_page() -> None:
    right = f.in_review(f.actor())
    assert decide(desk(), right, "reject", reason="") == 422
    assert decide(desk(), right, "magic") == 404
    right.refresh_from_db()
    assert right.state == "in_review"


def test_two_reviewers_cannot_both_decide() -> None:
    right = f.in_review(f.actor())
    assert decide(desk(), right, "approve", register_status="registered") == 302
    assert decide(desk(), right, "reject", reason="Too late.") == 409
    right.refresh_from_db()
    assert right.state == "approved"


def test_without_a_record_the_status_seen_is_asked_for_at_its_field() -> None:
    right, client = f.in_review(f.actor()), desk()
    shown = client.get(reverse("admin:brands_ipright_change", args=[right.pk]))
    assert "As in our record" not in shown.text and "We hold no record: choose what you saw" in shown.text
    answer = client.post(
        reverse("admin:brands_ipright_decide", args=[right.pk]), {"version": right.version, "outcome": "approve"}
    )
    assert answer.status_code == 422
    assert "choose the status you saw there" in answer.context["form"].errors["register_status"][0]
    right.refresh_from_db()
    assert (right.state, right.register_status) == ("in_review", "unknown")


def told(page: str) -> str:
    """What the page says above everything else, in words."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.split('role="alert"', 1)[1].split("</div>")[0]).split())


def test_whoever_is_second_is_told_who_was_first_and_sees_the_right_as_it_is() -> None:
    right = f.in_review(f.actor())
    first = make_staff("senior", name="Demo Senior")
    decide(signed_in(Client(), first), right, "approve", register_status="registered")
    address = reverse("admin:brands_ipright_decide", args=[right.pk])
    answer = desk().post(address, {"version": right.version, "outcome": "reject", "reason": "Another owner."})
    assert "Demo Senior decided first: this right is “Approved” now. Your decision was not made." in told(answer.text)
    assert "to correct before this can be saved" not in answer.text
    assert (
        "Approve right" not in answer.text and "In review" not in answer.text.split("<h1")[1].split("</div></div>")[0]
    )
    twice = signed_in(Client(), first).post(address, {"version": right.version, "outcome": "approve"})
    assert "You decided this already: it is “Approved” now." in told(twice.text)


def test_a_right_that_has_moved_on_can_be_decided_with_what_was_typed() -> None:
    right, client = f.in_review(f.actor()), desk()
    address = reverse("admin:brands_ipright_decide", args=[right.pk])
    stale = {"version": right.version - 1, "outcome": "reject", "reason": "Another owner."}
    page = client.post(address, stale)
    assert page.status_code == 409
    assert "Somebody changed this right since you opened it." in told(page.text)
    [version] = re.findall(r'name="version" value="(\d+)"', page.text)
    assert "Another owner.</textarea>" in page.text
    assert client.post(address, stale | {"version": version}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_never_read_two_states() -> None:
    owner, staff = f.actor(), [make_staff(), make_staff("senior")]
    for _each in range(5):
        right = f.in_review(owner)
        address = reverse("admin:brands_ipright_decide", args=[right.pk])
        gate, pages = threading.Barrier(2), []

        def post(client: Client, outcome: str, right: IPRight = right) -> None:
            try:
                gate.wait(timeout=20)  # noqa: B023 - joined within the turn of the loop
                typed = {
                    "version": right.version,
                    "outcome": outcome,
                    "reason": "Seen.",
                    "register_status": "registered",
                }
                pages.append(client.post(address, typed))  # noqa: B023
            finally:
                connection.close()

        clients = [signed_in(Client(), one) for one in staff]
        threads = [
            threading.Thread(target=post, args=pair) for pair in zip(clients, ("approve", "reject"), strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        won, lost = sorted(pages, key=lambda page: page.status_code)
        assert (won.status_code, lost.status_code) == (302, 409)
        right.refresh_from_db()
        assert f"this right is “{right.get_state_display()}” now" in told(lost.text)
        assert "Approve right" not in lost.text


def test_the_page_shows_declaration_register_files_and_history() -> None:
    load_samples(f.NOW)
    actor = f.actor()
    right = f.in_review(
        actor,
        application_number="74631225",
        registration_number="2,178,784",
        mark_text="JAVA",
        mark_kind="combined",
        logo=f.stored(actor, "logo.png"),
    )
    client = desk()
    page = client.get(reverse("admin:brands_ipright_change", args=[right.pk]))
    for words in (
        "Oracle America, Inc.",
        "Another owner",
        "2,178,784",
        "certificate.pdf",
        "Sent to the desk",
        "Approve right",
    ):
        assert words in page.text
    assert 'name="state"' not in page.text and " style=" not in page.text and page.text.count("<h1") == 1
    for name in ("logo", "certificate", "certificate-small", "logo-small"):
        assert client.get(reverse("admin:brands_ipright_file", args=[right.pk, name])).status_code == 200
    assert client.get(reverse("admin:brands_ipright_file", args=[right.pk, "other"])).status_code == 404
    assert decide(client, right, "approve") == 422
    assert decide(client, right, "approve", reason="Licence of the owner seen.") == 302


def test_nobody_adds_or_deletes_a_right_by_hand() -> None:
    right, client = f.in_review(f.actor()), signed_in(Client(), make_superuser())
    assert client.get(reverse("admin:brands_ipright_add")).status_code == 403
    assert client.post(reverse("admin:brands_ipright_delete", args=[right.pk]), {"post": "yes"}).status_code == 403
    client.post(reverse("admin:brands_ipright_change", args=[right.pk]), {"state": "approved"})
    right.refresh_from_db()
    assert right.state == "in_review"


def test_members_do_not_enter_the_desk() -> None:
    owner = f.member()
    right = f.in_review(actor_for_member(owner))
    client = signed_in(Client(), owner.user)
    for name in ("change", "decide"):
        assert client.post(reverse(f"admin:brands_ipright_{name}", args=[right.pk])).status_code in {302, 403}
    assert client.get(reverse("admin:brands_ipright_file", args=[right.pk, "certificate"])).status_code in {302, 403}


def test_register_records_are_searched_and_not_edited() -> None:
    load_samples(f.NOW)
    client = desk()
    for words, found in (("oracle", "JAVA"), ("2824281", "PYTHON")):
        assert found in client.get(reverse("admin:brands_registerrecord_changelist"), {"q": words}).text
    record = RegisterRecord.objects.get(mark_text="JAVA")
    page = client.get(reverse("admin:brands_registerrecord_change", args=[record.pk]))
    assert page.status_code == 200 and 'name="_save"' not in page.text
