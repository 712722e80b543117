"""The texts that reviewers start from: kept by policy and seniors, read by all staff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints import casework, fill_ins
from complaints.casework.wording import COLUMNS
from complaints.models import DeskTemplate
from portal.accounts.actors import actor_of
from portal.accounts.staff_admin import StaffReadMixin

if TYPE_CHECKING:
    TemplateBase = admin.ModelAdmin[DeskTemplate]
    FormBase = forms.ModelForm[DeskTemplate]
else:
    TemplateBase, FormBase = admin.ModelAdmin, forms.ModelForm


class TemplateForm(FormBase):
    """A template with its gaps explained; one that nothing fills is refused."""

    class Meta:
        model = DeskTemplate
        fields = COLUMNS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "text" in self.fields:
            known = ", ".join(f"{{{name}}} {what}" for name, what in fill_ins.FILL_INS.items())
            self.fields["text"].help_text = _("These are filled in: %s.") % known

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        strange = fill_ins.unknown(text)
        if strange:
            raise ValidationError(_("%s: nothing fills this.") % ", ".join(strange))
        return text


@admin.register(DeskTemplate)
class TemplateAdmin(StaffReadMixin, TemplateBase):
    """Templates by name; taken out of use rather than deleted."""

    form = TemplateForm
    list_display = ("name", "use", "ground", "language", "is_active")
    list_filter = ("use", "is_active")
    show_full_result_count = False
    ordering = ("name", "id")

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return actor_of(request).has_staff_role("policy", "senior")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return actor_of(request).has_staff_role("policy", "senior")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: DeskTemplate, form: Any, change: bool) -> None:
        """Saves by the verb, which logs who changed what."""
        fields = {name: getattr(obj, name) for name in COLUMNS}
        saved = casework.save_template(
            actor=actor_of(request), template_id=obj.pk if change else None, now=timezone.now(), **fields
        )
        obj.pk = saved.pk
