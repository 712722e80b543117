"""The mailbox of a development machine: what the product sent, newest first. There is none in production."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.ledger import mailbox


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """Lists the newest messages; `?to=` keeps those to one recipient."""
    _development_only()
    wanted = request.GET.get("to", "").strip()
    letters = mailbox.list_messages(to=wanted)
    return render(request, "dev/mail_list.html", {"letters": letters, "wanted": wanted})


@require_safe
def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    """Shows one message as text with its links made clickable, and names its attachments."""
    _development_only()
    letter = mailbox.read_message(name)
    if letter is None:
        raise Http404
    return render(request, "dev/mail_detail.html", {"letter": letter})


def _development_only() -> None:
    if not settings.DEBUG:
        raise Http404
