"""docs/integrator.md works as it is printed: its addresses resolve, its codes exist, its lines run."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import resolve
from django.utils import timezone

from brands import api_urls as brands_urls
from complaints import api_urls, demo
from complaints.rules.words import ASKS
from portal.accounts.models import Membership, Role
from portal.api.models import ApiKey
from tests.complaints.guide import GUIDE, blocks, run

ROW = re.compile(r"`(?:GET|POST|PATCH|DELETE) (/[^`]+)`")
SOURCES = (
    "portal/errors.py", "portal/accounts", "portal/api", "portal/files", "portal/identity", "complaints", "brands",
)  # fmt: skip
OF_THE_FRAMEWORK = {"not_authenticated", "method_not_allowed", "unsupported_media_type", "throttled"}
needs_a_shell = pytest.mark.skipif(
    not shutil.which("curl") or not shutil.which("bash"), reason="the guide's lines need bash and curl"
)


def filled(path: str) -> str:
    """An address with ids in it: numbers for items, UUIDs for the rest."""
    path = path.replace("$ITEM", "1").replace("{item}", "1")
    path = re.sub(r"\$[A-Z]+|\{id\}|\{file\}", "00000000-0000-4000-8000-000000000000", path)
    return "/api/v1" + path.partition("?")[0]


def test_every_address_in_the_guide_resolves() -> None:
    named = {filled(path) for path in ROW.findall(GUIDE)}
    named |= {filled(path) for path in re.findall(r'"\$API(/[^"?]*)', "".join(blocks("bash") + blocks("sh")))}
    assert len(named) > 15
    for path in named:
        assert resolve(path)


def test_no_lines_of_the_guide_stand_where_no_test_runs_them() -> None:
    kinds = re.findall(r"^```(\w*)$", GUIDE, re.MULTILINE)[::2]
    assert set(kinds) == {"bash", "sh", "json"}
    assert (kinds.count("bash"), kinds.count("sh")) == (len(blocks("bash")), len(blocks("sh")))


@pytest.mark.parametrize(
    ("room", "urls", "package"), [("complaints", api_urls, "complaints."), ("rights", brands_urls, "brands.api.")]
)
def test_the_table_names_every_endpoint_of_its_room(room: str, urls: Any, package: str) -> None:
    table = GUIDE.partition(f"## Endpoints of {room}\n")[2].partition("\n## ")[0]
    shown = {resolve(filled(path)).url_name for path in ROW.findall(table)}
    ours = [row for row in urls.urlpatterns if row.callback.view_class.__module__.startswith(package)]
    assert shown == {row.name for row in ours}


def test_every_code_in_the_guide_is_one_that_the_product_gives() -> None:
    table = GUIDE.partition("| Status | Code | What to do |\n|---|---|---|\n")[2].partition("\n\n")[0]
    codes = {code for line in table.splitlines() for code in re.findall(r"`([a-z_0-9]+)`", line.split("|")[2])}
    files = [path for place in SOURCES for path in _modules(Path(settings.BASE_DIR) / place)]
    written = "\n".join(path.read_text() for path in files)
    asked_for = {f"{ask}_missing" for ask in ASKS}  # made of what a law asks for: complaints/rules/words.py
    codes -= asked_for
    assert len(codes) > 40
    assert [code for code in sorted(codes - OF_THE_FRAMEWORK) if f'"{code}"' not in written] == []


def _modules(place: Path) -> list[Path]:
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


@needs_a_shell
@pytest.mark.django_db(transaction=True)
def test_the_lines_of_the_guide_run_as_they_are_printed(live_server: Any, tmp_path: Path) -> None:
    key = demo.seed(timezone.now())["api_key"]
    lines = "\n".join(blocks("bash")).replace("$(python3 manage.py demo --json | pick api_key)", key)
    assert key in lines
    ran = run(lines, site=live_server.url, folder=tmp_path)
    assert ran.to_the_end(), ran.said[-3000:] + ran.trouble[-3000:]
    assert set(ran.statuses) == {200, 201}, ran.trouble
    for words in ("in_review", "\nTrue\n", "\nRD-", "\nqueued\n", "\nanswer\n", '"fate":"to_correct"', '"snapshot":{'):
        assert words in ran.said, words
    assert "Your listing is removed" in ran.said
    assert (tmp_path / "seen.png").read_bytes().startswith(b"\x89PNG")


@needs_a_shell
@pytest.mark.django_db(transaction=True)
@pytest.mark.urls("tests.accounts.dev_site")
def test_the_lines_from_nothing_to_a_key_run_as_they_are_printed(
    live_server: Any, tmp_path: Path, settings: Any
) -> None:
    settings.DEBUG = True  # the mailbox is there in development only
    settings.EMAIL_BACKEND = "portal.ledger.mailbox.FileBackend"
    settings.MAILBOX_DIR = tmp_path / "mail"
    first, lines = blocks("bash")[0], blocks("sh")
    assert len(lines) == 3 and "pick()" in first
    ran = run("\n".join([first, *lines]), site=live_server.url, folder=tmp_path)
    assert ran.to_the_end(), ran.said[-3000:] + ran.trouble[-3000:]
    signing_up, joining, checking = [401, 200], [200], [200, 200, 201, 200, 200]
    statuses = [*signing_up, 200, 201, 201, *signing_up, *joining, 200, 201, 200, *checking]
    assert ran.statuses == statuses, ran.trouble
    key = ApiKey.objects.get()
    members = Membership.objects.filter(organisation=key.organisation).order_by("id").values_list("user__email", "role")
    assert list(members) == [("ida@example.com", Role.ADMINISTRATOR), ("mira@example.com", Role.RIGHTS_OWNER)]
    assert key.organisation.name in ran.said.splitlines() and key.organisation.state == "in_review"
    assert ran.said.splitlines()[-3:-1] == ["in_review", "False"]
