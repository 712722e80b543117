"""Sessions that a company's provider opened: how they are marked, and how they end."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest

from portal.accounts.models import SignOn, User

# In the session: the primary key of the SignOn that opened it.
SIGN_ON_KEY = "sign_on_id"
# Groups are asked for again at least this often: nobody tells us when they change.
LASTS_SECONDS = 12 * 60 * 60


def end_all(user: User) -> int:
    """Ends every session of a person, wherever it was opened; gives how many."""
    return _end(list(UserSession.objects.filter(user_id=user.pk)))


def end_opened_by(sign_on: SignOn, *, user: User | None = None) -> int:
    """Ends the sessions that this provider opened, of one person or of all, and no others of theirs; gives how many."""
    people = SocialAccount.objects.filter(provider=sign_on.provider_id).values("user")
    rows = UserSession.objects.filter(user__in=people)
    if user is not None:
        rows = rows.filter(user_id=user.pk)
    return _end([row for row in rows if _store(row.session_key).get(SIGN_ON_KEY) == sign_on.pk])


def leave_if_ended(request: HttpRequest) -> bool:
    """Signs this browser out where a verb has just ended its session; says whether it did."""
    key = request.session.session_key
    if key is None or request.session.exists(key):
        return False
    logout(request)
    return True


def _end(rows: list[Any]) -> int:
    for row in rows:
        row.end()
    return len(rows)


def _store(key: str) -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore(key)
