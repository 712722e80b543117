"""How things happen to brands and rights; the only writer of a right's state.

Each verb locks the row, asks brands/states.py, writes, and appends the event, in one transaction. It raises a
`portal.errors.DomainError`: NotFound for another tenant's row, Forbidden for the wrong role, Conflict for a state or
version that has moved on, Refused for input that cannot be used.
"""

from brands.registry.authorising import Terms as AuthorisationTerms
from brands.registry.authorising import ask as ask_authorisation
from brands.registry.authorising import end as end_authorisation
from brands.registry.authorising import grant as grant_authorisation
from brands.registry.authorising import refuse as refuse_authorisation
from brands.registry.common import may_do, roles_of
from brands.registry.conflicts import settle as settle_conflict
from brands.registry.deciding import (
    REASON_LENGTH,
    approve,
    check_against_register,
    reject,
    verify_automatically,
)
from brands.registry.entering import (
    add_brand,
    register_madrid,
    register_right,
    resubmit,
    submit_for_review,
    update_draft,
)
from brands.registry.feeds import find_feed, make_feed, revoke_feed
from brands.registry.filing import add_file, attach, remove_file
from brands.registry.held import held_facts
from brands.registry.keeping import accept_owner, recheck, recheck_before_use, reinstate, suspend
from brands.registry.records import find_record, store, store_all
from brands.registry.renewing import accept_renewal, declare_renewed, refuse_renewal, remind_of_renewals
from brands.registry.reopening import reopen
from brands.registry.rivals import conflicts_of
from brands.registry.rivals import find as find_conflicts
from brands.registry.seller_requests import ask_to_be_listed, take_request_back
from brands.registry.seller_terms import SellerTerms, reaches_seller
from brands.registry.sellers import accept_seller, change_seller, end_seller, list_seller, refuse_seller

__all__ = [
    "REASON_LENGTH",
    "AuthorisationTerms",
    "SellerTerms",
    "accept_owner",
    "accept_renewal",
    "accept_seller",
    "add_brand",
    "add_file",
    "approve",
    "ask_authorisation",
    "ask_to_be_listed",
    "attach",
    "change_seller",
    "check_against_register",
    "conflicts_of",
    "declare_renewed",
    "end_authorisation",
    "end_seller",
    "find_conflicts",
    "find_feed",
    "find_record",
    "grant_authorisation",
    "held_facts",
    "list_seller",
    "make_feed",
    "may_do",
    "reaches_seller",
    "recheck",
    "recheck_before_use",
    "refuse_authorisation",
    "refuse_renewal",
    "refuse_seller",
    "register_madrid",
    "register_right",
    "reinstate",
    "reject",
    "remind_of_renewals",
    "remove_file",
    "reopen",
    "resubmit",
    "revoke_feed",
    "roles_of",
    "settle_conflict",
    "store",
    "store_all",
    "submit_for_review",
    "suspend",
    "take_request_back",
    "update_draft",
    "verify_automatically",
]
