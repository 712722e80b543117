"""How an organisation shows who it is: what it may say, what it must send, and what is refused."""

from __future__ import annotations

import uuid

import pytest

from portal.accounts.models import Membership, Organisation, Role
from portal.errors import Conflict, DomainError, Forbidden, NotFound, Refused
from portal.files.errors import FileRefused
from portal.files.models import StoredFile
from portal.identity import applying, preflight
from portal.identity.models import DocumentKind, DocumentResult, IdentityDocument
from portal.ledger.models import Event
from tests.accounts.factories import make_member
from tests.identity import factories as f

pytestmark = pytest.mark.django_db


def told(organisation: Organisation) -> list[str]:
    rows = Event.objects.filter(stream_kind="organisation", stream_id=str(organisation.pk))
    return list(rows.order_by("seq").values_list("kind", flat=True))


def describe(member: Membership, **changes: str) -> Organisation:
    return applying.describe(actor=f.acting(member), organisation=member.organisation, now=f.NOW, **changes)


# --- what is declared


def test_an_administrator_declares_and_sends_it() -> None:
    member = f.newcomer()
    codes = [problem.code for problem in preflight.problems_of(member.organisation)]
    assert codes == ["company_number_missing", "register_contact_missing", "document_missing"]
    f.sent(member)
    tenant = member.organisation
    assert (tenant.state, tenant.submitted_at, tenant.state_reason) == ("in_review", f.NOW, "")
    assert (tenant.company_number, tenant.register_contact) == ("556677-8899", "register@tarnfell.test")
    assert told(tenant) == ["organisation.described", "organisation.document_added", "organisation.submitted"]


def test_an_individual_needs_an_identity_card_and_no_number() -> None:
    member = f.newcomer("Freja Lind", form="individual", register_contact="freja@lind.test")
    f.add(member, f.EXTRACT)
    [problem] = preflight.problems_of(member.organisation)
    assert problem.code == "document_missing" and "Identity card" in problem.message
    f.add(member, DocumentKind.IDENTITY_CARD.value, "card.pdf")
    assert preflight.problems_of(member.organisation) == []


def test_an_enterprise_gives_no_administrators_own_address() -> None:
    member = f.ready()
    teammate = make_member(member.organisation)
    for own in (member.user.email, teammate.user.email.upper()):
        with pytest.raises(Refused) as refusal:
            describe(member, register_contact=own)
        assert (refusal.value.code, refusal.value.field) == ("register_contact_own", "register_contact")
    # a contact who became administrator later: it is kept, and the list says what is missing
    teammate.user.email = f.FACTS["register_contact"]
    teammate.user.save(update_fields=["email"])
    [problem] = preflight.problems_of(member.organisation)
    assert (problem.code, problem.field) == ("register_contact_own", "register_contact")
    describe(member, company_number="7", register_contact=f.FACTS["register_contact"])
    describe(member, register_contact="office@tarnfell.test")
    assert preflight.problems_of(f.acting(member).organisation) == []


def test_an_individual_gives_their_own_address_until_they_call_themselves_an_enterprise() -> None:
    member = f.newcomer("Freja Lind", form="individual")
    describe(member, register_contact=member.user.email)
    assert "register_contact" not in {problem.field for problem in preflight.problems_of(f.acting(member).organisation)}
    describe(member, form="enterprise", company_number="7")
    assert "register_contact_own" in {problem.code for problem in preflight.problems_of(f.acting(member).organisation)}


def test_an_agency_needs_no_more_than_its_form_does() -> None:
    member = f.ready(f.newcomer(kind="agency"))
    assert preflight.problems_of(member.organisation) == []


