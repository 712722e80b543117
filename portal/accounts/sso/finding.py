"""Which company somebody means: by its sign-in name, or by the domain of a work address."""

from __future__ import annotations

from portal.accounts.models import SignOn, fold_email


def find(text: str) -> SignOn | None:
    """Gives the company's sign-in that is on; None for every other text, whatever the reason."""
    wanted = fold_email(text)
    on = SignOn.objects.on().select_related("organisation")
    _mailbox, sign, domain = wanted.rpartition("@")
    if sign:
        return on.filter(domains__domain=domain).first()
    return on.filter(name=wanted).first() or on.filter(domains__domain=wanted).first()
