"""USPTO TSDR records in WIPO ST.66 with the office's extensions. Pure: bytes in, facts out."""

from __future__ import annotations

from datetime import date
from typing import Final
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from brands.registers import values
from brands.registers.errors import Unreadable
from brands.registers.records import RecordFacts
from brands.registers.safe_xml import children, document, first, local, texts
from brands.registers.us import UsCase, UsClass, UsOwner, facts_of

FORMAT: Final = "st66"
NAMESPACE: Final = "http://www.wipo.int/standards/XMLSchema/trademarks"
NAME: Final = "ApplicantAddressBook/FormattedNameAddress/Name/FreeFormatName/FreeFormatNameDetails/FreeFormatNameLine"
COUNTRY: Final = "ApplicantAddressBook/FormattedNameAddress/Address/FormattedAddress/FormattedAddressCountryCode"


def parse(data: bytes, *, as_of: date | None = None, source: str = "") -> list[RecordFacts]:
    """The records of one answer. `as_of` is the day it was fetched, if known. Raises Unreadable."""
    root = document(data)
    found = [
        facts_of(_case(mark, transaction), as_of=as_of, source=source)
        for transaction in children(root, ".//TransactionData")
        for mark in children(transaction, "TradeMarkDetails/TradeMark")
    ]
    if not found:
        raise Unreadable("no_record", _("There is no trade mark in this ST.66 file."))
    return found


def _case(mark: Element, transaction: Element) -> UsCase:
    extension = "TradeMarkExt"
    current = f"{extension}/FilingBasisDetails/BasisCurrently/BasisRequestforExtentionOfProtectionIndicator"
    return UsCase(
        format=FORMAT,
        serial=first(mark, "ApplicationNumber"),
        registration=first(mark, "RegistrationNumber"),
        mark=first(mark, "WordMarkSpecification/MarkVerbalElementText"),
        drawing=first(mark, f"{extension}/MarkFeatureCode"),
        madrid=first(mark, current) == "true",
        international=first(mark, ".//InternationalRegistrationNumber", "InternationalMarkIdentifier"),
        code=first(mark, "MarkCurrentStatusCode"),
        words=first(mark, f"{extension}/MarkCurrentStatusExternalDescriptionText"),
        status_date=first(mark, "MarkCurrentStatusDate"),
        filed=first(mark, "ApplicationDate"),
        published=texts(mark, "PublicationDetails/Publication/PublicationDate"),
        registered=first(mark, "RegistrationDate"),
        owners=[_owner(each) for each in children(transaction, "ApplicantDetails/Applicant")],
        classes=[_class(each) for each in children(mark, ".//GoodsServices/ClassDescriptionDetails/ClassDescription")],
        designs=designs_in(mark),
        events=texts(mark, "MarkEventDetails/MarkEvent/MarkEventDate"),
    )


def _owner(applicant: Element) -> UsOwner:
    return UsOwner(
        party=first(applicant, "ApplicantExt/PartyTypeCode"),
        name=" ".join(texts(applicant, NAME)),
        country=first(applicant, COUNTRY),
    )


def _class(entry: Element) -> UsClass:
    return UsClass(
        numbers=texts(entry, "ClassNumber"),
        goods=" ".join(texts(entry, "GoodsServicesDescription")),
        status=first(entry, "ClassNumberStatusCode"),
        first_use=first(entry, "ClassDescriptionExt/FilingBasisDetails/FirstUseDateNumber"),
    )


def designs_in(mark: Element) -> list[str]:
    """Codes of figurative elements: whatever stands under a name with "Design" in it and looks like one."""
    return [
        code
        for each in mark.iter()
        if "Design" in local(each)
        for part in each.iter()
        if (code := values.design_code(part.text))
    ]
