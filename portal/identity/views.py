"""The page where an organisation shows who it is: facts, documents, where the check stands."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.accounts import why
from portal.accounts.actors import actor_of
from portal.accounts.doors import member_required
from portal.accounts.models import Organisation
from portal.errors import DomainError, Forbidden, NotFound
from portal.files import store
from portal.files.models import StoredFile
from portal.identity import applying, preflight
from portal.identity.forms import ContactForm, DocumentForm, FactsForm, ReachForm
from portal.identity.history import history_of
from portal.identity.models import IdentityDocument
from portal.identity.reach import FIELDS, change_reach

FACTS = ("name", "country", "form", "company_number", "register_contact")


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Shows where the check stands; an administrator saves what is declared."""
    tenant = _tenant(request)
    if request.method != "POST":
        return _show(request, tenant)
    _need_manager(request)
    facts = _facts_form(tenant, request.POST)
    if facts.is_valid():
        try:
            saved = applying.describe(
                actor=actor_of(request), organisation=tenant, now=timezone.now(), **facts.cleaned_data
            )
        except DomainError as error:
            _put(facts, error)
        else:
            _say_saved(request, saved, facts.cleaned_data["register_contact"])
            return redirect("identity:page")
    return _show(request, tenant, facts=facts)


@member_required
@require_POST
def reach(request: HttpRequest) -> HttpResponse:
    """Saves postal address, telephone and address for service."""
    tenant, form = _tenant(request), ReachForm(request.POST)
    _need_manager(request)
    if form.is_valid():
        try:
            change_reach(actor=actor_of(request), organisation=tenant, now=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            _put(form, error)
        else:
            messages.success(request, _("Saved. It holds for every notice from now on."))
            return redirect("identity:page")
    return _show(request, tenant, reached=form)


@member_required
@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Adds one document."""
    tenant, form = _tenant(request), DocumentForm(request.POST, request.FILES)
    _need_manager(request)
    if form.is_valid():
        try:
            applying.add_document(
                actor=actor_of(request),
                organisation=tenant,
                kind=form.cleaned_data["kind"],
                upload=form.cleaned_data["file"],
                now=timezone.now(),
            )
        except DomainError as error:
            _put(form, error)
        else:
            messages.success(request, _("The document is added. Nothing was sent to the desk yet."))
            return redirect("identity:page")
    return _show(request, tenant, documents=form)


@member_required
@require_POST
def remove(request: HttpRequest, document: UUID) -> HttpResponse:
    """Takes one document out again."""
    try:
        applying.remove_document(
            actor=actor_of(request), organisation=_tenant(request), public_id=document, now=timezone.now()
        )
    except DomainError as error:
        _raise_http(error)
        messages.error(request, str(error))
    else:
        messages.success(request, _("The document is taken out."))
    return redirect("identity:page")


@member_required
@require_POST
def submit(request: HttpRequest) -> HttpResponse:
    """Sends facts and documents to the desk. Sending twice is sending once."""
    try:
        applying.submit(actor=actor_of(request), organisation=_tenant(request), now=timezone.now())
    except preflight.Incomplete:
        messages.warning(request, _("Not sent yet: the list below says what the desk still needs."))
    except DomainError as error:
        _raise_http(error)
        messages.error(request, str(error))
    else:
        messages.success(request, _("Sent to the desk. We write to you when it is decided."))
    return redirect("identity:page")


@member_required
@require_safe
def document(request: HttpRequest, document: UUID) -> HttpResponseBase:
    """One document, for administrators of its organisation."""
    return store.serve(_file(request, document))


@member_required
@require_safe
def document_small(request: HttpRequest, document: UUID) -> HttpResponseBase:
    """The small picture of a document, for administrators of its organisation."""
    return store.serve(_file(request, document), which="thumbnail")


def _tenant(request: HttpRequest) -> Organisation:
    return cast("Organisation", actor_of(request).organisation)  # member_required lets nobody in without one


def _need_manager(request: HttpRequest) -> None:
    if not actor_of(request).can_manage:
        raise PermissionDenied(why.not_administrator())


def _facts_form(tenant: Organisation, data: QueryDict | None = None) -> forms.Form:
    kind = ContactForm if tenant.is_verified else FactsForm
    return kind(data, initial={name: str(getattr(tenant, name)) for name in FACTS})


def _say_saved(request: HttpRequest, saved: Organisation, contact: str) -> None:
    if saved.is_verified and saved.register_contact != contact.strip().lower():
        text = _("The change is on hold. Every administrator is told, and each of them can stop it.")
        messages.info(request, text)
    else:
        messages.success(request, _("Saved. Nothing was sent to the desk yet."))


def _show(
    request: HttpRequest,
    tenant: Organisation,
    *,
    facts: forms.Form | None = None,
    documents: forms.Form | None = None,
    reached: forms.Form | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    changing = actor.can_manage and applying.may_describe(tenant)
    wrong = next((form for form in (facts, documents, reached) if form is not None and form.errors), None)
    context = {
        "tenant": tenant,
        "changing": changing,
        "may_write_contact": actor.can_manage and tenant.is_verified,
        "facts": facts or _facts_form(tenant),
        "upload": documents or DocumentForm(initial={"kind": preflight.NEEDED[tenant.form]}),
        "documents": IdentityDocument.objects.visible_to(actor).of_organisation().select_related("file"),
        "reach": reached or ReachForm(initial={name: getattr(tenant, name) for name in FIELDS}),
        "may_write_reach": actor.can_manage and not tenant.is_suspended,
        "problems": preflight.problems_of(tenant) if changing else [],
        "history": history_of(tenant, actor),
        "wrong": wrong,
    }
    return render(request, "identity/page.html", context, status=422 if wrong else 200)


def _file(request: HttpRequest, public_id: UUID) -> StoredFile:
    seen = IdentityDocument.objects.visible_to(actor_of(request)).there().select_related("file")
    found: IdentityDocument | None = seen.filter(public_id=public_id).first()
    if found is None or found.file is None:
        raise Http404
    return found.file


def _put(form: forms.Form, error: DomainError) -> None:
    """Puts a refusal beside the field that it is about, or on top; 403 and 404 are answered as such."""
    _raise_http(error)
    form.add_error(error.field if error.field in form.fields else None, str(error.message))


def _raise_http(error: DomainError) -> None:
    if isinstance(error, NotFound):
        raise Http404 from error
    if isinstance(error, Forbidden):
        raise PermissionDenied(str(error)) from error
