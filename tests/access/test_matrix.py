"""Every route, for everybody, by GET and POST: exactly what the table says, and refusals change nothing."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from rest_framework.test import APIClient

from portal.ledger.models import Event, OutboxMessage
from tests.access.table import (
    ADMIN_PLAIN,
    ADMIN_VERBS,
    ALLAUTH,
    ALLAUTH_OPEN,
    BY_PERSON,
    CLOSED_LISTS,
    DESK_PAGES,
    ENDPOINTS,
    HEADLESS,
    PAGES,
    READ_BY_KEYS,
    RESIDENTS,
    STAFF,
    Answer,
    Api,
    Person,
    Row,
)
from tests.access.town import Town
from tests.complaints.factories import upload

HOW_TO_ADD = (
    'These routes have no row in tests/access/table.py: {routes}. Add `"name": Row(where, GET, POST)` to PAGES (or '
    "`Api(where, methods)` to ENDPOINTS, "
    "`Person(where, answers)` to BY_PERSON, or a line to DESK_PAGES for the admin), and the object of its arguments to "
    "tests/access/town.py; the docstring of the table says how."
)
REJECTION = {"outcome": "reject", "reason": "The certificate cannot be read.", "version": "1"}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


pytestmark = pytest.mark.django_db


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def routes() -> dict[str, list[str]]:
    """Every route by its full name with its patterns; those of /dev/ are there in development only."""
    found: dict[str, list[str]] = {}

    def walk(patterns: list[Any], namespaces: tuple[str, ...], before: str) -> None:
        for each in patterns:
            here = before + str(each.pattern)
            if isinstance(each, URLResolver):
                walk(each.url_patterns, (*namespaces, each.namespace) if each.namespace else namespaces, here)
            elif isinstance(each, URLPattern):
                found.setdefault(":".join((*namespaces, each.name or "")), []).append(here)

    walk(get_resolver().url_patterns, (), "")
    return {name: patterns for name, patterns in found.items() if not name.startswith("dev:")}


def is_known(name: str) -> bool:
    if name in PAGES or name in ENDPOINTS or name in DESK_PAGES or name in BY_PERSON:
        return True
    if name.startswith((*ALLAUTH, HEADLESS)):
        return True
    area, _colon, page = name.partition(":")
    return area == "admin" and (page in {"", *ADMIN_PLAIN} or model_page(name) is not None)


def model_page(name: str) -> tuple[str, str, str] | None:
    """Splits the name of an admin page of a registered model into (app, model, verb)."""
    parts = re.fullmatch(rf"admin:([a-z]+)_([a-z]+)_({'|'.join(ADMIN_VERBS)})", name)
    if parts is None:
        return None
    known = {(model._meta.app_label, model._meta.model_name) for model in admin.site._registry}
    return (parts[1], parts[2], parts[3]) if (parts[1], parts[2]) in known else None


def answer_of(response: Any, method: str) -> str:
    """Sorts a response into the classes of the table."""
    code = response.status_code
    if code in {301, 302, 303}:
        return led_to(response.url, method)
    if code in {200, 201, 204, 409, 422, 429}:
        return Answer.OK
    return Answer(str(code)) if str(code) in set(Answer) else f"{code}!"


def led_to(address: str, method: str) -> str:
    for start, answer in (
        (reverse("account_login"), Answer.SIGN_IN),
        (reverse("admin:login"), Answer.SIGN_IN),
        (reverse("mfa_index"), Answer.FACTOR),
        (reverse("accounts:new-organisation"), Answer.NO_TENANT),
        (reverse("complaints:list"), Answer.ELSEWHERE if address == reverse("complaints:list") else ""),
    ):
        if answer and address.startswith(start):
            return answer
    if address == reverse("admin:index"):
        return Answer.DESK
    return Answer.OK if method == "POST" else Answer.ELSEWHERE


def call(client: Any, method: str, address: str, **more: Any) -> Any:
    """Asks as this resident, who stays signed in whatever the page did."""
    kept = copy.deepcopy(client.cookies)
    try:
        return getattr(client, method.lower())(address, **more)
    finally:
        client.cookies = kept


# --- the table is whole


def test_every_route_has_a_row() -> None:
    missing = sorted(name for name in routes() if not is_known(name))
    assert not missing, HOW_TO_ADD.format(routes=", ".join(missing))


def test_every_row_is_a_route() -> None:
    gone = sorted({*PAGES, *ENDPOINTS, *BY_PERSON, *DESK_PAGES} - set(routes()))
    assert not gone, f"rows in tests/access/table.py for routes that are gone: {', '.join(gone)}"


def test_a_route_without_a_row_fails_and_says_how_to_add_one() -> None:
    assert not is_known("complaints:brand-new-page")
    assert not is_known("admin:complaints_complaint_export")
    assert not is_known("api-something")
    assert "Add" in HOW_TO_ADD


def test_every_row_speaks_about_every_resident() -> None:
    for name, row in PAGES.items():
        assert set(row.get) == set(row.post) == set(RESIDENTS), name


# --- pages


@pytest.mark.parametrize("name", PAGES)
def test_a_page_answers_each_resident_as_the_table_says(town: Town, name: str) -> None:
    row = PAGES[name]
    address = reverse(name, kwargs=town.args[row.where]) + row.query
    wrong = []
    for method, expected in (("GET", row.get), ("POST", row.post)):
        for resident in RESIDENTS:
            with undone():
                before = told()
                got = answer_of(call(town.people[resident], method, address, **_sent(row, method)), method)
                if got != expected[resident]:
                    wrong.append(f"{method} as {resident}: {got}, not {expected[resident]}")
                if got != Answer.OK or method == "GET":
                    assert told() == before, f"{method} {address} as {resident} wrote something"
    assert not wrong, f"{name}: " + "; ".join(wrong)


def _sent(row: Row, method: str) -> dict[str, Any]:
    return {"data": dict(row.data)} if method == "POST" else {}


def told() -> tuple[int, int]:
    return Event.objects.count(), OutboxMessage.objects.count()


GUARDED = [name for name, row in PAGES.items() if Answer.NOT_FOUND in {row.get["outsider"], row.post["outsider"]}]


@pytest.mark.parametrize("name", [name for name in GUARDED if PAGES[name].where])
def test_a_foreign_object_and_none_at_all_look_the_same(town: Town, name: str) -> None:
    row = PAGES[name]
    outsider = town.people["outsider"]
    for method, expected in (("GET", row.get), ("POST", row.post)):
        if expected["outsider"] != Answer.NOT_FOUND:
            continue
        shown = []
        for args in (town.args[row.where], town.absent(row.where)):
            with undone():
                answer = call(outsider, method, reverse(name, kwargs=args), **_sent(row, method))
                assert answer.status_code == 404, (name, method, args)
                shown.append((neutral(answer.content.decode(), args), neutral_headers(answer)))
        assert shown[0] == shown[1], f"{method} {name} tells a foreign object from none"


def neutral(body: str, args: dict[str, Any]) -> str:
    """Takes out what differs by nature: the form's token and the address that was asked for."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken":"[^"]+"', "", body)
    for value in sorted((str(value) for value in args.values()), key=len, reverse=True):
        if len(value) > 2:
            body = body.replace(value, "…")
    return body


