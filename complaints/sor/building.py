"""The 35 fields of one statement, made from facts of a decision so that the database takes it; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from complaints.sor.checking import Fields, cleaned, schema

RESTRICTIONS = ("decision_visibility", "decision_monetary", "decision_provision", "decision_account")

# What each action of the marketplace restricts, in the terms of the schema.
_VISIBILITY = {
    "listing_removed": "DECISION_VISIBILITY_CONTENT_REMOVED",
    "video_removed": "DECISION_VISIBILITY_CONTENT_REMOVED",
    "livestream_interrupted": "DECISION_VISIBILITY_CONTENT_DISABLED",
    "listing_paused": "DECISION_VISIBILITY_CONTENT_DISABLED",
}
_PROVISION = {"creator_permission_revoked": "DECISION_PROVISION_PARTIAL_SUSPENSION"}
_ACCOUNT = {"store_deactivated": "DECISION_ACCOUNT_SUSPENDED"}
_MONETARY = {"commission_frozen": "DECISION_MONETARY_SUSPENSION"}

_CONTENT = {"listing": "CONTENT_TYPE_PRODUCT", "video": "CONTENT_TYPE_VIDEO", "livestream": "CONTENT_TYPE_VIDEO"}
_KEYWORDS = {
    "trademark": "KEYWORD_TRADEMARK_INFRINGEMENT",
    "copyright": "KEYWORD_COPYRIGHT_INFRINGEMENT",
    "design": "KEYWORD_DESIGN_INFRINGEMENT",
    "patent": "KEYWORD_PATENT_INFRINGEMENT",
}
# The provisions in the Union that give the right; a court would name the national one as well.
_LAW = {
    "trademark": "Trade mark right: Regulation (EU) 2017/1001, Article 9; Directive (EU) 2015/2436, Article 10",
    "copyright": "Copyright: Directive 2001/29/EC, Articles 2 to 4",
    "design": "Design right: Regulation (EC) No 6/2002, Article 19",
    "patent": "Patent: Article 64 of the European Patent Convention with the national law of the market",
}
_SOURCES = {
    "portal": "SOURCE_ARTICLE_16",
    "api": "SOURCE_ARTICLE_16",
    "public": "SOURCE_ARTICLE_16",
    "order": "SOURCE_TYPE_OTHER_NOTIFICATION",
    "own": "SOURCE_VOLUNTARY",
}
_FIRST_DAY = date.fromisoformat("2000-01-01")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a statement says, in plain values: codes of this product, never of the schema.

    `actions` are those of measures (none for a rejection), `kinds` of the targets, `markets` ISO 3166 alpha-2. The
    `notifier` is the name of an organisation or "": a natural person is not named. `gtins` are digits.
    """

    puid: str
    actions: tuple[str, ...]
    kinds: tuple[str, ...]
    markets: tuple[str, ...]
    right_kind: str
    reason: str
    source: str
    notifier: str
    explanation: str
    facts: str
    content_date: date
    decided_on: date
    gtins: tuple[str, ...] = ()
    trusted_flagger: bool = False


def build(facts: Facts) -> Fields:
    """The fields as the database keeps them; a decision that restricts nothing leaves the four restrictions empty."""
    kinds = sorted({_CONTENT.get(kind, "CONTENT_TYPE_OTHER") for kind in facts.kinds})
    source = "SOURCE_TRUSTED_FLAGGER" if facts.trusted_flagger else _SOURCES[facts.source]
    fields: dict[str, Any] = {
        "puid": facts.puid,
        **_restrictions(facts.actions),
        "account_type": "ACCOUNT_TYPE_BUSINESS" if set(facts.actions) & set(_ACCOUNT) else None,
        "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
        "illegal_content_legal_ground": _LAW.get(facts.right_kind, _LAW["trademark"]),
        "illegal_content_explanation": _cut(facts.explanation, "illegal_content_explanation"),
        "category": "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS",
        "category_addition": [],
        "category_specification": _specification(facts),
        "content_type": kinds,
        "content_type_other": "Account of a seller or creator" if "CONTENT_TYPE_OTHER" in kinds else None,
        "content_id": _ean(facts.gtins),
        "content_date": max(facts.content_date, _FIRST_DAY).isoformat(),
        "territorial_scope": [each for each in facts.markets if each in schema()["eea_countries"]],
        "application_date": facts.decided_on.isoformat(),
        "decision_facts": _cut(facts.facts, "decision_facts"),
        "source_type": source,
        "source_identity": _cut(facts.notifier, "source_identity") or None,
        "automated_detection": "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
    }
    return cleaned(fields)


def is_restriction(fields: Fields) -> bool:
    """Says whether something was restricted: only then does a statement belong into the database."""
    return any(fields.get(name) for name in RESTRICTIONS)


def _restrictions(actions: tuple[str, ...]) -> dict[str, Any]:
    return {
        "decision_visibility": [_VISIBILITY[each] for each in actions if each in _VISIBILITY],
        "decision_monetary": next((_MONETARY[each] for each in actions if each in _MONETARY), None),
        "decision_provision": next((_PROVISION[each] for each in actions if each in _PROVISION), None),
        "decision_account": next((_ACCOUNT[each] for each in actions if each in _ACCOUNT), None),
    }


def _specification(facts: Facts) -> list[str]:
    found = [_KEYWORDS.get(facts.right_kind, _KEYWORDS["trademark"])]
    return [*found, "KEYWORD_IMPERSONATION_ACCOUNT_HIJACKING"] if facts.reason == "impersonation" else found


def _ean(gtins: tuple[str, ...]) -> dict[str, str] | None:
    """The one product number that fits the field; several products have none in common."""
    thirteen = {each[-13:].zfill(13) for each in gtins if each and each.isascii() and each.isdigit()}
    return {"EAN-13": thirteen.pop()} if len(thirteen) == 1 else None


def _cut(text: str, field: str) -> str:
    """Shortens at the limit of the field and shows that something was left out."""
    limit: int = schema()["fields"][field]["max_length"]
    body = text.replace("\x00", "").strip()
    return body if len(body) <= limit else body[: limit - 2].rstrip() + " …"
