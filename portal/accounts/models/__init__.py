"""People and tenants: who signs in, for which organisation, with which role."""

from portal.accounts.models.holds import Hold, HoldKind, HoldQuerySet, HoldState
from portal.accounts.models.people import StaffRole, User, UserManager, fold_email
from portal.accounts.models.sign_ons import SignOn, SignOnDomain, SignOnQuerySet
from portal.accounts.models.tenants import (
    INVITATION_LIFE,
    Invitation,
    InvitationQuerySet,
    Membership,
    MembershipQuerySet,
    Organisation,
    OrganisationForm,
    OrganisationKind,
    Role,
)
from portal.accounts.states import OrganisationState

__all__ = [
    "INVITATION_LIFE",
    "Hold",
    "HoldKind",
    "HoldQuerySet",
    "HoldState",
    "Invitation",
    "InvitationQuerySet",
    "Membership",
    "MembershipQuerySet",
    "Organisation",
    "OrganisationForm",
    "OrganisationKind",
    "OrganisationState",
    "Role",
    "SignOn",
    "SignOnDomain",
    "SignOnQuerySet",
    "StaffRole",
    "User",
    "UserManager",
    "fold_email",
]
