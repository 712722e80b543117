"""What a reviewer would object to is said before anything is sent, with the lines it is about and how to cure it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brands.models import IPRight, RightFile
from complaints import casework, preflight
from complaints.models import Complaint
from complaints.preflight import Finding
from complaints.preflight.goods import class_of
from complaints.preflight.titles import Use, lawful_use
from complaints.reasons import CURE_STEP, GROUNDS, NOT_IP_REASONS
from portal.accounts.actors import Actor, member_actor_for
from portal.accounts.models import Role
from portal.files import store
from portal.marketplace import catalogue
from portal.marketplace.models import Target
from tests.accounts.factories import make_member
from tests.brands.agents_kit import pair
from tests.complaints.factories import make_draft, make_listing, make_right, make_seller, png, sign, upload

pytestmark = pytest.mark.django_db


def owner_with_right(**fields: Any) -> tuple[Actor, IPRight]:
    membership = make_member(role=Role.RIGHTS_OWNER)
    return member_actor_for(membership), make_right(membership.organisation, **fields)


def a_video(number: int = 1, **fields: Any) -> Target:
    values: dict[str, Any] = {"title": "Unboxing", "market": "DE", "duration_s": 900, "owner": make_seller()} | fields
    return catalogue.create_video(marketplace_id=f"VD-{8_100_000 + number}", now=timezone.now(), **values)


def check(draft: Complaint, actor: Actor, **more: Any) -> dict[str, Finding]:
    today = timezone.now().date()
    lines = preflight.answer_draft(draft, actor=actor, today=today)
    return {each.code: each for each in preflight.check(draft, lines, actor=actor, today=today, **more)}


def answers(draft: Complaint, actor: Actor) -> list[preflight.AnsweredLine]:
    return preflight.answer_draft(draft, actor=actor, today=timezone.now().date())


def test_each_kind_of_wrong_line_is_a_finding_that_names_its_lines() -> None:
    actor, right = owner_with_right()
    gone = make_listing(state="removed")
    abroad = make_listing(market="US")
    good = make_listing()
    text = "\n".join(
        [good.url, "LS-1", "https://other.example/a", "https://bit.ly/x", "a jacket", gone.url, abroad.url, good.url]
    )
    found = check(make_draft(actor, right, [], lines=text), actor)
    wanted = {
        "targets_not_found": ("bad", (2,)),
        "targets_foreign": ("bad", (3,)),
        "short_links": ("bad", (4,)),
        "lines_unreadable": ("bad", (5,)),
        "targets_gone": ("warn", (6,)),
        "outside_territory": ("warn", (7,)),
        "lines_repeated": ("warn", (8,)),
    }
    assert {code: (found[code].tone, found[code].lines) for code in wanted} == wanted
    assert all(found[code].can_take_out and found[code].field == "items" for code in wanted)


def test_bad_findings_come_first_and_good_ones_last() -> None:
    actor, right = owner_with_right()
    draft = make_draft(actor, right, [make_listing()], lines="LS-1\n" + make_listing().url)
    lines = answers(draft, actor)
    tones = [each.tone for each in preflight.check(draft, lines, actor=actor, today=timezone.now().date())]
    assert tones == sorted(tones, key=["bad", "warn", "ok"].index)
    assert set(tones) == {"bad", "warn", "ok"}


def test_goods_of_another_class_are_likely_rejected_and_another_right_is_named() -> None:
    actor, right = owner_with_right()
    draft = make_draft(actor, right, [make_listing(), make_listing(nice_class=21)])
    first = check(draft, actor)["outside_goods"]
    assert first.ground is not None
    assert (first.lines, first.ground, first.where) == ((2,), "R-07", CURE_STEP[first.ground])
    home = make_right(actor.organisation, text="TARNFELL HOME")
    home.classes.filter(number=18).update(number=21)
    assert str(home) in check(draft, actor)["outside_goods"].how_to_cure
    stranger = make_right(text="STRANGE")
    stranger.classes.filter(number=18).update(number=21)
    assert "STRANGE" not in check(draft, actor)["outside_goods"].how_to_cure


@pytest.mark.parametrize(
    ("goods", "nice_class"),
    [("Backpacks", 18), ("steel drinking bottle", 21), ("Phone case", 9), ("Sun hat, caps", 25), ("Things", None)],
)
def test_a_listing_that_names_no_class_is_read_by_its_goods(goods: str, nice_class: int | None) -> None:
    assert class_of(goods) == nice_class
    actor, right = owner_with_right()
    draft = make_draft(actor, right, [make_listing(nice_class=None, goods=goods)])
    assert ("outside_goods" in check(draft, actor)) is (nice_class not in {None, 18, 25})
    assert all(each.tone != "bad" for each in check(draft, actor).values())


@pytest.mark.parametrize(
    ("title", "use"),
    [
        ("Hip belt compatible with TARNFELL packs", Use.PURPOSE),
        ("Ersatzriemen passend für Tarnfell", Use.PURPOSE),
        ("Tasche für die neue ＴＡＲＮＦＥＬＬ", Use.PURPOSE),
        ("TARNFELL jacket, pre-owned", Use.RESALE),
        ("Gebrauchte Tarnfell Jacke", Use.RESALE),
        ("TARNFELL jacket for men", None),
        ("Perfect for hikers: TARNFELL style", Use.PURPOSE),
        ("TARNFELLS for all", None),
    ],
)
def test_a_title_that_only_names_the_mark_is_likely_lawful(title: str, use: Use | None) -> None:
    found = lawful_use(title, "Tarnfell")
    assert (found[0] if found else None) == use


def test_lawful_use_is_a_warning_with_r_09_and_never_stops() -> None:
    actor, right = owner_with_right()
    draft = make_draft(actor, right, [make_listing(title="Belt for TARNFELL"), make_listing(title="Used TARNFELL")])
    found = check(draft, actor)
    assert (found["lawful_use"].lines, found["used_goods"].lines) == ((1,), (2,))
    for code in ("lawful_use", "used_goods"):
        assert (found[code].tone, found[code].ground, found[code].where) == ("warn", "R-09", "reason")


def test_a_video_needs_a_time_and_one_behind_its_end_is_refused() -> None:
    actor, right = owner_with_right()
    first, second, third = (a_video(number) for number in range(3))
    text = f"{first.url}\n{second.url} 0:41-1:10\n{third.url} 16:00"
    draft = make_draft(actor, right, [], lines=text, reason="mark_in_content")
    found = check(draft, actor)
    assert (found["time_missing"].lines, found["time_missing"].ground) == ((1,), "R-03")
    assert (found["times_beyond"].tone, found["times_beyond"].lines) == ("bad", (3,))
    assert "15:00 long" in answers(draft, actor)[2].hint


def test_a_time_that_cannot_be_read_is_said_and_one_on_a_listing_is_left_away() -> None:
    actor, right = owner_with_right()
    draft = make_draft(actor, right, [], lines=f"{a_video().url} 12:3x\n{make_listing().url} 12:30")
    first, second = answers(draft, actor)
    assert (first.code, first.fate) == ("time_unreadable", "to_correct")
    assert "12:3x" in first.hint
    assert (second.fate, second.span) == ("ready", None)
    assert "Only videos and livestreams" in second.hint


def test_times_and_notes_become_part_of_the_item_of_the_snapshot_and_of_what_is_signed() -> None:
    actor, right = owner_with_right()
    video = a_video()
    texts = (f"{video.url}?t=41", f"{video.url} 0:41-1:10 | the label")
    hashes = set()
    for text in texts:
        draft = make_draft(actor, right, [], lines=text, reason="mark_in_content")
        filed = casework.submit(actor=actor, complaint_id=draft.pk, signing=sign(actor), now=timezone.now())
        hashes.add(filed.signature.notice_sha256)
        item = filed.items.get()
        casework.withdraw(actor=actor, complaint_id=filed.pk, item_ids=[item.pk], now=timezone.now())
    assert (item.from_second, item.to_second, item.note, item.times) == (41, 70, "the label", "00:41–01:10")
    assert item.snapshot.content["duration_s"] == 900
    assert len(hashes) == 2


def test_counterfeit_without_any_basis_and_a_work_without_a_copy_are_said() -> None:
    actor, right = owner_with_right()
    bare = check(make_draft(actor, right, [make_listing()], explanation=""), actor)
    assert {finding.ground for finding in bare.values() if finding.field == "explanation"} == {"R-02"}
    work = make_right(actor.organisation, text="PHOTO", kind="copyright")
    draft = make_draft(actor, work, [make_listing()], reason="copied_work")
    missing = check(draft, actor)["work_copy_missing"]
    assert (missing.ground, missing.where) == ("R-10", "evidence")
    kept = store.freeze(png(), name="work.png", purpose="right_file", now=timezone.now())
    RightFile.objects.create(right=work, kind="work_copy", file=kept, added_at=timezone.now())
    assert "work_copy_missing" not in check(draft, actor)


@pytest.mark.parametrize("code", NOT_IP_REASONS)
def test_what_is_no_reason_under_a_right_is_refused_with_why(code: str) -> None:
    actor, right = owner_with_right()
    draft = casework.sketch_draft(actor=actor, now=timezone.now(), right=right.public_id, lines=make_listing().url)
    found = check(draft, actor, not_a_reason=code)["not_an_ip_reason"]
    assert (found.tone, found.ground, found.detail) == ("bad", "R-05", str(NOT_IP_REASONS[code].hint))
    assert not Complaint.objects.exists()


def test_likely_rejections_name_lines_and_cures_and_not_what_is_left_out() -> None:
    actor, right = owner_with_right()
    draft = make_draft(actor, right, [make_listing(), make_listing(nice_class=21), make_listing(market="US")])
    lines = answers(draft, actor)
    findings = preflight.check(draft, lines, actor=actor, today=timezone.now().date())
    likely = {each.ground.value: each for each in preflight.rejections(findings, lines)}
    assert likely["R-07"].lines == (2,)
    assert likely["R-07"].cures == (str(GROUNDS[likely["R-07"].ground].cure),)
    assert "R-08" not in likely, "what is left out is not filed"
    assert preflight.at_risk(findings, lines) == {2}


# --- duplicates


def file(actor: Actor, right: IPRight, target: Target) -> Complaint:
    draft = make_draft(actor, right, [target])
    casework.add_evidence(actor=actor, complaint_id=draft.pk, upload=upload(), now=timezone.now())
    return casework.submit(actor=actor, complaint_id=draft.pk, signing=sign(actor), now=timezone.now())


def test_a_duplicate_names_the_colleague_and_is_one_only_for_the_same_right_and_reason() -> None:
    actor, right = owner_with_right()
    target = make_listing()
    filed = file(actor, right, target)
    colleague = member_actor_for(make_member(actor.organisation, role=Role.RIGHTS_OWNER))
    (line,) = answers(make_draft(colleague, right, [target]), colleague)
    assert line.code == "duplicate"
    assert filed.reference in line.hint
    assert actor.user is not None and actor.user.get_short_name() in line.hint
    (other,) = answers(make_draft(actor, right, [target], reason="similar_sign"), actor)
    assert other.fate == "ready"
    another = make_right(actor.organisation, text="OTHER MARK")
    (elsewhere,) = answers(make_draft(actor, another, [target]), actor)
    assert elsewhere.fate == "ready"


def test_another_agency_of_the_principal_is_named_by_its_house_alone() -> None:
    principal = make_member()
    right = make_right(principal.organisation)
    one, two = pair([right], principal=principal), pair([right], principal=principal)
    target = make_listing()
    filed = file(one.agent, right, target)
    (line,) = answers(make_draft(two.agent, right, [target]), two.agent)
    assert line.code == "duplicate"
    assert filed.agency is not None and filed.agency.name in line.hint
    assert one.agent.user is not None and one.agent.user.get_short_name() not in line.hint
    owner = member_actor_for(principal)
    (line,) = answers(make_draft(owner, right, [target]), owner)
    assert filed.reference in line.hint


def test_an_agent_is_told_that_it_was_reported_but_not_by_whom_where_the_case_is_not_theirs() -> None:
    principal = make_member()
    german = make_right(principal.organisation, markets=("DE",), office="DE")
    swedish = make_right(principal.organisation, markets=("SE",), office="SE")
    abroad = make_listing(market="SE")
    owner = member_actor_for(principal)
    filed = file(owner, german, abroad)
    assert filed.items.get().right == swedish
    narrow = pair([swedish], principal=principal)
    (line,) = answers(make_draft(narrow.agent, swedish, [abroad]), narrow.agent)
    assert (line.code, line.fate) == ("duplicate", "left_out")
    assert filed.reference not in line.hint


def test_an_outsider_s_report_is_no_duplicate() -> None:
    actor, right = owner_with_right()
    outsider, theirs = owner_with_right()
    target = make_listing()
    file(outsider, theirs, target)
    (line,) = answers(make_draft(actor, right, [target]), actor)
    assert line.fate == "ready"


# --- queries


def queries(draft: Complaint, actor: Actor) -> int:
    with CaptureQueriesContext(connection) as seen:
        found = check(draft, actor)
    assert found
    return len(seen)


def test_500_lines_take_as_many_queries_as_10(django_assert_max_num_queries: Any) -> None:
    actor, right = owner_with_right()
    seller = make_seller()
    now = timezone.now()
    listings = [
        catalogue.create_listing(
            marketplace_id=f"LS-{60_000_000 + n}", owner=seller, now=now, title="Jacket for TARNFELL", market="DE",
            nice_class=25 if n % 3 else 21, price="9.90",
        )
        for n in range(440)
    ]  # fmt: skip
    videos = [a_video(n, owner=seller) for n in range(50)]
    file(actor, right, listings[0])
    wrong = [f"LS-{50_000_000 + n}" for n in range(10)]
    few = [*(t.url for t in (*listings[:6], *videos[:2])), *wrong[:2]]
    many = [*(t.url for t in (*listings, *videos)), *wrong]
    small = queries(make_draft(actor, right, [], lines="\n".join(few)), actor)
    draft = make_draft(actor, right, [], lines="\n".join(many))
    with django_assert_max_num_queries(small):
        found = check(draft, actor)
    assert len(many) == 500
    assert {"outside_goods", "lawful_use", "time_missing", "targets_not_found"} <= set(found)


def test_a_mark_that_is_not_live_is_r_01() -> None:
    actor, right = owner_with_right()
    right.expiry_date = timezone.now().date() - timedelta(days=400)
    right.save(update_fields=["expiry_date"])
    found = check(make_draft(actor, right, [make_listing()]), actor)
    assert [each.ground for each in found.values() if each.ground == "R-01"] == ["R-01"]


def test_an_agent_learns_of_rights_only_under_an_authorisation() -> None:
    """The suggestion of another right stays within what the agent may file under."""
    principal = make_member()
    right = make_right(principal.organisation)
    home = make_right(principal.organisation, text="TARNFELL HOME")
    home.classes.filter(number=18).update(number=21)
    made = pair([right], principal=principal)
    draft = make_draft(made.agent, right, [make_listing(nice_class=21)])
    assert "TARNFELL HOME" not in check(draft, made.agent)["outside_goods"].how_to_cure
    again = pair([right, home], principal=principal)
    draft = make_draft(again.agent, right, [make_listing(nice_class=21)])
    assert "TARNFELL HOME" in check(draft, again.agent)["outside_goods"].how_to_cure
