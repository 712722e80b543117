"""Is this a statement that the EU Transparency Database takes? Its published rules, kept as data in schema.json.

Source: the schema that is in force since 1 July 2025 (named with its commit in schema.json). Everything here is pure:
`cleaned` writes a statement as the database would store it, `errors_in` says what it would refuse and where.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Fields = dict[str, Any]
Errors = dict[str, list[str]]
MOST_IN_A_BATCH = 100
_CONDITION = re.compile(r"^(\w+) (contains|==) (\w+)$")


@cache
def schema() -> dict[str, Any]:
    """The rules as data: `fields`, `enums`, `eea_countries` and the sources they were read from."""
    found: dict[str, Any] = json.loads((Path(__file__).parent / "schema.json").read_text("utf-8"))
    return found


def names() -> tuple[str, ...]:
    """The 35 fields, in the order of the schema."""
    return tuple(schema()["fields"])


def cleaned(statement: Mapping[str, Any]) -> Fields:
    """The statement as the database keeps it: lists unique and sorted, what does not apply emptied, nothing else added.

    Raises nothing; what is wrong stays as it is for `errors_in` to name.
    """
    kept: Fields = {name: statement.get(name) for name in names()}
    for name, rule in schema()["fields"].items():
        if rule["type"] == "array<enum>":
            kept[name] = _as_list(kept[name])
        if "dropped_unless" in rule and not _holds(rule["dropped_unless"], statement):
            kept[name] = None
        if "dropped_if" in rule and _holds(rule["dropped_if"], statement):
            kept[name] = None
    if isinstance(kept["category_addition"], list):
        kept["category_addition"] = [each for each in kept["category_addition"] if each != kept["category"]]
    return kept


def errors_in(statement: Mapping[str, Any]) -> Errors:
    """What the database would refuse, by field; empty for a statement that it takes."""
    found: Errors = {}
    for name, rule in schema()["fields"].items():
        value = statement.get(name)
        if _is_empty(value):
            if problem := _missing(name, rule, statement):
                found[name] = [problem]
            continue
        if refused := _wrong(name, rule, value):
            found[refused[0]] = [refused[1]]
    return found


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """What becomes of a batch: all `stored`, or none and the `errors` by index; `existing` are numbers used before."""

    stored: tuple[Fields, ...]
    errors: dict[int, Errors]
    existing: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.errors and not self.existing


def take(batch: Sequence[Mapping[str, Any]], used: frozenset[str] = frozenset()) -> BatchAnswer:
    """Answers a batch of 1 to 100 statements all or nothing; `used` are the numbers (puid) that exist already."""
    errors = {number: problems for number, each in enumerate(batch) if (problems := errors_in(each))}
    if not 1 <= len(batch) <= MOST_IN_A_BATCH:
        errors[0] = {"statements": [f"1 to {MOST_IN_A_BATCH} statements, not {len(batch)}"]}
    if errors:
        return BatchAnswer((), errors)
    numbers = [str(each["puid"]) for each in batch]
    doubled = tuple(sorted({puid for puid in numbers if puid in used or numbers.count(puid) > 1}))
    return BatchAnswer((), {}, doubled) if doubled else BatchAnswer(tuple(cleaned(each) for each in batch), {})


def _as_list(value: Any) -> Any:
    """Unique and sorted; nothing is an empty list, and what is no list stays for the check."""
    if value is None:
        return []
    return sorted(set(value)) if isinstance(value, list) and all(isinstance(each, str) for each in value) else value


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _holds(condition: str, statement: Mapping[str, Any]) -> bool:
    """Reads "field contains VALUE" and "field == VALUE"."""
    match = _CONDITION.match(condition)
    if match is None:
        raise ValueError(f"schema.json has a condition that is not understood: {condition}")
    name, word, wanted = match.groups()
    value = statement.get(name)
    return wanted in value if word == "contains" and isinstance(value, list) else value == wanted


def _missing(name: str, rule: Mapping[str, Any], statement: Mapping[str, Any]) -> str:
    if rule.get("required"):
        return "required"
    others = rule.get("required_without_all")
    if others and all(_is_empty(statement.get(other)) for other in others):
        return f"required where none of {', '.join(others)} is given"
    if "required_if" in rule and _holds(rule["required_if"], statement):
        return f"required if {rule['required_if']}"
    return ""


def _wrong(name: str, rule: Mapping[str, Any], value: Any) -> tuple[str, str] | None:
    """The field that is wrong, which may be a key inside of it, and why."""
    check = _CHECKS[rule["type"]]
    problem = check(rule, value)
    if isinstance(problem, tuple):
        return f"{name}.{problem[0]}", problem[1]
    return (name, problem) if problem else None


def _string(rule: Mapping[str, Any], value: Any) -> str:
    if not isinstance(value, str):
        return "not a text"
    if len(value) > rule.get("max_length", len(value)):
        return f"longer than {rule['max_length']} characters"
    return "" if "regex" not in rule or re.search(rule["regex"], value) else f"does not match {rule['regex']}"


def _enum(rule: Mapping[str, Any], value: Any) -> str:
    return "" if isinstance(value, str) and value in _values(rule["enum"]) else "not one of the values"


def _enums(rule: Mapping[str, Any], value: Any) -> str:
    if not isinstance(value, list):
        return "not a list"
    return "" if all(isinstance(each, str) and each in _values(rule["enum"]) for each in value) else "unknown value"


def _date(rule: Mapping[str, Any], value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        return "not a date written YYYY-MM-DD"
    try:
        date.fromisoformat(value)
    except ValueError:
        return "no such day"
    if value < rule.get("min", value):
        return f"before {rule['min']}"
    return f"not before {rule['max']}" if value >= rule.get("max", "9999") else ""


def _url(rule: Mapping[str, Any], value: Any) -> str:
    parts = urlsplit(value) if isinstance(value, str) else None
    return _string(rule, value) if parts and parts.scheme in {"http", "https"} and parts.netloc else "not a web address"


def _object(rule: Mapping[str, Any], value: Any) -> str | tuple[str, str]:
    if not isinstance(value, dict):
        return "not an object"
    for key, inner in value.items():
        if key not in rule["keys"]:
            return key, "unknown key"
        if problem := _string(rule["keys"][key], inner):
            return key, problem
    return ""


_CHECKS: dict[str, Any] = {
    "string": _string,
    "enum": _enum,
    "array<enum>": _enums,
    "date": _date,
    "url": _url,
    "object": _object,
}


@cache
def _values(enum: str) -> frozenset[str]:
    refused = schema()["keywords_defined_in_code_but_rejected"] if enum == "Keyword" else ()
    return frozenset(schema()["enums"][enum]) - frozenset(refused)
