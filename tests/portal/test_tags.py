"""What the tags of rd draw and how they word it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from portal.drawing import scale_step, stacked_bars
from portal.templatetags.days import day_text

NOW = datetime(2026, 11, 20, 13, 32, tzinfo=UTC)


def draw(markup: str, **context: Any) -> str:
    """Will render a template line with our tags loaded."""
    return Template("{% load rd %}" + markup).render(Context(context))


class RightForm(forms.Form):
    """One field of each kind the tag draws."""

    name = forms.CharField(label="Name", help_text="As in the register.")
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(label="Kind", widget=forms.RadioSelect, choices=[("w", "Word"), ("f", "Figurative")])
    classes = forms.MultipleChoiceField(
        label="Classes", widget=forms.CheckboxSelectMultiple, choices=[("18", "Class 18")]
    )
    logo = forms.FileField(label="Logo", required=False)
    sure = forms.BooleanField(label="I may speak for this mark")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_badge_has_a_tone_and_escapes_its_label() -> None:
    assert draw("{% badge 'ok' label %}", label="<b>") == '<span class="badge ok">&lt;b&gt;</span>'


def test_badge_with_an_unknown_tone_is_neutral() -> None:
    assert draw("{% badge tone 'Open' %}", tone='x" onload="') == '<span class="badge">Open</span>'


def test_when_is_in_the_readers_zone_and_names_it() -> None:
    with timezone.override("Europe/Stockholm"):
        html = draw("{% when at %}", at=NOW)
    assert ">20 Nov 2026, 14:32<" in html
    assert 'title="Europe/Stockholm (CET)"' in html
    assert 'datetime="2026-11-20T14:32:00+01:00"' in html


def test_day_of_a_moment_is_the_readers_day() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    with timezone.override("Europe/Stockholm"):
        assert ">21 Nov 2026<" in draw("{% day at %}", at=late)
    assert ">20 Nov 2026<" in draw("{% day at %}", at=date(2026, 11, 20))


@pytest.mark.parametrize("tag", ["when", "day", "left"])
def test_a_missing_moment_is_a_dash(tag: str) -> None:
    assert draw("{% " + tag + " at %}", at=None) == '<span class="soft">–</span>'


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(days=2, hours=1), "2 days 1 h left"),
        (timedelta(days=1), "1 day left"),
        (timedelta(days=40, hours=5), "40 days left"),
        (timedelta(hours=1, minutes=50), "1 h 50 min left"),
        (timedelta(minutes=35), "35 min left"),
        (timedelta(seconds=20), "less than 1 min left"),
        (timedelta(hours=-3), "3 h overdue"),
        (timedelta(days=-2, hours=-1), "2 days 1 h overdue"),
    ],
)
def test_left_words(gap: timedelta, words: str) -> None:
    with time_machine.travel(NOW, tick=False):
        assert f">{words}<" in draw("{% left due %}", due=NOW + gap)
        assert draw("{{ due|remaining }}", due=NOW + gap) == words


def test_every_glyph_is_hidden_from_readers_and_takes_no_input() -> None:
    assert 'aria-hidden="true"' in draw("{% glyph 'video' %}")
    assert draw("{% glyph kind %}", kind="<script>") == draw("{% glyph 'unknown' %}")


def test_field_ties_hint_and_error_to_its_control() -> None:
    html = draw("{% field form.name %}", form=RightForm({}))
    assert '<label for="id_name">Name <span class="must">required</span></label>' in html
    assert 'aria-describedby="id_name_hint id_name_err"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_hint">As in the register.<' in html
    assert 'id="id_name_err">This field is required.<' in html


def test_an_optional_field_without_errors_claims_neither() -> None:
    html = draw("{% field form.note rows=3 %}", form=RightForm())
    assert "required" not in html and "aria-invalid" not in html and "aria-describedby" not in html
    assert 'rows="3"' in html


@pytest.mark.parametrize("name", ["kind", "classes"])
def test_sets_are_fieldsets_with_a_legend(name: str) -> None:
    html = draw("{% field field %}", field=RightForm({})[name])
    assert "<fieldset" in html and "<legend>" in html
    assert f'aria-describedby="id_{name}_err"' in html
    assert f'<label class="opt" for="id_{name}_0">' in html


def test_a_single_checkbox_stands_before_its_label() -> None:
    html = draw("{% field form.sure %}", form=RightForm())
    assert html.index('type="checkbox"') < html.index("I may speak for this mark")


def test_a_hidden_field_is_only_its_input() -> None:
    assert draw("{% field form.token %}", form=RightForm()).strip() == str(RightForm()["token"])


def test_errors_link_to_each_field_and_take_focus() -> None:
    html = draw("{% errors form %}", form=RightForm({"name": "x"}))
    assert "3 things to correct" in html
    assert '<a href="#id_kind_0">Kind</a>' in html
    assert 'tabindex="-1"' in html


def test_errors_of_a_form_without_any_draw_nothing() -> None:
    assert draw("{% errors form %}", form=RightForm()).strip() == ""
    assert draw("{% errors form %}", form=None).strip() == ""


def test_form_errors_are_escaped() -> None:
    form = RightForm({"name": "x"})
    form.add_error("name", "<script>alert(1)</script>")
    assert "<script>" not in draw("{% errors form %}{% field form.name %}", form=form)


def test_bars_draw_the_values_and_repeat_them_in_a_table() -> None:
    rows = [{"label": "5 Oct", "parts": [("a", 11), ("b", 2)]}, {"label": "<12>", "parts": [("a", 9), ("c", 1)]}]
    html = draw("{% bars rows 'Decided' names=names %}", rows=rows, names={"a": "Accepted", "b": "Part", "c": "No"})
    assert html.count('<rect class="a"') == 3  # two bars and the key
    assert '<td class="num">11</td><td class="num">2</td><td class="num">0</td><td class="num">13</td>' in html
    assert "&lt;12&gt;" in html and "<12>" not in html


def test_bars_without_rows_do_not_divide_by_zero() -> None:
    assert "<svg" in draw("{% bars rows 'Nothing yet' %}", rows=[])
    assert stacked_bars([{"label": "x", "parts": [("a", 0)]}]).bars[0].segments == ()


@pytest.mark.parametrize(("highest", "step"), [(0, 1), (4, 1), (5, 2), (22, 5), (99, 20), (4100, 1000)])
def test_scale_has_at_most_four_lines_above_zero(highest: float, step: int) -> None:
    assert scale_step(highest) == step


def test_clock_has_a_bar_only_when_it_is_measured() -> None:
    assert '<progress class="warn" max="72" value="23"' in draw(
        "{% clock 'Your answer' '2 days left' 23 72 'Fixed.' 'warn' %}"
    )
    assert "<progress" not in draw("{% clock 'Seller may appeal' '6 months' %}")


def test_pager_keeps_the_rest_of_the_query() -> None:
    request = RequestFactory().get("/", {"state": "open", "page": "2"})
    page = Paginator(list(range(60)), 20).page(2)
    html = draw("{% pager page %}", page=page, request=request)
    assert 'href="?state=open&amp;page=1"' in html
    assert 'aria-current="page"' in html and "21–40 of 60" in html


def test_pager_of_one_page_draws_nothing() -> None:
    assert draw("{% pager page %}", page=Paginator([1], 20).page(1)).strip() == ""


def test_timeline_marks_the_present_step() -> None:
    entries = [{"title": "Filed", "at": NOW, "tone": "done"}, {"title": "Your turn", "tone": "now"}]
    html = draw("{% timeline entries %}", entries=entries)
    assert '<li class="done"><b>Filed</b>' in html
    assert '<li class="now" aria-current="step">' in html


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("curl/8.5", "curl/8.5"),
        ("", "Unknown program"),
    ],
)
def test_browsers_are_named_in_words(agent: str, words: str) -> None:
    assert draw("{{ agent|browser }}", agent=agent) == words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1995-02-07", "7 Feb 1995"),
        ("2019-05", "May 2019"),
        ("2019", "2019"),
        ("", ""),
        ("2019-13-01", "2019-13-01"),
        ("1995-02-0７", "1995-02-0７"),
        ("018228224", "018228224"),
    ],
)
def test_a_day_that_comes_as_text_is_written_like_every_other_day(text: str, shown: str) -> None:
    assert day_text(text) == shown
