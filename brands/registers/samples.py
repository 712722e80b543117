"""Genuine register records, minimised: takes data/samples.json into the records, any number of times."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import transaction

from brands.models import RegisterRecord
from brands.registers.collected import facts_in
from brands.registers.offices import DATA
from brands.registry.records import store


@transaction.atomic
def load_samples(now: datetime) -> list[RegisterRecord]:
    """Makes the sample records or confirms them; what was read later stays. Gives them in the order of the file."""
    collection = json.loads((DATA / "samples.json").read_text(encoding="utf-8"))
    return [store(facts=facts, now=now).record for facts in facts_in(collection)]
