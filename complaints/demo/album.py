"""Which pages are photographed, as whom, how wide, and in which light; addresses come from the demo's rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.contrib import admin
from django.urls import ResolverMatch, resolve, reverse
from django.utils.text import slugify

from brands.forms import FORMS
from brands.models import Authorisation, AuthorisedSeller, IPRight
from complaints import statements
from complaints.casework.notices import confirm_token
from complaints.demo import stage, steps
from complaints.demo.accounts import TARNFELL, public_id
from complaints.models import Complaint, Measure, Policy, RoutingRule, SecondLook, StatementOfReasons
from complaints.states import ComplaintState, MeasureState
from portal.accounts.holds.links import stop_link
from portal.accounts.invitations import link_to
from portal.accounts.models import Hold, Invitation, OrganisationState, User
from portal.identity.models import Applicant, RecoveryRequest
from portal.ledger import mailbox

WIDE, PHONE = 1440, 390
BOTH = (WIDE, PHONE)


@dataclass(frozen=True, slots=True)
class Shot:
    """One page: its name in files, who looks ("" is nobody signed in), its address, widths, and dark too or not.

    Where an address alone does not open it, `by` says how the camera gets there; then `path` is an address of the same
    route, and its arguments mean nothing.
    """

    name: str
    who: str
    path: str
    widths: tuple[int, ...] = BOTH
    dark: bool = False
    by: steps.Step | None = None

    @property
    def route(self) -> ResolverMatch:
        """Gives which of the site's routes this page is."""
        return resolve(self.path.split("?")[0])

    def files(self) -> Iterator[tuple[str, int, bool]]:
        """Names each picture of it, with its width in pixels and whether it is dark."""
        for width in self.widths:
            for dark in (False, True) if self.dark else (False,):
                yield f"{self.name}-{width}{'-dark' if dark else ''}.png", width, dark


def chapters() -> dict[str, list[Shot]]:
    """Every picture of the documentation, by what it is about; raises stage.NoDemo without demo or stage."""
    return {
        "Ways in": [*_doors(), *_links()],
        "Your account": [*_person(), *_factors()],
        "Rights, complaints and keys": list(_portal()),
        "Acting for others": list(_agents()),
        "Renewals and sellers": list(_upkeep()),
        "Filing a complaint": list(_filing()),
        "The accused": list(_respondent()),
        "The desk": list(_desk()),
        "Administration": [*_admin(), *_lists()],
        "The sandbox marketplace": list(_sandbox()),
        "For developers": list(_tools()),
    }


def shots() -> list[Shot]:
    """The same in one row."""
    return [shot for chapter in chapters().values() for shot in chapter]


def _doors() -> Iterator[Shot]:
    yield Shot("landing", "", reverse("home"))
    yield Shot("sign-up", "", reverse("account_signup"))
    yield Shot("sign-in", "", reverse("account_login"))
    yield Shot("sign-in-company", "", reverse("sso:find"))
    yield Shot("sign-in-company-named", "", reverse("sso:named", args=["tarnfell"]))
    yield Shot("password-reset", "", reverse("account_reset_password"))
    yield Shot("password-reset-sent", "", reverse("account_reset_password_done"))
    yield Shot("password-reset-done", "", reverse("account_reset_password_from_key_done"))
    yield Shot("e-mail-sent", "", reverse("account_email_verification_sent"))
    yield Shot("account-closed", "", reverse("account_inactive"))
    yield Shot("public-notice", "", reverse("public:start"))
    yield Shot("public-notice-sent", "", reverse("public:sent"))


def _links() -> Iterator[Shot]:
    """The pages behind the links of mails, each link made as the mail makes it."""
    agent = _one(User.objects.filter(email="agent@demo.test"), "agent")
    key = default_token_generator.make_token(agent)
    address = _one(EmailAddress.objects.filter(email=stage.NEW_ADDRESS), "address to confirm")
    invitation = _one(Invitation.objects.filter(email=stage.GUEST).order_by("-id"), "invitation")
    notice = _one(Complaint.objects.filter(source="public", submitted_at=None), "notice to confirm")
    reset = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(agent), key])
    yield Shot("password-reset-new", "", reset)
    yield Shot("e-mail-confirm", "", reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key]))
    yield Shot("invitation", "", link_to(invitation))
    yield Shot("hold-stop-link", "", urlsplit(stop_link(_hold(), _one(_owners(), "owner"))).path)
    yield Shot("public-notice-confirm", "", reverse("public:confirm", args=[confirm_token(notice)]))
    yield Shot("respondent-link", "", reverse("respondent:by-link", args=[statements.link_token(_answered())]))
    code = steps.half_signed_in("reviewer@demo.test")
    yield Shot("sign-in-code", "", reverse("mfa_authenticate"), by=code)


