"""The brand's pages about authorised sellers: list, add one or many, change, end, and answer who asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from brands import registry
from brands.models import AuthorisedSeller
from brands.querysets import AuthorisedSellerQuerySet
from brands.sellers import bulk
from brands.sellers.finding import find_account
from brands.sellers.forms import AddForm, FilterForm, ReasonForm, TermsForm, UploadForm, initial_of
from brands.sellers.reading import listed_says
from brands.states import SellerState
from portal.accounts import why
from portal.accounts.actors import Actor, actor_of
from portal.accounts.doors import member_required
from portal.accounts.grants import AgentVerb
from portal.errors import DomainError, Forbidden, NotFound
from portal.files import store

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
ROWS = 25
read_or_post = require_http_methods(["GET", "POST"])


def listing_required(view: View[P]) -> View[P]:
    """Lets those pass who may list sellers; a viewer, and an agent without that verb, is refused (403)."""

    @member_required  # type: ignore[arg-type]
    @wraps(view)
    def inner(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        actor = actor_of(request)
        if not actor.may(AgentVerb.SELLERS):
            raise PermissionDenied(why.not_this(actor, AgentVerb.SELLERS))
        return view(request, *args, **kwargs)

    return inner


@require_GET
@member_required
def sellers(request: HttpRequest) -> HttpResponse:
    """Lists who may use the marks, newest first, filtered by what the address says."""
    actor, today = actor_of(request), timezone.now().date()
    form = FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    mine = AuthorisedSeller.objects.visible_to(actor)
    found = search(in_state(mine, wanted.get("state", ""), today), wanted.get("q", ""))
    context = {
        "page": Paginator(found.for_lists(), ROWS).get_page(request.GET.get("page")),
        "form": form,
        "filtered": any(wanted.values()),
        "today": today,
        "waiting": mine.filter(state=SellerState.ASKED).count(),
        "may_list": actor.may(AgentVerb.SELLERS),
    }
    return render(request, "sellers/list.html", context)


@require_GET
@member_required
def requests(request: HttpRequest) -> HttpResponse:
    """Lists the accounts that ask to be listed, the oldest first."""
    asked = AuthorisedSeller.objects.visible_to(actor_of(request)).filter(state=SellerState.ASKED)
    found = asked.for_lists().order_by("created_at", "id")
    context = {"page": Paginator(found, ROWS).get_page(request.GET.get("page"))}
    return render(request, "sellers/requests.html", context)


@require_GET
@member_required
def seller(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Shows one entry or request, with what can be done about it."""
    return _show(request, _find(request, public_id), ReasonForm())


@require_GET
@member_required
def proof(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The proof that came with a request, for who may see it."""
    found = _find(request, public_id)
    if found.proof is None:
        raise Http404
    return store.serve(found.proof)


@read_or_post
@listing_required
def add(request: HttpRequest) -> HttpResponse:
    """Lists one account by its id, handle or link."""
    form = AddForm(request.POST or None, actor=actor_of(request), today=timezone.now().date())

    def listed() -> AuthorisedSeller:
        account = find_account(form.cleaned_data["account"])
        return registry.list_seller(actor=actor_of(request), account=account, terms=form.terms(), now=timezone.now())

    return _write(request, form, listed, None, "add")


@read_or_post
@listing_required
def upload(request: HttpRequest) -> HttpResponse:
    """Lists many accounts by a table; every line is answered."""
    form, answers = UploadForm(request.POST or None, request.FILES or None), None
    if request.method == "POST" and form.is_valid():
        try:
            lines = bulk.read_lines(form.cleaned_data["csv"].read(bulk.MOST_BYTES + 1))
            answers = bulk.list_all(actor=actor_of(request), lines=lines, now=timezone.now())
        except DomainError as error:
            _put(form, error, "csv")
    context = {"form": form, "answers": answers, "count": dict(bulk.counts(answers or []))}
    return render(request, "sellers/upload.html", context, status=422 if form.errors else 200)


@require_GET
@listing_required
def template(request: HttpRequest) -> HttpResponse:
    """A table to fill in, with two lines as examples."""
    answer = HttpResponse(bulk.TEMPLATE, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="authorised-sellers.csv"'
    return answer


@read_or_post
@listing_required
def accept(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Lists an account that asked, on the terms of the brand."""
    row = _find(request, public_id)
    form = _terms_form(request, row)

    def accepted() -> AuthorisedSeller:
        return registry.accept_seller(actor=actor_of(request), seller=row, terms=form.terms(), now=timezone.now())

    return _write(request, form, accepted, _("Listed. The seller is told."), "accept", row)


@read_or_post
@listing_required
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ends an entry and lists its account on other terms, both at once."""
    row = _find(request, public_id)
    form = _terms_form(request, row)

    def changed() -> AuthorisedSeller:
        return registry.change_seller(actor=actor_of(request), seller=row, terms=form.terms(), now=timezone.now())

    return _write(request, form, changed, _("Changed: the entry before has ended, this one holds."), "change", row)


@require_POST
@listing_required
def refuse(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Says no to a request, with a reason."""
    row, form = _find(request, public_id), ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, row, form)
    try:
        registry.refuse_seller(
            actor=actor_of(request), seller=row, reason=form.cleaned_data["reason"], now=timezone.now()
        )
    except DomainError as error:
        _put(form, error)
        return _show(request, row, form)
    messages.success(request, _("Refused. The seller reads your reason."))
    return redirect("sellers:requests")