def neutral_headers(answer: Any) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in {"Content-Length", "Set-Cookie"}}


NESTED = {
    "complaints:item": ("case", "item"),
    "complaints:item-picture": ("case", "item"),
    "complaints:evidence-file": ("case", "evidence"),
    "complaints:remove-evidence": ("draft", "draft_evidence"),
}


@pytest.mark.parametrize("name", NESTED)
def test_an_object_of_ours_under_a_parent_of_theirs_is_not_found(town: Town, name: str) -> None:
    """The outsider puts our nested id under an own complaint."""
    from portal.accounts.actors import member_actor_for
    from portal.accounts.models import Membership
    from tests.complaints.factories import make_draft, make_filed_complaint

    outsider = Membership.objects.get(user_id=town.people["outsider"].session["_auth_user_id"])
    parent, nested = NESTED[name]
    with undone():
        case = make_filed_complaint(1, membership=outsider)
        theirs = make_draft(member_actor_for(outsider), case.right, []) if parent == "draft" else case.complaint
        args = {**town.args[nested], "complaint": theirs.public_id}
        before = told()
        answer = call(town.people["outsider"], "POST" if "remove" in name else "GET", reverse(name, kwargs=args))
        assert answer.status_code == (302 if "remove" in name else 404)
        assert told() == before
        if "remove" in name:
            from complaints.models import Evidence

            assert Evidence.objects.filter(public_id=args["evidence"]).exists()


# --- allauth


