"""Who may use a mark today: asked for many accounts at once, answered without a query for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from brands.gtin import same_form
from brands.models import AuthorisedSeller, IPRight
from brands.registers.territories import country_name
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


def listed_says(row: AuthorisedSeller, today: date) -> str:
    """What was listed, with its limits: outside of these the offers can be reported as before."""
    limits = []
    if row.territories:
        limits.append(", ".join(country_name(code) for code in row.territories))
    if row.gtins:
        count = len(row.gtins)
        limits.append(ngettext("%(count)d product", "%(count)d products", count) % {"count": count})
    if row.starts_on > today:
        limits.append(_("from %(day)s on") % {"day": date_format(row.starts_on, "j M Y")})
    if not limits:
        return _("Listed. Its offers under this right cannot be reported any more.")
    text = _("Listed. Within its limits (%(limits)s) its offers cannot be reported any more; all others still can.")
    return text % {"limits": "; ".join(limits)}


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
