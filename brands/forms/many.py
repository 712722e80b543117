"""The forms of many rights at once: first the lines, then entering them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from brands.forms.common import PAPERS, uploads


class LinesForm(forms.Form):
    """A CSV file, or its lines pasted."""

    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=_("UTF-8, up to 1,000 lines. The first row names the columns, as in the template."),
    )
    lines = forms.CharField(
        label=_("Or its lines"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("With the row that names the columns on top."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("file") and not data.get("lines", "").strip():
            self.add_error("file", _("Choose a file, or paste its lines."))
        return data

    def read(self) -> bytes:
        """What came, a file before pasted lines."""
        upload = self.cleaned_data["file"]
        if upload:
            return bytes(upload.read())
        return str(self.cleaned_data["lines"]).encode()


class EnterForm(forms.Form):
    """The lines that were answered, and what to do with them."""

    lines = forms.CharField(strip=False, widget=forms.HiddenInput)
    papers = uploads(
        _("Files that the lines name"),
        _("Certificates, pictures, views: up to 50 files and 60 MB at a time. More can follow with the same lines."),
        PAPERS,
    )
    send = forms.BooleanField(
        label=_("Send those to the desk that are complete"),
        required=False,
        help_text=_("The others stay drafts; the answer says what they lack."),
    )
