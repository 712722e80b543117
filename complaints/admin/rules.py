"""The pages of the routing table: read by all staff, changed by policy and seniors through one verb."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from brands.models import RightKind
from complaints import casework, ranking
from complaints.admin import workload
from complaints.admin.desk import around
from complaints.admin.filters import ANY, LANGUAGES, plain
from complaints.admin.leads import staff_page
from complaints.admin.verbs import status_of
from complaints.casework.routing import MOST_MINUTES, STREAM, RuleValues, arranged, may_edit, shares
from complaints.models import Complaint, RoutingRule
from complaints.reasons import REASONS
from complaints.review.priority import TIER_LABELS, span
from complaints.review.routing import Conditions, asked, conditions_of
from portal.accounts.actors import actor_of
from portal.accounts.models import StaffRole
from portal.errors import DomainError
from portal.ledger.models import Event
from portal.marketplace.models import MARKETS

EDITORS = (StaffRole.POLICY, StaffRole.SENIOR)
HISTORY = 20


class RuleForm(forms.Form):
    """One rule: what a case must be like, and where it goes then."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Reviewers read it where it moved a case."))
    position = forms.IntegerField(label=_("Position"), min_value=1, help_text=_("1 is asked first."))
    right_kind = forms.ChoiceField(label=_("Kind of right"), required=False, choices=[*ANY, *RightKind.choices])
    reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=[*ANY, *((code.value, text.label) for code, text in REASONS.items())]
    )
    market = forms.ChoiceField(
        label=_("Market"), required=False, choices=[*ANY, *plain(MARKETS)], help_text=_("That of most items.")
    )
    language = forms.ChoiceField(label=_("Language"), required=False, choices=[*ANY, *plain(LANGUAGES)])
    source = forms.ChoiceField(label=_("Source"), required=False, choices=[*ANY, *Complaint.Source.choices])
    tier = forms.ChoiceField(label=_("Reporter"), required=False, choices=[*ANY, *TIER_LABELS.items()])
    safety = forms.BooleanField(label=_("Only where fakes can harm people"), required=False)
    live = forms.BooleanField(label=_("Only while a livestream is on air"), required=False)
    skill = forms.CharField(
        label=_("Skill asked for"),
        required=False,
        max_length=30,
        help_text=_("Empty: everybody can take it. Leads give skills to reviewers under “Workload”."),
    )
    minutes_earlier = forms.IntegerField(
        label=_("Minutes earlier"), min_value=0, max_value=MOST_MINUTES, help_text=_("Than it would be worked on else.")
    )
    is_active = forms.BooleanField(label=_("In use"), required=False)

    @property
    def values(self) -> RuleValues:
        """What was typed, for the verb."""
        typed = self.cleaned_data
        conditions = Conditions(**{name: typed[name] for name in Conditions.__slots__})
        rest = ("name", "position", "skill", "minutes_earlier", "is_active")
        return RuleValues(conditions=conditions, **{name: typed[name] for name in rest})


def conditions_in_words(rule: RoutingRule) -> list[str]:
    """Says what a rule asks for: ["Reason: Counterfeit", "Market: DE"]; empty for one that takes every case."""
    form = RuleForm()
    said = []
    for name, value in asked(conditions_of(rule)).items():
        field: Any = form.fields[name]
        label = str(field.label)
        said.append(label if value is True else f"{label}: {dict(field.choices).get(value, value)}")
    return said


@staff_page()
def rules_page(request: HttpRequest) -> HttpResponse:
    """Shows the rules in order, where the open cases are, and who changed what."""
    actor, now = actor_of(request), timezone.now()
    rules = ranking.active_rules()
    rows = [(share, conditions_in_words(share.rule) if share.rule else []) for share in shares(rules)]
    out_of_use = RoutingRule.objects.filter(is_active=False).order_by("name", "id")
    context = {
        "view": "routing",
        "title": _("Routing rules"),
        "rows": rows,
        "out_of_use": [(rule, conditions_in_words(rule)) for rule in out_of_use],
        "history": history(),
        "can_edit": actor.has_staff_role(*EDITORS),
    }
    return render(request, "admin/complaints/desk/routing.html", around(request, now, **context))


