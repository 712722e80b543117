"""What each side is shown of the other, by the rule packs of the items: on the pages and in the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints import casework, shown, statements
from complaints.models import StatementOfReasons
from complaints.rules.packs import SIDES
from portal.accounts.actors import member_actor_for
from portal.accounts.models import Membership, Role, User
from portal.identity.reach import change_reach
from tests.accounts.factories import make_member, make_user, signed_in
from tests.complaints.api_kit import API, texts
from tests.complaints.factories import Case, claimed, decide, make_draft, make_listing, make_seller, sign_for, upload
from tests.complaints.test_api_respondent import program, token_of
from tests.complaints.test_rules_signing import WORDS, work

pytestmark = pytest.mark.django_db

ADDRESS, PHONE, PERSON = "Storgatan 1, 111 22 Stockholm", "+46 8 555 010 20", "Sigrid Contactperson"
PRIVATE = (ADDRESS, PHONE, PERSON, WORDS, "watermark.png")


@dataclass
class Told:
    """A decided complaint about a work, and who holds the accused account."""

    case: Case
    statement: StatementOfReasons
    holder: User

    def page(self) -> str:
        address = reverse("respondent:detail", args=[self.statement.public_id])
        return str(signed_in(Client(), self.holder).get(address).content.decode())

    def by_link(self) -> str:
        address = reverse("respondent:by-link", args=[statements.link_token(self.statement)])
        return str(Client().get(address).content.decode())

    def api(self) -> dict[str, Any]:
        answer = program(token_of(self.holder)).get(f"{API}/statements-of-reasons/{self.statement.public_id}")
        assert answer.status_code == 200
        return dict(answer.json())


def told(*markets: str) -> Told:
    membership = make_member(user=make_user(name=PERSON), role=Role.ADMINISTRATOR)
    owner = member_actor_for(membership)
    tenant = change_reach(
        actor=owner, organisation=membership.organisation, now=timezone.now(), postal_address=ADDRESS, phone=PHONE
    )
    membership = Membership.objects.get(pk=membership.pk)
    assert tenant.phone == PHONE
    owner, seller = member_actor_for(membership), make_seller()
    seller.holders.add(holder := make_user())
    right = work(membership, *markets)
    targets = [make_listing(seller, market=market) for market in markets]
    draft = make_draft(owner, right, targets, reason="copied_work", explanation=WORDS)
    casework.add_evidence(
        actor=owner, complaint_id=draft.pk, upload=upload("watermark.png"), caption="", now=timezone.now()
    )
    filed = casework.submit(actor=owner, complaint_id=draft.pk, signing=sign_for(owner, draft), now=timezone.now())
    case = Case(filed, owner, membership, right, seller, targets)
    [decision] = decide(case, claimed(case), ground="C-05", text="It is the picture of another.")
    return Told(case, decision.statements.get(side="respondent"), holder)


def test_the_accused_of_the_union_sees_neither_people_nor_words_nor_files() -> None:
    it = told("DE")
    for text in (it.page(), it.by_link(), "\n".join(texts(it.api()))):
        assert [secret for secret in PRIVATE if secret in text] == []
    assert [row["field"] for row in it.api()["notice"]] == ["organisation_name", "mark"]


def test_copyright_in_the_united_states_shows_the_contents_of_the_notice_and_no_file() -> None:
    it = told("US")
    for text in (it.page(), it.by_link(), "\n".join(texts(it.api()))):
        assert [secret for secret in PRIVATE if secret not in text] == ["watermark.png"]
    fields = {row["field"]: row["value"] for row in it.api()["notice"]}
    assert set(fields) == {
        "organisation_name", "contact_name", "contact_details", "mark", "explanation", "declarations",
    }  # fmt: skip
    assert fields["contact_name"] == PERSON
    assert "perjury" in fields["declarations"]


def test_among_items_of_several_markets_the_strictest_rules() -> None:
    it = told("US", "DE")
    assert [secret for secret in PRIVATE if secret in it.page()] == []


def test_a_person_who_used_the_public_form_is_shown_nowhere() -> None:
    notice = casework.notices.Notice(
        name="Nils Person", email="nils@people.test", organisation_name="", claimed_right="FELL VIEW",
        reason="copied_work", explanation=WORDS, good_faith=True, lines=make_listing(market="US").url,
    )  # fmt: skip
    waiting = casework.start_notice(notice=notice, now=timezone.now())
    filed = casework.confirm_notice(token=casework.notices.confirm_token(waiting), now=timezone.now())
    assert filed.bases == []
    seen = "\n".join(each.value for each in shown.notice_to("accused", filed, filed.items.for_pages()))
    assert "nils" not in seen.casefold() and WORDS not in seen


def test_another_accused_account_is_shown_by_its_own_items() -> None:
    it = told("US", "DE")
    american = [item for item in it.case.items if item.target.market == "US"]
    fields = {each.field for each in shown.notice_to("accused", it.case.complaint, american)}
    assert "contact_name" in fields


def test_the_public_sees_an_organisation_and_the_right_alone() -> None:
    it = told("US")
    fields = {side: [each.field for each in shown.notice_to(side, it.case.complaint, it.case.items)] for side in SIDES}
    assert fields["public"] == ["organisation_name", "mark"]
    assert fields["notifier"] == fields["staff"]


def test_who_reports_never_reads_how_the_seller_is_reached() -> None:
    it = told("DE")
    client = signed_in(Client(), it.case.membership.user)
    contact = it.case.seller.contact_email
    assert contact
    for name, *more in (("detail",), ("item", it.case.item_ids[0])):
        page = client.get(reverse(f"complaints:{name}", args=[it.case.complaint.public_id, *more])).content.decode()
        assert contact not in page and it.holder.email not in page


# --- which law, in words


def test_the_complaint_page_says_which_law_each_item_falls_under() -> None:
    it = told("US", "DE")
    client = signed_in(Client(), it.case.membership.user)
    page = client.get(reverse("complaints:detail", args=[it.case.complaint.public_id]))
    laws = {law.place: law for law in page.context["laws"]}
    assert set(laws) == {"European Union", "United States"}
    assert [item.target.market for item in laws["United States"].items] == ["US"]
    assert laws["United States"].satisfied == ("US_DMCA_512c3",)
    assert laws["United States"].stopping == []
    text = page.content.decode()
    assert "17 USC 512(c)(3)(A)" in text and "Art. 16(2)" in text


def test_the_desk_reads_the_same_and_what_has_become_missing() -> None:
    it = told("US")
    it.case.membership.organisation.refresh_from_db()
    tenant = it.case.membership.organisation
    tenant.phone = ""
    tenant.save(update_fields=["phone"])
    desk = signed_in(Client(), claimed_by_somebody(it.case))
    page = desk.get(reverse("admin:complaints_complaint_case", args=[it.case.complaint.pk])).content.decode()
    assert "17 USC 512(c)(3)(A)" in page
    assert "Your organisation’s telephone number" in page


def claimed_by_somebody(case: Case) -> User:
    decision = case.complaint.decisions.get()
    return decision.decided_by


def test_a_public_notice_satisfies_the_digital_services_act() -> None:
    notice = casework.notices.Notice(
        name="Nils Person", email="nils@people.test", organisation_name="", claimed_right="TARNFELL",
        reason="counterfeit", explanation="The logo is copied; the maker warns of it.", good_faith=True,
        lines=make_listing().url,
    )  # fmt: skip
    waiting = casework.start_notice(notice=notice, now=timezone.now())
    filed = casework.confirm_notice(token=casework.notices.confirm_token(waiting), now=timezone.now())
    fields = {each.field: each.value for each in shown.notice_to("accused", filed, filed.items.for_pages())}
    assert fields == {"organisation_name": "a member of the public", "mark": "TARNFELL"}
    assert filed.signature.declaration == "public_notice"
