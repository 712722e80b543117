"""Forms of single sign-on; what they accept is judged by the verbs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import Organisation, Role, SignOn, StaffRole, fold_email
from portal.accounts.sso.plans import Plan, check_plan
from portal.errors import DomainError


class FindForm(forms.Form):
    """Which company somebody wants to sign in with."""

    company = forms.CharField(
        label=gettext_lazy("Your work address, or your company’s sign-in name"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email", "autocapitalize": "none", "spellcheck": "false"}),
    )


def _groups(role: Role | StaffRole) -> forms.CharField:
    return forms.CharField(
        label=role.label,
        required=False,
        strip=True,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": "3", "spellcheck": "false"}),
    )


class SignOnForm(forms.Form):
    """The settings that an organisation's and the staff's sign-in have in common; one text of groups for each role."""

    roles: tuple[str, ...] = ()
    name = forms.CharField(
        label=gettext_lazy("Sign-in name"),
        max_length=40,
        help_text=gettext_lazy("What your people type to get to your sign-in: small letters, digits, hyphens."),
    )
    issuer = forms.CharField(
        label=gettext_lazy("Issuer"),
        max_length=500,
        widget=forms.URLInput,
        help_text=gettext_lazy("The provider’s address exactly as it names itself, such as https://login.example.com"),
    )
    client_id = forms.CharField(label=gettext_lazy("Client id"), max_length=255)
    client_secret = forms.CharField(
        label=gettext_lazy("Client secret"),
        required=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("Kept encrypted and never shown again. Empty keeps the one that is there."),
    )
    groups_claim = forms.CharField(label=gettext_lazy("Claim that holds the groups"), max_length=200, initial="groups")
    domains = forms.CharField(
        label=gettext_lazy("Mail domains"),
        required=False,
        widget=forms.Textarea(attrs={"rows": "2", "spellcheck": "false"}),
        help_text=gettext_lazy("One a line. They lead your people to your sign-in; new accounts have addresses there."),
    )

    def __init__(self, *args: Any, sign_on: SignOn | None = None, **kwargs: Any) -> None:
        self.sign_on = sign_on
        kwargs["initial"] = {**_initial(sign_on), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    @property
    def group_fields(self) -> list[forms.BoundField]:
        """The texts of groups, for the page."""
        return [self[f"groups_{role}"] for role in self.roles]

    def clean(self) -> dict[str, Any]:
        """Refuses a group that stands under two roles."""
        data = super().clean() or self.cleaned_data
        seen: dict[str, str] = {}
        for role in self.roles:
            for group in _lines(data.get(f"groups_{role}", "")):
                if seen.setdefault(group, role) != role:
                    text = _("“%(group)s” stands under two roles. Leave it under one.") % {"group": group}
                    self.add_error(f"groups_{role}", text)
        return data

    def plan(self) -> Plan:
        """Gives what was typed, for the verb."""
        data = self.cleaned_data
        return Plan(
            name=data["name"].strip().lower(),
            issuer=data["issuer"].strip(),
            client_id=data["client_id"].strip(),
            client_secret=data["client_secret"].strip(),
            groups_claim=data["groups_claim"].strip(),
            mapping={group: role for role in self.roles for group in _lines(data[f"groups_{role}"])},
            domains=tuple(dict.fromkeys(fold_email(each).removeprefix("@") for each in _lines(data["domains"]))),
        )

    def check(self, organisation: Organisation | None) -> None:
        """Asks the verb's own rules and puts a refusal beside its field."""
        try:
            check_plan(self.plan(), organisation=organisation, sign_on=self.sign_on)
        except DomainError as refusal:
            self.refuse(refusal)

    def refuse(self, refusal: DomainError) -> None:
        """Shows why a verb would not."""
        self.add_error(refusal.field if refusal.field in self.fields else None, ValidationError(str(refusal.message)))


class MemberSignOnForm(SignOnForm):
    """The sign-in of an organisation's people."""

    roles = tuple(Role.values)
    groups_administrator = _groups(Role.ADMINISTRATOR)
    groups_rights_owner = _groups(Role.RIGHTS_OWNER)
    groups_agent = _groups(Role.AGENT)
    groups_viewer = _groups(Role.VIEWER)


class StaffFields(SignOnForm):
    """The sign-in of the marketplace's own staff."""

    roles = tuple(role for role in StaffRole.values if role)
    groups_reviewer = _groups(StaffRole.REVIEWER)
    groups_senior = _groups(StaffRole.SENIOR)
    groups_policy = _groups(StaffRole.POLICY)
    groups_auditor = _groups(StaffRole.AUDITOR)


def _initial(sign_on: SignOn | None) -> dict[str, Any]:
    if sign_on is None or sign_on.pk is None:
        return {}
    by_role: dict[str, list[str]] = {}
    for group, role in sign_on.mapping.items():
        by_role.setdefault(role, []).append(group)
    domains = sign_on.domains.order_by("domain").values_list("domain", flat=True)
    return {
        "name": sign_on.name,
        "issuer": sign_on.issuer,
        "client_id": sign_on.client_id,
        "groups_claim": sign_on.groups_claim,
        "domains": "\n".join(domains),
        **{f"groups_{role}": "\n".join(sorted(groups)) for role, groups in by_role.items()},
    }


def _lines(text: str) -> Iterable[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