def history() -> list[dict[str, Any]]:
    """The newest changes of the table: when, who, which rule, and what became different."""
    found = Event.objects.filter(stream_kind=STREAM[0], stream_id=STREAM[1]).order_by("-seq")
    events = list(found[:HISTORY])
    names = workload.names_of(events)
    return [
        {"at": event.at, "who": names.get(event.actor, event.actor), **_difference(event.payload)} for event in events
    ]


def _difference(payload: dict[str, Any]) -> dict[str, Any]:
    before, after = payload["before"], payload["after"]
    labels = {name: str(field.label) for name, field in RuleForm.base_fields.items()}
    changed = [name for name in after if before.get(name) != after[name]]
    said = [f"{labels[name]}: {_shown(before.get(name))} → {_shown(after[name])}" for name in changed]
    return {"rule": after["name"], "is_new": not before, "changed": said if before else []}


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _t("yes") if value else _t("no")
    return "–" if value in {"", None} else str(value)


@staff_page(*EDITORS)
def rule_page(request: HttpRequest, rule_id: int | None = None) -> HttpResponse:
    """Edits one rule; the preview counts where the open cases would go, and saves nothing."""
    actor, now = actor_of(request), timezone.now()
    can_edit = actor.has_staff_role(*EDITORS)
    if rule_id is None and not can_edit:
        raise PermissionDenied
    rule = RoutingRule() if rule_id is None else RoutingRule.objects.filter(pk=rule_id).first()
    if rule is None:
        raise Http404
    form = RuleForm(request.POST if request.method == "POST" else None, initial=_initial(rule))
    context: dict[str, Any] = {"status": 200, "preview": None}
    if request.method == "POST" and not form.is_valid():
        context["status"] = 422
    elif request.method == "POST":
        may_edit(actor)
        try:
            if request.POST.get("do") == "save":
                made = casework.save_rule(actor=actor, values=form.values, now=now, rule_id=rule_id)
                messages.success(request, _t("“%s” is kept. Open cases follow within a minute.") % made.name)
                return redirect("admin:complaints_complaint_routing")
            context["preview"] = shares(arranged(rule, form.values), rule)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            context["status"] = status_of(error)
    return _draw(request, rule, form, context, can_edit)


def _draw(
    request: HttpRequest, rule: RoutingRule, form: RuleForm, context: dict[str, Any], can_edit: bool
) -> HttpResponse:
    title = rule.name if rule.pk else _t("New routing rule")
    around_it = around(
        request,
        timezone.now(),
        view="routing",
        title=title,
        form=form,
        preview=context["preview"],
        can_edit=can_edit,
        rule=rule,
        conditions=conditions_in_words(rule) if not can_edit else [],
        earlier=span(rule.minutes_earlier) if rule.minutes_earlier else "",
        skills=workload.skills_known(),
    )
    return render(request, "admin/complaints/desk/rule.html", around_it, status=context["status"])


def _initial(rule: RoutingRule) -> dict[str, Any]:
    found = {name: getattr(rule, name) for name in RuleForm.base_fields if name != "position"}
    place = rule.position if rule.pk else len(ranking.active_rules()) + 1
    return found | {"position": place}


def urls(wrap: Callable[[Any], Any]) -> list[URLPattern]:
    """The addresses of these pages, inside the admin's list of complaints."""
    return [
        path("desk/routing/", wrap(rules_page), name="complaints_complaint_routing"),
        path("desk/routing/new/", wrap(rule_page), name="complaints_complaint_rule_new"),
        path("desk/routing/<int:rule_id>/", wrap(rule_page), name="complaints_complaint_rule"),
    ]
