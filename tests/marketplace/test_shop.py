"""The shop shows the sandbox's truth to everybody; its controls are for staff."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.actors import SYSTEM
from portal.accounts.models import User
from portal.marketplace.connectors.sandbox import SandboxConnector, set_behaviour
from portal.marketplace.models import SandboxBehaviour, Target
from portal.marketplace.pictures import draw_product
from tests.accounts.factories import make_staff, signed_in
from tests.marketplace.factories import NOW, a_listing, a_livestream, a_video, an_account, an_order

pytestmark = pytest.mark.django_db
HOME = "/sandbox/"


def page(client: Client, path: str, **query: str) -> str:
    response = client.get(path, query)
    assert response.status_code == 200
    return response.content.decode()


def remove(target: Target, mode: str = "agree", action: str = "listing_removed") -> None:
    set_behaviour(actor=SYSTEM, mode=mode, target=target, delay_seconds=0, now=timezone.now())
    SandboxConnector().apply(an_order(target, action))


def test_home_searches_titles_kinds_markets_and_ids(client: Client) -> None:
    a_listing("11", title="Trail cap, moss")
    a_listing("12", title="Stoneware mug", market="SE")
    a_video("13", title="Rain test")
    an_account("mosswick")
    assert all(word in page(client, HOME) for word in ("Trail cap", "Stoneware", "Rain test", "@mosswick"))
    found = page(client, HOME, q="cap MOSS")
    assert "Trail cap" in found and "Stoneware" not in found
    assert "Stoneware" in page(client, HOME, q="LS-12")
    assert "Trail cap" not in page(client, HOME, kind="video")
    assert "Trail cap" not in page(client, HOME, market="SE")
    assert "Nothing on offer fits" in page(client, HOME, q="%")
    assert "Trail cap" in page(client, HOME, kind="nonsense", market="XX")


def test_home_has_pages_and_few_queries(client: Client, django_assert_max_num_queries: Any) -> None:
    owner = an_account("big.shop")
    for _i in range(30):
        a_listing(owner=owner)
    with django_assert_max_num_queries(6):
        first = page(client, HOME)
    assert "page=2" in first
    assert first.count('class="card shop"') == 24
    assert "Hooded" in page(client, HOME, page="2")
    assert page(client, HOME, page="nonsense")


def test_every_page_says_that_it_is_simulated(client: Client) -> None:
    owner = an_account("northbag.store")
    listing = a_listing("11", owner=owner)
    targets = [listing, a_video(owner=owner), a_livestream(owner=owner, pinned=[listing]), owner.target]
    for path in [HOME, *(target.get_absolute_url() for target in targets)]:
        text = page(client, path)
        assert "A simulated marketplace" in text
        assert text.count("<h1") == 1
        assert "style=" not in text
    for target in targets:
        assert f"<code>{target.url}</code>" in page(client, target.get_absolute_url())


def test_a_removed_listing_says_so_and_keeps_its_title(client: Client) -> None:
    target = a_listing("11", title="Trail cap, moss")
    remove(target)
    text = page(client, "/sandbox/item/11")
    assert "This listing was removed" in text and "Trail cap, moss" in text
    assert "19.90" not in text
    assert "Trail cap" not in page(client, HOME)


def test_half_removed_is_out_of_search_and_still_on_sale(client: Client) -> None:
    target = a_listing("11", title="Trail cap, moss")
    remove(target, "half")
    text = page(client, "/sandbox/item/11")
    assert "Gone from search, still on sale" in text and "19.90" in text
    assert "Trail cap" not in page(client, HOME)


def test_a_lie_leaves_the_page_as_it_was(client: Client) -> None:
    target = a_listing("11", title="Trail cap, moss")
    remove(target, "lie")
    assert "was removed" not in page(client, "/sandbox/item/11")
    assert "Trail cap" in page(client, HOME)


def test_a_delayed_removal_shows_when_it_is_due(client: Client) -> None:
    target = a_listing("11", title="Trail cap, moss")
    remove(target, "delay")
    assert "This listing was removed" in page(client, "/sandbox/item/11")


def test_each_kind_says_what_happened_to_it(client: Client) -> None:
    account = an_account("shop.x")
    video, live = a_video(), a_livestream()
    a_listing("11", title="Trail cap, moss", owner=account)
    remove(video, action="video_removed")
    remove(live, action="livestream_interrupted")
    remove(account.target, action="store_deactivated")
    assert "This video was removed" in page(client, video.get_absolute_url())
    assert "This livestream was interrupted" in page(client, live.get_absolute_url())
    text = page(client, account.target.get_absolute_url())
    assert "This account was deactivated" in text and "Trail cap" not in text
    assert "Trail cap" not in page(client, HOME)


@pytest.mark.parametrize("path", ["item/999", "v/11", "live/11", "@nobody", "@%00", "item/%00", "picture/999-1.png"])
def test_what_is_not_there_is_not_found(client: Client, path: str) -> None:
    a_listing("11")
    assert client.get(f"/sandbox/{path}").status_code == 404


def test_titles_are_escaped(client: Client) -> None:
    a_listing("11", title="<script>alert(1)</script>", description="<img src=x onerror=alert(1)>")
    for path in (HOME, "/sandbox/item/11"):
        assert "<script>alert" not in page(client, path) and "<img src=x" not in page(client, path)


def test_pictures_may_be_kept_and_are_only_pictures(client: Client) -> None:
    target = a_listing("11")
    assert target.picture_url == ""
    target.picture.save("../x.html", ContentFile(draw_product("cap")))
    response = client.get(target.picture_url)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response["Cache-Control"]
    assert b"".join(response.streaming_content).startswith(b"\x89PNG")  # type: ignore[attr-defined]
    name = str(target.picture.name)
    assert name.startswith("marketplace/") and name.endswith(".png")
    target.picture.storage.delete(name)
    assert client.get(target.picture_url).status_code == 404


def test_outsiders_are_kept_from_the_controls(client: Client, settings: LazySettings) -> None:
    settings.DEBUG = False
    behaviour = set_behaviour(actor=SYSTEM, mode="lie", now=NOW)
    controls = reverse("sandbox:controls")
    assert client.get(controls).status_code == 403
    assert client.post(controls, {"mode": "refuse", "delay_seconds": "1"}).status_code == 403
    assert client.post(reverse("sandbox:clear-behaviour", args=[behaviour.pk])).status_code == 403
    member = User.objects.create_user("ada@brand.test", "a long password")
    client.force_login(member)
    assert client.get(controls).status_code == 403
    assert SandboxBehaviour.objects.get().mode == "lie"
    assert controls not in page(client, HOME)


def test_in_development_everybody_may_use_the_controls(client: Client, settings: LazySettings) -> None:
    settings.DEBUG = True
    assert "The sandbox does what it is asked" in page(client, reverse("sandbox:controls"))


def test_the_controls_need_the_token(settings: LazySettings) -> None:
    settings.DEBUG = True
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(reverse("sandbox:controls"), {"mode": "lie", "delay_seconds": "1"}).status_code == 403
    assert not SandboxBehaviour.objects.exists()


def test_controls_set_list_and_clear(client: Client, settings: LazySettings) -> None:
    settings.DEBUG = True
    target = a_listing("11", title="Trail cap, moss")
    controls = reverse("sandbox:controls")
    values = {"mode": "delay", "target": "LS-11", "remaining": "3", "delay_seconds": "30"}
    assert client.post(controls, values).status_code == 302
    behaviour = SandboxBehaviour.objects.get()
    assert (behaviour.mode, behaviour.target, behaviour.remaining, behaviour.delay_seconds) == ("delay", target, 3, 30)
    text = page(client, controls)
    assert "Trail cap, moss" in text and "(30 s)" in text
    client.post(controls, {"mode": "refuse", "target": "", "remaining": "", "delay_seconds": "60"})
    assert "All others" in page(client, controls)
    client.post(reverse("sandbox:clear-behaviour", args=[behaviour.pk]))
    assert [row.mode for row in SandboxBehaviour.objects.all()] == ["refuse"]


@pytest.mark.parametrize(
    "values",
    [
        {"mode": "dance", "delay_seconds": "1"},
        {"mode": "lie", "delay_seconds": "-1"},
        {"mode": "lie", "delay_seconds": "1", "remaining": "0"},
        {"mode": "lie", "delay_seconds": "1", "target": "LS-404"},
        {"mode": "lie", "delay_seconds": "1", "target": "\x00"},
        {},
    ],
)
def test_controls_say_what_is_wrong(client: Client, settings: LazySettings, values: dict[str, str]) -> None:
    settings.DEBUG = True
    assert client.post(reverse("sandbox:controls"), {"x": "1", **values}).status_code == 422
    assert not SandboxBehaviour.objects.exists()


def test_staff_may_use_the_controls(client: Client, settings: LazySettings) -> None:
    settings.DEBUG = False
    signed_in(client, make_staff())
    assert client.post(reverse("sandbox:controls"), {"mode": "lie", "delay_seconds": "1"}).status_code == 302
    assert SandboxBehaviour.objects.get().mode == "lie"
    assert reverse("sandbox:controls") in page(client, HOME)
