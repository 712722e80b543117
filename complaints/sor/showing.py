"""The fields of a statement in words, for the page that shows what would go into the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.sor.checking import names, schema

LABELS: dict[str, Promise] = {
    "puid": _("Number of this statement"),
    "decision_visibility": _("What is done to the content"),
    "decision_visibility_other": _("What else is done to the content"),
    "decision_monetary": _("What is done to payments"),
    "decision_monetary_other": _("What else is done to payments"),
    "decision_provision": _("What is done to the service"),
    "decision_account": _("What is done to the account"),
    "account_type": _("Kind of account"),
    "decision_ground": _("Kind of ground"),
    "decision_ground_reference_url": _("Where the ground can be read"),
    "illegal_content_legal_ground": _("Law that it rests on"),
    "illegal_content_explanation": _("Why it is illegal"),
    "incompatible_content_ground": _("Terms that it rests on"),
    "incompatible_content_explanation": _("Why it breaks the terms"),
    "incompatible_content_illegal": _("Also illegal"),
    "category": _("Category"),
    "category_addition": _("Further categories"),
    "category_specification": _("More exactly"),
    "category_specification_other": _("More exactly, in words"),
    "content_type": _("Kind of content"),
    "content_type_other": _("Kind of content, in words"),
    "content_id": _("Product number"),
    "content_date": _("Content put up on"),
    "content_language": _("Language of the content"),
    "territorial_scope": _("Countries of the EEA that it holds in"),
    "application_date": _("In effect from"),
    "end_date_visibility_restriction": _("Content restricted until"),
    "end_date_monetary_restriction": _("Payments restricted until"),
    "end_date_service_restriction": _("Service restricted until"),
    "end_date_account_restriction": _("Account restricted until"),
    "decision_facts": _("Facts"),
    "source_type": _("What set it off"),
    "source_identity": _("Who reported it"),
    "automated_detection": _("Found by automated means"),
    "automated_decision": _("Decided by automated means"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One field in words: its name in the schema, what it is called here, and what it says."""

    name: str
    label: Promise
    value: str


def in_words(fields: Mapping[str, Any]) -> list[Shown]:
    """The fields that say something, in the order of the schema; codes of the schema in its own words."""
    return [Shown(name, LABELS[name], said) for name in names() if (said := _said(name, fields.get(name)))]


def _said(name: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    words = schema()["enums"].get(schema()["fields"][name].get("enum"), {})
    if isinstance(value, dict):
        return ", ".join(f"{key} {each}" for key, each in value.items())
    return ", ".join(words.get(each, each) for each in (value if isinstance(value, list) else [value]))
