"""Owner, teammate and outsider at every endpoint: what is another's does not exist; what a key may not do is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from complaints import api_urls, casework, enforcement
from complaints.models import Complaint, InternalNote, Measure, Message
from portal.accounts.models import Role
from portal.api import keys
from portal.api.models import Scope
from portal.marketplace.models import Target
from tests.api.factories import key as make_key
from tests.complaints.api_kit import (
    ALL,
    API,
    TEXT,
    Resident,
    ask,
    caller,
    claimed_by,
    draft_of,
    filed_of,
    is_problem,
    mandate_of,
    pointers,
    resident,
    texts,
    with_evidence,
)
from tests.complaints.factories import decide, make_right, make_seller, upload

pytestmark = pytest.mark.django_db
NOWHERE = "00000000-0000-4000-8000-000000000000"
REVIEWER, NOTE, REPLY = "Roswitha Reviewerin", "Smells like a repeat filer", "We bought them from the brand itself"


@dataclass(frozen=True)
class Door:
    """One endpoint with a body that would work; `part` names the draft or the filed complaint that it is about."""

    method: str
    path: str
    body: dict[str, Any] | None = None
    part: str = ""
    form: bool = False
    changes: bool = True

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def knock(self, who: Any, ids: dict[str, str]) -> Any:
        body = {"file": upload()} if self.form else self.body
        more = {"format": "multipart"} if self.form else {}
        return getattr(who, self.method.lower())(API + self.path.format(**ids), body, **more)


OPEN = (
    Door("GET", "/reasons", changes=False),
    Door("GET", "/declarations", changes=False),
    Door("GET", "/mandates", changes=False),
    Door("GET", "/dashboard", changes=False),
    Door("GET", "/complaints", changes=False),
    Door("POST", "/targets/resolve", {"lines": ["LS-1"]}, changes=False),
    Door("GET", "/policies", changes=False),
    Door("GET", "/rule-packs", changes=False),
    Door("POST", "/preflight", {"reason": "counterfeit", "items": ["LS-1"]}, changes=False),
    Door("POST", "/complaints", {"reason": "counterfeit"}),
)
OF_ONE = (
    Door("GET", "/complaints/{draft}", changes=False),
    Door("POST", "/complaints/{draft}/check", changes=False),
    Door("PATCH", "/complaints/{draft}", {"explanation": "Mine now."}),
    Door("POST", "/complaints/{draft}/evidence", form=True),
    Door("GET", "/complaints/{draft}/evidence/{evidence}", changes=False),
    Door("DELETE", "/complaints/{draft}/evidence/{evidence}"),
    Door("POST", "/complaints/{draft}/submit", {"declaration": TEXT, "signatory": "Nobody", "mandate": NOWHERE}),
    Door("DELETE", "/complaints/{draft}"),
    Door("GET", "/complaints/{filed}", changes=False),
    Door("GET", "/complaints/{filed}/items", changes=False),
    Door("GET", "/complaints/{filed}/items/{item}/picture", changes=False),
    Door("GET", "/complaints/{filed}/items/{item}/timeline", changes=False),
    Door("GET", "/complaints/{filed}/timeline", changes=False),
    Door("GET", "/complaints/{filed}/messages", changes=False),
    Door("GET", "/complaints/{filed}/decisions", changes=False),
    Door("GET", "/complaints/{filed}/bundle", changes=False),
    Door("POST", "/complaints/{filed}/cure", {}),
    Door("POST", "/complaints/{filed}/answer", {"text": "On the chest."}),
    Door("POST", "/complaints/{filed}/withdraw", {"items": [1]}),
)
DOORS = (*OPEN, *OF_ONE)
# What answers with rows, and the figures: a filter that they do not know is refused.
ROWS = [
    door
    for door in DOORS
    if door.method == "GET" and not door.path.endswith(("/{draft}", "/{filed}", "/{evidence}", "/picture", "/bundle"))
]


@dataclass
class House:
    owner: Resident
    teammate: Resident
    outsider: Resident
    ids: dict[str, str]

    def state(self) -> Any:
        rows = Complaint.objects.order_by("pk").values_list("pk", "state", "version", "explanation", "evidence__pk")
        return list(rows), list(Message.objects.values_list("pk", flat=True))


@pytest.fixture
def house() -> House:
    """An organisation of two with a draft and a filed complaint that was asked about, and a stranger."""
    owner = resident()
    teammate, outsider = resident(owner.membership.organisation), resident()
    draft, case = draft_of(owner), filed_of(owner)
    ids = {"draft": str(draft.public_id), "evidence": with_evidence(owner, draft)}
    ids |= {"filed": str(case.complaint.public_id), "item": str(case.item_ids[0])}
    ask(case, claimed_by(case))
    return House(owner, teammate, outsider, ids)


def test_every_endpoint_of_this_room_stands_here() -> None:
    def shape(path: str) -> str:
        for name, own in (("<uuid:public_id>", "{}"), ("<uuid:evidence_id>", "{}"), ("<int:item_id>", "{}")):
            path = path.replace(name, own)
        return path

    def of_door(path: str) -> str:
        for name in ("draft", "filed", "evidence", "item"):
            path = path.replace("{" + name + "}", "{}")
        return path.removeprefix("/")

    routes = {
        (shape(str(row.pattern)), method.upper())
        for row in api_urls.urlpatterns
        if row not in api_urls.of_the_accused  # people with a session token: test_api_respondent.py
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(vars(row.callback)["view_class"], method)
    }
    assert routes == {(of_door(door.path), door.method) for door in DOORS}


@pytest.mark.parametrize("door", OF_ONE, ids=str)
def test_an_outsider_finds_nothing(house: House, door: Door) -> None:
    before = house.state()
    foreign = door.knock(house.outsider.client, house.ids)
    absent = door.knock(house.outsider.client, dict.fromkeys(house.ids, NOWHERE) | {"item": "9"})
    is_problem(foreign, 404, "not_found")
    assert foreign.content == absent.content
    assert house.state() == before


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_teammate_sees_what_the_owner_sees(house: House, door: Door) -> None:
    answer = door.knock(house.teammate.client, house.ids)
    expected = {"submit": 422, "withdraw": 404, "cure": 409}.get(door.path.rpartition("/")[2])
    assert answer.status_code == expected or answer.status_code < 300, answer.content


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_key_that_may_only_read_changes_nothing(house: House, door: Door) -> None:
    reader = resident(house.owner.membership.organisation, Scope.COMPLAINTS_READ)
    before = house.state()
    answer = door.knock(reader.client, house.ids)
    if door.changes:
        is_problem(answer, 403, "scope_missing")
        assert house.state() == before
    else:
        assert answer.status_code == 200


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_key_of_another_room_opens_nothing(house: House, door: Door) -> None:
    other = resident(house.owner.membership.organisation, Scope.RIGHTS_READ, Scope.RIGHTS_WRITE)
    is_problem(door.knock(other.client, house.ids), 403, "scope_missing")


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_without_a_key_that_counts_there_is_only_401(house: House, door: Door) -> None:
    now = timezone.now()
    revoked = resident(house.owner.membership.organisation)
    keys.revoke(actor=revoked.actor, key=revoked.key, now=now)
    viewer = resident(house.owner.membership.organisation)
    type(viewer.membership).objects.filter(pk=viewer.membership.pk).update(role=Role.VIEWER)
    _old, secret = make_key(house.owner.actor, *ALL, now=now - timedelta(days=40))
    expired = caller(secret)
    nobody = APIClient()
    before = house.state()
    for client in (revoked.client, viewer.client, expired, nobody):
        answer = door.knock(client, house.ids)
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
    assert house.state() == before


@pytest.mark.parametrize("door", ROWS, ids=str)
def test_a_filter_that_does_not_exist_is_refused_and_not_ignored(house: House, door: Door) -> None:
    path = API + door.path.format(**house.ids)
    problem = is_problem(house.owner.client.get(f"{path}?stat=open&page_size=2"), 400, "not_valid")
    assert pointers(problem) == {"/stat": "unknown_field"}


def test_swapped_ids_find_nothing(house: House) -> None:
    """One's own complaint with the other's file, item, right or mandate."""
    own = draft_of(house.outsider)
    case = filed_of(house.outsider)
    before = house.state()
    files, here = f"{API}/complaints/{own.public_id}", f"/complaints/{case.complaint.public_id}"
    is_problem(house.outsider.client.get(f"{files}/evidence/{house.ids['evidence']}"), 404, "not_found")
    is_problem(house.outsider.client.delete(f"{files}/evidence/{house.ids['evidence']}"), 404, "not_found")
    is_problem(house.outsider.get(f"{here}/items/{house.ids['item']}/picture"), 404, "not_found")
    is_problem(house.outsider.post(f"{here}/withdraw", {"items": [int(house.ids["item"])]}), 404, "not_found")
    right = str(make_right(house.owner.membership.organisation).public_id)
    for answer in (
        house.outsider.client.patch(files, {"right": right}),
        house.outsider.post("/complaints", {"right": right}),
        house.outsider.post("/targets/resolve", {"lines": ["LS-1"], "right": right}),
    ):
        assert pointers(is_problem(answer, 422, "right_unknown")) == {"/right": "right_unknown"}
    assert house.state() == before


def test_lists_hold_nothing_of_others(house: House) -> None:
    mandate_of(house.owner.actor)
    filed = Complaint.objects.get(public_id=house.ids["filed"])
    assert house.outsider.get("/complaints").json()["results"] == []
    assert house.outsider.get("/mandates").json()["results"] == []
    for query in ({"reference": filed.reference}, {"search": filed.reference}, {"search": "TARNFELL"}):
        assert house.outsider.get("/complaints", **query).json()["results"] == []
    item = Target.objects.get(complaint_items=int(house.ids["item"]))
    body = {"lines": [item.marketplace_id], "reason": "counterfeit"}
    assert house.outsider.post("/targets/resolve", body).json()["lines"][0]["code"] == "found"
    assert house.teammate.post("/targets/resolve", body).json()["lines"][0]["code"] == "duplicate"


def test_a_cursor_of_another_organisation_opens_nothing(house: House) -> None:
    link = house.owner.get("/complaints", page_size=1).json()["next"]
    assert house.outsider.client.get(link).json()["results"] == []


@pytest.mark.parametrize("held", [False, True], ids=["decided", "held"])
def test_what_is_of_the_desk_or_of_the_other_side_never_leaves(held: bool) -> None:
    owner = resident()
    case = filed_of(owner, items=3)
    if held:
        shop = make_seller(account_kind="store")
        case.complaint.items.filter(pk=case.item_ids[2]).update(target=shop.target)
    desk, now = claimed_by(case, REVIEWER), timezone.now()
    casework.add_note(actor=desk, complaint_id=case.complaint.pk, text=NOTE, now=now)
    decisions = decide(case, desk, items=case.item_ids[1:])
    ask(case, desk)
    statement = decisions[0].statements.get(side="respondent")
    casework.respond(actor=desk, statement=statement, text=REPLY, now=now)
    _mend(case, desk)
    assert InternalNote.objects.exists() and Message.objects.filter(kind="response").exists()
    assert desk.user is not None
    secrets = [REVIEWER, "Roswitha", NOTE, REPLY, "Note of the desk", desk.user.email, str(statement.public_id)]
    secrets += [statement.text, case.seller.contact_email]
    ids = {"filed": str(case.complaint.public_id), "item": str(case.item_ids[0]), "draft": "", "evidence": ""}
    seen = list(_everything(owner, ids))
    assert len(seen) > 100
    for secret in secrets:
        assert not [text for text in seen if secret in text], secret


def _mend(case: Any, desk: Any) -> None:
    """Lets a measure go wrong and be settled by hand with a note."""
    measure = Measure.objects.filter(item__complaint=case.complaint).order_by("pk").first()
    assert measure is not None
    Measure.objects.filter(pk=measure.pk).update(state="refused")
    enforcement.settle_by_hand(actor=desk, measure_id=measure.pk, note="Note of the desk", now=timezone.now())


def _everything(who: Resident, ids: dict[str, str]) -> Iterator[str]:
    """Every text of every answer about the filed complaint, refusals too."""
    for door in DOORS:
        if "{draft}" in door.path or door.path.endswith(("picture", "bundle")):
            continue
        yield from texts(door.knock(who.client, ids).json())
    for path in ("", "/items", "/timeline", "/messages", "/decisions"):
        yield from texts(who.get(f"/complaints/{ids['filed']}{path}").json())
