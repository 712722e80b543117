"""Who sees which brand, right and record. `visible_to` is the only gate between tenants."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import TruncDate

from brands.registers.offices import OFFICES, first_expiry_in_grace
from brands.registers.statuses import LIVE, RegisterStatus
from brands.states import AuthorisationState, RenewalState, RightState, SellerState
from portal.accounts.states import OrganisationState

if TYPE_CHECKING:
    from brands.models import RegisterRecord
    from portal.accounts.actors import Actor
    from portal.accounts.grants import AgentVerb


ENDS = ("expiry_date", "register_expiry")  # what was declared, and what the register says: the earlier one counts


def _runs(today: date) -> Q:
    """Terms that have not ended before `today`."""
    found = Q()
    for name in ENDS:
        found &= Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": today})
    return found


def _within_grace(today: date) -> Q:
    """Terms whose time for a late renewal has not ended on `today`, office by office."""
    terms: dict[int, list[str]] = {}
    for office in OFFICES.values():
        terms.setdefault(office.grace_months, []).append(office.st3)
    found = Q()
    for name in ENDS:
        one = Q(**{f"{name}__isnull": True})
        for months, offices in terms.items():
            one |= Q(**{f"{name}__gte": first_expiry_in_grace(today, months)}, office__in=offices)
        found &= one
    return found


def _rows(model: type[models.Model], name: str) -> models.QuerySet[Any]:
    """All rows that `model` is related to under `name`."""
    related: Any = model._meta.get_field(name).related_model
    found: models.QuerySet[Any] = related._default_manager.all()
    return found


class Joined(models.Aggregate):
    """The values of a column in one text, separated by commas."""

    function = "GROUP_CONCAT"
    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        template = "STRING_AGG(CAST(%(expressions)s AS TEXT), ',')"
        return self.as_sql(compiler, connection, template=template, **more)


class TenantQuerySet(models.QuerySet[Any]):
    """Rows that belong to one organisation."""

    def visible_to(self, actor: Actor) -> Self:
        """Staff see all, members and keys their organisation's, everybody else nothing."""
        if actor.is_staff:
            return self.all()
        if actor.organisation is None or not actor.can_read:
            return self.none()
        return self.filter(organisation=actor.organisation)


def within(actor: Actor, verb: AgentVerb | None = None, right: str = "pk", country: str = "") -> Q:
    """The condition that binds an agent: a right that a grant covers and, where `country` names a column, a country.

    `verb` None asks for what the agent may read. `right` and `country` are paths from the row that is asked about. An
    actor without grants is not bound.
    """
    if actor.grants is None:
        return Q()
    found = Q(pk__in=[])
    for grant in actor.grants_for(verb):
        covered = Q() if grant.all_rights else Q(**{f"{right}__in": _authorised(grant.authorisation_id)})
        if country and grant.territories:
            covered &= Q(**{f"{country}__in": grant.territories})
        found |= covered if covered else ~Q(pk__in=[])
    return found


def _authorised(authorisation_id: int) -> models.QuerySet[Any]:
    from brands.models import AuthorisedRight

    return AuthorisedRight.objects.filter(authorisation=authorisation_id).values("right")


