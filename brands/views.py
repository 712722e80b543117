"""The rights holder's pages: list, register, edit, one right, its files, and the answer to a number while typing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands import preflight, registry
from brands.errors import AlreadyRegistered, Incomplete
from brands.forms import FilterForm, TrademarkForm
from brands.history import history_of
from brands.models import Brand, IPRight
from brands.registers.formats import NumberAnswer, looks_like, normalise_number
from brands.registers.offices import office_named
from brands.states import RightState, RightVerb
from portal.accounts.actors import Actor, actor_of
from portal.accounts.doors import member_required
from portal.errors import DomainError, Forbidden, NotFound
from portal.files import store
from portal.files.models import StoredFile

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
ROWS = 25
KINDS = ("registration", "application")


def registrar_required(view: View[P]) -> View[P]:
    """Lets roles pass that may register rights; a viewer is refused (403)."""

    @member_required  # type: ignore[arg-type]
    @wraps(view)
    def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not registry.may_do(actor_of(request), RightVerb.REGISTER):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return inner


@require_GET
@member_required
def rights(request: HttpRequest) -> HttpResponse:
    """Lists the organisation's rights, newest first, filtered by what the address says."""
    actor = actor_of(request)
    form = FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    mine = IPRight.objects.visible_to(actor)
    found = mine.in_state(wanted.get("state", "")).of_office(wanted.get("office", "")).search(wanted.get("q", ""))
    page = Paginator(found.for_lists(), ROWS).get_page(request.GET.get("page"))
    today = timezone.now().date()
    rows = [{"right": right, "usable": right.usable(today)} for right in page.object_list]
    context = {"page": page, "rows": rows, "form": form, "filtered": any(wanted.values()), "may_write": _may(actor)}
    return render(request, "brands/list.html", context)


@require_http_methods(["GET", "POST"])
@registrar_required
def register(request: HttpRequest) -> HttpResponse:
    """Registers a trade mark: as a draft, or a draft that is sent to the desk at once."""
    form = TrademarkForm(request.POST or None, request.FILES or None, actor=actor_of(request))
    return _form_page(request, form, "brands/register.html")


@require_http_methods(["GET", "POST"])
@registrar_required
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Changes a draft or a rejected right, with the reason of the rejection on top."""
    actor = actor_of(request)
    right = _right(actor, public_id)
    if not right.may_edit:
        messages.info(request, _("This right is with the desk or decided: it cannot be changed now."))
        return redirect("brands:right", public_id)
    form = TrademarkForm(request.POST or None, request.FILES or None, actor=actor, right=right)
    return _form_page(request, form, "brands/edit.html")


@require_GET
@member_required
def right(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Shows one right: its state, what the register says next to it, what it covers, its files and its history."""
    actor = actor_of(request)
    found = _right(actor, public_id)
    today = timezone.now().date()
    context = {
        "right": found,
        "usable": found.usable(today),
        "check": registry.check_against_register(found),
        "history": history_of(found, actor),
        "problems": preflight.problems_of(found, today) if found.may_edit else [],
        "warnings": preflight.warnings_of(found),
        "may_write": _may(actor) and found.may_edit,
    }
    return render(request, "brands/right.html", context)


@require_POST
@registrar_required
def submit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Sends a draft, or a corrected right, to the desk."""
    actor = actor_of(request)
    return _send(request, actor, _right(actor, public_id), _version(request))


@require_POST
@registrar_required
def number_check(request: HttpRequest) -> HttpResponse:
    """Answers one number while it is typed."""
    kind = request.GET.get("kind", "")
    if kind not in KINDS:
        raise Http404
    answer = _answer(request.POST.get("office", ""), kind, request.POST.get(f"{kind}_number", ""))
    return render(request, "brands/_number.html", {"answer": answer})


@require_GET
@member_required
def logo(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The picture of the mark, for who may see the right."""
    return store.serve(_file(_right(actor_of(request), public_id).logo))


