"""Every decision becomes statements in the 35 fields, and each that restricts something would be taken as it is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.models import StatementOfReasons
from complaints.reasons import Reason
from complaints.sor import Facts, build, errors_in, is_restriction, names, take
from complaints.sor.building import RESTRICTIONS
from portal.marketplace.connectors.base import MeasureAction
from portal.marketplace.models import MARKETS
from tests.complaints.factories import claimed, decide, make_filed_complaint

ACTIONS = [action.value for action in MeasureAction]
KINDS = ["listing", "video", "livestream", "account"]

facts = st.builds(
    Facts,
    puid=st.from_regex(r"\AD-2026-[0-9]{6}-(C|[0-9]{1,6})\Z"),
    actions=st.lists(st.sampled_from(ACTIONS), min_size=1, unique=True).map(tuple),
    kinds=st.lists(st.sampled_from(KINDS), min_size=1, unique=True).map(tuple),
    markets=st.lists(st.sampled_from([*MARKETS, "CN", "NO"]), unique=True).map(tuple),
    right_kind=st.sampled_from(["trademark", "copyright", "design", "patent", ""]),
    reason=st.sampled_from([*Reason, ""]),
    source=st.sampled_from(["portal", "api", "public", "order", "own"]),
    notifier=st.text(max_size=700),
    explanation=st.text(min_size=1, max_size=3000).filter(lambda text: bool(text.replace("\x00", "").strip())),
    facts=st.text(min_size=1, max_size=6000).filter(lambda text: bool(text.replace("\x00", "").strip())),
    content_date=st.dates(date(1990, 1, 1), date(2037, 1, 1)),
    decided_on=st.dates(date(2026, 1, 1), date(2037, 1, 1)),
    gtins=st.lists(st.sampled_from(["04006381333931", "4006381333931", "", "036000291452"]), max_size=3).map(tuple),
    trusted_flagger=st.booleans(),
)


@given(facts)
def test_what_is_built_is_valid_by_construction(told: Facts) -> None:
    fields = build(told)
    assert errors_in(fields) == {} and set(fields) == set(names())
    assert take([fields]).stored == (fields,), "and stored as it is"


@given(facts.map(lambda each: {**{name: getattr(each, name) for name in Facts.__slots__}, "actions": ()}))
def test_a_decision_that_restricts_nothing_lacks_only_the_restriction(told: dict[str, Any]) -> None:
    fields = build(Facts(**told))
    assert not is_restriction(fields) and set(errors_in(fields)) == set(RESTRICTIONS)


@pytest.mark.django_db
def test_both_sides_of_an_accepted_decision_have_the_fields_each_about_its_own_items() -> None:
    case = make_filed_complaint(2)
    (decision,) = decide(case, claimed(case))
    rows = list(StatementOfReasons.objects.filter(decision=decision).order_by("id"))
    assert {row.side for row in rows} == {"complainant", "respondent"}
    for row in rows:
        assert row.fields is not None and row.puid == row.fields["puid"] and errors_in(row.fields) == {}
        assert row.fields["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_REMOVED"]
        assert row.fields["category_specification"] == ["KEYWORD_TRADEMARK_INFRINGEMENT"]
        assert row.fields["source_identity"] == case.membership.organisation.name
    assert len({row.puid for row in rows}) == len(rows)


@pytest.mark.django_db
def test_no_person_is_named_in_the_fields() -> None:
    case = make_filed_complaint(1)
    by = claimed(case)
    (decision,) = decide(case, by, text="Ask Jordan Example about it.")
    for row in decision.statements.all():
        said = str(row.fields)
        assert "Jordan" not in said and by.user is not None and by.user.email not in said
        assert case.seller.handle not in said and case.membership.user.email not in said


@pytest.mark.django_db
def test_a_rejection_has_the_fields_without_a_restriction() -> None:
    case = make_filed_complaint(1)
    (decision,) = decide(case, claimed(case), outcome="rejected", ground="R-07", text="Other goods.")
    row = decision.statements.get(side="complainant")
    assert row.fields is not None and not is_restriction(row.fields)
