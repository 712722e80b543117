"""The answer to a number while it is typed."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from brands import crosscheck
from brands.errors import Problem
from brands.forms import RightForm
from brands.models import IPRight
from brands.registers.formats import NumberAnswer, looks_like, normalise_number
from brands.registers.madrid import WIPO
from brands.registers.offices import office_named
from brands.views.common import registrar_required
from brands.writing import bare_wipo
from portal.accounts.actors import Actor, actor_of

KINDS = ("registration", "application")


@require_POST
@registrar_required
def number_check(request: HttpRequest) -> HttpResponse:
    """Answers one number while it is typed."""
    kind = request.GET.get("kind", "")
    if kind not in KINDS:
        raise Http404
    office, typed = request.POST.get("office", ""), request.POST.get(f"{kind}_number", "")
    answer = answer_to(office, kind, typed)
    origin = origin_warnings(actor_of(request), office, answer, request.POST.get("owner_name", ""))
    return render(request, "brands/_number.html", {"answer": answer, "origin": origin})


def answer_to(office: str, kind: str, text: str) -> NumberAnswer | None:
    """What the office would call this number; an example where nothing is typed."""
    known = office_named(office)
    if known is None:
        return None
    if office == WIPO:
        return NumberAnswer(False, "", bare_wipo())
    if not text.strip():
        return NumberAnswer(True, "", looks_like(known, kind))
    return normalise_number(office, kind, text)


def origin_warnings(actor: Actor, office: str, answer: NumberAnswer | None, owner: str) -> list[Problem]:
    """What to look at where a UK number was made from an EU mark."""
    if answer is None or not answer.ok or not answer.value or actor.organisation is None:
        return []
    typed = IPRight(
        organisation=actor.organisation, office=office, registration_number=answer.value, owner_name=owner[:200]
    )
    return crosscheck.warnings_of(typed)


def answers_of(form: RightForm) -> dict[str, NumberAnswer | None]:
    """The answers to the numbers that the form holds, for pages without JavaScript."""
    if form.slug != "trademark":
        return {}
    office = form["office"].value() or ""
    return {kind: answer_to(office, kind, form[f"{kind}_number"].value() or "") for kind in KINDS}


def origin_of(actor: Actor, form: RightForm, answers: dict[str, NumberAnswer | None]) -> list[Problem]:
    """The same for a form that is shown again."""
    if form.slug != "trademark":
        return []
    office, owner = form["office"].value() or "", form["owner_name"].value() or ""
    return origin_warnings(actor, office, answers.get("registration"), owner)
