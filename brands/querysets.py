"""Who sees which brand, right and record. `visible_to` is the only gate between tenants."""

from __future__ import annotations

from datetime import UTC, date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import TruncDate

from brands.registers.offices import OFFICES, first_expiry_in_grace
from brands.registers.statuses import LIVE, RegisterStatus
from brands.states import RightState

if TYPE_CHECKING:
    from portal.accounts.actors import Actor


def _within_grace(today: date) -> Q:
    """Expiry dates whose time for a late renewal has not ended on `today`, office by office."""
    terms: dict[int, list[str]] = {}
    for office in OFFICES.values():
        terms.setdefault(office.grace_months, []).append(office.st3)
    found = Q()
    for months, offices in terms.items():
        found |= Q(office__in=offices, expiry_date__gte=first_expiry_in_grace(today, months))
    return found


def _rows(model: type[models.Model], name: str) -> models.QuerySet[Any]:
    """All rows that `model` is related to under `name`."""
    related: Any = model._meta.get_field(name).related_model
    found: models.QuerySet[Any] = related._default_manager.all()
    return found


class TenantQuerySet(models.QuerySet[Any]):
    """Rows that belong to one organisation."""

    def visible_to(self, actor: Actor) -> Self:
        """Staff see all, members and keys their organisation's, everybody else nothing."""
        if actor.is_staff:
            return self.all()
        if actor.organisation is None or not actor.can_read:
            return self.none()
        return self.filter(organisation=actor.organisation)


class RegisterRecordQuerySet(models.QuerySet[Any]):
    """Register records are public facts: every signed-in reader may look them up."""

    def visible_to(self, actor: Actor) -> Self:
        return self.all() if actor.is_staff or actor.organisation is not None else self.none()

    def of_mark(self, office: str, *, application: str = "", registration: str = "") -> Self:
        """Records of `office` with this application or registration number (normalised), application first."""
        wanted = Q(pk__in=[])
        if application:
            wanted |= Q(application_number=application)
        if registration:
            wanted |= Q(registration_number=registration)
        first = models.Case(models.When(application_number=application or None, then=0), default=1)
        return self.filter(wanted, office=office).order_by(first, "id")


class IPRightQuerySet(TenantQuerySet):
    """Reads of rights; they compose: `IPRight.objects.visible_to(actor).live(today).in_market("DE")`."""

    def live(self, today: date) -> Self:
        """Rights that `usable(today)` says yes to."""
        in_grace = Q(
            Q(expiry_date__isnull=True) | _within_grace(today),
            register_status=RegisterStatus.LAPSED_IN_GRACE.value,
            register_as_of__lte=TruncDate("verified_at", tzinfo=UTC),
        )
        registered = Q(register_status__in=[s.value for s in LIVE]) & (
            Q(expiry_date__isnull=True) | Q(expiry_date__gte=today)
        )
        begun = Q(registration_date__isnull=True) | Q(registration_date__lte=today)
        return self.filter(registered | in_grace, begun, state=RightState.APPROVED.value)

    def in_market(self, country: str) -> Self:
        """Rights in force in `country` (ISO 3166 alpha-2)."""
        return self.filter(territories__country=country.upper())

    def in_state(self, state: str) -> Self:
        return self.filter(state=state) if state else self

    def of_office(self, office: str) -> Self:
        return self.filter(office=office) if office else self

    def search(self, text: str) -> Self:
        """Rights whose words, brand, owner or number contain `text`."""
        text = text.strip()
        if not text:
            return self
        bare = text.replace(" ", "").upper()
        return self.filter(
            Q(mark_text__icontains=text)
            | Q(brand__name__icontains=text)
            | Q(owner_name__icontains=text)
            | Q(registration_number__icontains=bare)
            | Q(application_number__icontains=bare)
        )

    def awaiting_review(self) -> Self:
        """The desk's queue, oldest first."""
        return self.filter(state=RightState.IN_REVIEW.value).order_by("submitted_at", "id")

    def for_lists(self) -> Self:
        """All that a list row shows, in a constant number of queries; newest first."""
        return (
            self.select_related("organisation", "brand", "family", "record", "logo", "certificate")
            .prefetch_related(
                models.Prefetch("classes", queryset=_rows(self.model, "classes").order_by("number", "id")),
                models.Prefetch("territories", queryset=_rows(self.model, "territories").order_by("country", "id")),
            )
            .order_by("-created_at", "-id")
        )
