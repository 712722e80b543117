"""To whom a case can be passed on, and from whom its reviewer may step back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from complaints.casework import places
from complaints.models import Complaint
from portal.accounts.models import Organisation, User


@dataclass
class PassOn:
    """What the card asks for; each part is read when the template first does."""

    complaint: Complaint
    now: datetime

    @cached_property
    def colleagues(self) -> list[User]:
        return places.who_can_take(self.complaint, self.now)

    @cached_property
    def concerned(self) -> list[Organisation]:
        """The organisations that the case concerns."""
        return list(places.concerned(self.complaint).order_by("name", "id"))
