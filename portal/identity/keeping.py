"""How long documents are kept: 90 days after the decision, or after the upload where nothing was decided."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from portal.accounts.actors import SYSTEM
from portal.accounts.states import OrganisationState
from portal.identity.applying import drop_file
from portal.identity.common import tell
from portal.identity.models import IdentityDocument
from portal.ledger.canonical import JSON
from portal.ledger.models import Event

AT_ONCE = 2_000


def delete_due(*, now: datetime) -> int:
    """Deletes the files whose time is over; kind, hash and result stay. Gives how many went."""
    due = list(IdentityDocument.objects.due(now).values_list("pk", flat=True)[:AT_ONCE])
    return sum(_delete_one(pk, now) for pk in due)


def keep_for_another_look(*, event_id: int) -> None:
    """Lets the documents stay while the desk looks again, as it does when the owner of an organisation changed."""
    event = Event.objects.get(pk=event_id)
    mine = IdentityDocument.objects.of_organisation().there().filter(organisation=int(event.stream_id))
    mine.filter(organisation__state=OrganisationState.IN_REVIEW).update(delete_after=None)


@transaction.atomic
def _delete_one(pk: int, now: datetime) -> bool:
    """Deletes one file, unless it went or was sent again meanwhile."""
    rows = IdentityDocument.objects.due(now).select_for_update(of=("self",)).select_related("organisation")
    document: IdentityDocument | None = rows.filter(pk=pk).first()
    if document is None:
        return False
    drop_file(document, now)
    payload: dict[str, JSON] = {"document": document.pk, "kind": document.kind}
    tell(SYSTEM, document.organisation, "organisation.document_deleted", payload, now)
    return True
