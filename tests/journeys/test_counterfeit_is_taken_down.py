"""The whole story in Chromium, through pages and mail alone: from signing up to a counterfeit that is gone."""

from __future__ import annotations

import pytest

from tests.journeys.complainant import (
    attach_evidence,
    choose_right_and_reason,
    complainant_is_told,
    dashboard_counts_it,
    invite_a_colleague,
    owner_answers,
    owner_corrects_the_right,
    owner_is_verified,
    register_a_trademark,
    report_items,
    send_its_documents,
    sign_the_declarations,
    sign_up_with_an_organisation,
    submit,
)
from tests.journeys.desk import (
    desk_approves_the_right,
    desk_rejects_the_right,
    desk_sends_again_what_the_sandbox_lied_about,
    desk_verifies_the_organisation,
    reviewer_accepts_the_rest,
    reviewer_asks,
    reviewer_rejects_one,
    staff_signs_in,
)
from tests.journeys.hands import World
from tests.journeys.marketplace import (
    open_marketplace,
    teach_the_sandbox_to_lie,
    the_shop_shows_what_was_removed,
)
from tests.journeys.respondent import (
    respondent_reads_and_answers,
    seller_finds_it_in_the_account,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_counterfeit_is_taken_down(world: World) -> None:
    shop = open_marketplace()
    owner = sign_up_with_an_organisation(world)
    send_its_documents(world, owner)
    invite_a_colleague(world, owner)
    staff = staff_signs_in(world)

    register_a_trademark(owner)
    desk_verifies_the_organisation(staff)
    owner_is_verified(world, owner)
    desk_rejects_the_right(staff)
    owner_corrects_the_right(world, owner)
    desk_approves_the_right(world, staff, owner)

    choose_right_and_reason(owner)
    report_items(owner, shop)
    attach_evidence(owner)
    sign_the_declarations(world, owner)
    reference = submit(world, owner)

    reviewer_asks(staff, reference, shop)
    owner_answers(world, owner, reference)
    teach_the_sandbox_to_lie(staff, shop["liar"])
    reviewer_rejects_one(staff, reference, shop)
    reviewer_accepts_the_rest(staff, shop)
    the_shop_shows_what_was_removed(world, owner, shop)
    desk_sends_again_what_the_sandbox_lied_about(world, staff, shop["liar"], reference)

    complainant_is_told(world, owner, reference, shop)
    respondent_reads_and_answers(world, reference, shop)
    seller_finds_it_in_the_account(world, reference)
    dashboard_counts_it(owner, reference)
