"""The reviewers' door: lists, and the desk at which cases are decided."""

from complaints.admin import lists, policies, templates

__all__ = ["lists", "policies", "templates"]
