"""What quickstart prints and sets before it serves."""

from __future__ import annotations

import pytest

from portal import quickstart

DEMO = {
    "accounts": [
        {"email": "owner@demo.test", "password": "one-two-three", "role": "administrator"},
        {"email": "reviewer@demo.test", "password": "four", "role": "reviewer"},
    ],
    "api_key": "rdk_demo_key",
}


def test_the_banner_names_address_accounts_and_first_steps() -> None:
    said = quickstart.banner("http://localhost:8123", DEMO, open_to_others=False)
    for part in ("http://localhost:8123/", "owner@demo.test", "one-two-three", "rdk_demo_key", "Try first", "Ctrl-C"):
        assert part in said
    assert "Beware" not in said


def test_the_banner_warns_when_others_can_reach_the_demo() -> None:
    assert "Beware" in quickstart.banner("http://localhost:8000", {}, open_to_others=True)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://localhost:8000"),
        ("0.0.0.0", "http://localhost:8000"),
        ("desk.test", "http://desk.test:8000"),
        ("fe80::7", "http://[fe80::7]:8000"),
    ],
)
def test_the_address_to_print(host: str, address: str) -> None:
    assert quickstart.origin(host, 8000) == address


def test_a_named_host_is_answered_beside_this_machine() -> None:
    assert quickstart.names("desk.test") == ["localhost", "127.0.0.1", "[::1]", "desk.test"]
    assert quickstart.names("127.0.0.1") == ["localhost", "127.0.0.1", "[::1]"]


def test_a_desk_in_production_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIGHTSDESK_MODE", "production")
    with pytest.raises(SystemExit, match="for development"):
        quickstart.set_up_development("127.0.0.1", 8000)
