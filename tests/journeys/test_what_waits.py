"""What waits for somebody is shown to them, whatever else goes on in the case."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.accounts.factories import make_staff, signed_in
from tests.complaints.factories import make_filed_complaint

pytestmark = pytest.mark.django_db
DESK = "/admin/complaints/complaint/desk/"


def test_a_question_about_one_item_of_many_waits_on_the_dashboard() -> None:
    """The complaint goes on at the desk meanwhile; the owner must still find the question."""
    filed = make_filed_complaint(items=3)
    staff = signed_in(Client(), make_staff())
    address = staff.post(DESK, {"do": "next"})["Location"]
    typed = {"do": "decide", "outcome": "ask", "text": "Which logo?", "items": [filed.item_ids[0]]}
    assert "Asked about 1 item" in staff.post(address, typed, follow=True).content.decode()
    page = signed_in(Client(), filed.membership.user).get(reverse("complaints:dashboard")).content.decode()
    assert "1 thing waits for you" in page
