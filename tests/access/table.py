"""Who may open which door: one row a route, read by test_matrix.py. A new route needs a row here.

A page's row: `"namespace:name": Row(where, GET, POST)`. `where` names the objects for its arguments (town.py: all of
them belong to the owner's organisation). GET and POST say what each resident gets, by profile; a change for one
resident is written behind it: `MEMBERS | {"viewer": FORBIDDEN}`. Answers:

    OK          the page, or a form that was taken or refused with a reason (2xx, 409, 422, 429; after POST 302)
    SIGN_IN     sent to sign in            FACTOR     sent to set up or give the second factor
    DESK        staff, sent to the desk    NO_TENANT  sent to make an organisation
    ELSEWHERE   sent to another page       BAD        400
    FORBIDDEN   403                        NOT_FOUND  404          NO_METHOD   405

A row of the API for people who signed in (X-Session-Token): `"api-name": Person(where, {"GET": profile}, body)`.
An API row: `"api-name": Api(where, "GET POST")`, with the methods that the endpoint has and the scopes of `reader`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    OK = "ok"
    SIGN_IN = "sign in"
    FACTOR = "second factor"
    DESK = "desk"
    NO_TENANT = "no organisation"
    ELSEWHERE = "elsewhere"
    BAD = "400"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    NO_METHOD = "405"
    NO_KEY = "401"


NO_KEY = Answer.NO_KEY
OK, SIGN_IN, FACTOR, DESK = Answer.OK, Answer.SIGN_IN, Answer.FACTOR, Answer.DESK
NO_TENANT, ELSEWHERE, BAD = Answer.NO_TENANT, Answer.ELSEWHERE, Answer.BAD
FORBIDDEN, NOT_FOUND, NO_METHOD = Answer.FORBIDDEN, Answer.NOT_FOUND, Answer.NO_METHOD

# The administrator who owns everything in town.py; an agent and a viewer of the same organisation; an administrator of
# another one; a former administrator of the first; who holds the accused account; staff; staff without second factor.
RESIDENTS = (
    "anonymous", "owner", "teammate", "viewer", "outsider", "removed", "seller", "reviewer", "auditor", "half",
)  # fmt: skip
TEAM = ("owner", "teammate", "viewer")
STRANGERS = ("removed", "seller")
STAFF = ("reviewer", "auditor")

Profile = dict[str, Answer]


def _profile(anonymous: Answer, team: Answer, outsider: Answer, strangers: Answer, staff: Answer) -> Profile:
    return {
        "anonymous": anonymous,
        "outsider": outsider,
        "half": FACTOR,
        **dict.fromkeys(TEAM, team),
        **dict.fromkeys(STRANGERS, strangers),
        **dict.fromkeys(STAFF, staff),
    }


def everybody(answer: Answer) -> Profile:
    """The same for all, except that staff without a second factor are held back first."""
    return dict.fromkeys(RESIDENTS, answer) | {"half": FACTOR}


def signed_in(answer: Answer) -> Profile:
    """The same for all who are signed in."""
    return everybody(answer) | {"anonymous": SIGN_IN}


ALL = everybody(OK)
# Pages that show a member what is theirs; nothing in the address names an object.
MEMBERS = _profile(SIGN_IN, OK, OK, NO_TENANT, DESK)
FILERS = MEMBERS | {"viewer": FORBIDDEN}
MANAGERS = MEMBERS | {"viewer": FORBIDDEN, "teammate": FORBIDDEN}
# Pages about one object of the owner's organisation: for the outsider there is no such thing.
OURS = _profile(SIGN_IN, OK, NOT_FOUND, NO_TENANT, DESK)
OURS_TO_WORK = OURS | {"viewer": FORBIDDEN}
OURS_TO_MANAGE = OURS_TO_WORK | {"teammate": FORBIDDEN}
# An agent among the members knows of their own authorisations alone; members of a rights holder are no agency.
OURS_AUTHORISATION = OURS_TO_WORK | {"teammate": NOT_FOUND}
EVERY_MEMBER_FORBIDDEN = _profile(SIGN_IN, FORBIDDEN, FORBIDDEN, NO_TENANT, DESK)
# Things that colleagues of another role are not to know of.
OURS_TO_ADMINISTER = OURS | {"viewer": NOT_FOUND, "teammate": NOT_FOUND}
# Holds are there for administrators only.
OURS_HOLD = OURS | {"viewer": NOT_FOUND, "teammate": NOT_FOUND}
# A draft leads viewers back to the list, where they can read what was filed.
DRAFT = OURS | {"viewer": ELSEWHERE}
# Pages that take one method only: said before anybody is asked who they are, or to members only.
NEVER = everybody(NO_METHOD)
NOT_TO_MEMBERS = _profile(SIGN_IN, NO_METHOD, NO_METHOD, NO_TENANT, DESK)
# The second factor is not asked for below /api/; staff without one are led to the desk, which asks.
UNDER_API = {"half": DESK}
HOLDER = signed_in(NOT_FOUND) | {"seller": OK}
# Below /sign-in/ nobody is asked for the second factor either; nobody in town is linked to a company.
NOBODY_HERE = signed_in(NOT_FOUND) | {"half": NOT_FOUND}
ONLY_READ = signed_in(NO_METHOD) | {"half": NO_METHOD}


@dataclass(frozen=True, slots=True)
class Row:
    """`data` is what a POST must send so that it is refused for who sends it and not for what is missing."""

    where: str
    get: Profile
    post: Profile
    data: tuple[tuple[str, str], ...] = ()
    query: str = ""


@dataclass(frozen=True, slots=True)
class Api:
    """`reads`: a POST that only asks something, which a key with reading scopes may do."""

    where: str
    methods: str
    reads: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """What each resident's session token gets, by method; `data` as in Row. Other methods get 405 once signed in."""

    where: str
    answers: dict[str, Profile]
    data: tuple[tuple[str, object], ...] = ()
    format: str = "json"


