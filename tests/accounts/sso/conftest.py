"""A provider of one's own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.accounts.sso.kit import Company, make_company
from tests.accounts.sso.openid_provider import OpenIdProvider


@pytest.fixture
def provider(settings: Any) -> Iterator[OpenIdProvider]:
    settings.SIGN_ON_LOOPBACK = True
    made = OpenIdProvider()
    yield made
    made.close()


@pytest.fixture
def company(provider: OpenIdProvider, db: None) -> Company:
    return make_company(provider, name="tarnfell")
