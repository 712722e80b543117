"""A shop with two offers to report."""

from __future__ import annotations

from typing import NamedTuple

from portal.marketplace.models import Target
from tests.complaints.factories import make_listing, make_seller


class Shop(NamedTuple):
    """Two offers of one seller."""

    first: Target
    second: Target


def open_shop() -> Shop:
    """Opens the shop."""
    seller = make_seller("peakdeals")
    return Shop(
        make_listing(seller, title="TARNFEL hooded jacket"), make_listing(seller, title="Tarnfell style fleece")
    )
