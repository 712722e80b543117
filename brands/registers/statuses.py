"""What a register status lets an organisation do: report, only store, or nothing. Facts from data/offices.json."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class RegisterStatus(StrEnum):
    """The portal's own word for what an office says about a mark; a dated claim, never a promise."""

    APPLICATION_FILED = "application_filed"
    PUBLISHED_OPPOSITION = "published_opposition"
    REGISTERED = "registered"
    REGISTERED_CHALLENGED = "registered_challenged"
    LAPSED_IN_GRACE = "lapsed_in_grace"
    DEAD_EXPIRED = "dead_expired"
    DEAD_CANCELLED = "dead_cancelled"
    DEAD_WITHDRAWN_REFUSED = "dead_withdrawn_refused"
    UNKNOWN = "unknown"


class Allows(StrEnum):
    """What follows from a register status."""

    REPORT = "may_report"
    REPORT_AFTER_CHECK = "may_report_after_staff_check"
    STORE_ONLY = "may_store_only"
    NOTHING = "blocks"


ALLOWS: Final[dict[RegisterStatus, Allows]] = {
    RegisterStatus.APPLICATION_FILED: Allows.STORE_ONLY,
    RegisterStatus.PUBLISHED_OPPOSITION: Allows.STORE_ONLY,
    RegisterStatus.REGISTERED: Allows.REPORT,
    RegisterStatus.REGISTERED_CHALLENGED: Allows.REPORT,
    RegisterStatus.LAPSED_IN_GRACE: Allows.REPORT_AFTER_CHECK,
    RegisterStatus.DEAD_EXPIRED: Allows.NOTHING,
    RegisterStatus.DEAD_CANCELLED: Allows.NOTHING,
    RegisterStatus.DEAD_WITHDRAWN_REFUSED: Allows.NOTHING,
    RegisterStatus.UNKNOWN: Allows.NOTHING,
}
LABELS: Final[dict[RegisterStatus, Promise]] = {
    RegisterStatus.APPLICATION_FILED: _("Application filed"),
    RegisterStatus.PUBLISHED_OPPOSITION: _("Published, open to opposition"),
    RegisterStatus.REGISTERED: _("Registered"),
    RegisterStatus.REGISTERED_CHALLENGED: _("Registered, cancellation pending"),
    RegisterStatus.LAPSED_IN_GRACE: _("Lapsed, late renewal possible"),
    RegisterStatus.DEAD_EXPIRED: _("Expired"),
    RegisterStatus.DEAD_CANCELLED: _("Cancelled"),
    RegisterStatus.DEAD_WITHDRAWN_REFUSED: _("Withdrawn or refused"),
    RegisterStatus.UNKNOWN: _("Not known"),
}
REASONS: Final[dict[RegisterStatus, Promise]] = {
    RegisterStatus.APPLICATION_FILED: _(
        "The application is filed, not registered yet: it can be stored, not used to report."
    ),
    RegisterStatus.PUBLISHED_OPPOSITION: _(
        "The application is published, not registered yet: it can be stored, not used to report."
    ),
    RegisterStatus.REGISTERED: _("The register shows it as registered."),
    RegisterStatus.REGISTERED_CHALLENGED: _(
        "The register shows it as registered; somebody has asked the office to cancel it."
    ),
    RegisterStatus.LAPSED_IN_GRACE: _(
        "The registration has lapsed; the office still accepts a late renewal. The desk has to check it before use."
    ),
    RegisterStatus.DEAD_EXPIRED: _("The register says that the registration has expired."),
    RegisterStatus.DEAD_CANCELLED: _("The register says that the registration was cancelled."),
    RegisterStatus.DEAD_WITHDRAWN_REFUSED: _("The register says that the application was withdrawn or refused."),
    RegisterStatus.UNKNOWN: _("We do not know yet what the register says about it."),
}
STATUS_CHOICES: Final = [(status.value, LABELS[status]) for status in RegisterStatus]
LIVE: Final = frozenset(s for s, allows in ALLOWS.items() if allows is Allows.REPORT)
DEAD: Final = frozenset(s for s, allows in ALLOWS.items() if allows is Allows.NOTHING) - {RegisterStatus.UNKNOWN}
PENDING: Final = frozenset(s for s, allows in ALLOWS.items() if allows is Allows.STORE_ONLY)


def status_of(text: str) -> RegisterStatus:
    """The status named by `text`; anything unknown is `unknown`, never live."""
    try:
        return RegisterStatus(text)
    except ValueError:
        return RegisterStatus.UNKNOWN