class BrandQuerySet(TenantQuerySet):
    """Reads of brands."""

    def visible_to(self, actor: Actor) -> Self:
        """The tenant's; for an agent those of rights that a grant covers and, to enter rights, those that have none."""
        found = super().visible_to(actor)
        if actor.grants is None:
            return found
        rights = _rows(self.model, "rights")
        mine = Q(pk__in=rights.visible_to(actor).values("brand"))  # type: ignore[attr-defined]
        if actor.can_register:
            mine |= ~Q(pk__in=rights.filter(organisation=actor.organisation).values("brand"))
        return found.filter(mine)


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

    def visible_to(self, actor: Actor) -> Self:
        """The tenant's; for an agent those that an authorisation in force covers."""
        return super().visible_to(actor).filter(within(actor))

    def open_to(self, actor: Actor, verb: AgentVerb) -> Self:
        """Those with which this actor may do `verb`."""
        return super().visible_to(actor).filter(within(actor, verb))

    def live(self, today: date) -> Self:
        """Rights that `usable(today)` says yes to."""
        in_grace = Q(
            _within_grace(today),
            register_status=RegisterStatus.LAPSED_IN_GRACE.value,
            register_as_of__lte=TruncDate("verified_at", tzinfo=UTC),
        )
        registered = Q(register_status__in=[s.value for s in LIVE]) & _runs(today)
        begun = Q(registration_date__isnull=True) | Q(registration_date__lte=today)
        theirs = Q(other_owner="")
        return self.filter(
            Q(registered | in_grace, begun, theirs) | Q(kind="copyright"), state=RightState.APPROVED.value
        )

    def in_market(self, country: str) -> Self:
        """Rights in force in `country` (ISO 3166 alpha-2)."""
        return self.filter(territories__country=country.upper())

    def of_kind(self, kind: str) -> Self:
        return self.filter(kind=kind) if kind else self

    def claiming(self, record: RegisterRecord) -> Self:
        """Those with the desk or decided that claim this record, by link or by number."""
        numbers = Q(pk__in=[])
        if record.registration_number:
            numbers |= Q(registration_number=record.registration_number)
        if record.application_number:
            numbers |= Q(application_number=record.application_number)
        if record.international_number:
            numbers |= Q(international_number=record.international_number)
        mine = Q(record=record) | (numbers & Q(office=record.office, kind="trademark"))
        return self.filter(mine, state__in=["in_review", "approved", "suspended"]).order_by("id")

    def to_check(self, now: datetime) -> Self:
        """Those whose next comparison with the register is due, the longest due first."""
        return self.filter(next_check_at__lte=now).order_by("next_check_at", "id")

    def to_renew(self) -> Self:
        """Those whose holder wants to hear of deadlines: with the desk or decided, and not dead for another reason."""
        dead = [RegisterStatus.DEAD_CANCELLED.value, RegisterStatus.DEAD_WITHDRAWN_REFUSED.value]
        states = [RightState.IN_REVIEW.value, RightState.APPROVED.value, RightState.SUSPENDED.value]
        return self.filter(state__in=states).exclude(register_status__in=dead).exclude(kind="copyright")

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
            | Q(name__icontains=text)
            | Q(brand__name__icontains=text)
            | Q(owner_name__icontains=text)
            | Q(registration_number__icontains=bare)
            | Q(application_number__icontains=bare)
            | Q(international_number__icontains=bare)
        )

    def awaiting_review(self) -> Self:
        """The desk's queue, oldest first: what was sent, and what is approved though the register names another."""
        differs = Q(state=RightState.APPROVED.value) & ~Q(other_owner="")
        return self.filter(Q(state=RightState.IN_REVIEW.value) | differs).order_by("submitted_at", "id")

    def to_explain(self) -> Self:
        """Approved rights of which the register names another owner, so that nothing can be filed; newest first."""
        found = self.filter(state=RightState.APPROVED.value).exclude(other_owner="")
        return found.order_by("-other_owner_at", "-id")

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

    def for_table(self) -> Self:
        """What a row of the table of rights shows, in one query: an organisation may have thousands. Newest first.

        `class_numbers` are the Nice classes as "18,25", in any order.
        """
        mine = _rows(self.model, "classes").filter(right=models.OuterRef("pk")).order_by().values("right")
        numbers = models.Subquery(mine.annotate(all=Joined("number")).values("all"))
        return self.select_related("brand", "family").annotate(class_numbers=numbers).order_by("-created_at", "-id")

    def for_pages(self) -> Self:
        """As `for_lists`, with the part of the kind and the files: what the page of one right shows."""
        files = _rows(self.model, "files").select_related("file").order_by("place", "id")
        return (
            self.for_lists()
            .select_related("work", "design", "patent")
            .prefetch_related(models.Prefetch("files", queryset=files))
        )


