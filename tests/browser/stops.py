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


KINDS = ("trademark", "madrid", "copyright", "design", "patent")


def word(text: str) -> Callable[[Gallery], object]:
    return lambda _found: text


def check_lines(page: Any) -> None:
    """Pastes three lines, of which one is wrong, and has them answered."""
    lines = ["brand,office,mark_text,registration_number,filing_date"]
    lines += ["Halden,EM,HALDEN,099123007,2020-01-02", "Halden,XX,HALDEN,,", "Halden,EM,HALDEN,099123008,soon"]
    page.get_by_label("Or its lines").fill("\n".join(lines))
    page.get_by_role("button", name="Check lines").click()
    page.get_by_role("heading", name="Answers").wait_for()


def token(name: str) -> Callable[[Gallery], object]:
    return lambda found: found.tokens[name]


def applicant(name: str) -> Callable[[Gallery], object]:
    return lambda found: found.applicant[name].pk


def number(name: str) -> Callable[[Gallery], object]:
    return lambda found: found.offer[name].marketplace_id.split("-")[1]


def letter(name: str) -> Callable[[Gallery], object]:
    return lambda found: found.letter[name].public_id


def send_empty(label: str) -> Callable[[Any], None]:
    """Presses a button with nothing filled in, so that the page shows its errors."""

    def press(page: Any) -> None:
        page.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true })")
        page.get_by_role("button", name=label).click()
        page.locator("#errors").wait_for()

    return press


def seller(name: str) -> Callable[[Gallery], object]:
    return lambda found: found.seller[name].public_id


def upload_table(page: Any) -> None:
    """Uploads a table of two lines, of which neither can be used."""
    table = b"account,brand\n@nobody.at.all,Tarnfell\nA very long name of a shop that is no handle at all,Tarnfell\n"
    page.get_by_label("CSV file").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": table})
    page.get_by_role("button", name="Upload").click()
    page.get_by_role("heading", name="Each line, answered").wait_for()


