"""Composed records: one mark written in each of the USPTO's formats as these are published; nothing is genuine."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

FIXTURES = Path(__file__).parent.parent / "fixtures" / "registers"
ROLES = {10: "ORIGINAL APPLICANT", 20: "OWNER AT PUBLICATION", 30: "ORIGINAL REGISTRANT"}
WORDS = {"700": "Registered.", "800": "The registration has been renewed.", "710": "Registration cancelled."}
# The daily file declares its elements inline; this is the beginning of that declaration and its shape.
DOCTYPE = """<!DOCTYPE trademark-applications-daily [
<!ELEMENT trademark-applications-daily (version, creation-datetime, application-information)>
<!ELEMENT version (version-no, version-date)>
<!ELEMENT version-no (#PCDATA)>
<!ELEMENT case-file (serial-number, registration-number?, transaction-date, case-file-header?)>
]>"""


@dataclass
class Mark:
    """What a composed record says, in the words of no format."""

    serial: str = "90000001"
    registration: str = "7000001"
    words: str = "TARNFELL"
    drawing: str = "4"
    status: str = "700"
    status_date: str = "20230314"
    filed: str = "20210302"
    published: str = "20221018"
    registered: str = "20230314"
    owners: list[tuple[int, str]] = field(
        default_factory=lambda: [(10, "Tarnfell AB"), (30, "Tarnfell AB"), (31, "Tarnfell Outdoor AB")]
    )
    country: str = "SE"
    classes: list[tuple[int, str, str]] = field(default_factory=lambda: [(25, "Jackets", "20200600")])
    designs: list[str] = field(default_factory=list)
    transaction: str = "20240502"


def genuine(name: str) -> bytes:
    """A genuine record of the fixtures."""
    return (FIXTURES / name).read_bytes()


def dashed(day: str, offset: str = "") -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}{offset}" if day else ""


def st66(mark: Mark) -> bytes:
    """TSDR in ST.66: dates with an offset, owners newest first, classes padded."""
    e = escape
    classes = "".join(
        f"<GoodsServices><ClassDescriptionDetails><ClassDescription><ClassNumber>{n:03}</ClassNumber>"
        f"<ClassNumberStatusCode>6</ClassNumberStatusCode><GoodsServicesDescription>{e(goods)}</GoodsServicesDescription>"
        f"<ClassDescriptionExt><ns2:DomesticClassNumbers>022</ns2:DomesticClassNumbers><ns2:FilingBasisDetails>"
        f"<ns2:FirstUseDateNumber>{used}</ns2:FirstUseDateNumber></ns2:FilingBasisDetails></ClassDescriptionExt>"
        f"</ClassDescription></ClassDescriptionDetails></GoodsServices>"
        for n, goods, used in mark.classes
    )
    owners = "".join(
        f"<Applicant><ApplicantAddressBook><FormattedNameAddress><Name><FreeFormatName><FreeFormatNameDetails>"
        f'<FreeFormatNameLine sequenceNumber="1">{e(name)}</FreeFormatNameLine></FreeFormatNameDetails>'
        "</FreeFormatName>"
        f"</Name><Address><FormattedAddress><FormattedAddressCountryCode>{mark.country}</FormattedAddressCountryCode>"
        f"</FormattedAddress></Address></FormattedNameAddress></ApplicantAddressBook><ApplicantExt>"
        f"<ns2:PartyTypeCode>{party}</ns2:PartyTypeCode></ApplicantExt></Applicant>"
        for party, name in sorted(mark.owners, key=lambda owner: -owner[0])
    )
    said = WORDS.get(mark.status, "")
    designs = "".join(f"<ns2:DesignSearchCode>{code}</ns2:DesignSearchCode>" for code in mark.designs)
    return f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Transaction xmlns:ns2="urn:us:gov:doc:uspto:trademark:status" xmlns="http://www.wipo.int/standards/XMLSchema/trademarks">
<TradeMarkTransactionBody><TransactionContentDetails><TransactionData><TradeMarkDetails><TradeMark>
<RegistrationOfficeCode>US</RegistrationOfficeCode><ApplicationNumber>{mark.serial}</ApplicationNumber>
<ApplicationDate>{dashed(mark.filed, "-05:00")}</ApplicationDate>
<RegistrationNumber>{mark.registration}</RegistrationNumber>
<RegistrationDate>{dashed(mark.registered, "-04:00")}</RegistrationDate>
<MarkCurrentStatusCode>{mark.status}</MarkCurrentStatusCode>
<MarkCurrentStatusDate>{dashed(mark.status_date, "-04:00")}</MarkCurrentStatusDate>
<WordMarkSpecification><MarkVerbalElementText>{e(mark.words)}</MarkVerbalElementText><MarkTranslation/></WordMarkSpecification>
<GoodsServicesDetails>{classes}</GoodsServicesDetails>
<PublicationDetails><Publication><PublicationDate>{dashed(mark.published, "-05:00")}</PublicationDate>
</Publication></PublicationDetails>
<TradeMarkExt>
<ns2:MarkCurrentStatusExternalDescriptionText>{said}</ns2:MarkCurrentStatusExternalDescriptionText>
<ns2:MarkFeatureCode>{mark.drawing}</ns2:MarkFeatureCode>{designs}</TradeMarkExt></TradeMark></TradeMarkDetails>
<ApplicantDetails>{owners}</ApplicantDetails></TransactionData></TransactionContentDetails></TradeMarkTransactionBody></Transaction>
""".encode()


def st96(mark: Mark) -> bytes:
    """TSDR in ST.96: no image, empty elements, owners newest first by sequenceNumber."""
    e = escape
    classes = "".join(
        "<t:GoodsServices><t:GoodsServicesClassificationBag>"
        f"<t:GoodsServicesClassification><t:ClassificationKindCode>Primary</t:ClassificationKindCode>"
        f"<t:ClassNumber>{n:03}</t:ClassNumber></t:GoodsServicesClassification>"
        f"<t:GoodsServicesClassification><t:ClassificationKindCode>Nice</t:ClassificationKindCode>"
        f"<t:ClassNumber>{n:03}</t:ClassNumber></t:GoodsServicesClassification>"
        "<t:GoodsServicesClassification><t:ClassificationKindCode>Domestic</t:ClassificationKindCode>"
        "<t:NationalClassNumber>022</t:NationalClassNumber></t:GoodsServicesClassification>"
        "</t:GoodsServicesClassificationBag>"
        f"<t:NationalFilingBasis><t:FirstUsedDate>{used}</t:FirstUsedDate></t:NationalFilingBasis>"
        f"<t:ClassDescriptionBag><t:ClassDescription><t:ClassNumber>{n:03}</t:ClassNumber>"
        f"<t:GoodsServicesDescriptionText>{e(goods)}</t:GoodsServicesDescriptionText></t:ClassDescription>"
        "<t:ClassDescription><t:NationalStatusBag><t:NationalStatus><t:NationalStatusCode>6</t:NationalStatusCode>"
        "</t:NationalStatus></t:NationalStatusBag></t:ClassDescription></t:ClassDescriptionBag></t:GoodsServices>"
        for n, goods, used in mark.classes
    )
    owners = "".join(
        f'<t:Applicant c:sequenceNumber="{party}"><c:CommentText>{ROLES.get(party, "SUBSEQUENT OWNER")}</c:CommentText>'
        f"<c:Contact><c:Name><c:EntityName>{e(name)}</c:EntityName></c:Name><c:PostalAddressBag><c:PostalAddress>"
        f"<c:PostalStructuredAddress><c:CountryCode>{mark.country}</c:CountryCode></c:PostalStructuredAddress>"
        "</c:PostalAddress></c:PostalAddressBag></c:Contact></t:Applicant>"
        for party, name in sorted(mark.owners, key=lambda owner: -owner[0])
    )
    designs = "".join(f"<t:NationalDesignSearchCode>{code}</t:NationalDesignSearchCode>" for code in mark.designs)
    return f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<t:TrademarkTransaction xmlns:c="http://www.wipo.int/standards/XMLSchema/ST96/Common" xmlns:t="http://www.wipo.int/standards/XMLSchema/ST96/Trademark">
<t:TrademarkTransactionBody><t:TransactionContentBag><t:TransactionData><t:TrademarkBag><t:Trademark>
<c:ApplicationNumber><c:IPOfficeCode>US</c:IPOfficeCode><c:ApplicationNumberText>{mark.serial}</c:ApplicationNumberText></c:ApplicationNumber>
<c:RegistrationNumber>{mark.registration}</c:RegistrationNumber>
<t:ApplicationDate>{dashed(mark.filed, "-05:00")}</t:ApplicationDate>
<c:RegistrationDate>{dashed(mark.registered)}</c:RegistrationDate>
<t:MarkCurrentStatusCode>{mark.status}</t:MarkCurrentStatusCode>
<t:MarkCurrentStatusDate>{dashed(mark.status_date)}</t:MarkCurrentStatusDate><t:AssociatedMarkBag />
<t:MarkRepresentation><t:MarkReproduction><t:WordMarkSpecification><t:MarkVerbalElementText>{e(mark.words)}</t:MarkVerbalElementText>
</t:WordMarkSpecification><t:MarkImageBag><t:MarkImage><c:FileName>No image available</c:FileName>
<t:NationalDesignSearchCodeBag>{designs}</t:NationalDesignSearchCodeBag></t:MarkImage></t:MarkImageBag></t:MarkReproduction>
<t:MarkDescriptionBag><t:MarkDescriptionText/><t:NationalMarkDescription><t:MarkFeatureCode>{mark.drawing}</t:MarkFeatureCode>
</t:NationalMarkDescription></t:MarkDescriptionBag></t:MarkRepresentation>
<t:GoodsServicesBag>{classes}</t:GoodsServicesBag>
<t:PublicationBag><t:Publication><c:PublicationDate>{dashed(mark.published)}</c:PublicationDate></t:Publication></t:PublicationBag>
<t:ApplicantBag>{owners}</t:ApplicantBag><t:NationalTrademarkInformation>
<t:MarkCurrentStatusExternalDescriptionText>{WORDS.get(mark.status, "")}</t:MarkCurrentStatusExternalDescriptionText>
</t:NationalTrademarkInformation></t:Trademark></t:TrademarkBag></t:TransactionData></t:TransactionContentBag>
</t:TrademarkTransactionBody></t:TrademarkTransaction>
""".encode()


def tsdr_one(mark: Mark, **status: Any) -> dict[str, Any]:
    """One mark of a TSDR answer in JSON: numbers as numbers, first use as a whole number."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for party, name in mark.owners:
        iso = {"iso": {"code": mark.country}}
        row = {"partyType": party, "entityNum": 1, "name": name, "addressStateCountry": iso}
        groups.setdefault(str(party), []).append(row)
    return {
        "status": {
            "serialNumber": int(mark.serial),
            "usRegistrationNumber": mark.registration,
            "designSearchList": [{"code": code, "descriptions": []} for code in mark.designs],
            "filingDate": dashed(mark.filed) or None,
            "usRegistrationDate": dashed(mark.registered) or None,
            "status": int(mark.status),
            "statusDate": dashed(mark.status_date),
            "markDrawingCd": mark.drawing,
            "markElement": mark.words,
            "extStatusDesc": WORDS.get(mark.status),
            **status,
        },
        "parties": {"ownerGroups": groups},
        "gsList": [
            {
                "usClasses": [{"code": "022"}],
                "internationalClasses": [{"code": f"{number:03}"}],
                "statusCode": "6",
                "firstUseDate": int(used) if used else None,
                "description": goods,
            }
            for number, goods, used in mark.classes
        ],
        "publication": {"datePublished": dashed(mark.published) or None},
        "internationalData": False,
    }


def tsdr(mark: Mark, **status: Any) -> bytes:
    """The answer of casestatus."""
    return json.dumps({"trademarks": [tsdr_one(mark, **status)]}).encode()


def tsdr_multi(*marks: Mark) -> bytes:
    """The answer of caseMultiStatus."""
    bundles = [{"trademarks": [tsdr_one(mark)], "searchId": mark.serial} for mark in marks]
    return json.dumps({"size": len(bundles), "oversized": False, "transactionList": bundles}).encode()


def case_file(mark: Mark, extra: str = "") -> str:
    """One case file of the daily file; owners newest first, 0000000 for no registration."""
    e = escape
    statements = "".join(
        f"<case-file-statement><type-code>GS{number:03}1</type-code><text>{e(goods)}</text></case-file-statement>"
        for number, goods, _used in mark.classes
    )
    classes = "".join(
        f"<classification><international-code>{number:03}</international-code><us-code>022</us-code>"
        f"<status-code>6</status-code><first-use-anywhere-date>{used}</first-use-anywhere-date>"
        f"<primary-code>{number:03}</primary-code></classification>"
        for number, _goods, used in mark.classes
    )
    owners = "".join(
        f"<case-file-owner><entry-number>1</entry-number><party-type>{party}</party-type>"
        f"<party-name>{e(name)}</party-name><country>{mark.country}</country></case-file-owner>"
        for party, name in sorted(mark.owners, key=lambda owner: -owner[0])
    )
    designs = "".join(f"<design-search><code>{code.replace('.', '')}</code></design-search>" for code in mark.designs)
    return f"""<case-file><serial-number>{mark.serial}</serial-number>
<registration-number>{mark.registration or "0000000"}</registration-number>
<transaction-date>{mark.transaction}</transaction-date>
<case-file-header><filing-date>{mark.filed}</filing-date><registration-date>{mark.registered}</registration-date>
<status-code>{mark.status}</status-code><status-date>{mark.status_date}</status-date>
<mark-identification>{e(mark.words)}</mark-identification><mark-drawing-code>{mark.drawing}000</mark-drawing-code>
<published-for-opposition-date>{mark.published}</published-for-opposition-date></case-file-header>
<case-file-statements>{statements}</case-file-statements><classifications>{classes}</classifications>
<correspondent/><case-file-owners>{owners}</case-file-owners><design-searches>{designs}</design-searches>{extra}</case-file>
"""


def daily(*case_files: str, action: str = "TX", doctype: str = DOCTYPE) -> bytes:
    """The envelope of the daily file around case files, all under one action key."""
    return daily_groups((action, case_files), doctype=doctype)


def daily_groups(*groups: tuple[str, tuple[str, ...]], doctype: str = DOCTYPE) -> bytes:
    """The same with an action key for each group."""
    keys = "".join(
        f"<action-keys><action-key>{key}</action-key>{''.join(cases)}</action-keys>" for key, cases in groups
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
{doctype}
<trademark-applications-daily><version><version-no>2.0</version-no><version-date>20041108</version-date></version>
<creation-datetime>202405030529</creation-datetime><application-information><file-segments>
<file-segment>TRMK</file-segment>{keys}</file-segments></application-information></trademark-applications-daily>
""".encode()


def euipo(number: str = "018999001", **changes: Any) -> bytes:
    """One mark as EUIPO's API answers for its number."""
    row = {
        "applicationNumber": number,
        "markKind": "INDIVIDUAL",
        "markFeature": "FIGURATIVE",
        "markBasis": "EU_TRADEMARK",
        "niceClasses": [18, 25],
        "wordMarkSpecification": {"verbalElement": "TARNFELL"},
        "applicants": [{"office": "EM", "identifier": "7", "name": "Tarnfell Outdoor AB"}],
        "applicationDate": "2021-03-02",
        "registrationDate": "2021-08-20",
        "expiryDate": "2031-03-02",
        "status": "REGISTERED",
        "statusDate": "2021-08-20",
        "goodsAndServices": [
            {
                "classNumber": 25,
                "description": [
                    {"language": "sv", "terms": ["Jackor"]},
                    {"language": "en", "terms": ["Jackets", "Hats"]},
                ],
            }
        ],
    }
    return json.dumps({**row, **changes}).encode()
