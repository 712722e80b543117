"""Hostile text in every place that people fill stays text, in pages and in mails; and every page is armoured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from complaints import casework, statements
from complaints.casework.notices import Notice, confirm_token
from complaints.models import Complaint
from complaints.models import Item as ComplaintItem
from portal.accounts.actors import member_actor_for
from portal.accounts.models import Role
from portal.ledger.models import Delivery
from tests.accounts.factories import PASSWORD, make_member, make_organisation, make_staff, make_user, signed_in
from tests.complaints.factories import (
    Case,
    claimed,
    decide,
    make_draft,
    make_listing,
    make_right,
    make_seller,
    png,
    sign,
)

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert('xyzzy')</script>"
CORPUS = (
    SCRIPT,
    "\"><img src=x onerror=alert('xyzzy')>",
    "'-alert('xyzzy')-'",
    "</title></textarea></code><svg/onload=alert('xyzzy')>",
    "{{ 7|add:'xyzzy' }}{% debug %}${7*7}xyzzy",
    "javascript:alert('xyzzy')",
    "<a href='javascript:alert(1)' style='x:expression(xyzzy)'>xyzzy</a>",
    "&lt;script&gt;xyzzy&lt;/script&gt;",
    "xyzzy\u202e\u200b<b hx-get='/x' hx-trigger='load'>",
    "xyzzy]]><!--<iframe srcdoc='&lt;script&gt;'>",
)


class Reader(HTMLParser):
    """Reads a page as a browser does and keeps every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def check_inert(page: str, where: str) -> None:
    """Fails when anything of the corpus has become markup."""
    reader = Reader()
    reader.feed(page)
    for tag, attrs in reader.tags:
        for name, value in attrs.items():
            assert not name.startswith("on"), f"{where}: <{tag} {name}>"
            assert name not in {"style", "srcdoc"}, f"{where}: <{tag} {name}>"
            if name in {"href", "src", "action", "hx-get", "hx-post", "formaction"}:
                assert not (value or "").strip().lower().startswith(("javascript:", "data:text")), f"{where}: {value}"
                assert value not in {"x", "/x"}, f"{where}: <{tag} {name}={value}>"
        if tag == "script":
            assert (attrs.get("src") or "").startswith("/static/"), f"{where}: inline script"
        assert tag not in {"iframe", "object", "embed", "base", "style"}, f"{where}: <{tag}>"
    assert "Context" not in page or "<h2>Context" not in page
    assert "7xyzzy" not in page
    assert "49xyzzy" not in page


@dataclass
class Played:
    """A case in which every text that somebody can write is hostile."""

    text: str
    case: Case
    public: Complaint
    draft: Complaint
    token: str


def play(text: str, run_outbox: Any) -> Played:
    organisation = make_organisation(name=text[:190])
    user = make_user(name=text[:140])
    membership = make_member(organisation, Role.ADMINISTRATOR, user=user)
    owner, right = member_actor_for(membership), make_right(organisation, text=text[:90], owner_name=text[:190])
    seller = make_seller()
    seller.holders.add(user)
    targets = [make_listing(seller, title=text, description=text) for _each in range(3)]
    draft = make_draft(owner, right, targets, explanation=f"{text} It copies the logo on the chest.")
    proof = SimpleUploadedFile("x.png", png())
    proof._name = f"{text}.png"  # type: ignore[attr-defined]  # as it came, before Django tidied it
    casework.add_evidence(actor=owner, complaint_id=draft.pk, upload=proof, caption=text[:190], now=timezone.now())
    filed = casework.submit(actor=owner, complaint_id=draft.pk, signing=sign(owner), now=timezone.now())
    case = Case(filed, owner, membership, right, seller, targets)
    me = claimed(case)
    casework.ask(actor=me, complaint_id=filed.pk, item_ids=case.item_ids[:1], text=text, now=timezone.now())
    casework.answer(actor=owner, complaint_id=filed.pk, text=text, now=timezone.now())
    casework.add_note(actor=me, complaint_id=filed.pk, text=text, now=timezone.now())
    [decision] = decide(case, me, items=case.item_ids[:1], text=text)
    casework.ask(actor=me, complaint_id=filed.pk, item_ids=case.item_ids[2:], text=text, now=timezone.now())
    statement = decision.statements.get(side="respondent")
    casework.respond(actor=owner, statement=statement, text=text, now=timezone.now())
    public = _notice(text, targets[0].url)
    waiting = make_draft(owner, right, [], lines=f"{text}\n{targets[1].url}", explanation=text)
    run_outbox()
    return Played(text, case, public, waiting, statements.link_token(statement))


