"""The forms of complainants and of the public; rules live in the verbs, forms carry what was typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brands.models import IPRight
from complaints.reasons import NOT_IP_REASONS, REASONS, reasons_for
from complaints.rules.declarations import Declaration

REASON_CHOICES = [(code.value, text.label) for code, text in REASONS.items()]


class RightForm(forms.Form):
    """Which right is infringed; only rights that can be used today are offered."""

    right = forms.ChoiceField(
        label=_("Right"),
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": _(
                "This right cannot be used today, or it is not yours. Below stands why; choose another."
            )
        },
    )

    def __init__(self, *args: Any, rights: list[IPRight], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: Any = self.fields["right"]
        offered.choices = [(str(right.public_id), str(right)) for right in rights]


class ReasonForm(forms.Form):
    """What is wrong, and in the complainant's own words."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the reasons that this right supports.")},
    )
    explanation = forms.CharField(
        label=_("What should the reviewer know?"),
        help_text=_("How you can tell, and which of your products it copies. For US copyright the seller reads it."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5000,
        required=False,
    )

    def __init__(self, *args: Any, right: IPRight | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fitting = [(code.value, REASONS[code].label) for code in reasons_for(right.kind if right else "")]
        offered: Any = self.fields["reason"]
        offered.choices = [*fitting, *[(code, text.label) for code, text in NOT_IP_REASONS.items()]]


class ItemsForm(forms.Form):
    """Links or ids, pasted or as CSV."""

    lines = forms.CharField(
        label=_("Links or ids, one per line"),
        help_text=_(
            "Up to 500. Listings, videos, livestreams and accounts, with a time behind a video: 00:41-01:10. "
            "Short links must be opened first."
        ),
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        required=False,
        strip=False,
    )
    csv = forms.FileField(
        label=_("Or a CSV file"),
        help_text=_("With the columns target, from, to and note; only the first is needed. Its lines are added above."),
        required=False,
    )


class EvidenceForm(forms.Form):
    """One file and what it shows."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("PNG, JPEG, WebP up to 10 MB or PDF up to 20 MB. Location and camera data are removed."),
    )
    caption = forms.CharField(label=_("What it shows"), max_length=200, required=False)


class SignedForm(forms.Form):
    """A text signed by typed name; version and hash say which one was read."""

    typed_name = forms.CharField(
        label=_("Your full name"), max_length=200, help_text=_("Typing it signs the complaint.")
    )
    version = forms.CharField(widget=forms.HiddenInput)
    sha256 = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, declaration: Declaration, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": declaration.version, "sha256": declaration.sha256}
        super().__init__(*args, **kwargs)


class SignForm(SignedForm):
    """The declarations of a complaint: one unticked box a statement, as some laws want each said by itself."""

    def __init__(self, *args: Any, declaration: Declaration, **kwargs: Any) -> None:
        super().__init__(*args, declaration=declaration, **kwargs)
        for statement in declaration.lines:
            self.fields[f"say_{statement.id}"] = forms.BooleanField(
                label=statement.text, error_messages={"required": _("Tick this to declare it.")}
            )

    @property
    def boxes(self) -> list[forms.BoundField]:
        """The boxes, in the order of the text."""
        return [self[name] for name in self.fields if name.startswith("say_")]


class GrantForm(SignedForm):
    """Leave to sign every statement in one's name."""

    agree = forms.BooleanField(label=_("I have read these declarations and make them."))


class AnswerForm(forms.Form):
    """The answer to the reviewer's question."""

    text = forms.CharField(
        label=_("Your answer to the reviewer"),
        help_text=_("Goes to the desk only. Sellers do not see it."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
    )


class ResponseForm(forms.Form):
    """What the respondent has to say."""

    text = forms.CharField(
        label=_("Why is this wrong?"),
        help_text=_("Say what we missed: an invoice, a licence, or that the sign is your own. A reviewer reads it."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5000,
    )


class NoticeForm(forms.Form):
    """The notice that anyone in the EU may send without an account (Digital Services Act, Article 16)."""

    claimed_right = forms.CharField(
        label=_("Which right is infringed?"),
        help_text=_("The mark, work, design or patent, and its number if it has one."),
        max_length=300,
    )
    reason = forms.ChoiceField(label=_("What is wrong?"), widget=forms.RadioSelect, choices=REASON_CHOICES)
    lines = forms.CharField(
        label=_("Where is it? Links or ids, one per line"),
        help_text=_("The exact address of each listing, video, livestream or account."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        strip=False,
    )
    explanation = forms.CharField(
        label=_("Why is it illegal?"),
        help_text=_("Say it so that a careful reader can see it without asking a lawyer."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=5000,
    )
    name = forms.CharField(label=_("Your name"), max_length=200)
    organisation_name = forms.CharField(
        label=_("Your organisation"), help_text=_("If you act for one."), max_length=200, required=False
    )
    email = forms.EmailField(
        label=_("Your e-mail"), help_text=_("We send a link there to confirm it. The seller does not see it.")
    )
    good_faith = forms.BooleanField(
        label=_("I believe in good faith that the information and allegations here are accurate and complete.")
    )

    def clean_name(self) -> str:
        """A name is one line."""
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_organisation_name(self) -> str:
        """So is that of an organisation."""
        return " ".join(str(self.cleaned_data["organisation_name"]).split())
