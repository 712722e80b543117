"""Every page of the product: who opens it, where it is, and what they do there before it is looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from tests.browser.gallery import Gallery


@dataclass(frozen=True)
class Stop:
    """One page of the walk: who opens it, where it is, and what they do before it is looked at."""

    who: str
    name: str
    path: Callable[[Gallery], str]
    then: Callable[[Any], None] | None = None
    status: int = 200
    development: bool = False

    def __str__(self) -> str:
        return f"{self.who}:{self.name}"


def stop(who: str, view: str, *args: Callable[[Gallery], object], note: str = "", query: str = "", **more: Any) -> Stop:
    """A page by the name of its view; `args` find its arguments in the gallery."""
    name = f"{view}[{note}]" if note else view
    return Stop(who, name, lambda found: reverse(view, args=[arg(found) for arg in args]) + query, **more)


def case(name: str) -> Callable[[Gallery], object]:
    return lambda found: found.case[name].public_id


def case_key(name: str) -> Callable[[Gallery], object]:
    return lambda found: found.case[name].pk


def right(name: str) -> Callable[[Gallery], object]:
    return lambda found: found.right[name].public_id


def token(name: str) -> Callable[[Gallery], object]:
    return lambda found: found.tokens[name]


def number(name: str) -> Callable[[Gallery], object]:
    return lambda found: found.offer[name].marketplace_id.split("-")[1]


def send_empty(label: str) -> Callable[[Any], None]:
    """Presses a button with nothing filled in, so that the page shows its errors."""

    def press(page: Any) -> None:
        page.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true })")
        page.get_by_role("button", name=label).click()
        page.locator("#errors").wait_for()

    return press


def first_item(name: str) -> Callable[[Gallery], object]:
    return lambda found: found.case[name].items.order_by("line", "id").values_list("pk", flat=True)[0]


PUBLIC = [
    stop("public", "home"),
    stop("public", "account_login"),
    stop("public", "account_signup"),
    stop("public", "account_signup", note="errors", then=send_empty("Create an account")),
    stop("public", "account_email_verification_sent"),
    stop("public", "account_confirm_email", lambda _: "no-such-key"),
    stop("public", "account_reset_password"),
    stop("public", "account_reset_password_done"),
    stop("public", "account_reset_password_from_key", lambda _: "1", lambda _: "no-such-key"),
    stop("public", "account_reset_password_from_key_done"),
    stop("public", "account_inactive"),
    stop("public", "accounts:accept-invitation", token("invitation")),
    Stop("public", "404", lambda _: "/complaints/no-such-page/", status=404),
    stop("public", "public:start"),
    stop("public", "public:start", note="errors", then=send_empty("Send the notice")),
    stop("public", "public:sent"),
    stop("public", "public:confirm", token("unconfirmed")),
    stop("public", "respondent:by-link", token("statement")),
    stop("public", "sandbox:home"),
    stop("public", "sandbox:home", note="search", query="?q=tarnfel&kind=listing"),
    stop("public", "sandbox:home", note="nothing", query="?q=zzzzzz"),
    stop("public", "sandbox:item", number("live"), note="live"),
    stop("public", "sandbox:item", number("removed"), note="removed"),
    stop("public", "sandbox:video", number("video")),
    stop("public", "sandbox:livestream", number("stream")),
    stop("public", "sandbox:account", lambda found: "peakdeals_outdoor_and_leisure"),
    stop("public", "sandbox:controls", development=True),
    stop("owner", "complaints:draft-items", case("draft"), note="development", development=True),
    stop("public", "dev:index", development=True),
    stop("public", "dev:codes", development=True),
    stop("public", "dev:mail", development=True),
    stop("public", "dev:mail-detail", token("letter"), development=True),
]
OWNER = [
    stop("owner", "complaints:dashboard"),
    stop("beginner", "complaints:dashboard", note="empty"),
    stop("owner", "complaints:list"),
    stop("beginner", "complaints:list", note="empty"),
    stop("owner", "complaints:new"),
    stop("beginner", "complaints:new", note="empty"),
    stop("viewer", "complaints:new", note="not allowed", status=403),
    *[
        stop("owner", f"complaints:draft-{step}", case("draft"))
        for step in ("right", "reason", "items", "evidence", "declarations", "review")
    ],
    stop("owner", "complaints:draft-declarations", case("draft"), note="errors", then=send_empty("Go on to review")),
    *[stop("owner", "complaints:detail", case(name), note=name) for name in ("queued", "asked", "decided", "held")],
    stop("viewer", "complaints:detail", case("asked"), note="as viewer"),
    stop("owner", "complaints:withdraw", case("asked")),
    stop("owner", "complaints:item", case("decided"), first_item("decided")),
    stop("owner", "complaints:mandates"),
    stop("owner", "complaints:grant-mandate"),
    stop("owner", "brands:list"),
    stop("beginner", "brands:list", note="empty"),
    stop("owner", "brands:register"),
    stop("owner", "brands:register", note="errors", then=send_empty("Save draft")),
    *[stop("owner", "brands:right", right(name), note=name) for name in ("draft", "waiting", "rejected", "approved")],
    stop("owner", "brands:edit", right("rejected")),
    stop("owner", "accounts:organisation"),
    stop("viewer", "accounts:organisation", note="as viewer"),
    stop("newcomer", "accounts:new-organisation"),
    stop("newcomer", "accounts:accept-invitation", token("mine"), note="mine"),
    stop("owner", "accounts:accept-invitation", token("invitation"), note="of somebody else"),
    stop("owner", "accounts:profile"),
    stop("owner", "accounts:security"),
    stop("owner", "account_email"),
    stop("owner", "account_change_password"),
    stop("owner", "account_logout"),
    stop("owner", "account_reauthenticate"),
    stop("owner", "mfa_index"),
    stop("owner", "mfa_activate_totp"),
    stop("owner", "mfa_list_webauthn"),
    stop("owner", "mfa_add_webauthn"),
    stop("owner", "usersessions_list"),
    stop("owner", "keys:list"),
    stop("owner", "keys:new"),
    stop("seller", "respondent:list"),
    stop("newcomer", "respondent:list", note="empty"),
    stop("seller", "respondent:detail", lambda found: found.statement and found.statement.public_id),
]
STAFF = [
    stop("reviewer", "admin:index"),
    *[
        stop("reviewer", "admin:complaints_complaint_desk", query=f"?view={view}", note=view)
        for view in ("queue", "yours", "held", "waiting")
    ],
    stop("reviewer", "admin:complaints_complaint_case", case_key("claimed"), note="claimed"),
    stop("reviewer", "admin:complaints_complaint_case", case_key("queued"), note="free"),
    stop("reviewer", "admin:complaints_complaint_case", case_key("decided"), note="to mend"),
    stop("senior", "admin:complaints_complaint_case", case_key("held"), note="held"),
    stop("reviewer", "admin:complaints_complaint_case", case_key("notice"), note="public notice"),
    stop("reviewer", "admin:complaints_complaint_mend"),
    stop("reviewer", "admin:brands_ipright_change", lambda found: found.right["waiting"].pk, note="to verify"),
    stop("reviewer", "sandbox:controls"),
    stop("reviewer", "mfa_index"),
    stop("reviewer", "mfa_reauthenticate"),
    stop("reviewer", "mfa_view_recovery_codes"),
    stop("reviewer", "mfa_generate_recovery_codes"),
    stop("reviewer", "mfa_deactivate_totp"),
]
STOPS = [*PUBLIC, *OWNER, *STAFF]

# Addresses that show no page of their own: they answer a form, serve a file, lead elsewhere or speak JSON.
NO_PAGE = {
    "healthz",
    "api",
    "api-schema",
    "accounts:switch",
    "accounts:invite",
    "accounts:change-role",
    "accounts:remove-member",
    "accounts:revoke-invitation",
    "accounts:pending-invitation",
    "sandbox:picture",
    "sandbox:clear-behaviour",
    "brands:number-check",
    "brands:submit",
    "brands:logo",
    "brands:logo-small",
    "brands:certificate",
    "complaints:revoke-mandate",
    "complaints:answer",
    "complaints:item-picture",
    "complaints:evidence-file",
    "complaints:remove-evidence",
    "complaints:discard",
    "respondent:picture",
    "respondent:picture-by-link",
    "keys:revoke",
    "mfa_download_recovery_codes",
    "mfa_login_webauthn",
}
