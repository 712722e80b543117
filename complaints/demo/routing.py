"""How the demo's desk is set up: three routing rules, what each reviewer can take, and one who steps back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from complaints import casework
from complaints.casework.routing import RuleValues
from complaints.demo.accounts import LUMORA, Cast
from complaints.review.routing import Conditions
from portal.accounts.models import Organisation

RULES = (
    ("Fakes that can harm people", Conditions(reason="counterfeit", safety=True), "safety", 60),
    ("Shops that pass themselves off", Conditions(reason="impersonation"), "accounts", 0),
    ("Patents", Conditions(right_kind="patent"), "patents", 0),
)
PLACES: dict[str, tuple[list[str], list[str]]] = {
    "reviewer": (["safety", "accounts"], ["en", "sv", "de"]),
    "senior": (["safety", "accounts", "patents"], []),
}


def set_up_desk(people: Cast, made: Mapping[str, Organisation], now: datetime) -> None:
    """Writes rules and places, each through its verb."""
    policy, senior = people.staff("policy"), people.staff("senior")
    for number, (name, conditions, skill, minutes) in enumerate(RULES, 1):
        values = RuleValues(name, conditions, number, skill, minutes)
        casework.save_rule(actor=policy, values=values, now=now + timedelta(minutes=9 * number))
    for name, (skills, languages) in PLACES.items():
        casework.set_place(
            actor=senior,
            user_id=people.user(name).pk,
            skills=skills,
            languages=languages,
            open_claims=None,
            now=now + timedelta(hours=1),
        )
    casework.recuse(
        actor=senior,
        user_id=people.user("senior").pk,
        organisation_id=made[LUMORA].pk,
        reason="Worked there until last year.",
        now=now + timedelta(hours=2),
    )