PAGES: dict[str, Row] = {
    "home": Row(
        "", everybody(ELSEWHERE) | {"anonymous": OK, **dict.fromkeys(STAFF, DESK), "removed": NO_TENANT}, NEVER
    ),
    "favicon": Row("", everybody(ELSEWHERE), NEVER),
    "healthz": Row("", ALL | {"half": OK}, NEVER | {"half": NO_METHOD}),
    # --- organisations and people
    "accounts:organisation": Row("", MEMBERS, NOT_TO_MEMBERS),
    "accounts:new-organisation": Row(
        "", signed_in(OK) | dict.fromkeys(STAFF, DESK), signed_in(OK) | dict.fromkeys(STAFF, DESK)
    ),
    "accounts:switch": Row("", signed_in(NO_METHOD), signed_in(NOT_FOUND)),
    "accounts:act-for": Row("", signed_in(NO_METHOD), signed_in(NOT_FOUND), (("principal", "0"),)),
    "accounts:invite": Row("", NOT_TO_MEMBERS, MANAGERS, (("email", "colleague@example.test"), ("role", "agent"))),
    "accounts:change-role": Row("membership", NOT_TO_MEMBERS, OURS_TO_MANAGE, (("role", "agent"),)),
    "accounts:remove-member": Row("membership", NOT_TO_MEMBERS, OURS_TO_MANAGE),
    "accounts:revoke-invitation": Row("invitation", NOT_TO_MEMBERS, OURS_TO_MANAGE),
    "accounts:owner": Row("", MANAGERS, MANAGERS),
    "accounts:hold-approve": Row("hold", NOT_TO_MEMBERS, OURS_HOLD),
    "accounts:hold-stop": Row("hold", NOT_TO_MEMBERS, OURS_HOLD),
    "accounts:hold-link": Row("hold_token", ALL, ALL),
    "accounts:pending-invitation": Row("", everybody(ELSEWHERE), NEVER),
    "accounts:accept-invitation": Row("invitation_token", everybody(OK), everybody(FORBIDDEN) | {"anonymous": OK}),
    "accounts:sign-on": Row("", MANAGERS, MANAGERS),
    "accounts:switch-sign-on": Row("", NOT_TO_MEMBERS, OURS_TO_MANAGE, (("state", "off"),)),
    "accounts:profile": Row("", signed_in(OK), signed_in(OK)),
    "accounts:security": Row("", signed_in(OK), signed_in(NO_METHOD)),
    # --- the check of an organisation
    "identity:page": Row("", MEMBERS, MANAGERS, (("register_contact", "register@example.test"),)),
    "identity:reach": Row("", NOT_TO_MEMBERS, MANAGERS, (("phone", "+46 8 555 010 20"),)),
    "identity:submit": Row("", NOT_TO_MEMBERS, MANAGERS),
    "identity:upload": Row("", NOT_TO_MEMBERS, MANAGERS),
    "identity:document": Row("identity_document", OURS_TO_ADMINISTER, NOT_TO_MEMBERS),
    "identity:document-small": Row("identity_document", OURS_TO_ADMINISTER, NOT_TO_MEMBERS),
    "identity:remove-document": Row("identity_document", NOT_TO_MEMBERS, OURS_TO_MANAGE),
    "identity:recover": Row("", signed_in(OK) | dict.fromkeys(STAFF, DESK), signed_in(OK) | dict.fromkeys(STAFF, DESK)),
    # --- signing in with a company: open to who is not signed in, or not yet with the second factor
    "sso:find": Row("", ALL | {"half": OK}, ALL | {"half": OK}),
    "sso:named": Row("sign_on_name", ALL | {"half": OK}, NEVER | {"half": NO_METHOD}),
    "sso:start": Row("sign_on_word", everybody(ELSEWHERE) | {"half": ELSEWHERE}, NEVER | {"half": NO_METHOD}),
    "sso:callback": Row("sign_on", everybody(FORBIDDEN) | {"half": FORBIDDEN}, NEVER | {"half": NO_METHOD}),
    "sso:confirm": Row("", NOBODY_HERE, ONLY_READ),
    "sso:links": Row("", signed_in(OK) | {"half": OK}, signed_in(OK) | {"half": OK}),
    "sso:unlink": Row("sign_on", ONLY_READ, NOBODY_HERE),
    "sso:try": Row("sign_on", NOBODY_HERE | {"owner": OK}, ONLY_READ),
    # --- the sandbox marketplace, which is public
    "sandbox:home": Row("", ALL, NEVER),
    "sandbox:item": Row("target", ALL, NEVER),
    "sandbox:video": Row("video", ALL, NEVER),
    "sandbox:livestream": Row("livestream", ALL, NEVER),
    "sandbox:account": Row("account", ALL, NEVER),
    "sandbox:picture": Row("target_picture", ALL, NEVER),
    "sandbox:controls": Row(
        "", everybody(FORBIDDEN) | dict.fromkeys(STAFF, OK), everybody(FORBIDDEN) | dict.fromkeys(STAFF, OK)
    ),
    "sandbox:clear-behaviour": Row("behaviour", NEVER, everybody(FORBIDDEN) | dict.fromkeys(STAFF, OK)),
    # --- rights
    "brands:list": Row("", MEMBERS, NEVER),
    "brands:register": Row("", FILERS, NEVER),
    "brands:register-kind": Row("kind", FILERS, FILERS),
    "brands:bulk": Row("", FILERS, FILERS, (("lines", "brand,office"), ("action", "check"))),
    "brands:bulk-template": Row("", MEMBERS, NEVER),
    "brands:number-check": Row("", NEVER, FILERS, (("office", "EM"),), "?kind=registration"),
    "brands:right": Row("right", OURS, NEVER),
    "brands:edit": Row("right_draft", OURS_TO_WORK, OURS_TO_WORK),
    "brands:submit": Row("right_draft", NEVER, OURS_TO_WORK),
    "brands:reopen": Row("right", OURS_TO_WORK, OURS_TO_WORK),
    "brands:logo": Row("right", OURS, NEVER),
    "brands:logo-small": Row("right", OURS, NEVER),
    "brands:certificate": Row("right", OURS, NEVER),
    "brands:file": Row("right_file", OURS, NEVER),
    "brands:file-small": Row("right_file", OURS, NEVER),
    # --- authorisations: nobody in this town is of an agency, see test_agencies.py for those
    "authorisations:list": Row("", MEMBERS, NEVER),
    "authorisations:ask": Row("", EVERY_MEMBER_FORBIDDEN, EVERY_MEMBER_FORBIDDEN),
    "authorisations:grant": Row("", MANAGERS, MANAGERS),
    "authorisations:one": Row("authorisation", OURS | {"teammate": NOT_FOUND}, NEVER),
    "authorisations:letter": Row("authorisation", OURS | {"teammate": NOT_FOUND}, NEVER),
    "authorisations:grant-asked": Row("authorisation_asked", OURS_AUTHORISATION, OURS_AUTHORISATION),
    "authorisations:change": Row("authorisation", OURS_AUTHORISATION, OURS_AUTHORISATION),
    "authorisations:refuse": Row("authorisation_asked", NEVER, OURS_AUTHORISATION, (("reason", "No."),)),
    "authorisations:end": Row("authorisation", NEVER, OURS_AUTHORISATION),
    "principals": Row("", EVERY_MEMBER_FORBIDDEN, NEVER),
    # --- renewals; whoever has the link of a feed reads it
    "brands:renewals": Row("", MEMBERS, NEVER),
    "brands:declare-renewed": Row("right", OURS_TO_WORK, OURS_TO_WORK),
    "brands:renewal-proof": Row("renewal", OURS, NEVER),
    "brands:feed": Row("", MEMBERS, NEVER),
    "brands:feed-new": Row("", NEVER, MEMBERS),
    "brands:feed-revoke": Row("", NEVER, MEMBERS),
    "calendar-feed": Row("feed_token", ALL, NEVER),
    # --- authorised sellers: the brand, and who holds an account
    "sellers:list": Row("", MEMBERS, NEVER),
    "sellers:requests": Row("", MEMBERS, NEVER),
    "sellers:add": Row("", FILERS, FILERS),
    "sellers:upload": Row("", FILERS, FILERS),
    "sellers:template": Row("", FILERS, NEVER),
    "sellers:one": Row("listed_seller", OURS, NEVER),
    "sellers:proof": Row("asked_seller", OURS, NEVER),
    "sellers:accept": Row("asked_seller", OURS_TO_WORK, OURS_TO_WORK),
    "sellers:change": Row("listed_seller", OURS_TO_WORK, OURS_TO_WORK),
    "sellers:refuse": Row("asked_seller", NEVER, OURS_TO_WORK, (("reason", "No."),)),
    "sellers:end": Row("listed_seller", NEVER, OURS_TO_WORK),
    "selling:list": Row("", signed_in(OK), NEVER),
    "selling:ask": Row("", signed_in(ELSEWHERE) | {"seller": OK}, signed_in(OK)),
    "selling:take-back": Row("asked_seller", NEVER, HOLDER),
    "selling:proof": Row("asked_seller", HOLDER, NEVER),
    # --- complaints
    "complaints:list": Row("", MEMBERS, MEMBERS),
    "complaints:dashboard": Row("", MEMBERS, MEMBERS),
    "complaints:new": Row("", FILERS, FILERS),
    "complaints:mandates": Row("", MEMBERS, MEMBERS),
    "complaints:grant-mandate": Row("", FILERS, FILERS),
    "complaints:revoke-mandate": Row("mandate", NOT_TO_MEMBERS, OURS_AUTHORISATION),
    "complaints:detail": Row("case", OURS, OURS),
    "complaints:answer": Row("case", NOT_TO_MEMBERS, OURS_TO_WORK, (("text", "There."),)),
    "complaints:cure": Row("case", NOT_TO_MEMBERS, OURS_TO_WORK),
    "policy": Row("", ALL, NEVER),
    "complaints:withdraw": Row("case", OURS_TO_WORK, OURS_TO_WORK),
    "complaints:item": Row("item", OURS, OURS),
    "complaints:item-picture": Row("item", OURS, OURS),
    "complaints:bundle": Row("case", OURS, NOT_TO_MEMBERS),
    "complaints:evidence-file": Row("evidence", OURS, OURS),
    "complaints:draft-right": Row("draft", DRAFT, DRAFT),
    "complaints:draft-reason": Row("draft", DRAFT, DRAFT),
    "complaints:draft-items": Row("draft", DRAFT, DRAFT),
    "complaints:draft-line": Row("draft_line", NOT_TO_MEMBERS, DRAFT),
    "complaints:draft-take-out": Row("draft", NOT_TO_MEMBERS, DRAFT),
    "complaints:draft-split": Row("draft", NOT_TO_MEMBERS, DRAFT),
    "complaints:draft-evidence": Row("draft", DRAFT, DRAFT),
    "complaints:remove-evidence": Row("draft_evidence", NOT_TO_MEMBERS, DRAFT),
    "complaints:draft-declarations": Row("draft", DRAFT, DRAFT),
    "complaints:draft-review": Row("draft", DRAFT, DRAFT),
    "complaints:discard": Row("draft", NOT_TO_MEMBERS, DRAFT),
    # --- the accused
    "respondent:list": Row("", signed_in(OK), signed_in(OK)),
    "respondent:detail": Row("statement", HOLDER, HOLDER),
    "respondent:picture": Row("statement_item", HOLDER, HOLDER),
    "respondent:bundle": Row("statement", HOLDER, signed_in(NO_METHOD)),
    "respondent:bundle-by-link": Row("statement_token", ALL, NEVER),
    "respondent:by-link": Row("statement_token", ALL, ALL),
    "respondent:picture-by-link": Row("statement_token_item", ALL, ALL),
    # --- anyone
    "public:start": Row("", ALL, ALL),
    "public:sent": Row("", ALL, ALL),
    "public:confirm": Row("notice_token", ALL, ALL),
    # --- keys of the API
    "keys:list": Row("", MANAGERS | UNDER_API, NEVER | {"half": NO_METHOD}),
    "keys:new": Row("", MANAGERS | UNDER_API, MANAGERS | UNDER_API),
    "keys:revoke": Row("key", NEVER | {"half": NO_METHOD}, OURS_TO_MANAGE | UNDER_API),
    # --- documentation of the API, which is public
    "api": Row("", everybody(ELSEWHERE) | {"half": ELSEWHERE}, ALL | {"half": OK}),
    "api-schema": Row("", ALL | {"half": OK}, NEVER | {"half": NO_METHOD}),
    "api-docs": Row("", ALL | {"half": OK}, NEVER | {"half": NO_METHOD}),
}