def test_allauths_pages_ask_to_sign_in_unless_they_are_for_signing_in(town: Town) -> None:
    everything = routes()
    for name in sorted(name for name in everything if name.startswith(ALLAUTH)):
        kwargs = _arguments(everything[name][-1])
        for method in ("GET", "POST"):
            with undone():
                got = answer_of(call(town.people["anonymous"], method, reverse(name, kwargs=kwargs)), method)
            if name in ALLAUTH_OPEN:
                assert not got.endswith("!"), (name, method, got)
            else:
                assert got in {Answer.SIGN_IN, Answer.NO_METHOD}, (name, method, got)


def test_allauths_pages_never_break_for_anybody(town: Town) -> None:
    everything = routes()
    for name in sorted(name for name in everything if name.startswith(ALLAUTH)):
        address = reverse(name, kwargs=_arguments(everything[name][-1]))
        for resident in ("owner", "seller", "half", "reviewer"):
            for method in ("GET", "POST"):
                with undone():
                    got = answer_of(call(town.people[resident], method, address), method)
                assert not got.endswith("!"), (name, resident, method, got)


def _arguments(pattern: str) -> dict[str, Any]:
    values = {"key": "nonsense", "uidb36": "1", "pk": 987_654}
    return {name: value for name, value in values.items() if re.search(rf"[<:]{name}>", pattern)}


# --- the admin


def admin_address(name: str) -> str | None:
    """Gives the address of an admin page with an object that exists, where there is one."""
    page = model_page(name)
    if page is None:
        plain = name.removeprefix("admin:")
        kwargs: dict[str, dict[str, Any]] = {
            "app_list": {"app_label": "complaints"},
            "view_on_site": {"content_type_id": 1, "object_id": 1},
            "auth_user_password_change": {"id": 1},
        }
        return reverse(name, kwargs=kwargs.get(plain)) if plain else None
    app, model, verb = page
    if verb in {"changelist", "add"}:
        return reverse(name)
    row = apps.get_model(app, model)._default_manager.order_by("-pk").first()
    return reverse(name, args=[row.pk if row else 1])


def admin_names() -> list[str]:
    return sorted(name for name in routes() if name.startswith("admin:") and name not in {"admin:", *DESK_PAGES})


@pytest.mark.parametrize("resident", [each for each in RESIDENTS if each not in {"reviewer", "auditor"}])
def test_the_admin_lets_nobody_in_but_staff(town: Town, resident: str) -> None:
    expected = {"anonymous": {Answer.SIGN_IN}, "half": {Answer.FACTOR}}
    for name in [*admin_names(), *DESK_PAGES]:
        if name in {"admin:login", "admin:logout", "admin:jsi18n"}:
            continue
        where = DESK_PAGES[name][0] if name in DESK_PAGES else None
        address = admin_address(name) if where is None else reverse(name, kwargs=town.args[where])
        for method in ("GET", "POST"):
            with undone():
                before = told()
                got = answer_of(call(town.people[resident], method, str(address)), method)
                wanted = expected.get(resident, {Answer.FORBIDDEN, Answer.SIGN_IN})
                assert got in wanted, f"{method} {address} as {resident}: {got}"
                assert told() == before


@pytest.mark.parametrize("resident", ["reviewer", "auditor"])
def test_staff_read_the_admins_lists_and_write_nothing_there(town: Town, resident: str) -> None:
    client = town.people[resident]
    for name in admin_names():
        page, address = model_page(name), admin_address(name)
        if page is None or address is None:
            continue
        reads = {"changelist": Answer.OK, "change": Answer.OK, "history": Answer.OK}
        got = answer_of(client.get(address), "GET")
        # The desk is where the admin leads who asks for a row that is not there.
        allowed = {reads.get(page[2], Answer.FORBIDDEN), Answer.ELSEWHERE, Answer.FORBIDDEN, Answer.DESK}
        assert got in allowed, f"GET {address}: {got}"
        if page[2] == "changelist":
            closed = page[:2] in CLOSED_LISTS[resident]
            assert got == (Answer.FORBIDDEN if closed else Answer.OK), f"GET {address}: {got}"
            continue
        with undone():
            before = told(), list(apps.get_model(page[0], page[1])._default_manager.order_by("pk").values())
            got = answer_of(client.post(address, {"post": "yes", "name": "x"}), "POST")
            after = told(), list(apps.get_model(page[0], page[1])._default_manager.order_by("pk").values())
            assert before == after, f"POST {address} as {resident} wrote something"
            assert got != Answer.OK or page[2] in {"history", "change"}, f"POST {address} as {resident}: {got}"


