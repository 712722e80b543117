"""Forms about authorisations: they read what people choose and hand Terms to the verbs."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from brands.models import Authorisation, IPRight
from brands.registers.territories import country_name, parse_countries
from brands.registry import AuthorisationTerms
from portal.accounts.actors import Actor
from portal.accounts.grants import AGENT_VERB_LABELS
from portal.accounts.models import Membership, Organisation, OrganisationKind, Role

MOST_LISTED = 100
LETTERS = ".pdf,.png,.jpg,.jpeg,.webp"


def _day(label: Any, hint: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=hint, widget=widget)


class TermsForm(forms.Form):
    """What an agent may do, where and until when."""

    verbs = forms.MultipleChoiceField(
        label=_("What the agent may do"),
        choices=[(verb.value, label) for verb, label in AGENT_VERB_LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Reading what the authorisation covers is always part of it. Tick nothing to allow no more."),
    )
    territories = forms.CharField(
        label=_("Countries"),
        required=False,
        max_length=2_000,
        help_text=_("Names or two-letter codes, such as “DE, FR”. Left empty: wherever the rights hold."),
    )
    expires_on = _day(_("Until"), _("The last day, in UTC; at most three years. It ends by itself."))
    letter = forms.FileField(
        label=_("Letter of authorisation"),
        required=False,
        help_text=_("PDF up to 20 MB, or a picture. Not needed when you grant it here."),
        widget=forms.FileInput(attrs={"accept": LETTERS}),
    )

    def clean_territories(self) -> tuple[str, ...]:
        found, strange = parse_countries(self.cleaned_data["territories"])
        if strange:
            text = _("We know no country named %(words)s. Use names or two-letter codes, separated by commas.")
            raise forms.ValidationError(text, params={"words": ", ".join(f"“{word[:40]}”" for word in strange[:5])})
        return tuple(found)

    def terms(self, starts_on: date, rights: tuple[UUID, ...] | None = None) -> AuthorisationTerms:
        """What the verbs take; without `rights` all of them."""
        data = self.cleaned_data
        return AuthorisationTerms(
            verbs=tuple(data["verbs"]),
            territories=data["territories"],
            rights=rights,
            starts_on=starts_on,
            expires_on=data["expires_on"],
        )


class AskForm(TermsForm):
    """What an agency asks a principal for."""

    principal = forms.CharField(
        label=_("Principal"),
        max_length=254,
        help_text=_("Its public id, or the address of one of its administrators. We do not say whether we know it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ["principal", "letter", "verbs", "territories", "expires_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        letter = self.fields["letter"]
        letter.required, letter.help_text = True, _("Signed by the principal: PDF up to 20 MB, or a picture.")


class GrantForm(TermsForm):
    """What a principal lets an agent do; who the agent is is asked unless it is known."""

    agency = forms.UUIDField(
        label=_("Agency"),
        required=False,
        help_text=_("The agency's public id. It stands on the agency's page “Principals”; let them send it to you."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid": _("This is no public id. It looks like 0b4f5f2e-3f2c-4a55-9a55-0f2f7b7f0a11.")},
    )
    member = forms.ModelChoiceField(
        label=_("Or an agent among your members"),
        queryset=Membership.objects.none(),
        required=False,
        empty_label=_("No member: an agency"),
    )
    reach = forms.ChoiceField(
        label=_("Rights"),
        choices=[("all", _("All rights, also later ones")), ("some", _("Only these"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose: all your rights, or only those that you tick below.")},
    )
    rights = forms.MultipleChoiceField(
        label=_("Which rights"), required=False, widget=forms.CheckboxSelectMultiple, help_text=_("For “Only these”.")
    )
    numbers = forms.CharField(
        label=_("Further rights by number"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One registration or application number a line."),
    )
    starts_on = _day(_("From"), _("The first day, in UTC."))
    field_order = ["agency", "member", "reach", "rights", "numbers", "territories", "verbs", "starts_on", "expires_on"]

    def __init__(self, *args: Any, actor: Actor, agent_known: bool, now: datetime, **kwargs: Any) -> None:
        today = now.date()
        first = {"starts_on": today, "expires_on": today + timedelta(days=365)}
        kwargs["initial"] = {**first, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.mine = IPRight.objects.visible_to(actor).for_lists()
        listed = list(self.mine[: MOST_LISTED + 1])
        rights: Any = self.fields["rights"]
        rights.choices = [(str(right.public_id), str(right)) for right in listed[:MOST_LISTED]]
        if len(listed) <= MOST_LISTED:
            del self.fields["numbers"]
        self._know_agents(actor, agent_known)

    def _know_agents(self, actor: Actor, agent_known: bool) -> None:
        if agent_known:
            del self.fields["agency"], self.fields["member"]
            return
        member: Any = self.fields["member"]
        member.queryset = agents_of(actor)
        member.label_from_instance = lambda row: row.user.get_full_name()

    def clean_agency(self) -> Organisation | None:
        public_id = self.cleaned_data["agency"]
        if public_id is None:
            return None
        found = Organisation.objects.filter(public_id=public_id, kind=OrganisationKind.AGENCY).first()
        if found is None:
            raise forms.ValidationError(_("There is no agency with this id."))
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        asks_who = "agency" in self.fields and not self.errors.get("agency")
        if asks_who and bool(data.get("agency")) == bool(data.get("member")):
            self.add_error("agency", _("Say who is to act for you: one agency, or one member."))
        if data.get("reach") == "some":
            self.found = self._found(data)
            if not self.found and "rights" not in self.errors:
                self.add_error("rights", _("Choose at least one right, or all of them."))
        elif data.get("reach") == "all" and (data.get("rights") or data.get("numbers", "").strip()):
            text = _("You named rights and chose all of them. Choose “Only these”, or clear the rights below.")
            self.add_error("reach", text)
        return data

    def _found(self, data: dict[str, Any]) -> tuple[UUID, ...]:
        chosen = [UUID(value) for value in data.get("rights", [])]
        typed = {line.replace(" ", "").upper() for line in data.get("numbers", "").splitlines() if line.strip()}
        if typed:
            by_number = Q(registration_number__in=typed) | Q(application_number__in=typed)
            chosen += self.mine.filter(by_number).values_list("public_id", flat=True)
        return tuple(dict.fromkeys(chosen))

    def agreed(self) -> AuthorisationTerms:
        """The terms of a valid form."""
        some = self.cleaned_data["reach"] == "some"
        return self.terms(self.cleaned_data["starts_on"], self.found if some else None)


class ReasonForm(forms.Form):
    """Why something is refused or ended."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )


def agents_of(actor: Actor) -> Any:
    """The members with the role agent, by name."""
    rows = Membership.objects.active().filter(organisation=actor.organisation, role=Role.AGENT)
    return rows.select_related("user", "organisation").order_by("user__name", "id")


def initial_of(row: Authorisation, today: date) -> dict[str, Any]:
    """The first values when `row` is granted as asked, or replaced."""
    rights = [str(public_id) for public_id in row.rights.values_list("public_id", flat=True)]
    granted = "some" if rights else "all"
    return {
        "verbs": row.verbs,
        "territories": ", ".join(row.territories),
        "reach": granted if row.granted_at else "",  # an agency cannot know the rights: the principal chooses
        "rights": rights,
        "starts_on": max(row.starts_on, today),
        "expires_on": max(row.expires_on, today),
    }


def countries_in_words(codes: list[str]) -> str:
    """The countries by name, in order."""
    return ", ".join(sorted(country_name(code) for code in codes))
