"""The notice that anyone may send without an account: form, confirmation by mail, acknowledgement."""

from __future__ import annotations

from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import casework
from complaints.casework.notices import Notice
from complaints.forms import NoticeForm
from complaints.views.common import put_error
from portal.errors import DomainError, NotFound


def start(request: HttpRequest) -> HttpResponse:
    """Takes a notice and mails a link to confirm it; throttled by place and by address (settings)."""
    form = NoticeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sender = {"action": "public_notice", "key": form.cleaned_data["email"].lower()}
        if not _may_send(request, sender):
            form.add_error(None, _("You have sent many notices this hour. Nothing was sent; try again in an hour."))
            answer = render(request, "complaints/public/start.html", {"form": form}, status=429)
            answer["Retry-After"] = "3600"
            return answer
        try:
            casework.start_notice(notice=Notice(**form.cleaned_data), now=timezone.now())
        except DomainError as error:
            put_error(form, error)
        else:
            ratelimit.consume(request, **sender)
            return redirect("public:sent")
    return render(request, "complaints/public/start.html", {"form": form}, status=422 if form.errors else 200)


def _may_send(request: HttpRequest, sender: dict[str, str]) -> bool:
    """Counts every try by place; by address only what was taken, so that a typo locks nobody out."""
    if not ratelimit.consume(request, action="public_notice_try"):
        return False
    return bool(ratelimit.consume(request, **sender, dry_run=True))


def sent(request: HttpRequest) -> HttpResponse:
    """Says that a mail is on its way."""
    return render(request, "complaints/public/sent.html")


def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Asks for one click, so that a mail scanner does not file; then files and shows the reference."""
    complaint, error = None, None
    if casework.find_notice(token) is None:
        raise Http404
    if request.method == "POST":
        try:
            complaint = casework.confirm_notice(token=token, now=timezone.now())
        except NotFound:
            raise Http404 from None
        except DomainError as refusal:
            error = refusal
    context = {"complaint": complaint, "error": error}
    return render(request, "complaints/public/confirm.html", context, status=422 if error else 200)
