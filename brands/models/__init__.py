"""Who may speak for which mark: brands, register records, rights, agents and authorised sellers."""

from brands.models.authorisation import Authorisation, AuthorisedRight
from brands.models.brand import Brand, MarkFamily
from brands.models.choices import Basis, MarkKind, RightFileKind, RightKind, WorkType
from brands.models.parts import DesignDetail, PatentDetail, RightFile, WorkDetail
from brands.models.register import OfficeCall, RecordClass, RegisterReading, RegisterRecord
from brands.models.renewal import CalendarFeed, Renewal, RenewalReminder
from brands.models.right import IPRight, RightClass, RightConflict, RightTerritory, Verification
from brands.models.seller import AuthorisedSeller
from brands.registers.statuses import RegisterStatus
from brands.registers.usability import Usability
from brands.states import AuthorisationState, RenewalState, RightState, SellerState

__all__ = [
    "Authorisation",
    "AuthorisationState",
    "AuthorisedRight",
    "AuthorisedSeller",
    "Basis",
    "Brand",
    "CalendarFeed",
    "DesignDetail",
    "IPRight",
    "MarkFamily",
    "MarkKind",
    "OfficeCall",
    "PatentDetail",
    "RecordClass",
    "RegisterReading",
    "RegisterRecord",
    "RegisterStatus",
    "Renewal",
    "RenewalReminder",
    "RenewalState",
    "RightClass",
    "RightConflict",
    "RightFile",
    "RightFileKind",
    "RightKind",
    "RightState",
    "RightTerritory",
    "SellerState",
    "Usability",
    "Verification",
    "WorkDetail",
    "WorkType",
]
