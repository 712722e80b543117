"""Puts a declaration into the rows of a right; helper of brands/registry/, which holds lock and transaction."""

from brands.writing.checking import bare_wipo, check_values
from brands.writing.families import family_for, sweep_families
from brands.writing.filling import FIELDS, add_file, fill, fill_files, fill_rows, remove_file, save
from brands.writing.records import REGISTERED, follow_record, holder_of, link_record, record_for
from brands.writing.twins import already, once

__all__ = [
    "FIELDS",
    "REGISTERED",
    "add_file",
    "already",
    "bare_wipo",
    "check_values",
    "family_for",
    "fill",
    "fill_files",
    "fill_rows",
    "follow_record",
    "holder_of",
    "link_record",
    "once",
    "record_for",
    "remove_file",
    "save",
    "sweep_families",
]