def _person() -> Iterator[Shot]:
    yield Shot("profile", "owner", reverse("accounts:profile"))
    yield Shot("security", "owner", reverse("accounts:security"))
    yield Shot("e-mail", "owner", reverse("account_email"))
    yield Shot("sessions", "owner", reverse("usersessions_list"))
    yield Shot("password-change", "owner", reverse("account_change_password"))
    yield Shot("confirm-password", "owner", reverse("account_reauthenticate"))
    yield Shot("sign-out", "owner", reverse("account_logout"))
    yield Shot("new-organisation", "owner", reverse("accounts:new-organisation"))


def _factors() -> Iterator[Shot]:
    """Second factors: none yet, then an app and a passkey of somebody whom no other picture shows."""
    who, keys = stage.ACTOR, reverse("mfa_list_webauthn")
    yield Shot("second-factor", "owner", reverse("mfa_index"))
    yield Shot("second-factor-app", "owner", reverse("mfa_activate_totp"))
    yield Shot("passkey", "owner", reverse("mfa_add_webauthn"))
    for name, view in (
        ("second-factor-app-remove", "mfa_deactivate_totp"),
        ("confirm-code", "mfa_reauthenticate"),
        ("recovery-codes", "mfa_view_recovery_codes"),
        ("recovery-codes-new", "mfa_generate_recovery_codes"),
    ):
        yield Shot(name, who, reverse(view), by=steps.with_app(reverse(view)))
    for name, view in (
        ("passkeys", "mfa_list_webauthn"),
        ("second-factors", "mfa_index"),
        ("confirm-passkey", "mfa_reauthenticate_webauthn"),
    ):
        yield Shot(name, who, reverse(view), by=steps.with_passkey(reverse(view)))
    for name, view, link in (
        ("passkey-rename", "mfa_edit_webauthn", "Rename"),
        ("passkey-remove", "mfa_remove_webauthn", "Remove"),
    ):
        yield Shot(name, who, reverse(view, args=[1]), by=steps.with_passkey(keys, press=link))


def _portal() -> Iterator[Shot]:
    decided = _one(
        _ours().filter(state=ComplaintState.PARTIALLY_ACCEPTED).order_by("-submitted_at"), "decided complaint"
    )
    waiting = _one(_ours().filter(state=ComplaintState.WAITING), "complaint with a question")
    item = _one(decided.items.filter(state="accepted").order_by("line"), "accepted item")
    rejected = _one(
        IPRight.objects.filter(organisation__public_id=public_id(TARNFELL), state="rejected"), "rejected right"
    )
    live = _one(rejected.organisation.rights.filter(state="approved").order_by("id"), "approved right")
    begun = _one(rejected.organisation.rights.filter(state="draft"), "right that was begun")
    yield Shot("dashboard", "owner", reverse("complaints:dashboard"), dark=True)
    yield Shot("rights", "owner", reverse("brands:list"))
    yield Shot("register-right", "owner", reverse("brands:register"))
    for kind in FORMS:
        yield Shot(f"register-{kind}", "owner", reverse("brands:register-kind", args=[kind]))
    yield Shot("register-many", "owner", reverse("brands:bulk"))
    yield Shot("single-sign-on", "owner", reverse("accounts:sign-on"))
    yield Shot("company-sign-ins", "owner", reverse("sso:links"))
    for kind in ("copyright", "design"):
        shown = _one(rejected.organisation.rights.filter(kind=kind).order_by("id"), f"right of the kind {kind}")
        yield Shot(f"right-{kind}", "owner", reverse("brands:right", args=[shown.public_id]))
    yield Shot("right-reopen", "owner", reverse("brands:reopen", args=[live.public_id]))
    yield Shot("right", "owner", reverse("brands:right", args=[live.public_id]))
    yield Shot("right-edit", "owner", reverse("brands:edit", args=[begun.public_id]))
    yield Shot("right-comparison", "owner", reverse("brands:right", args=[rejected.public_id]))
    yield Shot("complaints", "owner", reverse("complaints:list"))
    yield Shot("complaint", "owner", reverse("complaints:detail", args=[decided.public_id]))
    yield Shot("complaint-question", "owner", reverse("complaints:detail", args=[waiting.public_id]))
    yield Shot("complaint-item", "owner", reverse("complaints:item", args=[decided.public_id, item.pk]))
    rejected = _one(_ours().filter(state=ComplaintState.REJECTED, cured_by=None).order_by("-decided_at"), "rejection")
    yield Shot("complaint-to-mend", "owner", reverse("complaints:detail", args=[rejected.public_id]))
    yield Shot("policy", "", reverse("policy"))
    yield Shot("complaint-take-back", "owner", reverse("complaints:withdraw", args=[waiting.public_id]))
    yield Shot("mandates", "owner", reverse("complaints:mandates"))
    yield Shot("mandate-grant", "owner", reverse("complaints:grant-mandate"))
    yield Shot("keys", "owner", reverse("keys:list"))
    yield Shot("key-new", "owner", reverse("keys:new"))
    yield Shot("key-created", "outsider", reverse("keys:new"), by=steps.make_key)
    yield Shot("organisation", "owner", reverse("accounts:organisation"))
    yield Shot("organisation-at-rest", "deputy", reverse("accounts:organisation"))
    yield Shot("change-owner", "owner", reverse("accounts:owner"))
    yield Shot("organisation-verified", "owner", reverse("identity:page"))
    yield Shot("organisation-rejected", "applicant", reverse("identity:page"))
    yield Shot("organisation-lost", "viewer", reverse("identity:recover"))


