"""Authorised sellers as people and programs meet them: who may use a mark, pages of both sides, API, mails.

The verbs are the registry's.
"""

from brands.sellers.reading import authorisations_for, covering, says

__all__ = ["authorisations_for", "covering", "says"]
