"""The rights in the API: the same verbs as the pages, for programs."""

from brands.api.bulk import BulkRights
from brands.api.files import Certificate, Logo, OneRightFile, RightFiles
from brands.api.lists import Brands, Classes, Offices, RegisterRecords
from brands.api.rights import Check, OneRight, Reopen, Rights, Submit

__all__ = [
    "Brands",
    "BulkRights",
    "Certificate",
    "Check",
    "Classes",
    "Logo",
    "Offices",
    "OneRight",
    "OneRightFile",
    "RegisterRecords",
    "Reopen",
    "RightFiles",
    "Rights",
    "Submit",
]
