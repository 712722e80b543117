"""The reviewers' door: lists, and the desk at which cases are decided."""

from complaints.admin import lists

__all__ = ["lists"]