ENDPOINTS: dict[str, Api] = {
    "api-rights": Api("", "GET POST"),
    "api-right": Api("api_right", "GET PATCH"),
    "api-right-submit": Api("api_right_draft", "POST"),
    "api-right-logo": Api("api_right_draft", "POST"),
    "api-right-certificate": Api("api_right_draft", "POST"),
    "api-right-check": Api("api_right", "GET"),
    "api-right-reopen": Api("api_right", "POST"),
    "api-right-files": Api("api_right_draft", "POST"),
    "api-right-file": Api("api_right_file", "DELETE"),
    "api-rights-bulk": Api("", "POST"),
    "api-right-renewals": Api("api_right", "GET POST"),
    "api-renewals": Api("", "GET"),
    "api-sellers": Api("", "GET POST"),
    "api-seller": Api("listed_seller", "GET"),
    "api-seller-proof": Api("asked_seller", "GET"),
    "api-seller-end": Api("listed_seller", "POST"),
    "api-seller-change": Api("listed_seller", "POST"),
    "api-seller-accept": Api("asked_seller", "POST"),
    "api-seller-refuse": Api("asked_seller", "POST"),
    "api-brands": Api("", "GET POST"),
    "api-offices": Api("", "GET"),
    "api-classes": Api("", "GET"),
    "api-register-records": Api("", "GET"),
    "api-reasons": Api("", "GET"),
    "api-declarations": Api("", "GET"),
    "api-rule-packs": Api("", "GET"),
    "api-policies": Api("", "GET"),
    "api-complaint-cure": Api("api_case", "POST"),
    "api-mandates": Api("", "GET"),
    "api-targets-resolve": Api("", "POST", reads=True),
    "api-dashboard": Api("", "GET"),
    "api-preflight": Api("", "POST", reads=True),
    "api-complaints": Api("", "GET POST"),
    "api-complaint": Api("api_draft", "GET PATCH DELETE"),
    "api-complaint-check": Api("api_draft", "POST", reads=True),
    "api-complaint-evidence": Api("api_draft", "POST"),
    "api-complaint-evidence-file": Api("api_draft_evidence", "GET DELETE"),
    "api-complaint-submit": Api("api_draft", "POST"),
    "api-complaint-answer": Api("api_case", "POST"),
    "api-complaint-withdraw": Api("api_case", "POST"),
    "api-complaint-items": Api("api_case", "GET"),
    "api-complaint-item-picture": Api("api_item", "GET"),
    "api-complaint-bundle": Api("api_case", "GET"),
    "api-complaint-item-timeline": Api("api_item", "GET"),
    "api-complaint-timeline": Api("api_case", "GET"),
    "api-complaint-messages": Api("api_case", "GET"),
    "api-complaint-decisions": Api("api_case", "GET"),
}

