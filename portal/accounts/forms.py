"""Forms of people and tenants; what they accept is judged by the verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from portal.accounts import zones
from portal.accounts.models import OrganisationForm as LegalForm
from portal.accounts.models import OrganisationKind, Role, User

if TYPE_CHECKING:
    ProfileBase = forms.ModelForm[User]
else:
    ProfileBase = forms.ModelForm


class SignupForm(forms.Form):
    """What is asked when an account is made, beside address and password."""

    field_order = ["name", "email", "password1", "password2", "time_zone"]
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    time_zone = forms.CharField(label=_("Time zone"), required=False, widget=forms.HiddenInput)

    def clean_time_zone(self) -> str:
        """Takes any zone of the tz database; none is UTC."""
        zone = str(self.cleaned_data["time_zone"]) or "UTC"
        if not zones.is_time_zone(zone):
            raise forms.ValidationError(_("Name a time zone such as Europe/Berlin."), code="zone_unknown")
        return zone

    def signup(self, request: HttpRequest, user: User) -> None:
        """Keeps name, zone and the language the page was read in."""
        user.name = " ".join(self.cleaned_data["name"].split())
        user.time_zone = self.cleaned_data["time_zone"]
        user.language = get_language() or settings.LANGUAGE_CODE
        user.save(update_fields=["name", "time_zone", "language"])


class ProfileForm(ProfileBase):
    """A person's name, zone and language."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_("Deadlines and times are shown in this zone."),
        choices=zones.choices,
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ("name", "time_zone", "language")
        labels = {"name": _("Your name")}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        mine = self.instance.safe_time_zone
        offered = zones.choices()
        if mine not in dict(offered):
            offered.insert(0, (mine, mine.replace("_", " ")))
        self.fields["time_zone"].choices = offered  # type: ignore[attr-defined]


class OrganisationForm(forms.Form):
    """A new organisation."""

    name = forms.CharField(
        label=_("Name of the organisation"),
        max_length=160,
        help_text=_("As in the register. The other side of a complaint sees it."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=lambda: [("", _("Choose a country")), *countries],
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[
            (OrganisationKind.RIGHTS_HOLDER, _("Rights holder: we own the rights that we report on")),
            (OrganisationKind.AGENCY, _("Agency: we act for rights holders")),
        ],
        initial=OrganisationKind.RIGHTS_HOLDER,
        widget=forms.RadioSelect,
    )


class OwnerForm(forms.Form):
    """Who owns a verified organisation, as its documents say."""

    name = forms.CharField(
        label=_("Name of the organisation"),
        max_length=160,
        help_text=_("Exactly as in the document. The other side of a complaint sees it."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    country = forms.ChoiceField(
        label=_("Country"), choices=lambda: list(countries), widget=forms.Select(attrs={"autocomplete": "country"})
    )
    form = forms.ChoiceField(label=_("Form"), choices=LegalForm.choices, widget=forms.RadioSelect)
    company_number = forms.CharField(
        label=_("Company number"),
        required=False,
        max_length=40,
        help_text=_("As in the company register. An individual leaves it empty."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("Only the person who reads this mailbox can accept. The link works for 7 days, once."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        initial=Role.RIGHTS_OWNER,
        help_text=_("An administrator is on hold at first: they can only read, until a second person has approved it."),
    )


class RoleForm(forms.Form):
    """A member's role."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