def test_saving_the_same_again_changes_nothing() -> None:
    member = f.ready()
    before = told(member.organisation)
    applying.describe(actor=f.acting(member), organisation=member.organisation, now=f.NOW, **f.FACTS)
    assert told(member.organisation) == before


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("form", "church", "form_unknown"),
        ("country", "XX", "country_unknown"),
        ("name", " ", "name_length"),
        ("company_number", "5" * 41, "company_number_form"),
        ("company_number", "55\u202e66", "company_number_form"),
        ("register_contact", "no address", "email_form"),
        ("register_contact", "regıster@tarnfell.test", "email_letters"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(field: str, value: str, code: str) -> None:
    member = f.newcomer()
    with pytest.raises(Refused) as refusal:
        applying.describe(actor=f.acting(member), organisation=member.organisation, now=f.NOW, **{field: value})
    assert (refusal.value.code, refusal.value.field) == (code, field)


def test_the_desk_looks_at_what_stands_still() -> None:
    member = f.sent()
    for verb in (
        lambda: applying.describe(
            actor=f.acting(member), organisation=member.organisation, now=f.NOW, company_number="1"
        ),
        lambda: f.add(member, name="more.pdf"),
        lambda: applying.remove_document(
            actor=f.acting(member),
            organisation=member.organisation,
            public_id=member.organisation.identity_documents.get().public_id,
            now=f.NOW,
        ),
    ):
        with pytest.raises(Conflict) as refusal:
            verb()
        assert refusal.value.code == "wrong_state"


def test_a_verified_organisation_keeps_what_was_verified() -> None:
    member = f.sent()
    f.approve(member.organisation)
    with pytest.raises(Conflict):
        applying.describe(actor=f.acting(member), organisation=member.organisation, now=f.NOW, name="Another AB")


# --- sending


def test_sent_twice_is_sent_once() -> None:
    member = f.sent()
    before = told(member.organisation)
    applying.submit(actor=f.acting(member), organisation=member.organisation, now=f.NOW)
    assert told(member.organisation) == before


def test_nothing_goes_to_the_desk_half_done() -> None:
    member = f.newcomer()
    with pytest.raises(preflight.Incomplete) as refusal:
        applying.submit(actor=f.acting(member), organisation=member.organisation, now=f.NOW)
    assert {problem.field for problem in refusal.value.problems} == {"company_number", "register_contact", "file"}
    member.organisation.refresh_from_db()
    assert member.organisation.state == "draft"


def test_a_rejected_organisation_corrects_and_sends_again() -> None:
    member = f.sent()
    f.reject(member.organisation, reason="The extract is of 2019.")
    member.organisation.refresh_from_db()
    assert (member.organisation.state, member.organisation.state_reason) == ("rejected", "The extract is of 2019.")
    f.add(member, name="new.pdf")
    applying.submit(actor=f.acting(member), organisation=member.organisation, now=f.NOW)
    member.organisation.refresh_from_db()
    assert (member.organisation.state, member.organisation.state_reason) == ("in_review", "")
    last = Event.objects.filter(kind="organisation.submitted").order_by("-seq").first()
    assert last.payload == {"again": True}


# --- documents


def test_a_document_is_kept_clean_with_its_hash() -> None:
    document = f.add(f.newcomer(), name="extract.pdf", data=f.pdf())
    assert document.file.media_type == "application/pdf" and document.sha256 == document.file.sha256
    assert document.file.organisation == document.organisation


def test_the_same_file_twice_is_one_document() -> None:
    member = f.newcomer()
    assert f.add(member) == f.add(member)
    assert IdentityDocument.objects.count() == StoredFile.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"MZ not a document", "file_type_not_allowed"),
        (b"<svg onload='x'></svg>", "file_type_not_allowed"),
        (b"%PDF-1.7 broken", ""),
        (b"\x89PNG\r\n\x1a\n broken", ""),
    ],
)
def test_a_wrong_file_is_refused_and_nothing_is_kept(data: bytes, code: str) -> None:
    member = f.newcomer()
    with pytest.raises(FileRefused) as refusal:
        f.add(member, name="extract.pdf", data=data)
    assert not code or refusal.value.code == code
    assert not IdentityDocument.objects.exists() and not StoredFile.objects.exists()
    assert told(member.organisation) == []