# The API for people who signed in: organisations, invitations and new keys, and what was decided about their accounts.
# Staff have nothing to do there.
TOKEN_ALL = _profile(NO_KEY, OK, OK, OK, FORBIDDEN) | {"half": FORBIDDEN}
TOKEN_OURS = _profile(NO_KEY, OK, NOT_FOUND, NOT_FOUND, FORBIDDEN) | {"half": FORBIDDEN}
TOKEN_MANAGE = TOKEN_OURS | {"teammate": FORBIDDEN, "viewer": FORBIDDEN}
INVITEE_ONLY = _profile(NO_KEY, FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN) | {"half": FORBIDDEN}
TOKEN_BAD = _profile(NO_KEY, BAD, BAD, BAD, FORBIDDEN) | {"half": FORBIDDEN}
TOKEN_HOLDER = _profile(NO_KEY, NOT_FOUND, NOT_FOUND, NOT_FOUND, FORBIDDEN) | {"half": FORBIDDEN, "seller": OK}
TOKEN_NAME = (("name", "Nordvik"), ("country", "NO"), ("kind", "rights_holder"))

# Who belongs to no organisation finds none; an agent reads their own authorisations alone.
TOKEN_ONE_OF_THEM = TOKEN_ALL | dict.fromkeys(STRANGERS, NOT_FOUND)
TOKEN_GRANT = TOKEN_ONE_OF_THEM | {"teammate": FORBIDDEN, "viewer": FORBIDDEN}
TOKEN_NO_AGENCY = TOKEN_ONE_OF_THEM | dict.fromkeys((*TEAM, "outsider"), FORBIDDEN)
TOKEN_AUTHORISATION = TOKEN_MANAGE | {"teammate": NOT_FOUND}
WISH = (("verbs", ["file"]), ("expires_on", "2099-01-01"))
TERMS = (*WISH, ("rights", None))

