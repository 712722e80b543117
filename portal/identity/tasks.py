"""When does it run? The daily deletion of documents, and the mails; safe to run twice."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from portal.identity import emails, keeping
from portal.ledger.events import subscribe
from portal.ledger.outbox import task, tick


@tick("identity.delete_documents", every=timedelta(days=1))
@task("identity.delete_documents")
def delete_documents() -> None:
    """Deletes the identity documents whose time is over."""
    keeping.delete_due(now=timezone.now())


task(emails.TELL)(emails.tell_administrators)
for kind in emails.KINDS:
    subscribe(kind, emails.TELL)
task(emails.TELL_ASKER)(emails.tell_asker)
for kind in ("organisation.recovered", "organisation.recovery_refused"):
    subscribe(kind, emails.TELL_ASKER)
task("identity.keep_for_another_look")(keeping.keep_for_another_look)
subscribe("organisation.reopened", "identity.keep_for_another_look")
task(emails.WARN)(emails.warn_of_recovery)
subscribe("organisation.recovery_asked", emails.WARN)
