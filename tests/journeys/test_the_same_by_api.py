"""The same story by programs, from signing up on: JSON on the integrator's side, the forms of the desk on the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints.models import Complaint
from portal.accounts.models import Membership
from portal.marketplace import catalogue
from portal.marketplace.models import Target
from tests.accounts.factories import make_member, make_staff, make_user, signed_in
from tests.api.first_step import Person, invite_and_join, signed_up
from tests.journeys.by_api import (
    SELLER,
    Api,
    complainant_learns_that_there_is_one,
    dashboard_says,
    desk_reads_the_answer,
    follow_every_item,
    seller_reads_and_answers,
)
from tests.journeys.hands import pdf, png

pytestmark = pytest.mark.django_db

SCOPES = ["rights:read", "rights:write", "complaints:read", "complaints:write", "files:write"]


def test_the_same_by_api(run_outbox: Callable[[], Any], mailoutbox: list[Any]) -> None:
    owner, secret = from_nothing_to_a_key(run_outbox, mailoutbox)
    staff = signed_in(Client(), make_staff(name="Rosa Lind"))
    shop = open_marketplace()
    api = Api(secret)

    right = register_a_trademark(api)
    desk_verifies_the_organisation(api, staff, owner)
    desk_rejects_then_approves(api, staff, right)
    draft = draft_a_complaint(api, right, shop)
    filed = submit_under_a_mandate(api, owner, draft)
    run_outbox()
    assert subjects(mailoutbox, owner.user.email)[-1] == f"We received your complaint {filed['reference']}"

    case = Complaint.objects.get(reference=filed["reference"])
    dashboard_says(api, open_items=2, waiting=[], decided=0)
    question_and_answer(api, staff, case, shop)
    desk_decides(staff, case, shop)
    run_outbox()
    follow_every_item(api, filed["public_id"], shop)
    both_sides_were_told(mailoutbox, owner, filed["reference"])
    dashboard_says(api, open_items=0, waiting=[], decided=1)
    seller_reads_and_answers(shop)
    desk_reads_the_answer(staff, case)
    complainant_learns_that_there_is_one(api, filed["public_id"])


def open_marketplace() -> dict[str, Target]:
    now = timezone.now()
    seller = catalogue.create_account(marketplace_id="SA-7001", handle="peakdeals", contact_email=SELLER, now=now)
    seller.holders.add(make_user(SELLER, name="Pia Deals"))
    titles = {"copy": "TARNFEL hooded jacket", "patch": "Patch for TARNFELL jackets"}
    shop = {
        name: catalogue.create_listing(
            marketplace_id=f"LS-{88_120_431 + 7 * n}", title=title, owner=seller, market="DE", nice_class=25, now=now
        )
        for n, (name, title) in enumerate(titles.items())
    }
    for target in shop.values():
        target.picture.save("offer.png", SimpleUploadedFile("offer.png", png("teal", target.title)), save=True)
    return shop


def from_nothing_to_a_key(run_outbox: Callable[[], Any], mailoutbox: list[Any]) -> tuple[Membership, str]:
    """One signs up, founds the organisation and makes the key; a colleague is invited, signs up and joins."""
    founder = signed_up("mira@tarnfell.test", "Mira Holm", mailoutbox)
    body = {"name": "Tarnfell Outdoor AB", "country": "SE", "kind": "rights_holder"}
    made = founder("POST", "organisations", body, status=201)["public_id"]
    send_its_documents(founder, f"organisations/{made}")
    ida = signed_up("ida@tarnfell.test", "Ida Blom", mailoutbox)
    joined = invite_and_join(founder, made, ida, "rights_owner", run_outbox, mailoutbox)
    assert joined["role"] == "rights_owner"
    ends = (timezone.now() + timedelta(days=30)).isoformat()
    wish = {"name": "Brand watch", "scopes": SCOPES, "expires_at": ends}
    key = founder("POST", f"organisations/{made}/keys", wish, status=201)
    return Membership.objects.get(user__email=founder.email), key["secret"]


def send_its_documents(founder: Person, path: str) -> None:
    """The founder says who it is and sends an extract; what is missing is told before."""
    missing = [row["field"] for row in founder("GET", f"{path}/standing")["missing"]]
    assert missing == ["company_number", "register_contact", "file"]
    facts = {"form": "enterprise", "company_number": "556677-8899", "register_contact": "register@tarnfell.test"}
    founder("PATCH", path, facts)
    body = {"kind": "company_extract", "file": SimpleUploadedFile("extract.pdf", pdf())}
    answer = Client().post(f"/api/v1/{path}/documents", body, headers={"X-Session-Token": founder.token})
    assert answer.status_code == 201, answer.content.decode()
    assert founder("POST", f"{path}/submit")["state"] == "in_review"


def desk_verifies_the_organisation(api: Api, staff: Client, owner: Membership) -> None:
    """The key reads that nothing can be filed yet; the desk answers every point, and then it can."""
    path = f"organisations/{owner.organisation.public_id}/standing"
    assert not api("GET", path)["may_file"]
    waiting = staff.get("/admin/identity/applicant/").content.decode()
    found = re.search(r"/admin/identity/applicant/(\d+)/change/", waiting)
    assert found, waiting
    page = staff.get(found[0]).content.decode()
    points = set(re.findall(r'type="radio" name="(\w+)"', page))
    version = re.search(r'name="version" value="(\d+)"', page)
    assert points and version
    decision = {"version": version[1], "outcome": "approve", **dict.fromkeys(points, "yes")}
    assert staff.post(f"/admin/identity/applicant/{found[1]}/decide/", decision).status_code == 302
    standing = api("GET", path)
    assert (standing["state"], standing["may_file"]) == ("approved", True)


def create_key(owner: Membership) -> str:
    """An administrator makes the key on the page; it is shown once."""
    form = {"name": "Brand watch", "scopes": SCOPES, "life": "30"}
    page = signed_in(Client(), owner.user).post(reverse("keys:new"), form).content.decode()
    found = re.search(r"rdk_[A-Za-z0-9_-]+", page)
    assert found, page
    return found[0]


# --- the right


def register_a_trademark(api: Api) -> str:
    """Adds a brand, registers a combined mark with files and sends it to the desk; what is missing is told before."""
    office = next(row for row in api("GET", "offices") if row["code"] == "EM")
    brand = api("POST", "brands", {"name": "Tarnfell"}, status=201)
    year = timezone.now().year
    body = {
        "brand": brand["public_id"],
        "office": "EM",
        "mark_kind": "combined",
        "mark_text": "TARNFELL",
        "registration_number": "01614290799",
        "owner_name": "Tarnfell Outdoor AB",
        "filing_date": f"{year - 6}-12-14",
        "registration_date": f"{year - 5}-03-27",
        "expiry_date": f"{year + 4}-12-14",
        "classes": [{"number": 25, "goods": "Clothing"}, {"number": 18}],
    }
    right = api("POST", "rights", body, status=201, once="right-1")
    assert api("POST", "rights", body, status=201, once="right-1") == right
    path = f"rights/{right['public_id']}"
    missing = {row["field"]: row["message"] for row in api("GET", f"{path}/check")["missing"]}
    assert office["registration"]["example"] in missing["registration_number"]
    api("PATCH", path, {"registration_number": "016142907", "application_number": ""})
    assert {row["field"] for row in api("GET", f"{path}/check")["missing"]} == {"logo", "certificate"}
    api.send_file(f"{path}/logo", "logo.png", png("navy", "TARNFELL"))
    api.send_file(f"{path}/certificate", "certificate.pdf", pdf())
    assert api("POST", f"{path}/submit", {})["state"] == "in_review"
    return str(right["public_id"])


def desk_rejects_then_approves(api: Api, staff: Client, right: str) -> None:
    """The desk rejects with a reason, the program reads it, corrects and sends again; then the desk approves."""
    verify(staff, outcome="reject", reason="Send the extract of today.")
    seen = api("GET", f"rights/{right}")
    assert (seen["state"], seen["state_reason"]) == ("rejected", "Send the extract of today.")
    api.send_file(f"rights/{right}/certificate", "extract.pdf", pdf())
    assert api("POST", f"rights/{right}/submit", {})["state"] == "in_review"
    verify(staff, outcome="approve", register_status="registered")
    seen = api("GET", f"rights/{right}")
    assert (seen["state"], seen["usable"]["ok"]) == ("approved", True)


def verify(staff: Client, **decision: str) -> None:
    """Opens the right that waits first and presses a button of its page."""
    waiting = staff.get("/admin/brands/ipright/?state__exact=in_review").content.decode()
    found = re.search(r"/admin/brands/ipright/(\d+)/change/", waiting)
    assert found, waiting
    page = staff.get(found[0]).content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version, page
    answer = staff.post(f"/admin/brands/ipright/{found[1]}/decide/", {"version": version[1], **decision})
    assert answer.status_code == 302, answer.content.decode()


# --- the complaint


def draft_a_complaint(api: Api, right: str, shop: dict[str, Target]) -> str:
    """Asks what each line means, drafts, attaches evidence and reads the check."""
    lines = [shop["copy"].url, "LS-99999999", shop["copy"].marketplace_id]
    resolved = api("POST", "targets/resolve", {"lines": lines, "right": right, "reason": "counterfeit"})
    assert resolved["counts"] == {"ready": 1, "left_out": 1, "to_correct": 1}
    assert [line["code"] for line in resolved["lines"]] == ["found", "not_found", "repeated"]
    draft = api("POST", "complaints", {"right": right, "reason": "counterfeit", "items": lines}, status=201)
    path = f"complaints/{draft['public_id']}"
    assert not api("POST", f"{path}/check")["ready"]
    corrected = {
        "items": [shop["copy"].url, shop["patch"].marketplace_id],
        "explanation": "The chest logo is copied.",
    }
    api("PATCH", path, corrected)
    evidence = api.send_file(f"{path}/evidence", "test-purchase.png", png("maroon"), caption="Test purchase")
    assert evidence["media_type"] == "image/png"
    assert api("POST", f"{path}/check")["ready"]
    return str(draft["public_id"])


def submit_under_a_mandate(api: Api, owner: Membership, draft: str) -> Any:
    """Without a mandate nothing is filed; the owner grants one on the page, after a fresh sign-in."""
    [text] = api("GET", f"declarations?complaint={draft}")
    [every] = [row for row in api("GET", "declarations") if row["key"] == "all"]
    body: dict[str, Any] = {
        "declaration": {"version": text["version"], "sha256": text["sha256"]},
        "signatory": owner.user.name,
    }
    api("POST", f"complaints/{draft}/submit", body, status=422)
    stale = signed_in(Client(), owner.user, fresh=False)
    assert "reauthenticate" in stale.get(reverse("complaints:grant-mandate"))["Location"]
    form = {"agree": "on", "typed_name": owner.user.name, "version": every["version"], "sha256": every["sha256"]}
    assert signed_in(Client(), owner.user).post(reverse("complaints:grant-mandate"), form).status_code == 302
    [mandate] = api.pages("mandates")
    assert mandate["in_force"] and mandate["signatory"] == owner.user.name
    body["mandate"] = mandate["public_id"]
    other_text = {**body, "declaration": {**body["declaration"], "sha256": "0" * 64}}
    api("POST", f"complaints/{draft}/submit", other_text, status=422)
    filed = api("POST", f"complaints/{draft}/submit", body, once="submit-1")
    assert filed["state"] == "queued" and filed["counts"]["items"] == 2
    assert filed["signature"]["mandate"] == mandate["public_id"]
    assert api("POST", f"complaints/{draft}/submit", body)["reference"] == filed["reference"]
    return filed


# --- the desk


def press(staff: Client, case: Complaint, do: str, *targets: Target, **typed: str) -> str:
    """Presses a button of the case's page and gives what the page then says."""
    items = case.items.filter(target__in=targets).values_list("pk", flat=True)
    address = reverse("admin:complaints_complaint_case", args=[case.pk])
    answer = staff.post(address, {"do": do, "items": list(items), **typed}, follow=True)
    assert answer.status_code == 200, answer.content.decode()
    return str(answer.content.decode())