@require_GET
@member_required
def logo_small(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The small picture of the mark, for who may see the right."""
    return store.serve(_file(_right(actor_of(request), public_id).logo), which="thumbnail")


@require_GET
@member_required
def certificate(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The certificate, for who may see the right."""
    return store.serve(_file(_right(actor_of(request), public_id).certificate))


def _may(actor: Actor) -> bool:
    return registry.may_do(actor, RightVerb.REGISTER)


def _right(actor: Actor, public_id: UUID) -> IPRight:
    found: IPRight | None = IPRight.objects.visible_to(actor).for_lists().filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _file(stored: StoredFile | None) -> StoredFile:
    if stored is None:
        raise Http404
    return stored


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _form_page(request: HttpRequest, form: TrademarkForm, template: str) -> HttpResponse:
    """One flow for new and old: check numbers only, or save, or save and send."""
    action = request.POST.get("action", "draft") if request.method == "POST" else ""
    if action == "check":
        form = _unjudged(request, form)
    elif action and form.is_valid() and (answer := _save(request, form, action)):
        return answer
    right = form.right
    context: dict[str, Any] = {"form": form, "right": right, "answers": _answers(form)}
    if right is not None:
        context["problems"] = preflight.problems_of(right, timezone.now().date())
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


def _unjudged(request: HttpRequest, form: TrademarkForm) -> TrademarkForm:
    """The same form with what was typed and without errors: only the numbers were asked about."""
    typed = {name: form[name].value() for name in form.fields if name not in {"logo", "certificate"}}
    return TrademarkForm(actor=actor_of(request), right=form.right, initial=typed)


def _save(request: HttpRequest, form: TrademarkForm, action: str) -> HttpResponse | None:
    """Saves the form, and sends the right when asked; None when the form has to be shown again."""
    actor = actor_of(request)
    try:
        saved = _write(request, form, actor)
    except AlreadyRegistered as error:
        if error.right is None or form.right is not None:
            form.add_error(_field(form, error.field), str(error))
            return None
        messages.info(request, str(error))
        return redirect("brands:right", error.right.public_id)
    except DomainError as error:
        _raise_http(error)
        form.add_error(_field(form, error.field), str(error))
        return None
    if action == "submit":
        return _send(request, actor, saved, saved.version)
    messages.success(request, _("Saved as a draft. Nothing was sent to the desk yet."))
    return redirect("brands:right", saved.public_id)


@transaction.atomic
def _write(request: HttpRequest, form: TrademarkForm, actor: Actor) -> IPRight:
    """Saves what the form says; a form that was sent before (same key) changes its right instead of making another."""
    now = timezone.now()
    data = form.cleaned_data
    right = form.right or _seen(actor, data["key"])
    if right is not None and not right.may_edit and form.right is None:
        return right
    brand: Brand = data["brand"] or registry.add_brand(actor=actor, name=data["new_brand"], now=now)
    files = {name: _accept(name, data[name], actor, right) for name in ("logo", "certificate") if data[name]}
    declaration = form.declaration(brand=brand, **files)
    if right is None:
        return registry.register_trademark(actor=actor, declaration=declaration, now=now, key=data["key"])
    version = data["version"] if form.right else None
    return registry.update_draft(actor=actor, right=right, declaration=declaration, now=now, version=version)


def _seen(actor: Actor, key: UUID | None) -> IPRight | None:
    seen: IPRight | None = IPRight.objects.visible_to(actor).for_lists().filter(public_id=key).first()
    return seen


def _accept(name: str, upload: Any, actor: Actor, right: IPRight | None) -> StoredFile:
    """Takes the upload in, unless it is the file that the right has."""
    kept: StoredFile | None = getattr(right, name, None)
    if kept is not None and kept.size == upload.size and kept.sha256 == _sha256(upload):
        return kept
    organisation = actor.organisation
    try:
        return store.accept(upload, actor=actor, organisation=organisation, purpose=f"right-{name}", now=timezone.now())
    except DomainError as error:
        error.field = name
        raise


def _sha256(upload: Any) -> str:
    total = hashlib.sha256()
    for piece in upload.chunks():
        total.update(piece)
    upload.seek(0)
    return total.hexdigest()


def _send(request: HttpRequest, actor: Actor, right: IPRight, version: int | None) -> HttpResponse:
    verb = registry.resubmit if right.state == RightState.REJECTED else registry.submit_for_review
    try:
        verb(actor=actor, right=right, now=timezone.now(), version=version)
    except Incomplete:
        messages.warning(request, _("Saved, not sent yet: the list below says what the desk still needs."))
        return redirect("brands:edit", right.public_id)
    except DomainError as error:
        _raise_http(error)
        messages.error(request, str(error))
    else:
        messages.success(request, _("Sent to the desk. We write to you when it is decided."))
    return redirect("brands:right", right.public_id)


def _raise_http(error: DomainError) -> None:
    """Answers 404 and 403 as such; what is left is shown on the page."""
    if isinstance(error, NotFound):
        raise Http404 from error
    if isinstance(error, Forbidden):
        raise PermissionDenied from error


def _field(form: TrademarkForm, name: str) -> str | None:
    return name if name in form.fields else None


def _answer(office: str, kind: str, text: str) -> NumberAnswer | None:
    known = office_named(office)
    if known is None:
        return None
    if not text.strip():
        return NumberAnswer(True, "", looks_like(known, kind))
    return normalise_number(office, kind, text)


def _answers(form: TrademarkForm) -> dict[str, NumberAnswer | None]:
    office = form["office"].value() or ""
    return {kind: _answer(office, kind, form[f"{kind}_number"].value() or "") for kind in KINDS}