def test_an_unknown_kind_and_too_many_are_refused() -> None:
    member = f.newcomer()
    with pytest.raises(Refused) as refusal:
        f.add(member, "selfie")
    assert refusal.value.code == "document_kind_unknown"
    for number in range(applying.MOST_DOCUMENTS):
        f.add(member, data=f.png((number, 0, 0)))
    with pytest.raises(Refused) as refusal:
        f.add(member, data=f.png((0, 9, 0)))
    assert refusal.value.code == "too_many_documents"
    assert StoredFile.objects.count() == applying.MOST_DOCUMENTS


def test_a_document_that_nobody_judged_goes_without_trace() -> None:
    member = f.newcomer()
    document = f.add(member)
    applying.remove_document(
        actor=f.acting(member), organisation=member.organisation, public_id=document.public_id, now=f.NOW
    )
    assert not IdentityDocument.objects.exists() and not StoredFile.objects.exists()


def test_of_a_judged_document_kind_hash_and_result_stay() -> None:
    member = f.sent()
    f.reject(member.organisation)
    document = member.organisation.identity_documents.get()
    applying.remove_document(
        actor=f.acting(member), organisation=member.organisation, public_id=document.public_id, now=f.NOW
    )
    document.refresh_from_db()
    assert document.file is None and document.deleted_at == f.NOW and document.sha256
    assert document.result == DocumentResult.REFUSED and not StoredFile.objects.exists()


# --- who may


@pytest.mark.parametrize("role", [Role.RIGHTS_OWNER, Role.AGENT, Role.VIEWER])
def test_only_an_administrator_shows_who_it_is(role: str) -> None:
    owner = f.ready()
    document = owner.organisation.identity_documents.get()
    actor = f.acting(make_member(owner.organisation, role))
    for verb in (
        lambda: applying.describe(actor=actor, organisation=owner.organisation, now=f.NOW, company_number="1"),
        lambda: applying.add_document(
            actor=actor, organisation=owner.organisation, kind=f.EXTRACT, upload=f.upload(), now=f.NOW
        ),
        lambda: applying.remove_document(
            actor=actor, organisation=owner.organisation, public_id=document.public_id, now=f.NOW
        ),
        lambda: applying.submit(actor=actor, organisation=owner.organisation, now=f.NOW),
    ):
        with pytest.raises(Forbidden):
            verb()
    assert not IdentityDocument.objects.visible_to(actor).exists()


def test_an_outsider_finds_neither_organisation_nor_document() -> None:
    owner, outsider = f.ready(), f.newcomer("Lumora Skin SAS")
    document, actor = owner.organisation.identity_documents.get(), f.acting(outsider)
    refusals = []
    for tenant, public_id in (
        (owner.organisation, document.public_id),
        (outsider.organisation, document.public_id),
        (outsider.organisation, uuid.uuid4()),
    ):
        with pytest.raises(NotFound) as refusal:
            applying.remove_document(actor=actor, organisation=tenant, public_id=public_id, now=f.NOW)
        refusals.append((refusal.value.code, str(refusal.value.message)))
    assert refusals[1] == refusals[2], "a foreign document and none at all are one"
    with pytest.raises(NotFound):
        applying.submit(actor=actor, organisation=owner.organisation, now=f.NOW)
    assert not IdentityDocument.objects.visible_to(actor).exists()
    document.refresh_from_db()
    assert document.file is not None


def test_staff_declare_nothing_for_an_organisation() -> None:
    owner = f.ready()
    for staff in (f.reviewer(), f.reviewer("senior")):
        with pytest.raises(DomainError):
            applying.submit(actor=staff, organisation=owner.organisation, now=f.NOW)
        with pytest.raises(Forbidden):
            applying.describe(actor=staff, organisation=owner.organisation, now=f.NOW, name="Ours now")
