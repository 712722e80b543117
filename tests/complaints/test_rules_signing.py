"""What is signed: the statements that the laws of the items ask for, each by itself; a mandate covers them all."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brands.models import IPRight
from complaints import casework
from complaints.models import Complaint
from complaints.rules.declarations import ALL, for_packs
from complaints.rules.packs import for_item, for_items
from portal.accounts.actors import Actor, member_actor_for
from portal.accounts.models import Membership, Role
from portal.errors import Refused
from tests.accounts.factories import make_member, signed_in
from tests.complaints.api_kit import is_problem, mandate_of, resident
from tests.complaints.factories import make_draft, make_listing, make_right, sign, sign_for, upload

pytestmark = pytest.mark.django_db

WORDS = "The picture is ours; our watermark was cut away from it."
US, EU = for_item("copyright", "US"), for_item("copyright", "DE")


def work(membership: Membership, *markets: str) -> IPRight:
    """A copyright work that its holder names for some markets."""
    return make_right(
        membership.organisation, text="FELL VIEW", markets=tuple(dict.fromkeys(markets)), kind="copyright", office="",
        application_number="", registration_number="", expiry_date=None, register_status="",
    )  # fmt: skip


def reachable(membership: Membership) -> None:
    """Says where the organisation is reached."""
    tenant = membership.organisation
    tenant.postal_address, tenant.phone = "Storgatan 1\n111 22 Stockholm", "+46 8 555 010 20"
    tenant.save(update_fields=["postal_address", "phone"])


def draft_in(membership: Membership, *markets: str) -> tuple[Actor, Complaint]:
    owner = member_actor_for(membership)
    right = work(membership, *markets)
    listings = [make_listing(market=market) for market in markets]
    return owner, make_draft(owner, right, listings, reason="copied_work", explanation=WORDS)


@pytest.fixture
def holder() -> Membership:
    membership = make_member(role=Role.ADMINISTRATOR)
    reachable(membership)
    return membership


def file(actor: Actor, draft: Complaint, signing: casework.Signing) -> Complaint:
    return casework.submit(actor=actor, complaint_id=draft.pk, signing=signing, now=timezone.now())


@pytest.mark.parametrize("markets", [("DE",), ("US",), ("DE", "US"), ("DE", "CH", "US")])
def test_exactly_the_union_of_the_items_packs_is_signed(holder: Membership, markets: tuple[str, ...]) -> None:
    owner, draft = draft_in(holder, *markets)
    wanted = for_packs(for_items([("copyright", market) for market in markets]))
    assert casework.declaration_for(draft, owner, timezone.now().date()) == wanted
    filed = file(owner, draft, sign_for(owner, draft))
    assert (filed.signature.text, filed.signature.text_sha256) == (wanted.text, wanted.sha256)
    assert filed.signature.version == wanted.version


@pytest.mark.parametrize("other", [EU, for_item("trademark", "DE"), for_item("copyright", "CN")])
def test_another_text_is_refused_and_nothing_is_filed(holder: Membership, other: Any) -> None:
    owner, draft = draft_in(holder, "US")
    text = for_packs([other])
    with pytest.raises(Refused) as refused:
        file(owner, draft, sign(owner, sha256=text.sha256))
    assert refused.value.code == "declaration_changed"
    draft.refresh_from_db()
    assert draft.is_draft


def test_a_person_does_not_sign_the_whole_library_for_one_complaint(holder: Membership) -> None:
    owner, draft = draft_in(holder, "DE")
    with pytest.raises(Refused):
        file(owner, draft, sign(owner, sha256=ALL.sha256))


@pytest.mark.parametrize(
    ("markets", "bases"),
    [
        (("DE",), ["EU_DSA_16"]),
        (("US",), ["US_DMCA_512c3"]),
        (("US", "DE", "US"), ["EU_DSA_16", "US_DMCA_512c3"]),
        (("CH",), ["PORTAL_COMPOSITE"]),
    ],
)
def test_a_filed_complaint_keeps_the_bases_that_it_satisfies(
    holder: Membership, markets: tuple[str, ...], bases: list[str]
) -> None:
    owner, draft = draft_in(holder, *markets)
    assert sorted(file(owner, draft, sign_for(owner, draft)).bases) == sorted(bases)


# --- pages


def test_each_statement_has_a_box_of_its_own_that_nobody_has_ticked(holder: Membership) -> None:
    _owner, draft = draft_in(holder, "US")
    page = signed_in(Client(), holder.user).get(reverse("complaints:draft-declarations", args=[draft.public_id]))
    form = page.context["form"]
    assert [box.name for box in form.boxes] == [f"say_{line.id}" for line in US.statements]
    text = page.content.decode()
    assert "Under penalty of perjury" in text
    assert text.count('type="checkbox"') == len(US.statements)
    assert "checked" not in text.partition("<form")[2]


@pytest.mark.parametrize("left", [line.id for line in US.statements])
def test_a_box_that_is_left_unticked_signs_nothing(holder: Membership, left: str) -> None:
    _owner, draft = draft_in(holder, "US")
    client, address = signed_in(Client(), holder.user), reverse("complaints:draft-declarations", args=[draft.public_id])
    text = for_packs([US])
    boxes = {f"say_{line.id}": "on" for line in text.lines if line.id != left}
    data = {**boxes, "typed_name": holder.user.name, "version": text.version, "sha256": text.sha256}
    answer = client.post(address, data)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [f"say_{left}"]
    assert f"signature:{draft.pk}" not in client.session
    assert client.post(address, data | {f"say_{left}": "on"}).status_code == 302
    assert f"signature:{draft.pk}" in client.session


# --- the API


def test_the_api_says_which_text_a_draft_needs_and_a_mandate_signs_any_of_them() -> None:
    who = resident()
    reachable(who.membership)
    _actor, draft = draft_in(who.membership, "US", "DE")
    [text] = who.get("/declarations", complaint=str(draft.public_id)).json()
    assert text["sha256"] == for_packs([US, EU]).sha256
    mandate = mandate_of(who.actor)
    assert (mandate.declaration, mandate.text_sha256) == ("all", ALL.sha256)
    body = {"signatory": mandate.typed_name, "mandate": str(mandate.public_id)}
    path, every = f"/complaints/{draft.public_id}/submit", {"version": ALL.version, "sha256": ALL.sha256}
    is_problem(who.post(path, body | {"declaration": every}), 422, "declaration_changed")
    signed = {"version": text["version"], "sha256": text["sha256"]}
    assert who.post(path, body | {"declaration": signed}).json()["state"] == "queued"
    assert Complaint.objects.get(pk=draft.pk).signature.text == text["text"]
    is_problem(who.get("/declarations", complaint=str(draft.public_id)), 409, "wrong_state")


def test_the_text_of_a_foreign_draft_does_not_exist() -> None:
    who, stranger = resident(), resident()
    _actor, draft = draft_in(who.membership, "DE")
    is_problem(stranger.get("/declarations", complaint=str(draft.public_id)), 404)


# --- what is missing is said before


def findings(membership: Membership, draft: Complaint) -> dict[str, str]:
    client = signed_in(Client(), membership.user)
    page = client.get(reverse("complaints:draft-review", args=[draft.public_id]))
    return {finding.code: finding.tone for finding in page.context["findings"]}


def test_without_address_and_telephone_copyright_in_the_united_states_is_not_filed() -> None:
    membership = make_member(role=Role.ADMINISTRATOR)
    owner, draft = draft_in(membership, "US", "DE")
    found = findings(membership, draft)
    assert (found["contact_address_missing"], found["contact_phone_missing"]) == ("bad", "bad")
    with pytest.raises(Refused) as refused:
        file(owner, draft, sign_for(owner, draft))
    assert "17 USC 512(c)(3)(A) (United States)" in str(refused.value)
    assert "Verification" in str(refused.value)
    signed_in(Client(), membership.user).post(
        reverse("identity:reach"), {"postal_address": "Storgatan 1, Stockholm", "phone": "+46 8 555 010 20"}
    )
    owner = member_actor_for(Membership.objects.get(pk=membership.pk))
    draft.refresh_from_db()
    assert not {code for code, tone in findings(membership, draft).items() if tone == "bad"}
    assert file(owner, draft, sign_for(owner, draft)).bases


def test_the_same_items_in_the_union_need_neither() -> None:
    membership = make_member(role=Role.ADMINISTRATOR)
    owner, draft = draft_in(membership, "DE")
    assert file(owner, draft, sign_for(owner, draft)).bases == ["EU_DSA_16"]


def test_a_counterfeit_in_the_united_states_needs_a_file() -> None:
    membership = make_member(role=Role.ADMINISTRATOR)
    owner = member_actor_for(membership)
    right = make_right(membership.organisation, markets=("US", "DE"))
    draft = make_draft(owner, right, [make_listing(market="US")])
    assert findings(membership, draft)["evidence_missing"] == "bad"
    casework.add_evidence(actor=owner, complaint_id=draft.pk, upload=upload(), caption="", now=timezone.now())
    assert "evidence_missing" not in findings(membership, draft)
    assert file(owner, draft, sign_for(owner, draft)).bases == ["US_TM_NOTICE"]


def test_an_explanation_of_a_word_is_too_short() -> None:
    membership = make_member(role=Role.ADMINISTRATOR)
    owner = member_actor_for(membership)
    draft = make_draft(owner, make_right(membership.organisation), [make_listing()], explanation="Fake.")
    assert findings(membership, draft)["explanation_short"] == "bad"