def question_and_answer(api: Api, staff: Client, case: Complaint, shop: dict[str, Target]) -> None:
    """The desk takes the case and asks; the program finds the question and answers it."""
    taken = staff.post(reverse("admin:complaints_complaint_desk"), {"do": "next"})
    assert taken["Location"] == reverse("admin:complaints_complaint_case", args=[case.pk])
    assert "Asked about 1 item" in press(staff, case, "decide", shop["patch"], outcome="ask", text="Sold alone?")
    path = f"complaints/{case.public_id}"
    states = {row["target"]["marketplace_id"]: row["state"] for row in api.pages(f"{path}/items")}
    assert states == {shop["copy"].marketplace_id: "open", shop["patch"].marketplace_id: "asked"}
    [question] = api.pages(f"{path}/messages")
    assert (question["kind"], question["text"]) == ("question", "Sold alone?")
    [waits] = dashboard_says(api, open_items=2, waiting=[case.reference], decided=0)["waiting"]
    assert waits["answer_by"] == question["answer_by"] is not None
    api("POST", f"{path}/answer", {"text": "No, it is sold alone."}, status=201)
    dashboard_says(api, open_items=2, waiting=[], decided=0)
    page = staff.get(reverse("admin:complaints_complaint_case", args=[case.pk])).content.decode()
    assert "No, it is sold alone." in page