@pytest.mark.parametrize("name", DESK_PAGES)
def test_the_pages_of_the_desk_answer_reviewers_and_auditors_as_the_table_says(town: Town, name: str) -> None:
    where, *expected = DESK_PAGES[name]
    address = reverse(name, kwargs=town.args[where])
    got = []
    for resident in ("reviewer", "auditor"):
        for method in ("GET", "POST"):
            with undone():
                sent = {"data": REJECTION} if method == "POST" else {}
                got.append(answer_of(call(town.people[resident], method, address, **sent), method))
    assert got == expected, f"{name}: {got}"


# --- the API


def expected_of(caller: str, method: str, row: Api) -> set[str]:
    if caller in {"none", "revoked"}:
        return {Answer.NO_KEY}
    if caller == "reader" and method != "GET" and not row.reads:
        return {Answer.FORBIDDEN}
    if method not in row.methods.split():
        return {Answer.NO_METHOD}
    if caller == "outsider" and row.where:
        return {Answer.NOT_FOUND}
    return {Answer.OK, Answer.BAD}


@pytest.mark.parametrize("name", ENDPOINTS)
def test_an_endpoint_answers_each_key_as_the_table_says(town: Town, name: str) -> None:
    row = ENDPOINTS[name]
    address, wrong = reverse(name, kwargs=town.args[row.where]), []
    for method in METHODS:
        for caller, client in town.callers.items():
            with undone():
                before = told()
                got = answer_of(call(client, method, address, **_body(name, method)), method)
                if got not in expected_of(caller, method, row):
                    wrong.append(f"{method} with key {caller}: {got}")
                if got != Answer.OK or method == "GET":
                    assert told() == before, f"{method} {address} with key {caller} wrote something"
    assert not wrong, f"{name}: " + "; ".join(wrong)


def _body(name: str, method: str) -> dict[str, Any]:
    files = name.endswith(("-logo", "-certificate", "-renewals", "-evidence", "-files")) and method == "POST"
    return {} if method == "GET" else {"data": {}, "format": "multipart" if files else "json"}


@pytest.mark.parametrize("name", [name for name, row in ENDPOINTS.items() if row.where])
def test_the_api_tells_no_foreign_object_from_none(town: Town, name: str) -> None:
    row = ENDPOINTS[name]
    for method in row.methods.split():
        shown = []
        for args in (town.args[row.where], town.absent(row.where)):
            with undone():
                answer = call(town.callers["outsider"], method, reverse(name, kwargs=args), **_body(name, method))
                assert answer.status_code == 404, (name, method, answer.content)
                shown.append((neutral(answer.content.decode(), args), neutral_headers(answer)))
        assert shown[0] == shown[1], f"{method} {name} tells a foreign object from none"


def test_no_session_opens_the_api_and_no_key_opens_a_page(town: Town) -> None:
    for name, endpoint in ENDPOINTS.items():
        refused = town.people["owner"].get(reverse(name, kwargs=town.args[endpoint.where]))
        assert refused.status_code == 401, name
    for name, row in PAGES.items():
        if row.get["anonymous"] == Answer.SIGN_IN:
            answer = town.callers["owner"].get(reverse(name, kwargs=town.args[row.where]))
            assert answer_of(answer, "GET") == Answer.SIGN_IN, name


def test_the_api_sets_no_cookie_and_is_kept_by_no_cache(town: Town) -> None:
    for name, row in ENDPOINTS.items():
        for caller in ("owner", "none"):
            answer = town.callers[caller].get(reverse(name, kwargs=town.args[row.where]))
            assert not answer.cookies, (name, caller)
            assert "no-store" in answer["Cache-Control"], (name, caller)
            assert answer["X-Content-Type-Options"] == "nosniff", (name, caller)


# --- the API for people who signed in


def by_token(town: Town, resident: str) -> APIClient:
    """A program with this resident's session token and no cookie."""
    client = APIClient()
    if resident != "anonymous":
        client.credentials(HTTP_X_SESSION_TOKEN=town.people[resident].session.session_key)
    return client


def body_of(row: Person, name: str) -> dict[str, Any]:
    if name == "api-keys":
        return {**dict(row.data), "expires_at": (timezone.now() + timedelta(days=9)).isoformat()}
    return dict(row.data) | ({"file": upload()} if row.format == "multipart" else {})


