"""A lost connection in the filing form loses nothing that was typed, and the page says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from complaints import casework
from complaints.models import Complaint
from portal.accounts.actors import member_actor_for
from tests.accounts.factories import make_member, make_user
from tests.complaints.factories import make_right
from tests.journeys import hands

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EMAIL = "owner@tarnfell.test"


def test_words_typed_without_a_connection_are_there_again(page: Page) -> None:
    membership = make_member(user=make_user(EMAIL, name="Demo Owner"))
    right = make_right(membership.organisation)
    draft = casework.start_draft(actor=member_actor_for(membership), now=timezone.now(), right=right.public_id)
    hands.sign_in(page, EMAIL)
    page.wait_for_url("**/complaints/dashboard/")
    page.goto(f"/complaints/{draft.public_id}/draft/reason/")
    words = page.get_by_label("What should the reviewer know?")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("radio", name="Counterfeit").check()
    assert Complaint.objects.get(pk=draft.pk).reason == "counterfeit"

    page.context.set_offline(True)
    words.fill("The woven label is printed.")
    page.get_by_text("The desk did not answer").wait_for()
    assert page.locator("#saved .badge").count() == 0
    page.context.set_offline(False)

    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.reload()
    assert words.input_value() == "The woven label is printed."
    assert Complaint.objects.get(pk=draft.pk).explanation == "The woven label is printed."
    assert page.get_by_role("radio", name="Counterfeit").is_checked()
