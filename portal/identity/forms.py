"""Forms of this room; what they accept is judged by the verbs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from portal.accounts.models import Membership, Organisation, OrganisationForm
from portal.identity.checklist import ANSWERS, points_for
from portal.identity.models import DocumentKind
from portal.identity.recovering import EXPLANATION_LENGTH

FILE_TYPES = ".pdf,.png,.jpg,.jpeg,.webp"
FILE_HINT = _("PDF up to 20 MB and 200 pages, or PNG, JPEG or WebP up to 10 MB.")
ANOTHER = "another"


def _file(label: Any, hint: Any = FILE_HINT) -> forms.FileField:
    return forms.FileField(label=label, help_text=hint, widget=forms.FileInput(attrs={"accept": FILE_TYPES}))


class FactsForm(forms.Form):
    """What an organisation says about itself."""

    name = forms.CharField(
        label=_("Name of the organisation"),
        max_length=160,
        help_text=_("Exactly as in the document. The other side of a complaint sees it."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=lambda: list(countries),
        widget=forms.Select(attrs={"autocomplete": "country"}),
    )
    form = forms.ChoiceField(
        label=_("Form"),
        choices=[
            (OrganisationForm.ENTERPRISE, _("Enterprise: a company, an association, an authority")),
            (OrganisationForm.INDIVIDUAL, _("Individual: one person under their own name")),
        ],
        widget=forms.RadioSelect,
    )
    company_number = forms.CharField(
        label=_("Company number"),
        required=False,
        max_length=40,
        help_text=_("As in the company register. An individual leaves it empty."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    register_contact = forms.CharField(
        label=_("Register contact"),
        required=False,
        max_length=254,
        help_text=_(
            "An e-mail address that is not one person's alone; an individual may give their own. We write to it when "
            "a change is on hold, and when administrators are lost."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class ContactForm(forms.Form):
    """The one fact that a verified organisation can change itself."""

    register_contact = FactsForm.base_fields["register_contact"]


class ReachForm(forms.Form):
    """Where notices may be answered to; some laws ask for it."""

    postal_address = forms.CharField(
        label=_("Postal address"),
        required=False,
        max_length=500,
        help_text=_("Needed for copyright in the United States and Singapore, and for registered rights in Britain."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=40,
        help_text=_("With the country code."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    service_country = forms.ChoiceField(
        label=_("Country of your address for service abroad"),
        required=False,
        choices=lambda: [("", _("None")), *countries],
    )
    service_address = forms.CharField(
        label=_("Address for service there"),
        required=False,
        max_length=500,
        help_text=_("Where a court may reach you. Singapore asks for one of who does not live there."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
    )


class DocumentForm(forms.Form):
    """One document and what it is."""

    kind = forms.ChoiceField(label=_("What it is"), choices=DocumentKind.choices)
    file = _file(_("Document"))


class RecoveryForm(forms.Form):
    """Which organisation, what happened, and who asks."""

    organisation = forms.ChoiceField(label=_("Organisation"), widget=forms.RadioSelect, required=False)
    public_id = forms.CharField(
        label=_("Its id"),
        required=False,
        max_length=64,
        help_text=_("The letters and figures that stand on its page under “Id”, and in the API as public_id."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    explanation = forms.CharField(
        label=_("What happened?"),
        max_length=EXPLANATION_LENGTH,
        help_text=_("Who ran it, since when nobody can be reached, and why you are the one to go on."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    identity_card = _file(_("Your identity card or passport"))
    power_of_attorney = _file(_("What shows that you may act for it"))

    def __init__(self, *args: Any, memberships: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [(str(row.organisation.public_id), row.organisation.name) for row in memberships]
        offered: Any = self.fields["organisation"]
        offered.choices = [*mine, (ANOTHER, _("Another one, by its id"))]
        if not mine:
            del self.fields["organisation"]
            self.fields["public_id"].required = True
        elif len(mine) >= 1:
            offered.required = True
            offered.initial = mine[0][0]

    def clean(self) -> dict[str, Any]:
        """Reads which organisation is meant; a text that is no id is refused for its form, not for what it names."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = data.get("organisation", ANOTHER)
        text = data.get("public_id", "") if chosen == ANOTHER else chosen
        try:
            data["which"] = UUID(text)
        except ValueError:
            if "public_id" not in self.errors and "organisation" not in self.errors:
                self.add_error("public_id", _("An id has 32 letters and figures, such as 3f0c…-…-…. Copy it whole."))
        return data


class CheckForm(forms.Form):
    """The checklist of one organisation, and the words that go with the decision."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason or note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Needed to reject: its members read it. Say what is wrong and what would cure it."),
    )

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.points = points_for(organisation.form)
        for point in self.points:
            self.fields[point.code] = forms.ChoiceField(
                label=point.label, choices=ANSWERS, required=False, widget=forms.RadioSelect
            )

    def answers(self) -> dict[str, str]:
        """What was answered, point by point; "" where nothing was."""
        return {point.code: self.cleaned_data.get(point.code, "") for point in self.points}

    def rows(self) -> list[Any]:
        """The fields of the checklist, in their order."""
        return [self[point.code] for point in self.points]


class ReasonForm(forms.Form):
    """A decision that is nothing but its reason: suspend, reinstate, a request."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