@pytest.mark.parametrize("name", BY_PERSON)
def test_a_session_token_opens_what_the_table_says(town: Town, name: str) -> None:
    row, wrong = BY_PERSON[name], []
    body = body_of(row, name)
    if name == "api-invitation-accept":
        body = {"token": town.args["invitation_token"]["token"]}
    address = reverse(name, kwargs=town.args[row.where])
    for resident in RESIDENTS:
        client = by_token(town, resident)
        for method in METHODS:
            refused = {"anonymous": Answer.NO_KEY, **dict.fromkeys((*STAFF, "half"), Answer.FORBIDDEN)}
            expected = row.answers.get(method, {}).get(resident, refused.get(resident, Answer.NO_METHOD))
            with undone():
                before = told()
                if row.format == "multipart":
                    body = body_of(row, name)  # a file is read once
                sent = {} if method == "GET" else {"data": body, "format": row.format}
                answer = getattr(client, method.lower())(address, **sent)
                got = answer_of(answer, method)
                assert not answer.cookies and "no-store" in answer["Cache-Control"], (name, resident)
                if got != expected:
                    wrong.append(f"{method} as {resident}: {got}, not {expected}")
                if got != Answer.OK or method == "GET":
                    assert told() == before, f"{method} {address} as {resident} wrote something"
    assert not wrong, f"{name}: " + "; ".join(wrong)


@pytest.mark.parametrize("name", [name for name, row in BY_PERSON.items() if row.where])
def test_a_session_token_tells_no_foreign_object_from_none(town: Town, name: str) -> None:
    row, shown = BY_PERSON[name], []
    for method in row.answers:
        for args in (town.args[row.where], town.absent(row.where)):
            sent = {} if method == "GET" else {"data": body_of(row, name), "format": row.format}
            answer = getattr(by_token(town, "outsider"), method.lower())(reverse(name, kwargs=args), **sent)
            shown.append((answer.status_code, neutral(answer.content.decode(), args), neutral_headers(answer)))
    assert all(each == shown[0] for each in shown) and shown[0][0] == 404


@pytest.mark.parametrize("name", BY_PERSON)
def test_neither_a_cookie_nor_a_key_stands_for_a_person(town: Town, name: str) -> None:
    row = BY_PERSON[name]
    address = reverse(name, kwargs=town.args[row.where])
    for method in row.answers:
        sent = {} if method == "GET" else {"data": dict(row.data)}
        by_cookie = getattr(town.people["owner"], method.lower())(address, content_type="application/json", **sent)
        assert by_cookie.status_code == 401, (name, method)
        key = call(town.callers["owner"], method, address, **({"format": "json"} | sent if sent else {}))
        assert key.status_code == ({"GET": 200, "POST": 403}[method] if name in READ_BY_KEYS else 401), (name, method)


def test_allauths_api_never_breaks_and_knows_no_cookie(town: Town) -> None:
    """One rule for all its routes: without a token nobody is signed in, whatever the cookies say."""
    names = sorted(name for name in routes() if name.startswith(HEADLESS))
    assert names and not [name for name in routes() if name.startswith("headless:browser")]
    for name in names:
        address = reverse(name)
        for client in (town.people["anonymous"], town.people["owner"], town.callers["owner"]):
            for method in METHODS:
                with undone():
                    before = told()
                    answer = call(client, method, address, content_type="application/json", **_nothing(method))
                    assert answer.status_code in {200, 400, 401, 404, 405, 409, 429}, (name, method, answer.status_code)
                    assert not answer.cookies and told() == before, (name, method)
                    if answer.status_code == 200 and answer.content:
                        shown = answer.json().get("data", {})
                        assert "user" not in shown and "authenticators" not in shown, (name, method)


@pytest.mark.parametrize("resident", ["owner", "seller", "half", "reviewer"])
def test_allauths_api_never_breaks_for_who_is_signed_in(town: Town, resident: str) -> None:
    for name in sorted(name for name in routes() if name.startswith(HEADLESS)):
        for method in METHODS:
            with undone():
                client = by_token(town, resident)
                answer = call(client, method, reverse(name), content_type="application/json", **_nothing(method))
            assert answer.status_code in {200, 400, 401, 403, 404, 405, 409, 429}, (name, method, answer.status_code)


def _nothing(method: str) -> dict[str, Any]:
    return {} if method == "GET" else {"data": "{}"}
