"""Which family a right belongs to: the same sign, work, design or invention of one brand."""

from __future__ import annotations

from django.utils.translation import gettext as _

from brands.models import IPRight, MarkFamily
from brands.registers.names import fold
from portal.accounts.models import Organisation


def family_for(right: IPRight) -> MarkFamily:
    """The family of the same sign (or title) in the same brand, made when there is none."""
    said = right.mark_text if right.is_mark else right.name
    sign, name = fold(said) or said.casefold(), said
    if not sign:
        sign = f"picture {right.logo.clean_sha256[:16]}" if right.logo else f"right {right.public_id}"
        kind = _("picture") if right.logo else right.kind_label.lower()
        name = _("%(brand)s (%(kind)s)") % {"brand": right.brand.name, "kind": kind}
    values = {"name": name[:200], "organisation": right.organisation}
    found, _new = MarkFamily.objects.get_or_create(brand=right.brand, kind=right.kind, sign=sign[:200], defaults=values)
    return found


def sweep_families(organisation: Organisation) -> None:
    """Removes families that no right is left in."""
    MarkFamily.objects.filter(organisation=organisation, rights=None).delete()