def desk_decides(staff: Client, case: Complaint, shop: dict[str, Target]) -> None:
    """One item is rejected, one accepted, each with a reason and a text; the preview changes nothing."""
    accept = {"outcome": "accepted", "ground": "C-01", "text": "The chest logo is copied."}
    assert "Your listing is removed" in press(staff, case, "preview", shop["copy"], **accept)
    assert case.decisions.count() == 0
    reject = {"outcome": "rejected", "ground": "R-09", "text": "The mark only says what the patch is for."}
    assert "1 item decided." in press(staff, case, "decide", shop["patch"], **reject)
    press(staff, case, "claim")
    assert "1 item decided." in press(staff, case, "decide", shop["copy"], **accept)


def both_sides_were_told(mailoutbox: list[Any], owner: Membership, reference: str) -> None:
    mine = subjects(mailoutbox, owner.user.email)
    assert f"The reviewer asks about {reference}" in mine
    assert mine.count(f"Decision on your complaint {reference}") == 2
    assert mine[-1] == f"Carried out: complaint {reference}"
    assert subjects(mailoutbox, SELLER) == ["A decision about your account peakdeals"]


def subjects(mailoutbox: list[Any], to: str) -> list[str]:
    return [mail.subject for mail in mailoutbox if to in mail.to]


def test_a_key_of_another_organisation_sees_nothing_of_it() -> None:
    owner, outsider = make_member(), make_member()
    api, foreign = Api(create_key(owner)), Api(create_key(outsider))
    draft = api("POST", "complaints", {"reason": "counterfeit"}, status=201)
    foreign("GET", f"complaints/{draft['public_id']}", status=404)
    foreign("POST", f"complaints/{draft['public_id']}/answer", {"text": "mine?"}, status=404)
    assert foreign.pages("complaints") == []