class AuthorisationQuerySet(models.QuerySet[Any]):
    """Reads of authorisations."""

    def visible_to(self, actor: Actor) -> Self:
        """Staff see all; a principal its own; an agency and an agent those that they act under."""
        if actor.is_staff:
            return self.all()
        if actor.organisation is None or not actor.can_read:
            return self.none()
        if actor.agency is not None:
            return self.filter(organisation=actor.organisation, agency=actor.agency)
        mine = Q(organisation=actor.organisation) | Q(agency=actor.organisation)
        if actor.is_bound:
            mine = Q(organisation=actor.organisation, member__user=actor.user)
        return self.filter(mine)

    def in_force(self, today: date) -> Self:
        """Those that bind and enable on `today`."""
        return self.filter(state=AuthorisationState.ACTIVE.value, starts_on__lte=today, expires_on__gte=today)

    def of_known_agency(self) -> Self:
        """Those of agencies that the desk has verified; a suspended one still reads, as its own people do."""
        return self.filter(agency__state__in=[OrganisationState.APPROVED.value, OrganisationState.SUSPENDED.value])

    def over(self, today: date) -> Self:
        """Those that have run out and of which nobody was told."""
        return self.filter(state=AuthorisationState.ACTIVE.value, expires_on__lt=today, end_told_at__isnull=True)

    def for_lists(self) -> Self:
        """All that a list row shows, newest first."""
        return (
            self.select_related("organisation", "agency", "member__user", "letter")
            .annotate(right_count=models.Count("authorised_rights"))
            .order_by("-created_at", "-id")
        )


class AuthorisedSellerQuerySet(TenantQuerySet):
    """Reads of authorised sellers."""

    def visible_to(self, actor: Actor) -> Self:
        """The tenant's; for an agent those of rights that a grant covers, and those for all rights of a brand of these.

        An agent who did not see the latter would meet them only as lines that are left out. They read them; whether
        they may change them is asked of the grant.
        """
        found = super().visible_to(actor)
        if actor.grants is None:
            return found
        rights: Any = _rows(self.model, "right")
        whole = Q(right=None, brand__in=rights.visible_to(actor).values("brand")) & ~Q(state=SellerState.ASKED.value)
        return found.filter(within(actor, right="right") | whole)

    def in_force(self, today: date) -> Self:
        """Those that cover something on `today`."""
        ends = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
        return self.filter(ends, state=SellerState.LISTED.value, starts_on__lte=today)

    def turned(self, first: date, last: date) -> Self:
        """Those that began, or ran out the day before, between these days, both included."""
        over = Q(ends_on__gte=first - timedelta(days=1), ends_on__lt=last)
        begun = Q(starts_on__range=(first, last))
        return self.filter(over | begun, state=SellerState.LISTED.value).order_by("id")

    def for_lists(self) -> Self:
        """All that a list row shows, newest first."""
        return self.select_related("organisation", "brand", "right__family", "account__target", "proof").order_by(
            "-created_at", "-id"
        )


class RenewalQuerySet(models.QuerySet[Any]):
    """Reads of declared renewals."""

    def visible_to(self, actor: Actor) -> Self:
        """Staff see all; everybody else those of rights that they see."""
        if actor.is_staff:
            return self.all()
        rights: Any = _rows(self.model, "right")
        return self.filter(right__in=rights.visible_to(actor))

    def waiting(self) -> Self:
        """The desk's queue, oldest first."""
        return self.filter(state=RenewalState.ASKED.value).order_by("asked_at", "id")

    def standing(self) -> Self:
        """Those that the desk accepted or still has to look at."""
        return self.exclude(state=RenewalState.REFUSED.value)
