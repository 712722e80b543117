"""Statements of reasons in the 35 fields of the EU Transparency Database: built from a decision, and checked."""

from complaints.sor.building import Facts, build, is_restriction
from complaints.sor.checking import BatchAnswer, cleaned, errors_in, names, schema, take
from complaints.sor.showing import in_words

__all__ = [
    "BatchAnswer",
    "Facts",
    "build",
    "cleaned",
    "errors_in",
    "in_words",
    "is_restriction",
    "names",
    "schema",
    "take",
]