@require_POST
@listing_required
def end(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ends an entry at once."""
    row, form = _find(request, public_id), ReasonForm()
    try:
        registry.end_seller(actor=actor_of(request), seller=row, now=timezone.now())
    except DomainError as error:
        _raise_http(error)
        messages.error(request, str(error))
        return _show(request, row, form)
    messages.success(request, _("Ended. From now on its offers can be reported."))
    return redirect("sellers:one", public_id)


def in_state(found: AuthorisedSellerQuerySet, state: str, today: date) -> AuthorisedSellerQuerySet:
    """Keeps entries in this state; what has run out is no longer in force."""
    if state == "all":
        return found
    over = Q(state=SellerState.LISTED.value, ends_on__lt=today)
    if state == "over":
        return found.filter(over)
    if state == "listed":
        return found.filter(state=SellerState.LISTED.value).exclude(over)
    if state:
        return found.filter(state=state)
    return found.filter(state__in=[SellerState.ASKED.value, SellerState.LISTED.value]).exclude(over)


def search(found: AuthorisedSellerQuerySet, text: str) -> AuthorisedSellerQuerySet:
    """Keeps entries of an account or brand that contains these letters, or of a whole account id."""
    text = text.strip()
    if not text:
        return found
    handle = Q(account__handle__icontains=text.lstrip("@"))
    return found.filter(handle | Q(brand__name__icontains=text) | Q(account__target__marketplace_id=text.upper()))


def _terms_form(request: HttpRequest, row: AuthorisedSeller) -> TermsForm:
    today = timezone.now().date()
    first = initial_of(row) | ({"starts_on": today} if row.state == SellerState.ASKED else {})
    return TermsForm(request.POST or None, actor=actor_of(request), today=today, brand=row.brand, initial=first)


def _write(
    request: HttpRequest,
    form: TermsForm,
    verb: Callable[[], AuthorisedSeller],
    said: str | None,
    page: str,
    row: AuthorisedSeller | None = None,
) -> HttpResponse:
    """One flow for adding, accepting and changing: the form, or the verb and where it leads; `said` None is how far."""
    if request.method == "POST" and form.is_valid():
        try:
            made = verb()
        except DomainError as error:
            _put(form, error)
        else:
            messages.success(request, said or listed_says(made, timezone.now().date()))
            return redirect("sellers:one", made.public_id)
    context = {"form": form, "row": row, "page": page}
    return render(request, "sellers/terms.html", context, status=422 if form.errors else 200)


def _find(request: HttpRequest, public_id: UUID) -> AuthorisedSeller:
    visible = AuthorisedSeller.objects.visible_to(actor_of(request)).for_lists()
    found: AuthorisedSeller | None = visible.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _show(request: HttpRequest, row: AuthorisedSeller, form: ReasonForm) -> HttpResponse:
    today, actor = timezone.now().date(), actor_of(request)
    context = {
        "row": row,
        "form": form,
        "today": today,
        "may_list": _may(actor, row),
        "reads_only": actor.may(AgentVerb.SELLERS) and not registry.reaches_seller(actor, row),
        "covers": row.covers(today),
    }
    return render(request, "sellers/one.html", context, status=422 if form.errors else 200)


def _may(actor: Actor, row: AuthorisedSeller) -> bool:
    changeable = row.state in {SellerState.ASKED, SellerState.LISTED}
    return actor.may(AgentVerb.SELLERS) and changeable and registry.reaches_seller(actor, row)


def _put(form: Form, error: DomainError, field: str = "") -> None:
    """Puts a refusal beside the field that it is about, or on top; 403 and 404 are answered as such."""
    if error.field not in form.fields:
        _raise_http(error)
    form.add_error(error.field if error.field in form.fields else field or None, str(error))


def _raise_http(error: DomainError) -> None:
    if isinstance(error, NotFound):
        raise Http404 from error
    if isinstance(error, Forbidden):
        raise PermissionDenied(str(error)) from error
