"""The parts of the stylesheet as template tags, so that every page draws and words them alike.

`{% load rd %}`. Every tag escapes what it is given; none writes inline style or script.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template.context import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts import rest
from portal.accounts.actors import Actor
from portal.drawing import glyph_svg, stacked_bars

register = template.Library()
NOTHING = mark_safe('<span class="soft">–</span>')
SETS = {"radios", "checks"}
TONES = {"ok", "warn", "bad", "info"}


@register.simple_tag
def badge(tone: str, label: object) -> SafeString:
    """A state in a shape, a word and a colour: `{% badge "ok" "Accepted" %}`; tone "" is neutral."""
    css = f"badge {tone}" if tone in TONES else "badge"
    return format_html('<span class="{}">{}</span>', css, label)


@register.simple_tag
def when(moment: datetime | None) -> SafeString:
    """A moment in the reader's zone, "20 Nov 2026, 14:32"; the zone is in the title."""
    if moment is None:
        return NOTHING
    local = _local(moment)
    zone = f"{timezone.get_current_timezone_name()} ({local.tzname()})"
    text = date_format(local, "j M Y, H:i")
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(timespec="seconds"), zone, text)


@register.simple_tag
def day(value: date | datetime | None) -> SafeString:
    """A day, "20 Nov 2026"; a moment is taken to the reader's zone first."""
    if value is None:
        return NOTHING
    plain = _local(value).date() if isinstance(value, datetime) else value
    return format_html('<time datetime="{}">{}</time>', plain.isoformat(), date_format(plain, "j M Y"))


@register.simple_tag
def left(moment: datetime | None) -> SafeString:
    """What is left until a moment, "2 days 1 h left", or "3 h overdue"; the date is in the title."""
    if moment is None:
        return NOTHING
    local = _local(moment)
    title = date_format(local, "j M Y, H:i")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', local.isoformat(timespec="seconds"), title, remaining(moment)
    )


@register.filter
def rest_words(actor: Actor) -> str:
    """Why somebody can only read, until when at the earliest, and what it takes: `{{ actor|rest_words }}`."""
    if actor.held_until is None:
        return ""
    return rest.words(actor.held_until, approved=actor.held_approved)


@register.filter
def remaining(moment: datetime | None) -> str:
    """The words of `left` without markup, for attributes and badges: `{{ due|remaining }}`."""
    if moment is None:
        return "–"
    gap = moment - timezone.now()
    span = _span(abs(gap))
    return _("%(span)s left") % {"span": span} if gap >= timedelta(0) else _("%(span)s overdue") % {"span": span}


@register.filter
def span(length: timedelta | None) -> str:
    """A length of time in the one unit that tells it, for figures: "7 min", "19 h", "3 days"; a dash for none."""
    if length is None:
        return "–"
    minutes = round(length.total_seconds() / 60)
    if minutes < 1:
        return _("< 1 min")
    if minutes < 60:
        return _("%(count)d min") % {"count": minutes}
    hours = round(minutes / 60)
    return _("%(count)d h") % {"count": hours} if hours < 48 else _("%(count)d days") % {"count": round(hours / 24)}