def _agents() -> Iterator[Shot]:
    rows = Authorisation.objects.filter(organisation__public_id=public_id(TARNFELL)).order_by("id")
    asked = _one(rows.filter(state="asked"), "request of the agency")
    held = _one(rows.filter(state="active", agency__isnull=False), "authorisation of the agency")
    dashboard, own = reverse("complaints:dashboard"), reverse("accounts:organisation")
    yield Shot("principals", "agency", reverse("principals"))
    yield Shot("acting-dashboard", "agency", dashboard, by=steps.acting_for(TARNFELL, dashboard))
    yield Shot("acting-own-page", "agency", own, by=steps.acting_for(TARNFELL, own))
    yield Shot("agent-dashboard", "agent", dashboard)
    yield Shot("authorisation-ask", "agency", reverse("authorisations:ask"))
    yield Shot("authorisations", "owner", reverse("authorisations:list"))
    yield Shot("authorisation", "owner", reverse("authorisations:one", args=[held.public_id]))
    yield Shot("authorisation-asked", "owner", reverse("authorisations:one", args=[asked.public_id]))
    yield Shot("authorisation-grant-asked", "owner", reverse("authorisations:grant-asked", args=[asked.public_id]))
    yield Shot("authorisation-grant", "owner", reverse("authorisations:grant"))
    yield Shot("authorisation-change", "owner", reverse("authorisations:change", args=[held.public_id]))


def _upkeep() -> Iterator[Shot]:
    ours = AuthorisedSeller.objects.filter(organisation__public_id=public_id(TARNFELL)).order_by("id")
    listed = _one(ours.filter(state="listed"), "authorised seller")
    asked = _one(ours.filter(state="asked"), "request of a seller")
    rights = IPRight.objects.filter(organisation__public_id=public_id(TARNFELL), state="approved")
    ending = _one(rights.filter(mark_text="FELLSTED ALPINE"), "right that ends soon")
    one, terms = reverse("sellers:one", args=[asked.public_id]), [listed.public_id]
    yield Shot("renewals", "owner", reverse("brands:renewals"))
    yield Shot("renewal-declare", "owner", reverse("brands:declare-renewed", args=[ending.public_id]))
    yield Shot("renewals-feed", "owner", reverse("brands:feed"))
    yield Shot("sellers", "owner", reverse("sellers:list"))
    yield Shot("seller-add", "owner", reverse("sellers:add"))
    yield Shot("sellers-upload", "owner", reverse("sellers:upload"))
    yield Shot("seller-requests", "owner", reverse("sellers:requests"))
    yield Shot("seller-request", "owner", one)
    yield Shot("seller-accept", "owner", reverse("sellers:accept", args=[asked.public_id]))
    yield Shot("seller-change", "owner", reverse("sellers:change", args=terms))
    yield Shot("selling", "seller", reverse("selling:list"))
    yield Shot("selling-ask", "seller", reverse("selling:ask"))


