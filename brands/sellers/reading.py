"""Who may use a mark today: asked for many accounts at once, answered without a query for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from brands.gtin import same_form
from brands.models import AuthorisedSeller, IPRight
from portal.accounts.models import Organisation


def authorisations_for(
    account_ids: Iterable[int],
    *,
    organisation: Organisation | int,
    today: date,
    rights: Collection[IPRight] | None = None,
    market: str = "",
    gtin: str | None = None,
) -> dict[int, list[AuthorisedSeller]]:
    """What an organisation has listed of these accounts and holds on `today`, by account; the longest first.

    `rights`, `market` (ISO 3166 alpha-2) and `gtin` narrow it where they are given. One query, however many accounts.
    """
    wanted = set(account_ids)
    if not wanted:
        return {}
    found = AuthorisedSeller.objects.in_force(today).filter(organisation=organisation, account__in=wanted)
    if rights is not None:
        found = found.filter(_under(rights))
    kept: defaultdict[int, list[AuthorisedSeller]] = defaultdict(list)
    for row in found.select_related("brand", "organisation", "account", "right__family").order_by("id"):
        if _fits(row, market=market, gtin=gtin):
            kept[row.account_id].append(row)
    return {account: sorted(rows, key=_longest_first) for account, rows in kept.items()}


def covering(
    listed: Sequence[AuthorisedSeller], *, right: IPRight, market: str, gtin: str = ""
) -> AuthorisedSeller | None:
    """The entry that lets its account use this right, in this market, for this product; None where none does.

    An entry for certain products covers nothing whose GTIN is not known.
    """
    return next((row for row in listed if _is_under(row, right) and _fits(row, market=market, gtin=gtin)), None)


def says(row: AuthorisedSeller) -> str:
    """The entry in a sentence, for whoever meets it: who, of which brand, until when."""
    facts = {"handle": row.account.handle, "brand": row.brand.name}
    if row.ends_on is None:
        return _("@%(handle)s is an authorised seller of %(brand)s, without a last day.") % facts
    day = date_format(row.ends_on, "j M Y")
    return _("@%(handle)s is an authorised seller of %(brand)s until %(day)s.") % {**facts, "day": day}


def _under(rights: Collection[IPRight]) -> Q:
    whole = Q(right=None, brand__in={right.brand_id for right in rights})
    return whole | Q(right__in={right.pk for right in rights})


def _is_under(row: AuthorisedSeller, right: IPRight) -> bool:
    return row.right_id == right.pk if row.right_id else row.brand_id == right.brand_id


def _fits(row: AuthorisedSeller, *, market: str, gtin: str | None) -> bool:
    if market and row.territories and market not in row.territories:
        return False
    return gtin is None or not row.gtins or same_form(gtin) in row.gtins


def _longest_first(row: AuthorisedSeller) -> tuple[bool, int, int]:
    return (row.ends_on is not None, -row.ends_on.toordinal() if row.ends_on else 0, row.pk)
