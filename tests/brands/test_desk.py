"""The desk's pages: who decides, who reads, and what is shown before a decision."""

from __future__ import annotations

import pytest
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
    assert decide(client, good, "approve") == 302
    assert decide(client, bad, "reject", reason="Not readable.") == 302
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, bad.state, bad.state_reason) == ("approved", "rejected", "Not readable.")


def test_a_superuser_decides() -> None:
    right = f.in_review(f.actor())
    assert decide(signed_in(Client(), make_superuser()), right, "approve") == 302


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
    assert decide(desk(), right, "approve") == 302
    assert decide(desk(), right, "reject", reason="Too late.") == 422
    right.refresh_from_db()
    assert right.state == "approved"


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
