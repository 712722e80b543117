"""The page of rule packs: what each right kind, market and document asks for. Read only; the data is a file."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.rules import packs, words
from complaints.rules.declarations import VERSION
from complaints.rules.library import ours
from complaints.rules.visibility import FIELDS


@require_safe
def packs_page(request: HttpRequest) -> HttpResponse:
    """Shows the packs of one right kind and document, one a jurisdiction; any member of staff may read it."""
    kind = _chosen(request, "right_kind", packs.RIGHT_KINDS)
    document = _chosen(request, "document", packs.DOCUMENTS)
    found = [pack for pack in packs.every(document) if pack.right_kind == kind]
    context = {
        **admin.site.each_context(request),
        "title": _("Rule packs"),
        "version": VERSION,
        "kind": kind,
        "document": document,
        "kinds": words.RIGHT_KINDS.items(),
        "documents": words.DOCUMENTS.items(),
        "packs": [_shown(pack) for pack in found],
        "sides": words.SIDES.values(),
    }
    return TemplateResponse(request, "admin/complaints/packs.html", context)


def _chosen(request: HttpRequest, name: str, known: tuple[str, ...]) -> str:
    wanted = request.GET.get(name, "")
    return wanted if wanted in known else known[0]


def _shown(pack: packs.Pack) -> dict[str, object]:
    return {
        "pack": pack,
        "place": words.JURISDICTIONS[pack.jurisdiction],
        "markets": ours()["jurisdictions"].get(pack.jurisdiction, []),
        "elements": [(element, [words.ask_text(ask).label for ask in element.asks]) for element in pack.elements],
        "clocks": [(rule, rule in pack.automatic) for rule in pack.clocks],
        "seen": [
            (words.FIELDS[field], [words.SEEN[pack.seen[field][side]] for side in packs.SIDES]) for field in FIELDS
        ],
    }