def _filing() -> Iterator[Shot]:
    draft = _one(_ours().filter(state=ComplaintState.DRAFT), "draft")
    yield Shot("file-0-begin", "owner", reverse("complaints:new"))
    steps = ("right", "reason", "items", "evidence", "declarations", "review")
    for place, step in enumerate(steps, 1):
        yield Shot(f"file-{place}-{step}", "owner", reverse(f"complaints:draft-{step}", args=[draft.public_id]))


def _respondent() -> Iterator[Shot]:
    statement = _answered()
    yield Shot("respondent-decisions", "seller", reverse("respondent:list"))
    yield Shot("respondent-decision", "seller", reverse("respondent:detail", args=[statement.public_id]), dark=True)


def _desk() -> Iterator[Shot]:
    queued = Complaint.objects.filter(state=ComplaintState.QUEUED).order_by("due_at", "id")
    case = _one(queued.filter(evidence__isnull=False).distinct(), "case in the queue")
    live = _one(queued.filter(items__target__kind="livestream"), "livestream in the queue")
    right = _one(
        IPRight.objects.filter(organisation__public_id=public_id(TARNFELL), state="in_review"), "right in review"
    )
    sample = _one(IPRight.objects.filter(mark_text="JAVA", state="in_review"), "register sample")
    check = _one(Applicant.objects.filter(state=OrganisationState.IN_REVIEW), "organisation to verify")
    lost = _one(RecoveryRequest.objects.waiting(), "request to recover an organisation")
    yield Shot("desk-queue", "reviewer", reverse("admin:complaints_complaint_desk"), (WIDE,), dark=True)
    yield Shot("desk-organisation", "reviewer", reverse("admin:identity_applicant_change", args=[check.pk]), (WIDE,))
    yield Shot("desk-lost", "senior", reverse("admin:identity_recoveryrequest_change", args=[lost.pk]), (WIDE,))
    yield Shot("desk-hold", "senior", reverse("admin:accounts_hold_change", args=[_hold().pk]), (WIDE,))
    yield Shot("desk-case", "reviewer", reverse("admin:complaints_complaint_case", args=[case.pk]), (WIDE,), dark=True)
    yield Shot("desk-livestream", "reviewer", reverse("admin:complaints_complaint_case", args=[live.pk]), (WIDE,))
    yield Shot("desk-mend", "senior", reverse("admin:complaints_complaint_mend"), (WIDE,))
    yield Shot("desk-answers", "reviewer", reverse("admin:complaints_complaint_answers"), (WIDE,))
    yield Shot("desk-quality", "senior", reverse("admin:complaints_complaint_quality"), (WIDE, PHONE))
    look = _one(
        SecondLook.objects.filter(done_at=None).exclude(first_by__email="senior@demo.test").order_by("id"),
        "second look",
    )
    yield Shot("desk-second-look", "senior", reverse("admin:complaints_complaint_look", args=[look.pk]), (WIDE,))
    decided = _one(_ours().filter(decisions__supersedes__isnull=False), "decision that replaces another")
    again = reverse("admin:complaints_complaint_again", args=[decided.pk])
    yield Shot("desk-again", "senior", again, (WIDE,))
    draft = _one(Policy.objects.filter(published_at=None), "draft of the policy")
    yield Shot("desk-policy", "policy", reverse("admin:complaints_policy_change", args=[draft.pk]), (WIDE,))
    yield Shot("desk-template-new", "policy", reverse("admin:complaints_desktemplate_add"), (WIDE,))
    yield Shot("desk-rule-packs", "auditor", reverse("admin:complaints_complaint_packs"), (WIDE,))
    yield Shot("desk-workload", "senior", reverse("admin:complaints_complaint_workload"), (WIDE,))
    reviewer = _one(User.objects.filter(email="reviewer@demo.test"), "reviewer")
    yield Shot("desk-reviewer", "senior", reverse("admin:complaints_complaint_reviewer", args=[reviewer.pk]), (WIDE,))
    yield Shot("desk-recusals", "senior", reverse("admin:complaints_complaint_recusals"), (WIDE,))
    rule = _one(RoutingRule.objects.filter(is_active=True).order_by("position"), "routing rule")
    yield Shot("desk-routing", "policy", reverse("admin:complaints_complaint_routing"), (WIDE,))
    yield Shot("desk-rule", "policy", reverse("admin:complaints_complaint_rule", args=[rule.pk]), (WIDE,))
    yield Shot("desk-rule-new", "policy", reverse("admin:complaints_complaint_rule_new"), (WIDE,))
    yield Shot("desk-list", "auditor", reverse("admin:complaints_complaint_changelist"), (WIDE,))
    yield Shot("verification-list", "reviewer", reverse("admin:brands_ipright_changelist"), (WIDE,))
    yield Shot("verification", "reviewer", reverse("admin:brands_ipright_change", args=[right.pk]), (WIDE,))
    yield Shot("verification-mismatch", "reviewer", reverse("admin:brands_ipright_change", args=[sample.pk]), (WIDE,))