BY_PERSON: dict[str, Person] = {
    "api-organisations": Person("", {"GET": TOKEN_ALL, "POST": TOKEN_ALL}, TOKEN_NAME),
    "api-organisation": Person("api_organisation", {"GET": TOKEN_OURS, "PATCH": TOKEN_MANAGE}),
    "api-organisation-documents": Person(
        "api_organisation",
        {"GET": TOKEN_MANAGE, "POST": TOKEN_MANAGE},
        (("kind", "company_extract"),),
        format="multipart",
    ),
    "api-organisation-document": Person("api_identity_document", {"DELETE": TOKEN_MANAGE}),
    "api-organisation-contact": Person("api_organisation", {"PATCH": TOKEN_MANAGE}),
    "api-organisation-submit": Person("api_organisation", {"POST": TOKEN_MANAGE}),
    "api-organisation-standing": Person("api_organisation", {"GET": TOKEN_OURS}),
    "api-invitations": Person(
        "api_organisation",
        {"GET": TOKEN_MANAGE, "POST": TOKEN_MANAGE},
        (("email", "colleague@example.test"), ("role", "agent")),
    ),
    "api-invitation": Person("api_invitation", {"DELETE": TOKEN_MANAGE}),
    "api-principals": Person("", {"GET": TOKEN_ONE_OF_THEM}),
    "api-authorisations": Person("", {"GET": TOKEN_ONE_OF_THEM, "POST": TOKEN_GRANT}, TERMS),
    "api-authorisation-ask": Person(
        "", {"POST": TOKEN_NO_AGENCY}, (*WISH, ("principal", "owner@example.test")), format="multipart"
    ),
    "api-authorisation": Person("api_authorisation", {"GET": TOKEN_OURS | {"teammate": NOT_FOUND}}),
    "api-authorisation-letter": Person("api_authorisation", {"GET": TOKEN_OURS | {"teammate": NOT_FOUND}}),
    "api-authorisation-grant": Person("api_authorisation_asked", {"POST": TOKEN_AUTHORISATION}, TERMS),
    "api-authorisation-refuse": Person("api_authorisation_asked", {"POST": TOKEN_AUTHORISATION}, (("reason", "No."),)),
    "api-authorisation-end": Person("api_authorisation", {"POST": TOKEN_AUTHORISATION}),
    "api-keys": Person("api_organisation", {"POST": TOKEN_MANAGE}, (("name", "Import"), ("scopes", ["rights:read"]))),
    "api-owner": Person("api_organisation", {"POST": TOKEN_MANAGE}, (("name", "Nordvik AB"),)),
    "api-holds": Person("api_organisation", {"GET": TOKEN_MANAGE}),
    "api-hold-approve": Person("api_hold", {"POST": TOKEN_MANAGE}),
    "api-hold-stop": Person("api_hold", {"POST": TOKEN_MANAGE}),
    "api-invitation-accept": Person("", {"POST": INVITEE_ONLY}),
    "api-statements": Person("", {"GET": TOKEN_ALL}),
    "api-seller-requests": Person("", {"GET": TOKEN_ALL, "POST": TOKEN_BAD}),
    "api-seller-request": Person("asked_seller", {"DELETE": TOKEN_HOLDER}),
    "api-statement": Person("api_statement", {"GET": TOKEN_HOLDER}),
    "api-statement-bundle": Person("api_statement", {"GET": TOKEN_HOLDER}),
    "api-statement-picture": Person("api_statement_item", {"GET": TOKEN_HOLDER}),
    "api-statement-answers": Person("api_statement", {"POST": TOKEN_HOLDER}, (("text", "We have a licence."),)),
}

