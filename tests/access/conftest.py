"""One town for the whole matrix: built once, and every test leaves it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from tests.access.town import Town, build


@pytest.fixture(scope="module")
def town(django_db_setup: None, django_db_blocker: Any, private_settings: Any) -> Iterator[Town]:
    """Builds the town once for a file, in a transaction that is taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def _django_db_helper(town: Town) -> Iterator[None]:
    """Takes the place of pytest-django's own: a test marked django_db runs in a savepoint of the town's transaction."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
