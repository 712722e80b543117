"""The catalogue follows what the marketplace tells, and its rules are the database's."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from portal.errors import Refused
from portal.marketplace import catalogue, demo_catalogue
from portal.marketplace.models import Account, Target
from portal.marketplace.pictures import GLYPHS, PALETTES, draw_logo, draw_product
from tests.marketplace.factories import NOW, a_listing, a_livestream, a_video, an_account

pytestmark = pytest.mark.django_db
MARKS = [{"text": "TARNFELL", "classes": [18, 25], "goods": ["jackets"]}, {"text": "VELOURA", "classes": [3]}]


def test_observe_follows_a_reading_once() -> None:
    target = a_listing()
    assert catalogue.observe(target=target, state="removed", now=NOW) is True
    assert catalogue.observe(target=target, state="removed", now=NOW) is False
    target.refresh_from_db()
    assert (target.state, target.version, target.observed_at) == ("removed", 1, NOW)


def test_observe_refuses_a_state_that_the_kind_cannot_have() -> None:
    with pytest.raises(Refused):
        catalogue.observe(target=a_listing(), state="ended", now=NOW)


def test_the_same_again_changes_nothing_and_an_edit_makes_a_version() -> None:
    first = a_listing("100", price="10.00")
    assert a_listing("100", price="10.00").version == 1
    edited = catalogue.create_listing(
        marketplace_id="LS-100", title=first.title, price="12.00", now=NOW + timedelta(days=1)
    )
    assert (edited.pk, edited.version, edited.edited_at) == (first.pk, 2, NOW + timedelta(days=1))
    assert str(Target.objects.get(pk=first.pk).listing.price) == "12.00"


def test_handles_are_kept_lower_case() -> None:
    assert an_account("NorthBag.Store").handle == "northbag.store"


@pytest.mark.parametrize("break_it", ["price", "end", "state", "market", "handle"])
def test_rules_that_must_never_break_are_the_databases(break_it: str) -> None:
    live, account, listing = a_livestream(), an_account("x"), a_listing("7")
    with pytest.raises(IntegrityError), transaction.atomic():
        if break_it == "price":
            type(listing.listing).objects.update(price=-1)
        elif break_it == "end":
            type(live.livestream).objects.update(ended_at=NOW - timedelta(seconds=1))
        elif break_it == "state":
            Target.objects.filter(pk=listing.pk).update(state="ended")
        elif break_it == "market":
            Target.objects.filter(pk=listing.pk).update(market="de")
        else:
            Account.objects.filter(pk=account.pk).update(handle="X")


def test_content_is_plain_json_and_leaves_the_address_out() -> None:
    owner = an_account("northbag.store", contact_email="secret@demo.test")
    listing = a_listing("5", owner=owner, goods="Jackets", nice_class=25)
    live = a_livestream(pinned=[listing])
    contents = [listing.content(), a_video().content(), live.content(), owner.target.content()]
    text = json.dumps(contents)
    assert "secret@demo.test" not in text
    assert contents[0]["seller"] == "northbag.store"
    assert contents[0]["price"] == "19.90"
    assert contents[0]["url"].endswith("/item/5")
    assert contents[2]["pinned"] == ["LS-5"]
    assert contents[3]["url"].endswith("/@northbag.store")


def test_the_demo_is_whole_and_made_once() -> None:
    first = demo_catalogue.seed(marks=MARKS, now=NOW)
    again = demo_catalogue.seed(marks=MARKS, now=NOW + timedelta(days=1))
    assert (first["created"], again["created"]) == (372, 0)
    assert (first["account"], first["listing"], first["video"], first["livestream"]) == (40, 320, 40, 12)
    assert 60 <= len(first["infringing"]) <= 90
    assert Target.objects.count() == 412
    assert Account.objects.get(handle="peakdeals_77").contact_email == "seller@demo.test"
    assert set(Account.objects.values_list("handle", flat=True)) >= {
        "northbag.store",
        "lumi.hikes",
        "pinebag.store",
        "fjallshop",
    }
    assert set(Target.objects.filter(kind="listing").values_list("market", flat=True)) == {
        "DE", "FR", "SE", "IT", "ES", "NL", "US", "GB",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("marketplace_id", "owner", "market", "state"),
    [
        ("LS-88120431", "peakdeals_77", "DE", "live"),
        ("LS-88123310", "northbag.store", "FR", "live"),
        ("VD-7730912", "lumi.hikes", "SE", "live"),
        ("LV-55102", "mika.outside", "DE", "live"),
        ("LS-88125516", "fjallshop", "SE", "live"),
        ("LS-88124002", "summit.mug", "DE", "live"),
    ],
)
def test_documented_targets_are_there(marketplace_id: str, owner: str, market: str, state: str) -> None:
    demo_catalogue.seed(marks=[], now=NOW)
    target = Target.objects.get(marketplace_id=marketplace_id)
    assert target.owner is not None
    assert (target.owner.handle, target.market, target.state) == (owner, market, state)
    assert target.picture


@pytest.mark.parametrize("glyph", GLYPHS)
def test_a_picture_is_a_square_png_and_always_the_same(glyph: str) -> None:
    data = draw_product(glyph, palette=3, text="TARNFELL", emblem="peaks")
    image = Image.open(io.BytesIO(data), formats=("PNG",))
    assert image.size == (480, 480)
    assert data == draw_product(glyph, palette=3 + len(PALETTES), text="TARNFELL", emblem="peaks")
    assert data != draw_product(glyph, palette=3)


def test_a_logo_takes_any_emblem_and_any_word() -> None:
    for text, emblem in (("TARNFELL", "peaks"), ("", "sun"), ("A" * 80, ""), ("", ""), ("山", "unknown")):
        assert Image.open(io.BytesIO(draw_logo(text, emblem))).size == (480, 480)
