"""Entering and changing a right: what do you want to register, then the form of that kind only."""

from __future__ import annotations

import hashlib
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from brands import preflight, registry
from brands.errors import AlreadyRegistered
from brands.forms import FORMS, MadridForm, RightForm
from brands.models import Brand, IPRight
from brands.views.common import find, raise_http, registrar_required, send
from brands.views.numbers import answers_of, origin_of
from portal.accounts.actors import Actor, actor_of
from portal.errors import DomainError
from portal.files import store
from portal.files.models import StoredFile


@require_GET
@registrar_required
def choose(request: HttpRequest) -> HttpResponse:
    """The first step: a mark, an international registration, a work, a design or a patent?"""
    kinds = [{"slug": slug, "heading": form.heading, "needs": form.needs} for slug, form in FORMS.items()]
    return render(request, "brands/choose.html", {"kinds": kinds})


@require_http_methods(["GET", "POST"])
@registrar_required
def register(request: HttpRequest, kind: str) -> HttpResponse:
    """Registers a right of this kind: as a draft, or a draft that is sent to the desk at once."""
    if kind not in FORMS:
        raise Http404
    form = FORMS[kind](request.POST or None, request.FILES or None, actor=actor_of(request))
    return _form_page(request, form, "brands/register.html")


@require_http_methods(["GET", "POST"])
@registrar_required
def edit(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Changes a draft or a rejected right, with the reason of the rejection on top."""
    actor = actor_of(request)
    right = find(actor, public_id)
    if not right.may_edit:
        messages.info(request, _("This right is with the desk or decided: it cannot be changed now."))
        return redirect("brands:right", public_id)
    form = FORMS[right.kind](request.POST or None, request.FILES or None, actor=actor, right=right)
    return _form_page(request, form, "brands/edit.html")


def _form_page(request: HttpRequest, form: RightForm, template: str) -> HttpResponse:
    """One flow for new and old: check numbers only, or save, or save and send."""
    action = request.POST.get("action", "draft") if request.method == "POST" else ""
    if action == "check":
        form = _unjudged(request, form)
    elif action and form.is_valid() and (answer := _save(request, form, action)):
        return answer
    right, answers = form.right, answers_of(form)
    context: dict[str, Any] = {"form": form, "right": right, "answers": answers}
    context["origin"] = origin_of(actor_of(request), form, answers)
    context["form_template"] = f"brands/_form_{form.slug}.html"
    if right is not None:
        context["problems"] = preflight.problems_of(right, timezone.now().date())
        context["warnings"] = preflight.warnings_of(right)
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


def _unjudged(request: HttpRequest, form: RightForm) -> RightForm:
    """The same form with what was typed and without errors: only the numbers were asked about."""
    typed = {name: form[name].value() for name in form.fields if name not in form.file_names}
    return type(form)(actor=actor_of(request), right=form.right, initial=typed)


def _save(request: HttpRequest, form: RightForm, action: str) -> HttpResponse | None:
    """Saves the form, and sends the right when asked; None when the form has to be shown again."""
    actor = actor_of(request)
    try:
        saved = _write(form, actor)
    except AlreadyRegistered as error:
        if not _is_seen(actor, error.right) or form.right is not None or len(getattr(form, "rows", ())):
            form.add_error(_field(form, error.field), str(error))
            return None
        messages.info(request, str(error))
        return redirect("brands:right", cast("IPRight", error.right).public_id)
    except DomainError as error:
        if error.code != "not_authorised":  # an agent reads why beside what they typed, and can change it
            raise_http(error)
        form.add_error(_field(form, error.field), str(error))
        return None
    if isinstance(form, MadridForm):
        return _after_madrid(request, actor, saved, action)
    if action == "submit":
        return send(request, actor, saved[0], saved[0].version)
    messages.success(request, _("Saved as a draft. Nothing was sent to the desk yet."))
    return redirect("brands:right", saved[0].public_id)


def _after_madrid(request: HttpRequest, actor: Actor, saved: list[IPRight], action: str) -> HttpResponse:
    """Sends those designations that are complete, and leads to the list of all of them."""
    sent = sum(_sent(actor, right) for right in saved) if action == "submit" else 0
    text = ngettext("%(count)d designation is saved.", "%(count)d designations are saved.", len(saved))
    messages.success(request, text % {"count": len(saved)})
    if action == "submit":
        text = _("%(sent)d of them went to the desk. Open the others to see what is missing.")
        messages.info(request, text % {"sent": sent})
    return redirect(f"{reverse('brands:list')}?{urlencode({'q': saved[0].international_number})}")


def _sent(actor: Actor, right: IPRight) -> bool:
    try:
        registry.submit_for_review(actor=actor, right=right, now=timezone.now())
    except DomainError:  # its own page says what is missing
        return False
    return True


@transaction.atomic
def _write(form: RightForm, actor: Actor) -> list[IPRight]:
    """Saves what the form says; a form that was sent before (same key) changes its right instead of making another."""
    now = timezone.now()
    data = form.cleaned_data
    right = form.right or _seen(actor, data["key"])
    if right is not None and not right.may_edit and form.right is None:
        return [right]
    brand: Brand = data["brand"] or registry.add_brand(actor=actor, name=data["new_brand"], now=now)
    taken = {name: _accept_all(name, data[name], actor, right) for name in form.piles}
    found: dict[str, Any] = {name: _accept(name, data[name], actor, right) for name in form.papers if data[name]}
    declaration = form.declaration(brand=brand, files=form.attachments(taken), **found)
    if isinstance(form, MadridForm):
        rows = form.designations()
        return registry.register_madrid(
            actor=actor, declaration=declaration, designations=rows, now=now, key=data["key"]
        )
    if right is None:
        return [registry.register_right(actor=actor, declaration=declaration, now=now, key=data["key"])]
    version = data["version"] if form.right else None
    return [registry.update_draft(actor=actor, right=right, declaration=declaration, now=now, version=version)]


def _seen(actor: Actor, key: UUID | None) -> IPRight | None:
    seen: IPRight | None = IPRight.objects.visible_to(actor).for_pages().filter(public_id=key).first()
    return seen


def _accept_all(name: str, uploads: list[Any], actor: Actor, right: IPRight | None) -> list[StoredFile]:
    return [_accept(name, upload, actor, right) for upload in uploads]


def _accept(name: str, upload: Any, actor: Actor, right: IPRight | None) -> StoredFile:
    """Takes the upload in, unless it is a file that the right has."""
    for kept in _files_of(right, name):
        if kept.size == upload.size and kept.sha256 == _sha256(upload):
            return kept
    organisation = actor.organisation
    try:
        return store.accept(upload, actor=actor, organisation=organisation, purpose=f"right-{name}", now=timezone.now())
    except DomainError as error:
        error.field = name
        raise


def _files_of(right: IPRight | None, name: str) -> list[StoredFile]:
    if right is None:
        return []
    own = getattr(right, name, None)
    return [own] if isinstance(own, StoredFile) else [row.file for row in right.files.all()]


def _sha256(upload: Any) -> str:
    total = hashlib.sha256()
    for piece in upload.chunks():
        total.update(piece)
    upload.seek(0)
    return total.hexdigest()


def _is_seen(actor: Actor, right: IPRight | None) -> bool:
    """Whether there is a page to lead to: an agent may have met a right that no authorisation covers."""
    return right is not None and IPRight.objects.visible_to(actor).filter(pk=right.pk).exists()


def _field(form: RightForm, name: str) -> str | None:
    """The field that an error belongs to; one of "a file" is shown where the files of the kind are chosen."""
    if name == "file":
        name = next(iter(form.piles), "")
    return name if name in form.fields else None
