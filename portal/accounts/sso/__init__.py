"""Single sign-on: the verbs. What speaks to the provider is in `provider.py`; pages are in `views.py` and beside it."""

from portal.accounts.sso.admitting import Admission, Outcome, admit
from portal.accounts.sso.linking import link, unlink
from portal.accounts.sso.plans import Plan, check_plan
from portal.accounts.sso.setting_up import note_trial, set_up, switch_off, switch_on

__all__ = [
    "Admission",
    "Outcome",
    "Plan",
    "admit",
    "check_plan",
    "link",
    "note_trial",
    "set_up",
    "switch_off",
    "switch_on",
    "unlink",
]