def _hold() -> Hold:
    hold: Hold = _one(Hold.objects.open(), "hold")
    return hold


def _owners() -> Any:
    return User.objects.filter(email="owner@demo.test")


def _admin() -> Iterator[Shot]:
    owner = _one(_owners(), "owner")
    yield Shot("admin", "reviewer", reverse("admin:index"), (WIDE,))
    yield Shot("admin-room", "auditor", reverse("admin:app_list", args=["complaints"]), (WIDE,))
    yield Shot("admin-password", "reviewer", reverse("admin:password_change"), (WIDE,))
    yield Shot("admin-password-done", "reviewer", reverse("admin:password_change_done"), (WIDE,))
    yield Shot("admin-user-new", "admin", reverse("admin:accounts_user_add"), (WIDE,))
    yield Shot("admin-user-password", "admin", reverse("admin:auth_user_password_change", args=[owner.pk]), (WIDE,))
    yield Shot("admin-single-sign-on-new", "admin", reverse("admin:accounts_signon_add"), (WIDE,))
    yield Shot("admin-history", "admin", reverse("admin:accounts_user_history", args=[owner.pk]), (WIDE,))


def _lists() -> Iterator[Shot]:
    """The list of every model, and one row of it, but for those that the desk shows on pages of its own."""
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label):
        if model in {Complaint, IPRight}:
            continue
        words, base = model._meta, f"admin:{model._meta.app_label}_{model._meta.model_name}"
        one, many = str(words.verbose_name), str(words.verbose_name_plural)
        row = _one(model._default_manager.order_by("pk"), one)
        yield Shot(f"admin-{slugify(many)}", "admin", reverse(f"{base}_changelist"), (WIDE,))
        one = f"one {one}" if one == many else one
        yield Shot(f"admin-{slugify(one)}", "admin", reverse(f"{base}_change", args=[row.pk]), (WIDE,))


def _sandbox() -> Iterator[Shot]:
    done = Measure.objects.filter(state=MeasureState.CONFIRMED, target__kind="listing").order_by("-id")
    gone = _one(done.exclude(target__picture=""), "removed listing").target
    yield Shot("sandbox", "", reverse("sandbox:home"))
    yield Shot("sandbox-controls", "", reverse("sandbox:controls"))
    yield Shot("sandbox-account", "", reverse("sandbox:account", args=["peakdeals_77"]))
    yield Shot("sandbox-item", "", reverse("sandbox:item", args=["88120431"]))
    yield Shot("sandbox-video", "", reverse("sandbox:video", args=["7730912"]))
    yield Shot("sandbox-livestream", "", reverse("sandbox:livestream", args=["55102"]))
    yield Shot("sandbox-item-removed", "", gone.get_absolute_url())


def _tools() -> Iterator[Shot]:
    letters = mailbox.list_messages(to="seller@demo.test")
    if not letters:
        raise stage.NoDemo("There is no mail to the seller in the mailbox. Seed the demo into a fresh database first.")
    yield Shot("dev", "", reverse("dev:index"))
    yield Shot("dev-mail", "", reverse("dev:mail"))
    yield Shot("dev-mail-letter", "", reverse("dev:mail-detail", args=[letters[0].name]))
    yield Shot("dev-codes", "", reverse("dev:codes"))
    yield Shot("api-docs", "", reverse("api-docs"), (WIDE,))


def _ours() -> Any:
    return Complaint.objects.filter(organisation__public_id=public_id(TARNFELL))


def _answered() -> Any:
    told = StatementOfReasons.objects.filter(account__handle="peakdeals_77", responses__isnull=False)
    return _one(told.order_by("-id"), "decision that the seller answered")


def _one(rows: Any, what: str) -> Any:
    found = rows.first()
    if found is None:
        raise stage.NoDemo(f"There is no {what} in the database. Seed the demo into a fresh one first.")
    return found
