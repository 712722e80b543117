"""What sellers and creators answered to decisions: read at the desk, oldest first, beside the case it is about."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints import casework
from complaints.admin.desk import PER_PAGE, around, at_desk
from complaints.admin.press import number
from complaints.models import Complaint, Message
from portal.accounts.actors import actor_of
from portal.errors import DomainError


@at_desk
def answers_page(request: HttpRequest) -> HttpResponse:
    """Lists answers that nobody has read, and notes one as read."""
    if request.method == "POST":
        return _mark_read(request)
    seen = Complaint.objects.visible_to(actor_of(request))
    unread = Message.objects.filter(kind=Message.Kind.RESPONSE, read_at__isnull=True, complaint__in=seen)
    waiting = unread.select_related("complaint", "statement__account", "statement__decision").order_by(
        "created_at", "id"
    )
    page = Paginator(waiting, PER_PAGE).get_page(request.GET.get("page"))
    context = around(request, timezone.now(), view="answers", title=_("Answers to read"), page=page)
    return render(request, "admin/complaints/desk/answers.html", context)


def _mark_read(request: HttpRequest) -> HttpResponse:
    try:
        message_id = number(request.POST.get("message", "")) or 0
        casework.mark_read(actor=actor_of(request), message_id=message_id, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error.message))
    else:
        messages.success(request, _("Noted as read; the seller sees that."))
    return redirect(request.get_full_path())
