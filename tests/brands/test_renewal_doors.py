"""The doors of renewals: calendar page, declaring, the secret feed, the desk's page and the API."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brands import registry
from brands.models import Authorisation, CalendarFeed, IPRight, Renewal
from brands.registers.offices import add_months
from portal.accounts.grants import AgentVerb
from portal.accounts.models import Membership, OrganisationKind, Role
from portal.ledger.models import Event
from tests.accounts.factories import (
    actor_for_member,
    authorise,
    make_member,
    make_organisation,
    make_staff,
    signed_in,
)
from tests.brands import factories as f
from tests.brands.test_api import Caller
from tests.complaints.factories import make_right

pytestmark = pytest.mark.django_db
SECRET = re.compile(r'value="(https?://[^"]+/calendar/([^"/]+)\.ics)"')


def today() -> Any:
    return timezone.now().date()


def browser(membership: Membership) -> Client:
    return signed_in(Client(), membership.user)


def mark(organisation: Any, *, in_days: int = 60, **fields: Any) -> IPRight:
    expiry = today() + timedelta(days=in_days)
    return make_right(organisation, **({"expiry_date": expiry, "filing_date": add_months(expiry, -120)} | fields))


def declared_form(right: IPRight, **changes: Any) -> dict[str, Any]:
    values = {
        "deadline": f"tm.10y:{right.expiry_date}",
        "new_expiry": str(add_months(right.expiry_date, 120)),
        "certificate": f.upload(),
    }
    return {name: value for name, value in {**values, **changes}.items() if value is not None}


# --- the calendar


def test_the_calendar_shows_an_owner_what_is_late_and_what_comes() -> None:
    owner = make_member(role=Role.RIGHTS_OWNER)
    near, late = mark(owner.organisation), mark(owner.organisation, in_days=-5, text="FELLSTED")
    page = browser(owner).get(reverse("brands:renewals"))
    assert page.status_code == 200
    assert page.text.index("FELLSTED") < page.text.index("TARNFELL")
    for words in ("In the window", "In grace", near.expiry_date.strftime("%B %Y"), "Renew the registration at EUIPO."):
        assert words in page.text
    for right in (near, late):
        assert reverse("brands:right", args=[right.public_id]) in page.text
        assert reverse("brands:declare-renewed", args=[right.public_id]) in page.text


def test_the_calendar_is_filtered_by_office() -> None:
    owner = make_member(role=Role.RIGHTS_OWNER)
    mark(owner.organisation)
    mark(owner.organisation, office="GB", text="FELLSTED")
    client = browser(owner)
    assert "FELLSTED" not in client.get(reverse("brands:renewals"), {"office": "EM"}).text
    assert "FELLSTED" in client.get(reverse("brands:renewals"), {"office": "GB"}).text
    assert client.get(reverse("brands:renewals"), {"office": "<script>"}).status_code == 200


def test_an_empty_calendar_says_so_and_unknown_ends_are_named() -> None:
    owner = make_member(role=Role.RIGHTS_OWNER)
    assert "Nothing in the next twelve months" in browser(owner).get(reverse("brands:renewals")).text
    mark(owner.organisation, basis="madrid", expiry_date=None)
    assert "No expiry known" in browser(owner).get(reverse("brands:renewals")).text


def test_a_viewer_reads_and_an_outsider_sees_nothing() -> None:
    owner = make_member(role=Role.RIGHTS_OWNER)
    right = mark(owner.organisation)
    viewer, outsider = make_member(owner.organisation, Role.VIEWER), make_member()
    page = browser(viewer).get(reverse("brands:renewals"))
    assert "TARNFELL" in page.text and "Declare done" not in page.text
    assert browser(viewer).get(reverse("brands:declare-renewed", args=[right.public_id])).status_code == 403
    assert "TARNFELL" not in browser(outsider).get(reverse("brands:renewals")).text
    for method in ("get", "post"):
        answer = getattr(browser(outsider), method)(reverse("brands:declare-renewed", args=[right.public_id]))
        assert answer.status_code == 404


# --- declaring


def test_an_owner_declares_a_renewal_and_finds_it_on_the_right() -> None:
    owner = make_member(role=Role.RIGHTS_OWNER)
    right, client = mark(owner.organisation), browser(make_member(owner.organisation, Role.RIGHTS_OWNER))
    address = reverse("brands:declare-renewed", args=[right.public_id])
    empty = client.get(address)
    assert str(add_months(right.expiry_date, 120)) in empty.text
    page = client.post(address, declared_form(right), follow=True)
    made = Renewal.objects.get()
    assert page.redirect_chain == [(reverse("brands:right", args=[right.public_id]), 302)]
    assert (made.state, made.new_expiry) == ("asked", add_months(right.expiry_date, 120))
    assert "Nothing can be declared now" in client.get(address).text
    proof = reverse("brands:renewal-proof", args=[right.public_id, made.public_id])
    assert client.get(proof).status_code == 200
    assert browser(make_member()).get(proof).status_code == 404
    other = mark(make_member(role=Role.RIGHTS_OWNER).organisation)
    assert client.get(reverse("brands:renewal-proof", args=[other.public_id, made.public_id])).status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"certificate": None}, "required"),
        ({"new_expiry": ""}, "Give the day"),
        ({"new_expiry": "1999-01-01"}, "must be after"),
        ({"deadline": "tm.us.s8:2026-01-01"}, "valid choice"),
        ({"deadline": None}, "required"),
        ({"certificate": f.upload("a.pdf", b"%PDF-nothing")}, "certificate"),
    ],
)
def test_a_form_that_is_refused_says_why_and_declares_nothing(changes: dict[str, Any], words: str) -> None:
    owner = make_member(role=Role.RIGHTS_OWNER)
    right = mark(owner.organisation)
    page = browser(owner).post(
        reverse("brands:declare-renewed", args=[right.public_id]), declared_form(right, **changes)
    )
    assert page.status_code == 422 and words in page.text and not Renewal.objects.exists()


# --- the desk


def test_a_reviewer_accepts_on_a_page_with_the_proof() -> None:
    owner = make_member(role=Role.RIGHTS_OWNER)
    right = mark(owner.organisation)
    browser(owner).post(reverse("brands:declare-renewed", args=[right.public_id]), declared_form(right))
    made, desk = Renewal.objects.get(), signed_in(Client(), make_staff("reviewer"))
    assert "TARNFELL" in desk.get(reverse("admin:brands_renewal_changelist")).text
    assert "Renewals to check" in desk.get(reverse("admin:index")).text
    page = desk.get(reverse("admin:brands_renewal_change", args=[made.pk]))
    assert "Accept renewal" in page.text and made.certificate.original_name in page.text
    assert desk.get(reverse("admin:brands_renewal_proof", args=[made.pk])).status_code == 200
    answer = reverse("admin:brands_renewal_answer", args=[made.pk])
    refused = desk.post(answer, {"outcome": "reject", "reason": ""})
    assert refused.status_code == 422 and "Say why" in refused.text
    assert desk.post(answer, {"outcome": "accept"}).status_code == 302
    right.refresh_from_db()
    assert right.expiry_date == made.new_expiry
    assert desk.post(answer, {"outcome": "accept"}).status_code == 422
    assert desk.post(answer, {"outcome": "perhaps"}).status_code == 404


def test_an_auditor_reads_the_renewal_and_decides_nothing() -> None:
    owner = make_member(role=Role.RIGHTS_OWNER)
    right = mark(owner.organisation)
    browser(owner).post(reverse("brands:declare-renewed", args=[right.public_id]), declared_form(right))
    made, auditor = Renewal.objects.get(), signed_in(Client(), make_staff("auditor"))
    page = auditor.get(reverse("admin:brands_renewal_change", args=[made.pk]))
    assert page.status_code == 200 and "Accept renewal" not in page.text
    answer = auditor.post(reverse("admin:brands_renewal_answer", args=[made.pk]), {"outcome": "accept"})
    assert answer.status_code == 403 and Renewal.objects.get().state == "asked"


# --- the feed


def make_feed(membership: Membership) -> str:
    """Makes a feed on the page and gives its path."""
    page = browser(membership).post(reverse("brands:feed-new"))
    found = SECRET.search(page.text)
    assert page.status_code == 200 and found, page.text
    assert "no-store" in page["Cache-Control"]
    return reverse("calendar-feed", args=[found[2]])


def events(path: str) -> list[Any]:
    answer = Client().get(path)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/calendar")
    return list(icalendar.Calendar.from_ical(answer.content).walk("VEVENT"))


def test_a_calendar_reads_the_feed_without_signing_in() -> None:
    owner = make_member(role=Role.RIGHTS_OWNER)
    right = mark(owner.organisation, text="TARN; FELL, & “Söner”")
    late = mark(owner.organisation, in_days=-5, text="FELLSTED")
    path = make_feed(owner)
    by_right = {str(event["url"]): event for event in events(path)}
    near = by_right[f"http://localhost:8000{reverse('brands:right', args=[right.public_id])}"]
    assert near.decoded("dtstart") == right.expiry_date
    assert near["uid"] == f"tm.10y-{right.expiry_date:%Y%m%d}-{right.public_id}@localhost"
    assert "TARN; FELL, & “Söner”" in near["summary"] and "Renewal due" in near["summary"]
    assert len(near.walk("VALARM")) >= 2
    in_grace = by_right[f"http://localhost:8000{reverse('brands:right', args=[late.public_id])}"]
    assert in_grace.decoded("dtstart") == add_months(late.expiry_date, 6) and "Last day" in in_grace["summary"]
    raw = Client().get(path).content
    assert b"TARN\\; FELL\\, &" in raw and all(len(line) <= 75 for line in raw.split(b"\r\n"))


def test_an_unchanged_feed_answers_304_and_a_changed_one_anew() -> None:
    owner = make_member(role=Role.RIGHTS_OWNER)
    right, client = mark(owner.organisation), Client()
    path = make_feed(owner)
    first = client.get(path)
    assert first["Cache-Control"] == "private, no-cache" and "Set-Cookie" not in first
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304 and not again.content and again["ETag"] == first["ETag"]
    assert client.get(path, headers={"If-None-Match": f"W/{first['ETag']}"}).status_code == 304
    assert client.head(path).status_code == 200
    uid = events(path)[0]["uid"]
    IPRight.objects.filter(pk=right.pk).update(mark_text="TARNFELL AB")
    changed = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200 and changed["ETag"] != first["ETag"] and events(path)[0]["uid"] == uid


def test_unknown_revoked_and_rotated_links_all_look_the_same() -> None:
    owner = make_member(role=Role.RIGHTS_OWNER)
    old = make_feed(owner)
    new = make_feed(owner)
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 1
    assert Client().get(new).status_code == 200
    assert browser(owner).post(reverse("brands:feed-revoke")).status_code == 302
    ended = [Client().get(path) for path in (old, new, "/calendar/nothing-like-it.ics", "/calendar/%00.ics")]
    assert {answer.status_code for answer in ended} == {404}
    assert len({re.sub(r"/calendar/[^\"]+|X-CSRFToken\":\"[^\"]+", "", answer.text) for answer in ended}) == 1
    kinds = Event.objects.filter(kind__startswith="calendar.").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == [
        "calendar.feed_made", "calendar.feed_revoked", "calendar.feed_made", "calendar.feed_revoked",
    ]  # fmt: skip


def test_only_the_hash_of_a_token_is_kept() -> None:
    owner = make_member(role=Role.RIGHTS_OWNER)
    token = make_feed(owner).split("/")[-1].removesuffix(".ics")
    feed = CalendarFeed.objects.get()
    assert token not in str(feed.__dict__) and len(token) >= 40
    assert token not in browser(owner).get(reverse("brands:feed")).text
    assert not any(token in str(event.payload) for event in Event.objects.all())


def test_a_feed_ends_with_the_membership_and_with_the_account() -> None:
    owner = make_member(role=Role.RIGHTS_OWNER)
    mark(owner.organisation)
    path = make_feed(owner)
    Membership.objects.filter(pk=owner.pk).update(is_active=False)
    assert Client().get(path).status_code == 404
    Membership.objects.filter(pk=owner.pk).update(is_active=True)
    assert len(events(path)) == 1
    owner.user.is_active = False
    owner.user.save()
    assert Client().get(path).status_code == 404


def test_an_agents_feed_shows_what_is_authorised_and_ends_with_it() -> None:
    owner = make_member(role=Role.RIGHTS_OWNER)
    right = mark(owner.organisation)
    mark(owner.organisation, text="FELLSTED")
    agent = make_member(owner.organisation, Role.AGENT, authorised=False)
    given = authorise(owner.organisation, member=agent, rights=[right], verbs=[AgentVerb.FILE.value])
    path = make_feed(agent)
    assert [event["summary"].count("TARNFELL") for event in events(path)] == [1]
    Authorisation.objects.filter(pk=given.pk).update(
        starts_on=today() - timedelta(days=9), expires_on=today() - timedelta(days=1)
    )
    assert Client().get(path).status_code == 404


def test_a_person_of_an_agency_reads_for_the_principal_while_authorised() -> None:
    owner = make_member(role=Role.RIGHTS_OWNER)
    mark(owner.organisation)
    agency = make_organisation("Marks & Co", kind=OrganisationKind.AGENCY)
    person = make_member(agency, Role.ADMINISTRATOR)
    given = authorise(owner.organisation, agency=agency)
    from portal.accounts.actors import for_principal

    acting = for_principal(actor_for_member(person), owner.organisation)
    _feed, token = registry.make_feed(actor=acting, now=timezone.now())
    path = reverse("calendar-feed", args=[token])
    assert len(events(path)) == 1
    Authorisation.objects.filter(pk=given.pk).update(state="ended")
    assert Client().get(path).status_code == 404


def test_a_feed_is_asked_for_at_a_pace() -> None:
    owner = make_member(role=Role.RIGHTS_OWNER)
    path = make_feed(owner)
    client = Client()
    codes = [client.get(path).status_code for _each in range(61)]
    assert codes[:60] == [200] * 60 and codes[60] == 429
    cache.clear()
    assert client.get(path).status_code == 200


def test_making_a_link_asks_for_a_fresh_sign_in_and_not_of_staff() -> None:
    owner = make_member(role=Role.RIGHTS_OWNER)
    stale = signed_in(Client(), owner.user, fresh=False)
    answer = stale.post(reverse("brands:feed-new"))
    assert answer.status_code == 302 and "reauthenticate" in answer["Location"] and not CalendarFeed.objects.exists()


# --- the API


def test_a_program_reads_what_is_due_and_declares_it() -> None:
    caller = Caller()
    right = mark(caller.organisation)
    listed = caller.get("/renewals").json()
    assert [row["right"] for row in listed["results"]] == [str(right.public_id)]
    row = listed["results"][0]
    assert (row["rule"], row["state"], row["due"], row["declared"]) == (
        "tm.10y", "window", str(right.expiry_date), False,
    )  # fmt: skip
    path = f"/rights/{right.public_id}/renewals"
    made = caller.send(
        path,
        rule=row["rule"],
        due=row["due"],
        new_expiry=str(add_months(right.expiry_date, 120)),
        certificate=f.upload(),
    )
    assert made.status_code == 201 and made.json()["state"] == "asked", made.content
    assert caller.get(path).json() == [made.json()]
    assert caller.get("/renewals").json()["results"][0]["declared"] is True


def test_the_api_filters_refuses_and_keeps_tenants_apart() -> None:
    caller, other = Caller(), Caller()
    right = mark(caller.organisation, in_days=500)
    mark(caller.organisation, office="GB", text="FELLSTED")
    unknown = mark(caller.organisation, basis="madrid", expiry_date=None, text="NORDVIK")
    assert len(caller.get("/renewals", office="EM").json()["results"]) == 0
    assert len(caller.get("/renewals", until=str(today() + timedelta(days=600))).json()["results"]) == 2
    assert caller.get("/renewals").json()["without_expiry"] == [str(unknown.public_id)]
    assert caller.get("/renewals", until="2999-01-01").json()["code"] == "too_far"
    assert caller.get("/renewals", office="XX").status_code == 400
    assert caller.get("/renewals", wen="now").status_code == 400
    assert other.get("/renewals").json() == {"results": [], "without_expiry": []}
    assert other.get(f"/rights/{right.public_id}/renewals").status_code == 404
    early = caller.send(f"/rights/{right.public_id}/renewals", rule="tm.10y", due=str(right.expiry_date),
                        new_expiry="2045-01-01", certificate=f.upload())  # fmt: skip
    assert (early.status_code, early.json()["code"]) == (422, "not_open_yet")
    reader = Caller(caller.organisation, ("rights:read",))
    assert reader.send(f"/rights/{right.public_id}/renewals").status_code == 403
