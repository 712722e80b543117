"""The brands room at the desk."""

from brands.admin import authorisations, conflicts, records, renewals, rights, sellers  # noqa: F401 - registers the pages