def _span(gap: timedelta) -> str:
    """Will write the two largest units of a length of time."""
    minutes = int(gap.total_seconds() // 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        text = ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
        return f"{text} {_('%(count)d h') % {'count': hours}}" if hours and days < 7 else text
    if hours:
        text = _("%(count)d h") % {"count": hours}
        return f"{text} {_('%(count)d min') % {'count': rest}}" if rest else text
    return _("%(count)d min") % {"count": rest} if rest else _("less than 1 min")


def _local(moment: datetime) -> datetime:
    """Will move an aware moment to the reader's zone; a naive one is UTC, as everything stored is."""
    aware = moment if timezone.is_aware(moment) else moment.replace(tzinfo=timezone.get_default_timezone())
    return timezone.localtime(aware)


@register.simple_tag
def glyph(kind: str) -> SafeString:
    """The small picture of a kind of target: listing, video, livestream, account, jacket, backpack, flask, unknown."""
    return mark_safe(glyph_svg(str(kind)))  # constants only; `kind` only chooses among them


@register.inclusion_tag("rd/field.html")
def field(bound: BoundField, label: str = "", hint: str = "", rows: int = 0, mark: bool = True) -> dict[str, Any]:
    """A whole form field: label, hint, control, error, tied together; `mark=False` leaves out the word "required"."""
    base = bound.auto_id or f"id_{bound.html_name}"
    words = hint or bound.help_text
    name = label or bound.label
    kind = _kind(bound)
    again = kind == "file" and _has_to_come_again(bound)
    ids = {"hint": bool(words), "err": bool(bound.errors), "again": again}
    described = " ".join(f"{base}_{name}" for name, there in ids.items() if there)
    return {
        "bound": bound,
        "base": base,
        "kind": kind,
        "label": name,
        "hint": words,
        "described": described,
        "control": "" if kind in SETS else bound.as_widget(attrs=_attrs(bound, kind, str(name), described, rows)),
        "required": bound.field.required and mark,
        "must": bound.field.required,
        "again": again,
    }


def _has_to_come_again(bound: BoundField) -> bool:
    """Whether a file was chosen here and is gone, because the form came back with something to correct.

    Browsers keep no chosen file over a new page; an error at the field itself says that it has to be chosen anew.
    """
    form = bound.form
    return form.is_bound and bool(form.errors) and not bound.errors and bound.html_name in form.files


def _attrs(bound: BoundField, kind: str, label: str, described: str, rows: int) -> dict[str, Any]:
    """Will return what a control carries: description, wrong or not, no placeholder that repeats the label."""
    attrs: dict[str, Any] = {}
    if kind == "group":
        attrs["aria-label"] = label
    elif described:
        attrs["aria-describedby"] = described
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if rows:
        attrs["rows"] = str(rows)
    if str(bound.label).lower() in str(bound.field.widget.attrs.get("placeholder", "")).lower():
        attrs["placeholder"] = False
    return attrs


def _kind(bound: BoundField) -> str:
    """Will name how a field is drawn: hidden, radios, checks, check, file, group or line."""
    widget = bound.field.widget
    if bound.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checks"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.FileInput):
        return "file"
    return "group" if widget.use_fieldset else "line"


@register.inclusion_tag("rd/errors.html")
def errors(form: forms.BaseForm | None, title: str = "") -> dict[str, Any]:
    """The summary of a form's errors, first on the page; takes focus and links to each field."""
    if form is None or not form.is_bound:
        return {"items": []}
    items = [{"href": "", "label": "", "text": text} for text in form.non_field_errors()]
    for bound in form:
        href = "" if bound.is_hidden else f"#{_target(bound)}"
        items += [{"href": href, "label": bound.label, "text": text} for text in bound.errors]
    return {"items": items, "title": title, "count": len(items)}


def _target(bound: BoundField) -> str:
    """Will return the id that a link in the summary leads to: the control, or the first of a set."""
    base = bound.auto_id or f"id_{bound.html_name}"
    return f"{base}_0" if _kind(bound) in {"radios", "checks", "group"} else base


@register.inclusion_tag("rd/bars.html")
def bars(
    rows: Sequence[Mapping[str, Any]], title: str, names: Mapping[str, str] | None = None, first: str = ""
) -> dict[str, Any]:
    """Stacked bars with their table: rows are {label, parts: [(class, value)]}; `names` says what each class is."""
    order: list[str] = []
    for row in rows:
        order += [str(part[0]) for part in row["parts"] if str(part[0]) not in order]
    known = dict(names or {})
    chart = stacked_bars(rows)
    table = []
    for row, bar in zip(rows, chart.bars, strict=True):
        values = {str(part[0]): part[1] for part in row["parts"]}
        table.append({"label": row["label"], "values": [values.get(css, 0) for css in order], "total": bar.total})
    key = [{"css": css, "name": known.get(css, "")} for css in order]
    return {"chart": chart, "table": table, "key": key, "named": bool(known), "title": title, "first": first}


@register.inclusion_tag("rd/clock.html")
def clock(
    name: str, left_text: str, used: float | None = None, max: float | None = None, kind_text: str = "", tone: str = ""
) -> dict[str, Any]:
    """A clock: for whom, what is left, how much is used (no bar when unknown), when it ends and of which kind."""
    shown = tone if tone in TONES else ""
    measured = used is not None and bool(max)
    return {
        "name": name,
        "left_text": left_text,
        "used": min(used or 0, max or 0),
        "max": max,
        "measured": measured,
        "kind_text": kind_text,
        "tone": shown,
    }


@register.inclusion_tag("rd/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any], name: str = "page") -> dict[str, Any]:
    """Links to the pages of a paginator's page; keeps the rest of the query string. Nothing when there is one page."""
    request = context.get("request")

    def link(number: int) -> str:
        query = request.GET.copy() if request else QueryDict(mutable=True)
        query[name] = str(number)
        return f"?{query.urlencode()}"

    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    numbers = [{"number": n, "href": link(n) if isinstance(n, int) else "", "here": n == page.number} for n in shown]
    return {
        "page": page,
        "numbers": numbers,
        "previous": link(page.number - 1) if page.has_previous() else "",
        "next": link(page.number + 1) if page.has_next() else "",
    }


@register.inclusion_tag("rd/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """What happened and what comes next: entries have .title, .detail, .at (or none) and .tone done, now or ""."""
    return {"entries": entries}


@register.filter
def role_name(actor: Any) -> str:
    """The actor's role in words, for members and staff; empty for everyone else."""
    from portal.accounts.models import Role, StaffRole

    if actor is None:
        return ""
    for value, choices in ((actor.staff_role, StaffRole), (actor.role, Role)):
        if value and value in choices.values:
            return str(choices(value).label)
    return ""


BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def browser(agent: str) -> str:
    """What a browser calls itself, in words: "Firefox on Linux"; else its own words, cut short."""
    name = next((words for token, words in BROWSERS if token in agent), "")
    system = next((words for token, words in SYSTEMS if token in agent), "")
    if name and system:
        return _("%(browser)s on %(system)s") % {"browser": name, "system": system}
    return name or system or agent[:60] or _("Unknown program")


@register.simple_tag(takes_context=True)
def acting_for(context: Context) -> SafeString:
    """A hidden field for forms that make something: for which principal an agency opened the page."""
    actor = context.get("actor")
    if actor is None or actor.agency is None:
        return mark_safe("")
    return format_html('<input type="hidden" name="acting_for" value="{}">', actor.organisation.public_id)
