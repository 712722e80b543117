"""A refusal that a test expects, by its kind and code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from portal.errors import DomainError


@contextmanager
def refused(kind: type[DomainError], code: str) -> Iterator[None]:
    """Passes when what is inside raises this kind of error with this code."""
    with pytest.raises(kind) as caught:
        yield
    assert caught.value.code == code
