"""The ledger in the admin: overseers read it, nobody writes it, dead messages can be queued again."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.test import RequestFactory

from portal.accounts.models import StaffRole
from portal.ledger import outbox
from portal.ledger.models import Delivery, Event, OutboxMessage, OutboxState
from tests.accounts.factories import make_staff, make_superuser, make_user


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Event, OutboxMessage, Delivery])
def test_overseers_read_and_nobody_writes(rf: RequestFactory, model: type) -> None:
    page: Any = admin.site.get_model_admin(model)
    readers = {role: make_staff(role) for role in (StaffRole.SENIOR, StaffRole.POLICY, StaffRole.AUDITOR)}
    for user in [*readers.values(), make_superuser(), make_staff(StaffRole.REVIEWER), make_user()]:
        request = rf.get("/")
        request.user = user
        assert page.has_view_permission(request) is (user.is_superuser or user.staff_role in readers)
        assert not page.has_add_permission(request)
        assert not page.has_change_permission(request)
        assert not page.has_delete_permission(request)


@pytest.mark.django_db
def test_only_superusers_are_offered_to_try_again(rf: RequestFactory) -> None:
    page = admin.site.get_model_admin(OutboxMessage)
    for user, offered in ((make_superuser(), True), (make_staff(StaffRole.AUDITOR), False)):
        request = rf.get("/")
        request.user = user
        assert ("try_again" in page.get_actions(request)) is offered


@pytest.mark.django_db
def test_only_dead_messages_are_revived() -> None:
    dead, done = outbox.enqueue("test.x"), outbox.enqueue("test.x")
    OutboxMessage.objects.filter(pk=dead.pk).update(state=OutboxState.DEAD)
    OutboxMessage.objects.filter(pk=done.pk).update(state=OutboxState.DONE)
    assert outbox.revive(ids=[dead.pk, done.pk]) == 1