def _notice(text: str, lines: str) -> Complaint:
    sent = Notice(
        name=text[:190],
        email="ida@blom.test",
        organisation_name=text[:190],
        claimed_right=text[:290],
        reason="counterfeit",
        explanation=text,
        lines=lines,
        good_faith=True,
    )
    begun = casework.start_notice(notice=sent, now=timezone.now())
    return casework.confirm_notice(token=confirm_token(begun), now=timezone.now())


def pages_of_member(played: Played) -> Iterator[tuple[str, list[Any]]]:
    yield "complaints:list", []
    yield "complaints:dashboard", []
    yield "complaints:new", []
    yield "complaints:mandates", []
    yield "complaints:detail", [played.case.complaint.public_id]
    yield "complaints:withdraw", [played.case.complaint.public_id]
    for item in played.case.item_ids:
        yield "complaints:item", [played.case.complaint.public_id, item]
    for step in ("right", "reason", "items", "evidence", "declarations", "review"):
        yield f"complaints:draft-{step}", [played.draft.public_id]
    yield "respondent:list", []
    yield "brands:list", []
    yield "brands:right", [played.case.right.public_id]
    yield "accounts:organisation", []


def pages_of_desk(played: Played) -> Iterator[tuple[str, list[Any]]]:
    yield "admin:index", []
    yield "admin:complaints_complaint_desk", []
    yield "admin:complaints_complaint_mend", []
    yield "admin:complaints_complaint_changelist", []
    yield "admin:complaints_decision_changelist", []
    yield "admin:complaints_measure_changelist", []
    yield "admin:complaints_statementofreasons_changelist", []
    yield "admin:marketplace_target_changelist", []
    yield "admin:complaints_complaint_case", [played.case.complaint.pk]
    yield "admin:complaints_complaint_case", [played.public.pk]


@pytest.mark.parametrize("text", CORPUS)
def test_hostile_text_stays_text_on_every_page_and_in_every_mail(text: str, run_outbox: Any, mailoutbox: Any) -> None:
    played = play(text, run_outbox)
    member = signed_in(Client(), played.case.membership.user)
    staff = signed_in(Client(), make_staff("senior"))
    seen = 0
    for client, pages in ((member, pages_of_member(played)), (staff, pages_of_desk(played))):
        for name, args in pages:
            answer = client.get(reverse(name, args=args))
            assert answer.status_code == 200, (name, answer)
            check_inert(answer.content.decode(), name)
            seen += "xyzzy" in answer.content.decode()
    assert seen >= 15, "the corpus must have been shown for this to prove anything"
    page = Client().get(reverse("respondent:by-link", args=[played.token])).content.decode()
    assert "xyzzy" in page
    check_inert(page, "respondent")
    typed = member.get(reverse("complaints:list"), {"q": text, "state": text}).content.decode()
    check_inert(typed, "search")
    check_mails(mailoutbox)


def check_mails(mailoutbox: Any) -> None:
    assert {state for (state,) in Delivery.objects.values_list("state")} == {"sent"}
    assert mailoutbox
    for mail in mailoutbox:
        assert not re.search(r"[\r\n]", mail.subject)
        assert len(mail.recipients()) == 1
        for content, kind in mail.alternatives:
            assert kind == "text/html"
            check_inert(str(content), mail.subject)
        assert "&lt;script&gt;alert" not in mail.body, "plain text is not escaped"