def make_link(page: Any) -> None:
    """Makes a calendar link, which is shown once."""
    page.get_by_role("button", name="Make a").click()
    page.get_by_label("Add it in your calendar program").wait_for()


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
    stop("public", "accounts:hold-link", token("hold")),
    Stop("public", "404", lambda _: "/complaints/no-such-page/", status=404),
    stop("public", "public:start"),
    stop("public", "public:start", note="errors", then=send_empty("Send the notice")),
    stop("public", "public:sent"),
    stop("public", "policy"),
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
    *[stop("owner", "brands:register-kind", word(kind), note=kind) for kind in KINDS],
    *[
        stop("owner", "brands:register-kind", word(kind), note=f"{kind} errors", then=send_empty("Save draft"))
        for kind in KINDS
    ],
    stop("owner", "brands:bulk"),
    stop("owner", "brands:bulk", note="errors", then=send_empty("Check lines")),
    stop("owner", "brands:bulk", note="answered", then=check_lines),
    stop("owner", "brands:reopen", right("approved")),
    *[stop("owner", "brands:right", right(name), note=name) for name in ("work", "design", "patent", "designation")],
    *[stop("owner", "brands:edit", right(name), note=name) for name in ("work", "design", "patent", "designation")],
    *[stop("owner", "brands:right", right(name), note=name) for name in ("draft", "waiting", "rejected", "approved")],
    stop("owner", "brands:edit", right("rejected")),
    stop("owner", "brands:renewals"),
    stop("beginner", "brands:renewals", note="empty"),
    stop("viewer", "brands:renewals", note="as viewer"),
    stop("owner", "brands:right", right("ending"), note="ending"),
    stop("owner", "brands:declare-renewed", right("ending")),
    stop("owner", "brands:declare-renewed", right("ending"), note="errors", then=send_empty("Send to the desk")),
    stop("owner", "brands:declare-renewed", right("approved"), note="nothing"),
    stop("owner", "brands:feed"),
    stop("owner", "brands:feed", note="made", then=make_link),
    stop("owner", "sellers:list"),
    stop("beginner", "sellers:list", note="empty"),
    stop("owner", "sellers:add"),
    stop("owner", "sellers:add", note="errors", then=send_empty("List it")),
    stop("owner", "sellers:upload"),
    stop("owner", "sellers:upload", note="answered", then=upload_table),
    stop("owner", "sellers:requests"),
    *[stop("owner", "sellers:one", seller(name), note=name) for name in ("listed", "asked")],
    stop("owner", "sellers:accept", seller("asked")),
    stop("owner", "sellers:change", seller("listed")),
    stop("seller", "selling:list"),
    stop("newcomer", "selling:list", note="empty"),
    stop("seller", "selling:ask"),
    stop("seller", "selling:ask", note="errors", then=send_empty("Send the request")),
    stop("owner", "authorisations:list"),
    stop("beginner", "authorisations:list", note="empty"),
    *[stop("owner", "authorisations:one", letter(name), note=name) for name in ("held", "asked", "ended")],
    stop("viewer", "authorisations:one", letter("held"), note="as viewer"),
    stop("owner", "authorisations:grant"),
    stop("owner", "authorisations:grant", note="errors", then=send_empty("Grant")),
    stop("owner", "authorisations:grant-asked", letter("asked")),
    stop("owner", "authorisations:change", letter("held")),
    stop("agency", "principals"),
    stop("idle", "principals", note="none"),
    stop("agency", "authorisations:list", note="of an agency"),
    stop("agency", "authorisations:one", letter("asked"), note="of an agency"),
    stop("agency", "authorisations:ask"),
    stop("agency", "authorisations:ask", note="errors", then=send_empty("Send the request")),
    stop("acting", "complaints:dashboard", note="acting"),
    stop("acting", "complaints:detail", case("asked"), note="acting"),
    stop("acting", "accounts:organisation", note="of an agency, acting"),
    stop("agent", "brands:list", note="as agent"),
    stop("unauthorised", "complaints:dashboard", note="without an authorisation"),
    stop("owner", "accounts:organisation"),
    stop("viewer", "accounts:organisation", note="as viewer"),
    stop("owner", "identity:page", note="verified"),
    stop("viewer", "identity:page", note="as viewer"),
    stop("applicant", "identity:page"),
    stop("applicant", "identity:page", note="errors", then=send_empty("Add document")),
    stop("applicant", "accounts:organisation", note="not verified"),
    stop("applicant", "complaints:dashboard", note="not verified"),
    stop("refused", "identity:page", note="rejected"),
    stop("refused", "brands:list", note="not verified"),
    stop("viewer", "identity:recover"),
    stop("newcomer", "identity:recover", note="errors", then=send_empty("Send the request")),
    stop("resting", "accounts:organisation", note="at rest"),
    stop("owner", "accounts:owner"),
    stop("resting", "accounts:owner", note="at rest", status=403),
    stop("newcomer", "accounts:new-organisation"),
    stop("newcomer", "accounts:accept-invitation", token("mine"), note="mine"),
    stop("owner", "accounts:accept-invitation", token("invitation"), note="of somebody else"),
    stop("owner", "accounts:profile"),
    stop("owner", "accounts:security"),
    stop("owner", "accounts:sign-on"),
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
    stop("reviewer", "admin:complaints_complaint_desk", query="?market=DE&tier=standard", note="filtered"),
    stop("reviewer", "admin:complaints_complaint_workload", note="own line"),
    stop("senior", "admin:complaints_complaint_workload"),
    stop("senior", "admin:complaints_complaint_reviewer", lambda found: found.people["reviewer"].pk),
    stop("senior", "admin:complaints_complaint_recusals"),
    stop("senior", "admin:complaints_complaint_recusals", note="errors", then=send_empty("Add the recusal")),
    stop("senior", "admin:complaints_complaint_routing"),
    stop("senior", "admin:complaints_complaint_rule", lambda found: found.routing and found.routing.pk),
    stop(
        "senior",
        "admin:complaints_complaint_rule",
        lambda found: found.routing and found.routing.pk,
        note="preview",
        then=lambda page: page.get_by_role("button", name="Preview").click(),
    ),
    stop("senior", "admin:complaints_complaint_rule_new"),
    stop("senior", "admin:complaints_complaint_rule_new", note="errors", then=send_empty("Save the rule")),
    stop("reviewer", "admin:complaints_complaint_packs"),
    stop("senior", "admin:complaints_complaint_again", case_key("decided")),
    stop(
        "senior",
        "admin:complaints_complaint_again",
        case_key("decided"),
        note="errors",
        then=send_empty("Decide again"),
    ),
    stop("senior", "admin:complaints_complaint_quality"),
    stop("senior", "admin:complaints_complaint_look", lambda found: found.look and found.look.pk),
    stop("reviewer", "admin:brands_ipright_change", lambda found: found.right["waiting"].pk, note="to verify"),
    stop("reviewer", "admin:brands_renewal_change", lambda found: found.renewal and found.renewal.pk),
    stop("reviewer", "admin:identity_applicant_change", applicant("waiting"), note="to verify"),
    stop("senior", "admin:identity_applicant_change", applicant("verified"), note="verified"),
    stop("senior", "admin:identity_recoveryrequest_change", lambda found: found.request and found.request.pk),
    stop("senior", "admin:brands_authorisation_change", lambda found: found.letter["held"].pk, note="held"),
    stop("senior", "admin:accounts_hold_change", lambda found: found.hold and found.hold.pk, note="open"),
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
    "accounts:switch-sign-on",
    "brands:bulk-template",
    "brands:file",
    "brands:file-small",
    "healthz",
    "api",
    "api-schema",
    "accounts:switch",
    "accounts:act-for",
    "authorisations:letter",
    "authorisations:refuse",
    "authorisations:end",
    "accounts:invite",
    "accounts:change-role",
    "accounts:remove-member",
    "accounts:revoke-invitation",
    "accounts:hold-approve",
    "accounts:hold-stop",
    "accounts:pending-invitation",
    "identity:reach",
    "identity:submit",
    "identity:upload",
    "identity:document",
    "identity:document-small",
    "identity:remove-document",
    "sandbox:picture",
    "sandbox:clear-behaviour",
    "brands:number-check",
    "brands:feed-new",
    "brands:feed-revoke",
    "brands:renewal-proof",
    "sellers:template",
    "sellers:proof",
    "sellers:refuse",
    "sellers:end",
    "selling:take-back",
    "selling:proof",
    "brands:submit",
    "brands:logo",
    "brands:logo-small",
    "brands:certificate",
    "complaints:revoke-mandate",
    "complaints:answer",
    "complaints:cure",
    "admin:complaints_policy_draft",
    "admin:complaints_policy_words",
    "complaints:item-picture",
    "complaints:bundle",
    "respondent:bundle",
    "respondent:bundle-by-link",
    "admin:complaints_complaint_bundle",
    "admin:complaints_complaint_bundle_internal",
    "complaints:evidence-file",
    "complaints:remove-evidence",
    "complaints:draft-line",
    "complaints:draft-take-out",
    "complaints:draft-split",
    "complaints:discard",
    "respondent:picture",
    "respondent:picture-by-link",
    "keys:revoke",
    "mfa_download_recovery_codes",
    "mfa_login_webauthn",
}
