"""Many rights at once: upload, read the answers, enter what can be entered."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from brands import bulk
from brands.bulk import Line, Papers
from brands.forms.many import EnterForm, LinesForm
from brands.views.common import raise_http, registrar_required
from portal.accounts.actors import actor_of
from portal.accounts.doors import member_required
from portal.errors import DomainError, Refused


@require_http_methods(["GET", "POST"])
@registrar_required
def many(request: HttpRequest) -> HttpResponse:
    """Takes lines, answers each, and enters them when asked; nothing is kept before that."""
    if request.method == "GET":
        return _page(request, LinesForm())
    return _enter(request) if request.POST.get("action") == "enter" else _check(request)


@require_GET
@member_required
def template(request: HttpRequest) -> HttpResponse:
    """The file to begin with: the header and one line."""
    answer = HttpResponse(bulk.TEMPLATE, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="rights.csv"'
    return answer


def _check(request: HttpRequest) -> HttpResponse:
    form = LinesForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        rows = bulk.read_csv(form.read())
    except Refused as error:
        form.add_error("file", str(error))
        return _page(request, form, status=422)
    lines = [bulk.line_of(row) for row in rows]
    bulk.answer(actor_of(request), lines)
    text = bulk.written(rows)
    return _page(request, LinesForm(initial={"lines": text}), lines, EnterForm(initial={"lines": text}))


def _enter(request: HttpRequest) -> HttpResponse:
    """Enters the lines that the page carried; what is left to correct is ready to be corrected."""
    actor, now = actor_of(request), timezone.now()
    form = EnterForm(request.POST, request.FILES)
    kept = LinesForm(initial={"lines": request.POST.get("lines", "")})
    if not form.is_valid():
        return _page(request, kept, enter=form, status=422)
    try:
        rows = bulk.read_csv(form.cleaned_data["lines"].encode())
        papers = Papers(form.cleaned_data["papers"], actor=actor, now=now)
    except Refused as error:
        form.add_error("papers", str(error))
        return _page(request, kept, enter=form, status=422)
    lines = [bulk.line_of(row) for row in rows]
    bulk.answer(actor, lines)
    try:
        bulk.enter(actor=actor, lines=lines, papers=papers, send=form.cleaned_data["send"], now=now)
    except DomainError as error:
        raise_http(error)
        raise
    left = bulk.wrong_rows(lines)
    again = {"lines": bulk.written(left)} if left else {}
    return _page(request, LinesForm(initial=again), lines, done=True)


def _page(
    request: HttpRequest,
    form: LinesForm,
    lines: list[Line] | None = None,
    enter: EnterForm | None = None,
    *,
    done: bool = False,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "lines": lines, "enter": enter, "done": done, "columns": bulk.COLUMNS}
    if lines is not None:
        count = bulk.tally(lines)
        context |= {"count": count, "entered": count["entered"] + count["sent"]}
    return render(request, "brands/bulk.html", context, status=status)
