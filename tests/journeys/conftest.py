"""What every journey in a browser starts with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.journeys.hands import World

if TYPE_CHECKING:
    from django.core.mail import EmailMessage
    from playwright.sync_api import Page


@pytest.fixture
def world(
    visitor: Callable[..., Page], mailoutbox: list[EmailMessage], run_outbox: Callable[[], Any], settings: Any
) -> World:
    """Gives browsers, mail and background work; a code stays good while the half minute turns."""
    settings.MFA_TOTP_TOLERANCE = 1
    return World(visitor, mailoutbox, run_outbox, settings)
