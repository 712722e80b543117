"""The doors of authorised sellers: the brand's pages and tables, the seller's pages, and the API for both."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brands import registry
from brands.models import AuthorisedSeller
from brands.registry import SellerTerms
from brands.sellers import bulk
from brands.sellers.holding import holder as holding
from portal.accounts.grants import AgentVerb
from portal.accounts.models import Membership, Role
from portal.errors import Refused
from tests.accounts.factories import actor_for_member, authorise, make_member, make_user, signed_in
from tests.brands import factories as f
from tests.brands.refusals import refused
from tests.brands.test_api import Caller
from tests.complaints.factories import make_right, make_seller
from tests.marketplace.factories import an_account

pytestmark = pytest.mark.django_db
GTIN = "4006381333931"


def today() -> Any:
    return timezone.now().date()


def browser(membership: Membership) -> Client:
    return signed_in(Client(), membership.user)


def by_token(user: Any) -> Client:
    """A program with the session token of a person."""
    return Client(headers={"X-Session-Token": signed_in(Client(), user).session.session_key})


def owner() -> Membership:
    return make_member(role=Role.RIGHTS_OWNER)


def entry(membership: Membership, **changes: Any) -> AuthorisedSeller:
    right = make_right(membership.organisation)
    values = {"brand": right.brand, "right": right, "starts_on": today()} | changes
    return registry.list_seller(
        actor=actor_for_member(membership), account=make_seller(), terms=SellerTerms(**values), now=timezone.now()
    )


def request_of(membership: Membership, handle: str = "") -> AuthorisedSeller:
    right, account = make_right(membership.organisation), make_seller(handle)
    holder = make_user()
    account.holders.add(holder)
    return registry.ask_to_be_listed(
        actor=holding(holder),
        account=account,
        brand=right.brand,
        message="We buy from <b>your</b> wholesaler.",
        proof=None,
        now=timezone.now(),
    )


# --- the brand's pages


def test_an_owner_lists_an_account_on_a_page_and_finds_it() -> None:
    membership = owner()
    right, account, client = make_right(membership.organisation), make_seller("fjall.outdoor"), browser(membership)
    assert "Nobody is listed yet" in client.get(reverse("sellers:list")).text
    page = client.post(
        reverse("sellers:add"),
        {
            "account": f"https://shop.example/@{account.handle}",
            "right": str(right.public_id),
            "territories": "Germany, SE",
            "gtins": f"{GTIN}\n96385074",
            "ends_on": str(today() + timedelta(days=9)),
        },
        follow=True,
    )
    made = AuthorisedSeller.objects.get()
    assert page.redirect_chain == [(reverse("sellers:one", args=[made.public_id]), 302)]
    assert (made.territories, made.gtins) == (["DE", "SE"], ["00000096385074", "04006381333931"])
    assert "4006381333931" in page.text and "In force" in page.text
    listing = client.get(reverse("sellers:list"))
    assert "@fjall.outdoor" in listing.text and "2 GTINs" in listing.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"account": "Fjäll Outdoor Shop"}, "name of a shop does not count"),
        ({"account": "@nobody.at.all"}, "No account is called"),
        ({"account": ""}, "required"),
        ({"right": ""}, "required"),
        ({"right": "brand:00000000-0000-4000-8000-000000000000"}, "valid choice"),
        ({"territories": "Atlantis"}, "We know no country"),
        ({"territories": "US"}, "does not reach US"),
        ({"gtins": "4006381333932"}, "would have to be 1"),
        ({"ends_on": "2020-01-01"}, "It ends before it begins"),
        ({"ends_on": "soon"}, "valid date"),
    ],
)
def test_a_form_that_is_refused_says_why_and_lists_nobody(changes: dict[str, str], words: str) -> None:
    membership = owner()
    right, account = make_right(membership.organisation), make_seller()
    values = {"account": f"@{account.handle}", "right": str(right.public_id), **changes}
    page = browser(membership).post(reverse("sellers:add"), values)
    assert page.status_code == 422 and words in page.text and not AuthorisedSeller.objects.exists()


def test_the_list_is_searched_and_filtered() -> None:
    membership = owner()
    live, gone = entry(membership), entry(membership, right=None)
    registry.end_seller(actor=actor_for_member(membership), seller=gone, now=timezone.now())
    over = entry(membership)
    AuthorisedSeller.objects.filter(pk=over.pk).update(
        starts_on=today() - timedelta(days=9), ends_on=today() - timedelta(days=1)
    )
    client, address = browser(membership), reverse("sellers:list")

    def found(**query: str) -> set[str]:
        page = client.get(address, query)
        return {row.account.handle for row in (live, gone, over) if f"@{row.account.handle}<" in page.text}

    assert found() == {live.account.handle}
    assert found(state="ended") == {gone.account.handle}
    assert found(state="over") == {over.account.handle}
    assert found(state="all") == {live.account.handle, gone.account.handle, over.account.handle}
    assert found(state="all", q=f"@{gone.account.handle}") == {gone.account.handle}
    assert found(state="all", q=over.account.target.marketplace_id.lower()) == {over.account.handle}
    assert found(state="all", q="tarnfell") == {live.account.handle, gone.account.handle, over.account.handle}
    assert found(state="nonsense") == {live.account.handle}


def test_an_entry_is_changed_and_ended_on_its_page() -> None:
    membership = owner()
    row, client = entry(membership), browser(membership)
    form = client.get(reverse("sellers:change", args=[row.public_id]))
    assert str(row.right.public_id) in form.text
    client.post(
        reverse("sellers:change", args=[row.public_id]),
        {"right": str(row.right.public_id), "territories": "DE", "starts_on": str(today())},
    )
    row.refresh_from_db()
    now_listed = AuthorisedSeller.objects.get(state="listed")
    assert (row.state, now_listed.territories, now_listed.account) == ("ended", ["DE"], row.account)
    page = client.post(reverse("sellers:end", args=[now_listed.public_id]), follow=True)
    assert "From now on its offers can be reported" in page.text
    assert not AuthorisedSeller.objects.filter(state="listed").exists()
    again = client.post(reverse("sellers:change", args=[row.public_id]), {"right": str(row.right.public_id)})
    assert again.status_code == 422 and "Only an entry that is listed" in again.text


def test_a_request_waits_in_the_inbox_and_is_answered() -> None:
    membership = owner()
    row, other, client = request_of(membership, "fjall.outdoor"), request_of(membership), browser(membership)
    inbox = client.get(reverse("sellers:requests"))
    assert inbox.text.index("@fjall.outdoor") < inbox.text.index(f"@{other.account.handle}")
    assert "2 requests" in client.get(reverse("sellers:list")).text
    one = client.get(reverse("sellers:one", args=[row.public_id]))
    assert "We buy from &lt;b&gt;your&lt;/b&gt; wholesaler." in one.text
    assert row.asked_by.email not in one.text and row.asked_by.name not in one.text
    client.post(reverse("sellers:accept", args=[row.public_id]), {"right": f"brand:{row.brand.public_id}"})
    row.refresh_from_db()
    assert (row.state, row.right, row.covers(today())) == ("listed", None, True)
    empty = client.post(reverse("sellers:refuse", args=[other.public_id]), {"reason": ""})
    assert empty.status_code == 422 and "required" in empty.text
    client.post(reverse("sellers:refuse", args=[other.public_id]), {"reason": "We do not know you."})
    other.refresh_from_db()
    assert (other.state, other.reason) == ("refused", "We do not know you.")


def test_a_viewer_reads_an_outsider_sees_nothing_and_a_limited_agent_stays_inside() -> None:
    membership = owner()
    row = entry(membership)
    viewer, outsider = browser(make_member(membership.organisation, Role.VIEWER)), browser(make_member())
    assert f"@{row.account.handle}" in viewer.get(reverse("sellers:list")).text
    for name in ("add", "upload"):
        assert viewer.get(reverse(f"sellers:{name}")).status_code == 403
    assert viewer.post(reverse("sellers:end", args=[row.public_id])).status_code == 403
    assert f"@{row.account.handle}" not in outsider.get(reverse("sellers:list"), {"state": "all"}).text
    for name in ("one", "accept", "change", "proof"):
        assert outsider.get(reverse(f"sellers:{name}", args=[row.public_id])).status_code == 404
    for name in ("end", "refuse", "accept", "change"):
        assert outsider.post(reverse(f"sellers:{name}", args=[row.public_id])).status_code == 404
    agent = make_member(membership.organisation, Role.AGENT, authorised=False)
    other = make_right(membership.organisation, text="FELLSTED")
    authorise(membership.organisation, member=agent, verbs=[AgentVerb.SELLERS.value], rights=[other])
    limited = browser(agent)
    assert f"@{row.account.handle}" not in limited.get(reverse("sellers:list"), {"state": "all"}).text
    assert limited.post(reverse("sellers:end", args=[row.public_id])).status_code == 404
    offered = limited.get(reverse("sellers:add")).text
    assert str(other.public_id) in offered and str(row.right.public_id) not in offered and "brand:" not in offered
    row.refresh_from_db()
    assert row.state == "listed"


def test_a_limited_agent_reads_an_entry_for_the_whole_brand_and_learns_whom_to_ask() -> None:
    membership = owner()
    right = make_right(membership.organisation)
    row = registry.list_seller(
        actor=actor_for_member(membership),
        account=make_seller(),
        terms=SellerTerms(brand=right.brand, starts_on=today()),
        now=timezone.now(),
    )
    agent = make_member(membership.organisation, Role.AGENT, authorised=False)
    authorise(membership.organisation, member=agent, verbs=[AgentVerb.SELLERS.value], rights=[right])
    client, address = browser(agent), reverse("sellers:one", args=[row.public_id])
    assert address in client.get(reverse("sellers:list")).text
    page = client.get(address).text
    assert "Ask the owner of the brand to change or end it" in page
    assert "End now" not in page and reverse("sellers:change", args=[row.public_id]) not in page
    refused_page = client.post(reverse("sellers:end", args=[row.public_id]))
    assert refused_page.status_code == 403 and "Ask the owner of the brand" in refused_page.text
    assert "End now" in browser(membership).get(address).text


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({}, "Its offers under this right cannot be reported any more"),
        ({"territories": "DE, SE"}, "Within its limits (Germany, Sweden) its offers"),
        ({"gtins": GTIN}, "Within its limits (1 product) its offers"),
        ({"territories": "DE", "gtins": f"{GTIN}, 96385074"}, "Within its limits (Germany; 2 products) its offers"),
    ],
)
def test_what_was_listed_is_said_with_its_limits(limits: dict[str, str], words: str) -> None:
    membership = owner()
    right = make_right(membership.organisation)
    body = {"account": f"@{make_seller().handle}", "right": str(right.public_id), **limits}
    page = browser(membership).post(reverse("sellers:add"), body, follow=True)
    assert words in page.text
    assert ("within the countries and products below" in page.text) is bool(limits)


# --- tables


def table(*lines: str, header: str = "account,brand,right,gtins,countries,from,until") -> SimpleUploadedFile:
    return SimpleUploadedFile("sellers.csv", "\r\n".join((header, *lines)).encode(), content_type="text/csv")


def test_a_table_lists_what_can_be_used_and_answers_every_line() -> None:
    membership = owner()
    right, first = make_right(membership.organisation), make_seller("fjall.outdoor")
    second = make_seller()
    page = browser(membership).post(
        reverse("sellers:upload"),
        {
            "csv": table(
                f'@fjall.outdoor,Tarnfell,,,"DE, SE",{today()},{today() + timedelta(days=5)}',
                f'{second.target.marketplace_id},,{right.registration_number},"{GTIN}; 96385074",,,',
                "",
                "Fjäll Outdoor Shop,Tarnfell,,,,,",
                "@fjall.outdoor,Tarnfell,,4006381333932,,,",
                "@fjall.outdoor,Tarnfell,999,,,,",
                "@fjall.outdoor,Lumora,,,,,",
                "@fjall.outdoor,Tarnfell,,,Atlantis,,",
                "@fjall.outdoor,Tarnfell,,,,31.12.2027,",
                f'@fjall.outdoor,Tarnfell,,,"SE;DE",{today()},{today() + timedelta(days=5)}',
                '=HYPERLINK("http://evil"),Tarnfell,,,,,',
            )
        },
    )
    assert page.status_code == 200 and "2 listed, 1 left out, 7 to correct" in page.text
    for words in (
        "name of a shop does not count", "would have to be 1", "no right with the number", "You have no brand",
        "We know no country", "write it as 2027-12-31", "is listed for this already",
    ):  # fmt: skip
        assert words in page.text
    assert '<td role="cell" data-l="Line" class="soft">5</td>' in page.text
    kept = AuthorisedSeller.objects.order_by("id")
    assert [(row.account, row.right, row.territories) for row in kept] == [
        (first, None, ["DE", "SE"]),
        (second, right, []),
    ]
    assert kept[1].gtins == ["00000096385074", "04006381333931"]


def test_the_same_table_twice_lists_once() -> None:
    membership = owner()
    make_right(membership.organisation)
    make_seller("fjall.outdoor")
    client = browser(membership)
    for words in ("1 listed, 0 left out", "0 listed, 1 left out"):
        page = client.post(reverse("sellers:upload"), {"csv": table("@fjall.outdoor,Tarnfell,,,,,")})
        assert words in page.text
    assert AuthorisedSeller.objects.count() == 1


def test_the_template_can_be_uploaded_as_it_is() -> None:
    membership = owner()
    right = make_right(membership.organisation, registration_number="099142907")
    make_seller("fjall.outdoor")
    an_account("other.shop", marketplace_id="SA-24807")
    client = browser(membership)
    sent = client.get(reverse("sellers:template"))
    assert sent["Content-Disposition"].startswith("attachment") and sent["Content-Type"].startswith("text/csv")
    page = client.post(
        reverse("sellers:upload"), {"csv": SimpleUploadedFile("t.csv", sent.content, content_type="text/csv")}
    )
    assert "2 listed, 0 left out, 0 to correct" in page.text and AuthorisedSeller.objects.filter(right=right).exists()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"   \n ", "empty_file"),
        (b"\xff\xfea\x00", "not_utf8"),
        (b"account\n\xff\xfe\xfa", "not_utf8"),
        (b"link\n@a", "bad_header"),
        (b"account,colour\n@a,red", "bad_header"),
        (b"account,account\n@a,@b", "bad_header"),
        (b"account,brand\n", "no_lines"),
        (b'account\n"open', "no_lines"),
        (b"account\n" + b'"' + b"x" * 200_000 + b'"', "bad_row"),
        (b"account\n" + b"@a\n" * 501, "too_many_lines"),
        (b"account\n" + b"x" * 2_000_001, "too_big"),
    ],
)
def test_a_hostile_table_is_refused_whole(data: bytes, code: str) -> None:
    if code == "no_lines" and b"open" in data:
        assert bulk.read_lines(data)[0].cells["account"] == "open"  # the reader closes it at the end of the file
        return
    with refused(Refused, code):
        bulk.read_lines(data)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_is_read_with_any_separator_and_a_byte_order_mark(separator: str) -> None:
    text = (
        "\ufeff"
        + separator.join(("Account", "UNTIL", "gtins"))
        + "\n"
        + separator.join(("@a.shop", "2027-12-31", '"4006381333931\n96385074"'))
    )
    (line,) = bulk.read_lines(text.encode())
    assert line.cells["account"] == "@a.shop" and line.cells["until"] == "2027-12-31"
    assert line.cells["gtins"] == "4006381333931;96385074" and line.cells["brand"] == ""


def test_signs_of_html_and_hidden_characters_in_a_table_are_shown_as_text() -> None:
    membership = owner()
    make_right(membership.organisation)
    page = browser(membership).post(
        reverse("sellers:upload"), {"csv": table("<script>alert(1)</script>,,,,,,", "a\u202eb\x00c,,,,,,")}
    )
    assert "<script>alert" not in page.text and "&lt;script&gt;" in page.text and "\u202e" not in page.text


# --- the seller's pages


def test_a_holder_asks_a_brand_reads_the_answer_and_takes_a_request_back() -> None:
    membership, holder, account = owner(), make_user(), make_seller("fjall.outdoor")
    make_right(membership.organisation)
    client = signed_in(Client(), holder)
    assert "You hold no account" in client.get(reverse("selling:list")).text
    assert client.get(reverse("selling:ask")).status_code == 302
    account.holders.add(holder)
    values = {"account": str(account.pk), "brand": "tarnfell", "message": "Since 2019.", "proof": f.upload("proof.pdf")}
    page = client.post(reverse("selling:ask"), values, follow=True)
    row = AuthorisedSeller.objects.get()
    assert page.redirect_chain == [(reverse("selling:list"), 302)] and "Asked for" in page.text
    assert (row.state, row.organisation, row.message, row.proof.organisation) == (
        "asked", membership.organisation, "Since 2019.", None,
    )  # fmt: skip
    for by, path in ((client, "selling:proof"), (browser(membership), "sellers:proof")):
        assert by.get(reverse(path, args=[row.public_id])).status_code == 200
    again = client.post(reverse("selling:ask"), {**values, "proof": ""})
    assert again.status_code == 422 and "You have asked this brand already" in again.text
    client.post(reverse("selling:take-back", args=[row.public_id]))
    row.refresh_from_db()
    assert row.state == "ended"
    second = registry.ask_to_be_listed(
        actor=holding(holder),
        account=account, brand=row.brand, message="Again.", now=timezone.now(),
    )  # fmt: skip
    registry.refuse_seller(
        actor=actor_for_member(membership), seller=second, reason="Contract ended.", now=timezone.now()
    )
    assert "Contract ended." in client.get(reverse("selling:list")).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"brand": "Tarn"}, "exactly this name"),
        ({"brand": "D-2026-000001"}, "exactly this name"),
        ({"message": ""}, "required"),
        ({"account": "987654321"}, "valid choice"),
        ({"proof": f.upload("a.pdf", b"%PDF-nothing")}, "proof"),
    ],
)
def test_a_request_that_is_refused_says_why(changes: dict[str, Any], words: str) -> None:
    membership, holder, account = owner(), make_user(), make_seller()
    make_right(membership.organisation)
    account.holders.add(holder)
    values = {"account": str(account.pk), "brand": "TARNFELL", "message": "Please.", **changes}
    page = signed_in(Client(), holder).post(reverse("selling:ask"), values)
    assert page.status_code == 422 and words in page.text and not AuthorisedSeller.objects.exists()


def test_a_stranger_reaches_neither_request_nor_proof_and_cannot_ask_for_an_account_of_others() -> None:
    membership = owner()
    row, stranger = request_of(membership), make_user()
    mine = make_seller()
    mine.holders.add(stranger)
    client = signed_in(Client(), stranger)
    assert f"@{row.account.handle}" not in client.get(reverse("selling:list")).text
    assert client.get(reverse("selling:proof", args=[row.public_id])).status_code == 404
    assert client.post(reverse("selling:take-back", args=[row.public_id])).status_code == 404
    values = {"account": str(row.account.pk), "brand": "TARNFELL", "message": "Please."}
    assert client.post(reverse("selling:ask"), values).status_code == 422
    assert Client().get(reverse("selling:list")).status_code == 302
    assert AuthorisedSeller.objects.count() == 1


# --- the API


def test_a_program_lists_changes_and_ends() -> None:
    caller = Caller()
    right, account = make_right(caller.organisation), make_seller("fjall.outdoor")
    body = {"account": "@fjall.outdoor", "brand": str(right.brand.public_id), "gtins": [GTIN], "territories": ["de"]}
    made = caller.post("/authorised-sellers", body, **{"Idempotency-Key": "one"})
    assert made.status_code == 201, made.content
    assert caller.post("/authorised-sellers", body, **{"Idempotency-Key": "one"}).content == made.content
    row = made.json()
    assert (row["state"], row["gtins"], row["territories"], row["right"], row["covers_today"]) == (
        "listed", ["04006381333931"], ["DE"], None, True,
    )  # fmt: skip
    assert row["account"]["handle"] == "fjall.outdoor"
    path = f"/authorised-sellers/{row['public_id']}"
    assert made["Location"] == f"/api/v1{path}" and caller.get(path).json() == row
    changed = caller.post(f"{path}/change", {"brand": str(right.brand.public_id), "right": str(right.public_id)})
    assert changed.status_code == 201 and changed.json()["right"] == str(right.public_id)
    ended = caller.post(f"/authorised-sellers/{changed.json()['public_id']}/end", {})
    assert (ended.status_code, ended.json()["state"]) == (200, "ended")
    assert len(caller.get("/authorised-sellers").json()["results"]) == 2
    assert caller.get("/authorised-sellers", state="listed").json()["results"] == []
    assert len(caller.get("/authorised-sellers", account=account.target.marketplace_id).json()["results"]) == 2


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"account": "Fjäll Outdoor Shop"}, 422, "account_unknown"),
        ({"gtins": ["4006381333932"]}, 422, "gtin_check_digit"),
        ({"territories": ["US"], "right": "mine"}, 422, "territory_out_of_reach"),
        ({"territories": ["Germany"]}, 400, "not_valid"),
        ({"right": "00000000-0000-4000-8000-000000000000"}, 404, "right_not_found"),
        ({"brand": "00000000-0000-4000-8000-000000000000"}, 404, "brand_not_found"),
        ({"ends_on": "2020-01-01"}, 422, "dates_out_of_order"),
        ({"colour": "red"}, 400, "not_valid"),
    ],
)
def test_what_a_program_sends_wrong_is_refused_with_its_field(changes: Any, status: int, code: str) -> None:
    caller = Caller()
    right = make_right(caller.organisation)
    make_seller("fjall.outdoor")
    body = {"account": "@fjall.outdoor", "brand": str(right.brand.public_id), **changes}
    if body.get("right") == "mine":
        body["right"] = str(right.public_id)
    answer = caller.post("/authorised-sellers", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code) and not AuthorisedSeller.objects.exists()


def test_the_api_keeps_tenants_and_scopes_apart() -> None:
    caller, other = Caller(), Caller()
    row = entry(make_member(caller.organisation, Role.RIGHTS_OWNER))
    path = f"/authorised-sellers/{row.public_id}"
    assert other.get("/authorised-sellers").json()["results"] == []
    terms = {"brand": str(row.brand.public_id)}
    for answer in (
        other.get(path), other.get(f"{path}/proof"), other.post(f"{path}/end", {}),
        other.post(f"{path}/refuse", {"reason": "No."}),
        other.post(f"{path}/accept", terms), other.post(f"{path}/change", terms),
    ):  # fmt: skip
        assert answer.status_code == 404
    reader = Caller(caller.organisation, ("rights:read",))
    assert reader.get(path).status_code == 200 and reader.post(f"{path}/end", {}).status_code == 403


def test_a_person_asks_and_a_program_answers() -> None:
    caller, holder, account = Caller(), make_user(), make_seller("fjall.outdoor")
    right = make_right(caller.organisation)
    account.holders.add(holder)
    me = by_token(holder)
    address = "/api/v1/seller-requests"
    body = {"account": "@fjall.outdoor", "brand": "Tarnfell", "message": "Since 2019."}
    made = me.post(address, body, content_type="application/json")
    assert made.status_code == 201, made.content
    assert me.post(address, body, content_type="application/json").json()["code"] == "already_asked"
    (waiting,) = caller.get("/authorised-sellers", state="asked").json()["results"]
    path = f"/authorised-sellers/{waiting['public_id']}"
    assert caller.post(f"{path}/refuse", {"reason": "No contract."}).json()["state"] == "refused"
    (mine,) = me.get(address).json()["results"]
    assert (mine["state"], mine["reason"]) == ("refused", "No contract.")
    again = me.post(address, {**body, "proof": f.upload("proof.pdf")})
    assert again.status_code == 201 and again.json()["has_proof"]
    path = f"/authorised-sellers/{again.json()['public_id']}"
    assert caller.get(f"{path}/proof").status_code == 200
    accepted = caller.post(f"{path}/accept", {"brand": str(right.brand.public_id)})
    assert (accepted.status_code, accepted.json()["covers_today"]) == (200, True)
    assert me.delete(f"{address}/{again.json()['public_id']}").json()["code"] == "already_answered"
    stranger = by_token(make_user())
    assert stranger.get(address).json()["results"] == []
    assert stranger.delete(f"{address}/{again.json()['public_id']}").status_code == 404
    assert stranger.post(address, body, content_type="application/json").json()["code"] == "account_not_found"
