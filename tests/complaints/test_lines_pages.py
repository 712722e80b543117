"""Items pasted or uploaded: one wrong line is mended by itself, and nothing else is typed again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from brands.models import IPRight
from complaints.models import Complaint
from portal.accounts.actors import member_actor_for
from portal.accounts.models import Membership, Role
from portal.marketplace import catalogue
from portal.marketplace.models import Target
from tests.accounts.factories import make_member, signed_in
from tests.complaints.factories import make_draft, make_listing, make_right, make_seller

pytestmark = pytest.mark.django_db


@dataclass
class Desk:
    client: Any
    membership: Membership
    right: IPRight
    draft: Complaint

    def at(self, name: str = "draft-items", *args: object) -> str:
        return reverse(f"complaints:{name}", args=[self.draft.public_id, *args])

    def lines(self) -> list[str]:
        return Complaint.objects.get(pk=self.draft.pk).lines.splitlines()

    def version(self) -> int:
        return Complaint.objects.get(pk=self.draft.pk).version

    def mend(self, number: int, text: str, was: str | None = None) -> Any:
        was = self.lines()[number - 1] if was is None else was
        return self.client.post(self.at("draft-line", number), {"text": text, "was": was})


def a_desk(lines: str = "") -> Desk:
    membership = make_member(role=Role.RIGHTS_OWNER)
    right = make_right(membership.organisation)
    draft = make_draft(member_actor_for(membership), right, [], lines=lines)
    return Desk(signed_in(Client(), membership.user), membership, right, draft)


def listings(count: int) -> list[Target]:
    seller, now = make_seller(), timezone.now()
    return [
        catalogue.create_listing(
            marketplace_id=f"LS-{40_000_000 + n}", owner=seller, now=now, title="Jacket", market="DE", price="9.90"
        )
        for n in range(count)
    ]


def a_video(**fields: Any) -> Target:
    values: dict[str, Any] = {"title": "Unboxing", "market": "DE", "duration_s": 900, "owner": make_seller()} | fields
    return catalogue.create_video(marketplace_id="VD-8200000", now=timezone.now(), **values)


def page_of(desk: Desk, query: str = "") -> str:
    return str(desk.client.get(desk.at() + query).content.decode())


def test_line_371_of_a_500_line_csv_is_mended_alone() -> None:
    targets = listings(500)
    rows = [f"{target.marketplace_id};;;" for target in targets]
    rows[370] = '"LS-40000370;12:30;;never closed'
    desk = a_desk()
    csv = SimpleUploadedFile("items.csv", "\r\n".join(["target;from;to;note", *rows]).encode("utf-16"))
    answer = desk.client.post(desk.at(), {"lines": "", "csv": csv})
    assert answer["Location"] == f"{desk.at()}#line-371", "the page jumps to what is wrong"
    assert len(desk.lines()) == 500
    page = page_of(desk)
    assert "499 go into the complaint, 0 left out, 1 to correct" in page
    assert 'id="line-371"' in page
    assert desk.at("draft-line", 371) in page
    before = desk.lines()
    answer = desk.mend(371, targets[370].marketplace_id)
    assert answer["Location"] == f"{desk.at()}#row-371"
    after = desk.lines()
    assert after[370] == targets[370].marketplace_id
    assert [*after[:370], *after[371:]] == [*before[:370], *before[371:]]
    assert "500 go into the complaint, 0 left out, 0 to correct" in page_of(desk)


def test_mending_leads_to_the_next_wrong_line() -> None:
    good = make_listing()
    desk = a_desk(f"LS-1\n{good.url}\nLS-2")
    assert desk.mend(1, make_listing().url)["Location"].endswith("#line-3")
    assert desk.mend(3, "")["Location"].endswith("#row-3"), "an empty field takes the line out"
    assert len(desk.lines()) == 2


def test_what_was_probably_meant_is_one_press() -> None:
    target = make_listing()
    wrong = target.number.replace("0", "o", 1)
    desk = a_desk(wrong)
    assert f'value="{target.marketplace_id}"' in page_of(desk)
    assert desk.client.post(desk.at("draft-line", 1), {"was": wrong, "text": target.marketplace_id}).status_code == 302
    assert desk.lines() == [target.marketplace_id]


def test_a_line_that_somebody_else_changed_is_not_overwritten_and_what_was_typed_stays() -> None:
    desk = a_desk("LS-1\nLS-2")
    answer = desk.mend(1, "LS-3", was="LS-9")
    assert answer.status_code == 409
    assert 'value="LS-3"' in answer.content.decode()
    assert "has changed since you opened it" in answer.content.decode()
    assert desk.lines() == ["LS-1", "LS-2"]


def test_mending_twice_is_mending_once() -> None:
    desk = a_desk("LS-1\nLS-2")
    assert desk.mend(1, "LS-3", was="LS-1").status_code == 302
    version = desk.version()
    assert desk.mend(1, "LS-3", was="LS-1").status_code == 302
    assert (desk.lines(), desk.version()) == (["LS-3", "LS-2"], version)


def test_times_are_shown_as_words_and_changed_in_place() -> None:
    video = a_video()
    desk = a_desk(f"{video.url} 0:41-1:10 | the label")
    page = page_of(desk)
    assert 'value="00:41–01:10"' in page
    assert "the label" in page
    was = desk.lines()[0]
    desk.client.post(desk.at("draft-line", 1), {"was": was, "times": "2:00 - 2:30"})
    assert desk.lines() == [f"{video.url} 02:00–02:30 | the label"]
    answer = desk.client.post(desk.at("draft-line", 1), {"was": desk.lines()[0], "times": "soon"})
    assert answer["Location"].endswith("#line-1")
    assert "“soon” is not a time" in page_of(desk)


def test_any_line_can_be_asked_for_to_be_changed() -> None:
    target = make_listing()
    desk = a_desk(target.url)
    assert 'id="line-1"' not in page_of(desk)
    assert 'id="line-1"' in page_of(desk, "?line=1")


def test_the_lines_of_a_finding_are_taken_out_with_one_press() -> None:
    good = make_listing()
    desk = a_desk(f"LS-1\n{good.url}\nLS-2")
    page = page_of(desk)
    assert "Take 2 lines out" in page
    assert 'name="lines" value="1,3"' in page
    answer = desk.client.post(desk.at("draft-take-out"), {"lines": "1,3", "version": desk.version()})
    assert answer.status_code == 302
    assert desk.lines() == [good.url]
    late = desk.client.post(desk.at("draft-take-out"), {"lines": "1", "version": desk.version() - 1})
    assert late.status_code == 409
    assert desk.lines() == [good.url]


def test_more_than_500_lines_are_split_by_one_press() -> None:
    targets = listings(20)
    lines = [target.marketplace_id for target in targets] * 26
    desk = a_desk("\n".join(lines))
    page = page_of(desk)
    assert "There are 520 lines" in page
    assert desk.at("draft-split") in page
    assert desk.client.post(desk.at("draft-split"), {"version": desk.version()}).status_code == 302
    second = Complaint.objects.exclude(pk=desk.draft.pk).get()
    assert (len(desk.lines()), len(second.lines.splitlines())) == (500, 20)
    assert (second.right, second.reason, second.explanation) == (desk.right, "counterfeit", "Copies our chest logo.")
    assert desk.client.post(desk.at("draft-split"), {"version": desk.version()}).status_code == 422
    assert Complaint.objects.count() == 2


def test_a_pasted_table_is_read_by_its_columns() -> None:
    video = a_video()
    desk = a_desk()
    desk.client.post(desk.at(), {"lines": f"note,from,to,link\nthe label,41,70,{video.url}", "check": "1"})
    assert desk.lines() == [f"{video.url} 00:41–01:10 | the label"]


def test_colleagues_work_on_it_a_viewer_and_an_outsider_do_not() -> None:
    desk = a_desk("LS-1\nLS-2")
    teammate = signed_in(Client(), make_member(desk.membership.organisation, role=Role.RIGHTS_OWNER).user)
    outsider = signed_in(Client(), make_member().user)
    viewer = signed_in(Client(), make_member(desk.membership.organisation, role=Role.VIEWER).user)
    paths = [
        (desk.at("draft-line", 1), {"was": "LS-1", "text": "LS-3"}),
        (desk.at("draft-take-out"), {"lines": "1"}),
        (desk.at("draft-split"), {}),
    ]
    for path, data in paths:
        assert outsider.post(path, data).status_code == 404
        viewer.post(path, data)
        assert desk.client.get(path).status_code == 405
    assert desk.lines() == ["LS-1", "LS-2"]
    assert teammate.post(*paths[0]).status_code == 302
    assert desk.lines() == ["LS-3", "LS-2"]


def test_what_a_line_says_is_never_markup() -> None:
    desk = a_desk('LS-1"><script>alert(1)</script> | <b>note</b>')
    page = page_of(desk)
    assert "<script>alert(1)" not in page
    assert "<b>note</b>" not in page