def test_hostile_typing_stays_text_when_a_form_is_shown_again() -> None:
    member = make_member(role=Role.AGENT)
    owner, right = member_actor_for(member), make_right(member.organisation)
    client, draft = signed_in(Client(), member.user), make_draft(owner, right, [])
    for text in CORPUS:
        for step, data in {
            "reason": {"reason": text, "explanation": text},
            "declarations": {"typed_name": text, "version": text, "sha256": text},
            "evidence": {"caption": text},
        }.items():
            answer = client.post(reverse(f"complaints:draft-{step}", args=[draft.public_id]), data)
            assert answer.status_code == 422
            check_inert(answer.content.decode(), step)
        notice = dict.fromkeys(("claimed_right", "reason", "lines", "explanation", "name", "email"), text)
        check_inert(Client().post(reverse("public:start"), notice).content.decode(), "notice")
        csv = SimpleUploadedFile("x.csv", f"{text.replace(',', ' ')}\nx\n".encode())
        answer = client.post(reverse("complaints:draft-items", args=[draft.public_id]), {"lines": "", "csv": csv})
        check_inert(answer.content.decode(), "csv")


# --- the armour


def armour(answer: Any, where: str) -> None:
    """The header policy of this house; see STRICT CSP in the settings."""
    policy = answer.headers.get("Content-Security-Policy", "")
    assert policy, where
    for part in ("default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert part in policy or "sandbox" in policy, f"{where}: {policy}"
    assert "unsafe-" not in policy, f"{where}: {policy}"
    assert "*" not in policy, f"{where}: {policy}"
    assert answer.headers["X-Content-Type-Options"] == "nosniff", where
    assert answer.headers["X-Frame-Options"] == "DENY", where
    assert answer.headers["Referrer-Policy"] in {"same-origin", "no-referrer"}, where
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", where
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin", where
    assert "camera=()" in answer.headers["Permissions-Policy"], where
    assert "no-store" in answer.headers["Cache-Control"], where


def test_every_page_carries_the_header_policy(run_outbox: Any) -> None:
    played = play("xyzzy", run_outbox)
    member, staff = signed_in(Client(), played.case.membership.user), signed_in(Client(), make_staff("senior"))
    for client, pages in ((member, pages_of_member(played)), (staff, pages_of_desk(played))):
        for name, args in pages:
            armour(client.get(reverse(name, args=args)), name)
    for name, args in (
        ("home", []),
        ("public:start", []),
        ("public:sent", []),
        ("public:confirm", ["x"]),
        ("respondent:by-link", [played.token]),
        ("respondent:by-link", ["forged"]),
        ("account_login", []),
        ("account_signup", []),
        ("account_reset_password", []),
        ("complaints:list", []),
    ):
        armour(Client().get(reverse(name, args=args)), f"public {name}")
    armour(Client().get("/no/such/page"), "404")
    armour(Client(enforce_csrf_checks=True).post(reverse("public:start"), {}), "403")


def test_every_file_is_served_as_an_attachment_in_a_sandbox(run_outbox: Any) -> None:
    played = play("xyzzy", run_outbox)
    case = played.case
    item = ComplaintItem.objects.get(pk=case.item_ids[0])
    evidence = case.complaint.evidence.get()
    member, staff = signed_in(Client(), case.membership.user), signed_in(Client(), make_staff("reviewer"))
    for client, name, args in (
        (member, "complaints:item-picture", [case.complaint.public_id, item.pk]),
        (member, "complaints:evidence-file", [case.complaint.public_id, evidence.public_id]),
        (Client(), "respondent:picture-by-link", [played.token, item.pk]),
        (staff, "admin:complaints_complaint_picture", [case.complaint.pk, item.pk]),
        (staff, "admin:complaints_complaint_evidence", [case.complaint.pk, evidence.public_id]),
    ):
        answer = client.get(reverse(name, args=args))
        assert answer.status_code == 200, name
        armour(answer, name)
        assert answer["Content-Disposition"].startswith("attachment"), name
        assert "sandbox" in answer["Content-Security-Policy"], name
        assert answer["Content-Type"] in {"image/png", "image/webp", "image/jpeg"}, name


def test_a_page_sets_no_cookie_that_a_script_can_read() -> None:
    client, user = Client(), make_member().user
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.get(reverse("complaints:new"))
    assert {"sessionid", "csrftoken"} <= set(client.cookies)
    for name, cookie in client.cookies.items():
        if cookie.value:
            assert cookie["samesite"] == "Lax", name
            assert cookie["httponly"], name
