"""A mark lapses while a complaint is open: the register says so, the right stops at once, nothing is decided on it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from tests.accounts.factories import make_member, make_staff
from tests.brands import composed as c
from tests.complaints.factories import Case, make_filed_complaint
from tests.journeys import hands
from tests.journeys.hands import OWNER, REVIEWER, World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MARK = c.Mark(serial="90000001", registration="7000001", words="TARNFELL", filed="20210302", registered="20230314")


def a_complaint_under_an_american_mark() -> Case:
    """The owner has an approved right in the United States and an open complaint that leans on it."""
    owner = make_member()
    owner.user.email = OWNER
    owner.user.save(update_fields=["email"])
    EmailAddress.objects.filter(user=owner.user).update(email=OWNER)
    case = make_filed_complaint(2, membership=owner)
    right = case.right
    right.office, right.application_number, right.registration_number = "US", MARK.serial, MARK.registration
    right.filing_date, right.registration_date = date(2021, 3, 2), date(2023, 3, 14)
    right.owner_name = max(MARK.owners)[1]
    right.save()
    return case


def the_daily_file_says(mark: c.Mark, folder: Path) -> None:
    """The operator imports the office's record of today."""
    path = folder / "record.xml"
    path.write_bytes(c.st96(mark))
    call_command("import_register", str(path), "--as-of", f"{timezone.now():%Y-%m-%d}", stdout=io.StringIO())


def test_a_mark_that_lapses_stops_at_once_and_its_open_complaint_waits(world: World, tmp_path: Path) -> None:
    case = a_complaint_under_an_american_mark()
    make_staff(email=REVIEWER, name="Reviewer Demo")

    the_daily_file_says(replace(MARK, status="710", status_date="20261101"), tmp_path)
    letter = world.letter(OWNER, "Suspended: TARNFELL")
    assert "nothing can be reported with it" in str(letter.body)

    owner = world.visitor()
    hands.sign_in(owner, OWNER)
    owner.goto(reverse("brands:right", args=[case.right.public_id]))
    owner.get_by_text("This right is suspended: nothing can be reported with it").wait_for()
    owner.get_by_text("Cannot be used to report today").wait_for()
    owner.goto(reverse("complaints:new"))
    assert owner.get_by_role("radio", name="TARNFELL").count() == 0, "a dead right is not offered"
    owner.goto(reverse("complaints:detail", args=[case.complaint.public_id]))
    owner.get_by_text("Waits for another look").wait_for()

    staff = world.visitor()
    hands.sign_in_as_staff(staff, REVIEWER)
    staff.goto("/admin/complaints/complaint/desk/?view=marked")
    staff.get_by_role("link", name=str(case.complaint.reference)).first.click()
    staff.get_by_text("Look again before you decide").wait_for()
    staff.get_by_role("button", name="Claim this case").click()
    staff.get_by_text("Claimed by you").first.wait_for()
    for target in case.targets:
        staff.get_by_role("checkbox", name=f"Select {target.title}").first.check()
    staff.get_by_label("Decision", exact=True).select_option("accepted")
    staff.get_by_label("Reason (policy").select_option("C-01")
    staff.get_by_label("Text to both sides").fill("The logo is copied.")
    staff.get_by_role("button", name="Decide", exact=False).last.click()
    staff.get_by_text("is not in force").first.wait_for()
    assert case.fresh().decisions.count() == 0

    the_daily_file_says(replace(MARK, status="700", transaction="20261120"), tmp_path)
    world.letter(OWNER, "In force again: TARNFELL")
    assert case.fresh().marked_for == ""
