"""The form of a copyright work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from brands.declaration import WorkPart
from brands.forms import common
from brands.models import IPRight, RightFileKind, WorkType
from brands.registers.offices import WORK_REGISTRIES, office_named
from brands.writing import checking

PART = (
    "work_type",
    "authors",
    "created_on",
    "published_on",
    "published_country",
    "published_at_url",
    "chain_of_title",
)
REGISTERING = sorted(WORK_REGISTRIES.items(), key=lambda choice: choice[1])


class WorkForm(common.RightForm):
    """A work as who claims it describes it; no register has to know it."""

    slug = "copyright"
    heading = _("Register a copyright work")
    lede = _(
        "A photograph, drawing, text, film, piece of music or program. No register has to know it; the desk looks at "
        "the work and at how it came to you."
    )
    needs = _("A photograph, drawing, text, film, piece of music or program: a copy of it, and who made it.")
    papers = ()
    piles = {"copies": RightFileKind.WORK_COPY, "proofs": RightFileKind.AUTHORSHIP}

    name = common.line(_("Title of the work"), _("Or a few words that say what it shows."))
    work_type = forms.ChoiceField(label=_("Kind of work"), choices=WorkType.choices, widget=forms.RadioSelect)
    authors = common.line(_("Authors"), _("The people who made it, separated by commas."), 300)
    owner_name = common.line(_("Owner of the copyright"), _("The author, or who has the rights now."))
    created_on = common.line(_("Made"), _("A year, a month or a day: 2019, 2019-05 or 2019-05-17."), 10)
    published_on = common.day(_("First published on"), _("Leave empty if it was not published."))
    published_country = forms.ChoiceField(
        label=_("First published in"), required=False, choices=[("", _("Not published, or not known")), *countries]
    )
    published_at_url = common.line(_("First published at"), _("The web address, if it has one."), 500)
    chain_of_title = common.text(
        _("How it came to you"),
        _("When the owner is not the author: by contract, by employment, by inheritance; when."),
    )
    office = forms.ChoiceField(
        label=_("Registered with"),
        required=False,
        choices=[("", _("Not registered")), *REGISTERING],
        help_text=_(
            "Only if a registry of works has it; a work needs none. If another has it, name it and its number under "
            "“How it came to you”, and add its extract as a proof."
        ),
    )
    registration_number = common.number(_("Registration number"), "registration")
    registration_date = common.day(_("Registered on"))
    territories = common.line(
        _("Countries"), _("Left empty, every country. Name countries if your rights end at a border."), 2_000
    )
    copies = common.uploads(
        _("Copy of the work"),
        _("Pictures, or a PDF of a text, a score, or stills of a film. The first picture is shown in lists."),
        common.PAPERS,
    )
    proofs = common.uploads(
        _("Proof of authorship"),
        _("Needed when the owner is not the author: contract, assignment, an earlier publication. PDF or picture."),
        common.PAPERS,
    )

    def __init__(self, *args: Any, right: IPRight | None = None, **kwargs: Any) -> None:
        super().__init__(*args, right=right, **kwargs)
        office = office_named(right.office) if right is not None and right.office not in WORK_REGISTRIES else None
        if office is not None:  # entered over the API or before: what is there stays possible
            offered: Any = self.fields["office"]
            offered.choices = [*offered.choices, (office.st3, office.name)]

    def initial_of(self, right: IPRight) -> dict[str, Any]:
        work = getattr(right, "work", None)
        own = {name: getattr(work, name) for name in PART} if work else {}
        return {**super().initial_of(right), **own}

    def clean_created_on(self) -> str:
        return self.judge(checking.check_made, "created_on")

    def clean_published_at_url(self) -> str:
        return self.judge(checking.check_address, "published_at_url")

    def particulars(self) -> dict[str, Any]:
        return {"part": WorkPart(**{name: self.cleaned_data[name] for name in PART})}
