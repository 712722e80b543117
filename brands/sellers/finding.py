"""Which account is meant, and which brand: by what identifies them, never by a name that anybody can take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from brands.models import Brand, IPRight
from portal.accounts.models import User
from portal.errors import Refused
from portal.marketplace.links import LineAnswer, ResolvedLine, resolve
from portal.marketplace.models import Account, TargetKind

RightOfDecision = Callable[[User, str], IPRight | None]


@dataclass(frozen=True, slots=True)
class FoundAccount:
    """The account that a text means, or why it means none."""

    account: Account | None
    message: str = ""


def find_accounts(texts: Sequence[str]) -> list[FoundAccount]:
    """Answers each text, in order: an id such as SA-24807, a handle, or a link. A shop's name finds nothing."""
    answers = {line.number: line for line in resolve(list(texts))}
    return [_found(answers.get(number)) for number in range(1, len(texts) + 1)]


def find_account(text: str) -> Account:
    """The account that a text means. Raises Refused with why it means none."""
    (found,) = find_accounts([text])
    if found.account is None:
        raise Refused("account_unknown", found.message, "account")
    return found.account


def _found(line: ResolvedLine | None) -> FoundAccount:
    if line is None:
        return FoundAccount(None, _("Name the account by its id, its @handle or its link."))
    if line.target is not None and line.target.kind != TargetKind.ACCOUNT:
        kind = line.target.get_kind_display().lower()
        text = _("%(id)s is a %(kind)s. Name the account that offers it: its id (SA-…), its @handle or its link.")
        return FoundAccount(None, text % {"id": line.target.marketplace_id, "kind": kind})
    if line.target is not None and line.target.is_gone:
        return FoundAccount(None, _("This account was deactivated."))
    if line.target is not None:
        return FoundAccount(line.target.account)
    return FoundAccount(None, _no_such_account(line))


def _no_such_account(line: ResolvedLine) -> str:
    if line.answer in {LineAnswer.FOREIGN, LineAnswer.SHORT_LINK}:
        return line.hint
    name = _("The name of a shop does not count: anybody can take one.")
    if line.answer == LineAnswer.NOT_FOUND:
        return f"{line.hint} {name}"
    where = _("Open the account on the marketplace and copy its address, such as %(origin)s/@name, or take its id.")
    return _("This is no account.") + f" {name} " + where % {"origin": settings.MARKETPLACE_ORIGIN}


def _nobody_knows(user: User, reference: str) -> IPRight | None:
    """Where no room keeps decisions, a seller names the brand alone."""
    return None


_of_decision: RightOfDecision = _nobody_knows


def use(lookup: RightOfDecision) -> None:
    """Names who knows which right a decision was about; called once, when the apps are ready."""
    global _of_decision
    _of_decision = lookup


def find_brand(user: User, text: str) -> tuple[Brand, IPRight | None]:
    """The brand that a seller means: by the number of a decision about an account of theirs, or by its exact name.

    By name only a brand with an approved right is found, and only where one organisation alone has it. Raises Refused.
    """
    text = " ".join(text.split())
    right = _of_decision(user, text.upper()) if text else None
    if right is not None:
        return right.brand, right
    approved = IPRight.objects.filter(state="approved", brand__name__iexact=text)
    brands = list(Brand.objects.filter(pk__in=approved.values("brand")).order_by("id")[:2]) if text else []
    if not brands:
        why = _(
            "No brand with an approved right has exactly this name. Look at its spelling, or give the number of a "
            "decision about your account, such as D-2026-000123."
        )
        raise Refused("brand_unknown", why, "brand")
    if len(brands) > 1:
        why = _(
            "More than one organisation has a brand of this name. Give the number of a decision about your account."
        )
        raise Refused("brand_not_clear", why, "brand")
    return brands[0], None
