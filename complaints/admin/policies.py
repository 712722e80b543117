"""The policy's versions in the admin: drafted, edited, previewed and published by policy; read by all staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from complaints import casework
from complaints.models import Policy
from complaints.policies import PolicyTexts, Words
from complaints.reasons import GROUNDS, Ground, Outcome
from complaints.review import specimen
from portal.accounts.actors import Actor, actor_of
from portal.accounts.staff_admin import StaffOnlyReadMixin
from portal.errors import Conflict, DomainError, Forbidden, NotFound

if TYPE_CHECKING:
    PolicyBase = admin.ModelAdmin[Policy]
else:
    PolicyBase = admin.ModelAdmin


class BeginForm(forms.Form):
    """The name of a new version."""

    version = forms.CharField(label=_("Name of the new version"), required=False, max_length=20)


class WordsForm(forms.Form):
    """What changed, and the words of every ground: fields `C-01-plain`, `C-01-cure` and so on."""

    note = forms.CharField(
        label=_("What changed"), required=False, max_length=300, help_text=_("Everybody can read it.")
    )

    def __init__(self, *args: Any, clauses: dict[str, Words], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for ground, words in clauses.items():
            shown = f"{ground} {GROUNDS[Ground(ground)].label}"
            area = forms.Textarea(attrs={"rows": 2, "maxlength": 1000})
            plain = forms.CharField(label=_("%s in plain words") % shown, required=False, initial=words.plain)
            plain.widget = area
            self.fields[f"{ground}-plain"] = plain
            if GROUNDS[Ground(ground)].outcome == Outcome.REJECTED:
                area = forms.Textarea(attrs={"rows": 1, "maxlength": 1000})
                cure = forms.CharField(label=_("What cures %s") % ground, required=False, initial=words.cure)
                cure.widget = area
                self.fields[f"{ground}-cure"] = cure

    def typed(self) -> dict[str, tuple[str, str]]:
        """Gives the words as they stand in the form, by ground."""
        grounds = [name.removesuffix("-plain") for name in self.fields if name.endswith("-plain")]
        return {ground: (self._said(f"{ground}-plain"), self._said(f"{ground}-cure")) for ground in grounds}

    def _said(self, name: str) -> str:
        return str(self.data.get(name, "")) if self.is_bound else str(self[name].value() or "")


@admin.register(Policy)
class PolicyAdmin(StaffOnlyReadMixin, PolicyBase):
    """Every version, newest first; a draft opens as a form, a published one as it was published."""

    change_list_template = "admin/complaints/policy/list.html"
    change_form_template = "admin/complaints/policy/one.html"
    list_display = ("version", "note", "in_force", "published_at", "retired_at")
    show_full_result_count = False
    ordering = ("-created_at", "-id")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def get_urls(self) -> list[URLPattern]:
        """Adds the verbs to the admin's own addresses."""
        wrap = self.admin_site.admin_view
        return [
            path("draft/", wrap(require_POST(self.begin)), name="complaints_policy_draft"),
            path("<int:pk>/words/", wrap(require_POST(self.words)), name="complaints_policy_words"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Shows the versions, with the form that begins one for who may."""
        more = {"begin": BeginForm(), "may_write": may_write(actor_of(request))}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Shows one version, clause by clause."""
        policy = self._find(request, object_id)
        return self._page(request, policy, WordsForm(initial={"note": policy.note}, clauses=_clauses(policy)))

    def begin(self, request: HttpRequest) -> HttpResponse:
        """Begins a version; what the verb refuses is told on the list."""
        actor = _writer(request)
        try:
            made = casework.draft_policy(actor=actor, version=request.POST.get("version", ""), now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
            return redirect("admin:complaints_policy_changelist")
        return redirect("admin:complaints_policy_change", made.pk)

    def words(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Saves, previews, publishes or throws away a draft, as the button says."""
        actor, policy = _writer(request), self._find(request, pk)
        form = WordsForm(request.POST, clauses=_clauses(policy))
        do = request.POST.get("do", "")
        if do == "preview":
            return self._page(request, policy, form, preview=True)
        if do not in {"save", "publish", "discard"}:
            raise Http404
        try:
            self._press(actor, policy, form, do)
        except (NotFound, Forbidden) as error:
            raise PermissionDenied from error
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            status = 409 if isinstance(error, Conflict) else 422
            return self._page(request, self._find(request, pk), form, status=status)
        messages.success(request, _SAID[do])
        if do == "discard":
            return redirect("admin:complaints_policy_changelist")
        return redirect("admin:complaints_policy_change", policy.pk)

    def _press(self, actor: Actor, policy: Policy, form: WordsForm, do: str) -> None:
        now = timezone.now()
        if do == "discard":
            casework.discard_policy(actor=actor, policy_id=policy.pk, now=now)
            return
        words, note = form.typed(), form.data.get("note", "")
        casework.save_policy(actor=actor, policy_id=policy.pk, clauses=words, note=note, now=now)
        if do == "publish":
            casework.publish_policy(actor=actor, policy_id=policy.pk, now=now)

    def _find(self, request: HttpRequest, pk: int | str) -> Policy:
        if not self.has_view_permission(request):
            raise PermissionDenied
        key = int(pk) if str(pk).isascii() and str(pk).isdigit() and len(str(pk)) < 19 else 0
        found = Policy.objects.select_related("created_by", "published_by").filter(pk=key).first()
        if found is None:
            raise Http404
        return found

    def _page(
        self, request: HttpRequest, policy: Policy, form: WordsForm, *, preview: bool = False, status: int = 200
    ) -> HttpResponse:
        may_edit = may_write(actor_of(request)) and policy.published_at is None
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Policy %s") % policy.version,
            "policy": policy,
            "form": form,
            "fields": [form[name] for name in form.fields if name != "note"],
            "may_edit": may_edit,
            "clauses": [] if may_edit else _shown(policy),
            "preview": _preview(policy, form) if preview else [],
        }
        return TemplateResponse(request, "admin/complaints/policy/one.html", context, status=status)


_SAID = {
    "save": _("Saved. Nobody reads it before it is published."),
    "publish": _("Published. It is in force from now on, and the version of before is retired."),
    "discard": _("The draft is thrown away."),
}


def may_write(actor: Actor) -> bool:
    """Says whether this member of staff drafts and publishes versions."""
    return actor.has_staff_role("policy")


def _writer(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    if not may_write(actor):
        raise PermissionDenied
    return actor


def _clauses(policy: Policy) -> dict[str, Words]:
    rows = policy.clauses.order_by("ground").values_list("ground", "plain", "cure")
    return {ground: Words(plain, cure) for ground, plain, cure in rows if ground in set(Ground)}


def _shown(policy: Policy) -> list[dict[str, Any]]:
    found = _clauses(policy).items()
    return [{"ground": ground, "label": GROUNDS[Ground(ground)].label, "words": words} for ground, words in found]


def _preview(policy: Policy, form: WordsForm) -> list[dict[str, Any]]:
    """What both sides would read on each ground, with the words as they stand in the form."""
    clauses = {ground: Words(plain.strip(), cure.strip()) for ground, (plain, cure) in form.typed().items()}
    texts, today = PolicyTexts(policy.version, clauses), timezone.now().date()
    return [
        {"ground": code, "label": GROUNDS[Ground(code)].label, "texts": specimen.texts(texts, Ground(code), today)}
        for code in clauses
    ]
