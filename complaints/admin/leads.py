"""The lead's pages: workload, one reviewer's place, recusals. Each POST is one verb."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from complaints import casework
from complaints.admin import workload
from complaints.admin.desk import METHODS, around
from complaints.admin.press import number
from complaints.admin.verbs import status_of
from complaints.casework import places
from complaints.models import Recusal
from portal.accounts.actors import Actor, actor_of
from portal.accounts.models import Organisation, StaffRole, User
from portal.errors import DomainError

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
SHOWN = 200


def staff_page(*roles: str) -> Callable[[View[P]], View[P]]:
    """Lets all staff read, and only these roles press buttons (403 for others)."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            actor = actor_of(request)
            if request.method not in METHODS:
                return HttpResponseNotAllowed(METHODS)
            if not actor.is_staff or (request.method == "POST" and not actor.has_staff_role(*roles)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return inner

    return decorate


# --- who holds what


@staff_page()
def workload_page(request: HttpRequest) -> HttpResponse:
    """Shows who holds what and how old the queue is; a reviewer sees their own line of it."""
    actor, now = actor_of(request), timezone.now()
    context = {
        "view": "workload",
        "title": _("Workload"),
        "lines": workload.lines(actor, now),
        "waiting": workload.waiting(actor, now),
        "is_lead": actor.has_staff_role(StaffRole.SENIOR),
        "sees_all": workload.sees_all(actor),
    }
    return render(request, "admin/complaints/desk/workload.html", around(request, now, **context))


class PlaceForm(forms.Form):
    """What a reviewer can take."""

    skills = forms.CharField(
        label=_("Skills"),
        required=False,
        help_text=_("Separated by commas, as routing rules name them: textiles, patents."),
    )
    languages = forms.CharField(
        label=_("Languages"), required=False, help_text=_("Two letters each: en, de, fr. Empty: every language.")
    )
    open_claims = forms.IntegerField(
        label=_("Open cases at most"),
        required=False,
        min_value=0,
        help_text=_("Empty: the usual %d.") % places.OPEN_CLAIMS,
    )


class AwayForm(forms.Form):
    """Until when a reviewer is away, in the reader's zone."""

    away_until = forms.DateTimeField(
        label=_("Away until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )


@staff_page(StaffRole.SENIOR)
def reviewer_page(request: HttpRequest, user_id: int) -> HttpResponse:
    """Shows what one reviewer can take and holds; a lead changes it, and returns their cases by one press."""
    actor, now = actor_of(request), timezone.now()
    person = _person(user_id, actor)
    place = places.place_of(person)
    initial = {
        "skills": ", ".join(place.skills),
        "languages": ", ".join(place.languages),
        "open_claims": place.open_claims,
    }
    do = request.POST.get("do", "")
    form = PlaceForm(request.POST if do == "place" else None, initial=initial)
    away = AwayForm(request.POST if do == "away" else None, initial={"away_until": place.away_until})
    status = 200
    if request.method == "POST":
        said = _change(request, actor, person, form, away, now)
        if said:
            messages.success(request, said)
            return redirect("admin:complaints_complaint_reviewer", user_id)
        status = 422
    line = next(iter(line for line in workload.lines(actor, now) if line.person.pk == user_id), None)
    context = {
        "view": "workload",
        "title": person.get_short_name(),
        "person": person,
        "line": line,
        "form": form,
        "away": away,
        "is_lead": actor.has_staff_role(StaffRole.SENIOR),
        "skills": workload.skills_known(),
    }
    return render(request, "admin/complaints/desk/reviewer.html", around(request, now, **context), status=status)


def _person(user_id: int, actor: Actor) -> User:
    own = actor.user is not None and actor.user.pk == user_id
    person = places.desk_people().filter(pk=user_id).first() if own or workload.sees_all(actor) else None
    if person is None:
        raise Http404
    return person


def _change(request: HttpRequest, actor: Actor, person: User, form: PlaceForm, away: AwayForm, now: datetime) -> str:
    """Does what the button says; "" when it was refused, which stands at its field then."""
    do, name = request.POST.get("do", ""), person.get_short_name()
    shown: Any = away if do == "away" else form
    try:
        if do == "place" and form.is_valid():
            casework.set_place(
                actor=actor,
                user_id=person.pk,
                skills=form.cleaned_data["skills"].split(","),
                languages=form.cleaned_data["languages"].split(","),
                open_claims=form.cleaned_data["open_claims"],
                now=now,
            )
            return _t("Kept what %s can take.") % name
        if do == "away" and away.is_valid():
            count = casework.set_away(actor=actor, user_id=person.pk, until=away.cleaned_data["away_until"], now=now)
            return f"{_t('%s is away.') % name} {_returned(count)}"
        if do == "back":
            casework.set_away(actor=actor, user_id=person.pk, until=None, now=now)
            return _t("%s is here again.") % name
        if do == "return":
            return _returned(casework.return_cases(actor=actor, user_id=person.pk, now=now))
    except DomainError as error:
        if error.field in shown.fields:
            shown.add_error(error.field, str(error))
        else:
            messages.error(request, str(error))
    if do not in {"place", "away", "back", "return"}:
        raise Http404
    return ""


def _returned(count: int) -> str:
    return ngettext("%d case is back in the queue.", "%d cases are back in the queue.", count) % count


# --- recusals


class RecusalForm(forms.Form):
    """Who steps back from which organisation, and why."""

    person = forms.ModelChoiceField(label=_("Reviewer"), queryset=User.objects.none())
    organisation = forms.CharField(
        label=_("Organisation"), max_length=160, help_text=_("Its whole name, as it stands on its cases.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["person"]
        field.queryset = places.desk_people()
        field.label_from_instance = lambda person: person.get_full_name()

    def clean_organisation(self) -> Organisation:
        name = self.cleaned_data["organisation"].strip()
        found = Organisation.objects.filter(name__iexact=name).order_by("id").first()
        if found is None:
            raise forms.ValidationError(_t("No organisation has this name."))
        return found


@staff_page(StaffRole.SENIOR)
def recusals_page(request: HttpRequest) -> HttpResponse:
    """Lists who steps back from whom; a lead adds and ends, with a reason. A reviewer sees their own."""
    actor, now = actor_of(request), timezone.now()
    do, status = request.POST.get("do", ""), 200
    form = RecusalForm(request.POST if do == "add" else None)
    if request.method == "POST":
        if do not in {"add", "end"}:
            raise Http404
        said, status = _recuse(request, actor, form, now)
        if said:
            messages.success(request, said)
            return redirect("admin:complaints_complaint_recusals")
    rows = Recusal.objects.select_related("user", "organisation", "created_by", "ended_by").order_by(
        "-created_at", "-id"
    )
    if not workload.sees_all(actor):
        rows = rows.filter(user=actor.user)
    context = {
        "view": "recusals",
        "title": _("Recusals"),
        "standing": list(rows.filter(ended_at__isnull=True)[:SHOWN]),
        "ended": list(rows.filter(ended_at__isnull=False)[:50]),
        "form": form,
        "is_lead": actor.has_staff_role(StaffRole.SENIOR),
        "typed": request.POST,
    }
    return render(request, "admin/complaints/desk/recusals.html", around(request, now, **context), status=status)


def _recuse(request: HttpRequest, actor: Actor, form: RecusalForm, now: datetime) -> tuple[str, int]:
    """Adds or ends one; gives what to say, or "" and the status of the refusal."""
    try:
        if request.POST["do"] == "end":
            pk = number(request.POST.get("recusal", "")) or 0
            casework.end_recusal(actor=actor, recusal_id=pk, reason=request.POST.get("end_reason", ""), now=now)
            return _t("The recusal has ended."), 200
        if form.is_valid():
            typed = form.cleaned_data
            ids = {"user_id": typed["person"].pk, "organisation_id": typed["organisation"].pk}
            casework.recuse(actor=actor, **ids, reason=typed["reason"], now=now)
            return _t("Kept. What they held of it is back in the queue."), 200
    except DomainError as error:
        messages.error(request, str(error))
        return "", status_of(error)
    return "", 422


def urls(wrap: Callable[[Any], Any]) -> list[URLPattern]:
    """The addresses of these pages, inside the admin's list of complaints."""
    return [
        path("desk/workload/", wrap(workload_page), name="complaints_complaint_workload"),
        path("desk/workload/<int:user_id>/", wrap(reviewer_page), name="complaints_complaint_reviewer"),
        path("desk/recusals/", wrap(recusals_page), name="complaints_complaint_recusals"),
    ]
