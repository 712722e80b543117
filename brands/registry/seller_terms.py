"""What a seller may use a mark for: the checks that every entry passes, and those that bind an agent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from brands.cover import beyond, cover_of, outside, still_in_force
from brands.gtin import read_gtin
from brands.models import AuthorisedSeller, Brand, IPRight, RightTerritory
from brands.registers.territories import is_country
from brands.states import SELLER_STEPS, SellerState
from portal.accounts.actors import Actor
from portal.accounts.grants import AgentVerb
from portal.accounts.models import Organisation
from portal.errors import Conflict, Forbidden, NotFound, Refused
from portal.ledger.canonical import JSON
from portal.ledger.events import append
from portal.marketplace.models import Account

TEXT_LENGTH = 2000
MOST_GTINS = 1000


@dataclass(frozen=True, slots=True)
class SellerTerms:
    """What a seller may use the mark for: right None is every right of the brand, no countries is wherever these
    reach, no GTINs every product; both days included, UTC, no last day is until it is ended.
    """

    brand: Brand
    starts_on: date
    right: IPRight | None = None
    territories: tuple[str, ...] = ()
    gtins: tuple[str, ...] = ()
    ends_on: date | None = None


def checked(actor: Actor, organisation: Organisation, terms: SellerTerms, now: datetime) -> SellerTerms:
    """The terms in the form in which they are kept. Locks the brand, so that nothing is listed twice at once."""
    brand = Brand.objects.select_for_update().filter(pk=terms.brand.pk, organisation=organisation).first()
    if brand is None:
        raise NotFound("brand_not_found", _("There is no such brand in your organisation."), "brand")
    if terms.right is not None and not _is_of(actor, terms.right, brand):
        raise NotFound("right_not_found", _("This brand has no such right."), "right")
    countries = tuple(sorted({code.upper() for code in terms.territories}))
    _check_countries(countries, terms.right, brand)
    refuse_beyond(actor, terms.right, countries, now.date())
    _check_days(terms, now.date())
    return replace(terms, brand=brand, territories=countries, gtins=_gtins(terms.gtins))


def _is_of(actor: Actor, right: IPRight, brand: Brand) -> bool:
    return IPRight.objects.visible_to(actor).filter(pk=right.pk, brand=brand).exists()


def _check_countries(countries: Sequence[str], right: IPRight | None, brand: Brand) -> None:
    strange = [code for code in countries if not is_country(code)]
    if strange:
        text = _("These are not countries: %(countries)s.") % {"countries": ", ".join(strange)}
        raise Refused("country_unknown", text, "territories")
    if right is None:
        return
    reached = _reached(right)
    beyond = [code for code in countries if code not in reached]
    if beyond:
        text = _("This right does not reach %(countries)s.") % {"countries": ", ".join(beyond)}
        raise Refused("territory_out_of_reach", text, "territories")


def _check_days(terms: SellerTerms, today: date) -> None:
    if terms.ends_on is None:
        return
    if terms.ends_on < terms.starts_on:
        raise Refused("dates_out_of_order", _("It ends before it begins."), "ends_on")
    if terms.ends_on < today:
        raise Refused("already_over", _("This day is over: nothing would be authorised."), "ends_on")


def _gtins(typed: Sequence[str]) -> tuple[str, ...]:
    if len(typed) > MOST_GTINS:
        raise Refused("too_many_gtins", _("One entry takes 1,000 GTINs. Make several."), "gtins")
    answers = [read_gtin(text) for text in typed]
    wrong = next((answer for answer in answers if not answer.ok), None)
    if wrong is not None:
        raise Refused(wrong.code, wrong.message, "gtins")
    return tuple(sorted({answer.value for answer in answers}))


def refuse_beyond(
    actor: Actor, right: IPRight | None, countries: Sequence[str], today: date, *, kept: bool = False
) -> None:
    """Raises Forbidden where no single authorisation of an agent covers right and countries, of terms or an entry."""
    if actor.grants is None:
        return
    meant = set(countries) or _reached(right)
    under = cover_of(actor).under(AgentVerb.SELLERS, right.pk if right else None)
    letting = [grant for grant in under if not grant.territories or (meant and meant <= grant.territories)]
    if not letting and kept:
        text = _("This entry reaches beyond your authorisation. Ask the owner of the brand to change or end it.")
        raise Forbidden("not_authorised", text)
    if not under:
        raise outside("right")
    if not letting:
        raise beyond(frozenset().union(*(grant.territories for grant in under)), "territories")
    still_in_force([letting[0].authorisation_id], today)


def reaches_seller(actor: Actor, row: AuthorisedSeller) -> bool:
    """Whether this actor may change or end an entry as far as it reaches; who is not bound may."""
    if actor.grants is None:
        return True
    meant = set(row.territories) or _reached(row.right)
    under = cover_of(actor).under(AgentVerb.SELLERS, row.right_id)
    return any(not grant.territories or (meant and meant <= grant.territories) for grant in under)


def _reached(right: IPRight | None) -> set[str]:
    """The countries of a right; none for all rights of a brand, which may be more by tomorrow."""
    if right is None:
        return set()
    return set(RightTerritory.objects.filter(right=right).values_list("country", flat=True))


def refuse_twin(account: Account, terms: SellerTerms) -> None:
    """Raises Conflict where the same account is listed for the same on some of the same days."""
    same = AuthorisedSeller.objects.filter(
        account=account, brand=terms.brand, right=terms.right, state=SellerState.LISTED.value
    ).filter(Q(ends_on=None) | Q(ends_on__gte=terms.starts_on))
    if terms.ends_on is not None:
        same = same.filter(starts_on__lte=terms.ends_on)
    if any(row.territories == list(terms.territories) and row.gtins == list(terms.gtins) for row in same):
        text = _("@%(handle)s is listed for this already.") % {"handle": account.handle}
        raise Conflict("already_listed", text, "account")


def columns(terms: SellerTerms) -> dict[str, object]:
    return {
        "brand": terms.brand,
        "right": terms.right,
        "territories": list(terms.territories),
        "gtins": list(terms.gtins),
        "starts_on": terms.starts_on,
        "ends_on": terms.ends_on,
    }


def step(row: AuthorisedSeller, verb: str) -> None:
    target = SELLER_STEPS.get((SellerState(row.state), verb))
    if target is None:
        text = _("This entry is “%(state)s” now; nothing was changed.") % {"state": row.get_state_display()}
        raise Conflict("wrong_state", text)
    row.state = target.value


def save(row: AuthorisedSeller, *fields: str) -> None:
    row.version += 1
    row.save(update_fields=[*fields, "version"])


def tell(actor: Actor, row: AuthorisedSeller, kind: str, now: datetime, **more: JSON) -> None:
    payload: dict[str, JSON] = {"seller": row.pk, "account": row.account_id, "brand": row.brand_id, **more}
    append(stream=("organisation", row.organisation_id), kind=kind, actor=actor, payload=payload, now=now)