# What any key reads too, whatever its scopes.
READ_BY_KEYS = frozenset({
    "api-organisations", "api-organisation-standing", "api-principals", "api-authorisations", "api-authorisation",
    "api-authorisation-letter",
})  # fmt: skip

# --- rules for what is not ours: allauth's pages and its API, and the admin's

# What allauth shows to who is not signed in; every other page of it asks to sign in.
ALLAUTH_OPEN = frozenset({
    "account_login", "account_logout", "account_inactive", "account_signup", "account_email_verification_sent",
    "account_reset_password", "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done", "account_confirm_email", "account_confirm_login_code",
    "mfa_authenticate", "mfa_login_webauthn",
})  # fmt: skip
ALLAUTH = ("account_", "mfa_", "usersessions_")
# allauth's own API: every route of it answers JSON, 401 to who has not signed in, and is not for browsers.
HEADLESS = "headless:app:"

# The desk's own pages in the admin: what a reviewer and an auditor get for GET and POST.
DESK_PAGES: dict[str, tuple[str, Answer, Answer, Answer, Answer]] = {
    # name: (where, reviewer GET, reviewer POST, auditor GET, auditor POST)
    "admin:complaints_complaint_desk": ("", OK, OK, OK, FORBIDDEN),
    "admin:complaints_complaint_mend": ("", OK, NOT_FOUND, OK, FORBIDDEN),
    "admin:complaints_complaint_answers": ("", OK, OK, OK, FORBIDDEN),
    "admin:complaints_complaint_quality": ("", OK, NO_METHOD, OK, FORBIDDEN),
    "admin:complaints_complaint_look": ("desk_look", OK, OK, NOT_FOUND, FORBIDDEN),
    "admin:complaints_complaint_again": ("desk_case", FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "admin:complaints_policy_draft": ("", NO_METHOD, FORBIDDEN, NO_METHOD, FORBIDDEN),
    "admin:complaints_policy_words": ("desk_policy", NO_METHOD, FORBIDDEN, NO_METHOD, FORBIDDEN),
    "admin:complaints_complaint_packs": ("", OK, NO_METHOD, OK, NO_METHOD),
    "admin:complaints_complaint_workload": ("", OK, FORBIDDEN, OK, FORBIDDEN),
    "admin:complaints_complaint_reviewer": ("desk_reviewer", OK, FORBIDDEN, OK, FORBIDDEN),
    "admin:complaints_complaint_recusals": ("", OK, FORBIDDEN, OK, FORBIDDEN),
    "admin:complaints_complaint_routing": ("", OK, FORBIDDEN, OK, FORBIDDEN),
    "admin:complaints_complaint_rule_new": ("", FORBIDDEN, FORBIDDEN, FORBIDDEN, FORBIDDEN),
    "admin:complaints_complaint_rule": ("desk_rule", OK, FORBIDDEN, OK, FORBIDDEN),
    "admin:complaints_complaint_case": ("desk_case", OK, NOT_FOUND, OK, FORBIDDEN),
    "admin:complaints_complaint_bundle": ("desk_case", OK, NO_METHOD, OK, FORBIDDEN),
    "admin:complaints_complaint_bundle_internal": ("desk_case", OK, NO_METHOD, OK, FORBIDDEN),
    "admin:complaints_complaint_picture": ("desk_item", OK, OK, OK, FORBIDDEN),
    "admin:complaints_complaint_logo": ("desk_logo", OK, OK, OK, FORBIDDEN),
    "admin:complaints_complaint_evidence": ("desk_evidence", OK, OK, OK, FORBIDDEN),
    "admin:brands_renewal_answer": ("desk_renewal", NO_METHOD, OK, NO_METHOD, FORBIDDEN),
    "admin:brands_renewal_proof": ("desk_renewal", OK, OK, OK, OK),
    "admin:brands_authorisation_end": ("desk_authorisation", NO_METHOD, FORBIDDEN, NO_METHOD, FORBIDDEN),
    "admin:brands_authorisation_letter": ("desk_authorisation", OK, NO_METHOD, OK, NO_METHOD),
    "admin:brands_ipright_decide": ("desk_right", NO_METHOD, OK, NO_METHOD, FORBIDDEN),
    "admin:brands_ipright_keep": ("desk_right", NO_METHOD, NOT_FOUND, NO_METHOD, FORBIDDEN),
    "admin:brands_rightconflict_settle": ("desk_conflict", NO_METHOD, FORBIDDEN, NO_METHOD, FORBIDDEN),
    "admin:accounts_hold_decide": ("desk_hold", NO_METHOD, FORBIDDEN, NO_METHOD, FORBIDDEN),
    "admin:brands_ipright_file": ("desk_right_file", OK, OK, OK, OK),
    "admin:identity_applicant_decide": ("desk_applicant", NO_METHOD, OK, NO_METHOD, FORBIDDEN),
    "admin:identity_document": ("desk_identity_document", OK, OK, FORBIDDEN, FORBIDDEN),
    "admin:identity_recoveryrequest_decide": ("desk_recovery", NO_METHOD, FORBIDDEN, NO_METHOD, FORBIDDEN),
}
# Pages of the admin itself that stand open to all its staff, or lead away.
ADMIN_PLAIN = frozenset({"index", "login", "logout", "password_change", "password_change_done", "jsi18n",
                         "view_on_site", "app_list", "autocomplete", "auth_user_password_change"})  # fmt: skip
ADMIN_VERBS = ("changelist", "add", "history", "delete", "change")
# Lists that not all staff look at: people's accounts, and what holds addresses and errors.
ACCOUNTS = ("accounts", "user")
SIGN_ON = ("accounts", "signon")
LEDGER = (("ledger", "event"), ("ledger", "outboxmessage"), ("ledger", "delivery"))
CLOSED_LISTS = {"reviewer": frozenset({ACCOUNTS, SIGN_ON, *LEDGER}), "auditor": frozenset({ACCOUNTS, SIGN_ON})}
