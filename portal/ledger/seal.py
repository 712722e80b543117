"""The triggers that make the database itself refuse to change or remove an event.

`seal` is what the migration calls. `unseal` is for tests, which empty tables between runs, and for maintenance by an
operator who knows why; nothing that serves a request may call it. A later migration that alters the table on SQLite
rebuilds it without its triggers and must seal again; `verify_ledger` says when they are missing.
"""

from __future__ import annotations

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "ledger_event"
MESSAGE = "An event is never changed or removed."

SQLITE = {
    "ledger_event_no_update": f"BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    "ledger_event_no_delete": f"BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
    # INSERT OR REPLACE removes the old row without asking the other two
    "ledger_event_no_replace": f"""BEFORE INSERT ON {TABLE} WHEN EXISTS (
        SELECT 1 FROM {TABLE} WHERE id = NEW.id
            OR (stream_kind = NEW.stream_kind AND stream_id = NEW.stream_id AND seq = NEW.seq))
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END""",  # noqa: S608 - constants of this file
}
POSTGRESQL = {
    "ledger_event_no_change": f"BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION ledger_refuse()",
    "ledger_event_no_truncate": f"BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()",
}
REFUSE = f"""CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"""


def seal(connection: BaseDatabaseWrapper | None = None) -> None:
    """Creates the triggers, also where some or all of them exist already."""
    connection = connection or connections[DEFAULT_DB_ALIAS]
    unseal(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(REFUSE)
        for name, body in _triggers(connection).items():
            cursor.execute(f"CREATE TRIGGER {name} {body}")


def unseal(connection: BaseDatabaseWrapper | None = None) -> None:
    """Drops the triggers; for tests and maintenance only."""
    connection = connection or connections[DEFAULT_DB_ALIAS]
    on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in _triggers(connection):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def is_sealed(connection: BaseDatabaseWrapper) -> bool:
    """Says whether every trigger is in place and switched on."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'ledger_event'::regclass AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_event'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return set(_triggers(connection)) <= {row[0] for row in cursor.fetchall()}


def _triggers(connection: BaseDatabaseWrapper) -> dict[str, str]:
    if connection.vendor not in {"sqlite", "postgresql"}:
        raise NotImplementedError(f"Events cannot be sealed on {connection.vendor}")
    return POSTGRESQL if connection.vendor == "postgresql" else SQLITE
