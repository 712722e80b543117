"""The verbs of holds: a change that could hijack an organisation rests, and takes time and a second person.

`start` opens one and tells everybody, `approve` is the second person, `stop` undoes the change, `release` lets it
through, `settle` is the desk's look at a stopped one. Other rooms start holds by the functions named for what happened.
"""

from portal.accounts.holds.changes import on_role_lost, on_stop
from portal.accounts.holds.settling import approve, release, release_due, settle, stop
from portal.accounts.holds.starting import (
    administrator_added,
    administrator_leaving,
    is_new_administrator,
    key_issued,
    owner_changed,
    second_factor_lost,
    start,
)

__all__ = [
    "administrator_added",
    "administrator_leaving",
    "approve",
    "is_new_administrator",
    "key_issued",
    "on_role_lost",
    "on_stop",
    "owner_changed",
    "release",
    "release_due",
    "second_factor_lost",
    "settle",
    "start",
    "stop",
]
