"""USPTO TSDR records in WIPO ST.96 with the office's extensions, version 2 and its draft. Pure: bytes in, facts out."""

from __future__ import annotations

from datetime import date
from typing import Final
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from brands.registers.errors import Unreadable
from brands.registers.records import RecordFacts
from brands.registers.safe_xml import children, document, first, local, texts
from brands.registers.st66 import designs_in
from brands.registers.us import UsCase, UsClass, UsOwner, facts_of

FORMAT: Final = "st96"
NAMESPACES: Final = (
    "http://www.wipo.int/standards/XMLSchema/ST96/Trademark",
    "http://www.wipo.int/standards/XMLSchema/Trademark/1",
)
INFORMATION: Final = "NationalTrademarkInformation"
NAMES: Final = (
    "Contact/Name/EntityName",
    "Contact/Name/OrganizationName/OrganizationStandardName",
    "Contact/Name/PersonName/PersonFullName",
)


def parse(data: bytes, *, as_of: date | None = None, source: str = "") -> list[RecordFacts]:
    """The records of one answer. `as_of` is the day it was fetched, if known. Raises Unreadable."""
    marks = children(document(data), ".//TrademarkBag/Trademark")
    if not marks:
        raise Unreadable("no_record", _("There is no trade mark in this ST.96 file."))
    return [facts_of(_case(mark), as_of=as_of, source=source) for mark in marks]


def _case(mark: Element) -> UsCase:
    current = "NationalFilingBasis/CurrentBasis/BasisInternationalRegistrationIndicator"
    words = "MarkRepresentation/MarkReproduction/WordMarkSpecification/MarkVerbalElementText"
    return UsCase(
        format=FORMAT,
        serial=first(mark, "ApplicationNumber/ApplicationNumberText"),
        registration=first(mark, "RegistrationNumber"),
        mark=first(mark, words),
        drawing=first(mark, "MarkRepresentation/MarkDescriptionBag/NationalMarkDescription/MarkFeatureCode"),
        madrid=first(mark, current) == "true",
        international=first(mark, ".//InternationalRegistrationNumber", ".//InternationalMarkIdentifier"),
        code=first(mark, "MarkCurrentStatusCode"),
        words=first(mark, f"{INFORMATION}/MarkCurrentStatusExternalDescriptionText"),
        status_date=first(mark, "MarkCurrentStatusDate"),
        filed=first(mark, "ApplicationDate"),
        published=texts(mark, "PublicationBag/Publication/PublicationDate"),
        registered=first(mark, "RegistrationDate"),
        owners=[_owner(each) for each in children(mark, "ApplicantBag/Applicant")],
        classes=[_class(each) for each in children(mark, "GoodsServicesBag/GoodsServices")],
        designs=designs_in(mark),
        events=texts(mark, "MarkEventBag/MarkEvent/MarkEventDate"),
    )


def _owner(applicant: Element) -> UsOwner:
    """The attribute sequenceNumber is the party type: the newest owner comes first and has the highest."""
    party = next((value for name, value in applicant.attrib.items() if name.endswith("sequenceNumber")), "")
    return UsOwner(
        party=party,
        name=first(applicant, *NAMES),
        country=first(applicant, "Contact/PostalAddressBag/PostalAddress/PostalStructuredAddress/CountryCode"),
    )


def _class(entry: Element) -> UsClass:
    """International classes are of the kind Nice; "Domestic" ones are the old national classes of the US."""
    numbers = [
        number
        for each in children(entry, "GoodsServicesClassificationBag/GoodsServicesClassification")
        if first(each, "ClassificationKindCode") == "Nice"
        for number in texts(each, "ClassNumber")
    ]
    described = children(entry, "ClassDescriptionBag/ClassDescription")
    return UsClass(
        numbers=numbers,
        goods=" ".join(text for each in described for text in texts(each, "GoodsServicesDescriptionText")),
        status=_status(entry),
        first_use=first(entry, "NationalFilingBasis/FirstUsedDate"),
    )


def _status(entry: Element) -> str:
    codes = [each.text or "" for each in entry.iter() if local(each) == "NationalStatusCode"]
    return codes[0] if codes else ""
