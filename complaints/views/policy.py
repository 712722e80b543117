"""The policy as everybody may read it: the version in force and those before, clause by clause."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from complaints import policies


@require_safe
def versions(request: HttpRequest) -> HttpResponse:
    """Shows every published version, newest first."""
    return render(request, "complaints/public/policy.html", {"versions": policies.published()})
