"""The triggers that make the database itself refuse to change or remove what is written once.

Events are this room's; other rooms name their tables with `protect` in ready(). `seal` is what a migration calls.
`unseal` is for tests, which empty tables between runs, and for maintenance by an operator who knows why; nothing that
serves a request may call it. A later migration that alters such a table on SQLite rebuilds it without its triggers and
must seal again; `verify_ledger` says when they are missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True)
class Sealed:
    """A table whose rows are written once. Names and conditions are constants of the code, never input.

    `keys` are its unique columns, by which SQLite would replace a row. `where` keeps to some of the rows: a condition
    with {row} for the row. `fill` names columns that may be filled once, from NULL; then `fixed` names all the others.
    """

    table: str
    message: str
    keys: Sequence[Sequence[str]] = (("id",),)
    where: str = ""
    fill: Sequence[str] = ()
    fixed: Sequence[str] = ()


EVENTS = Sealed("ledger_event", "An event is never changed or removed.", (("id",), ("stream_kind", "stream_id", "seq")))
_protected: dict[str, Sealed] = {EVENTS.table: EVENTS}

REFUSE = """CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', COALESCE(TG_ARGV[0], 'An event is never changed or removed.')
USING ERRCODE = 'integrity_constraint_violation'; END $$"""


def protect(sealed: Sealed) -> None:
    """Names one more table that is written once; call it in ready()."""
    _protected[sealed.table] = sealed


def seal(connection: BaseDatabaseWrapper | None = None, tables: Iterable[Sealed] | None = None) -> None:
    """Creates the triggers of these tables, else of all that there are, also where some or all exist already."""
    connection = connection or connections[DEFAULT_DB_ALIAS]
    tables = list(tables) if tables is not None else _there(connection)
    unseal(connection, tables)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(REFUSE)
        for sealed in tables:
            for name, body in _triggers(connection, sealed).items():
                cursor.execute(f"CREATE TRIGGER {name} {body}")


def unseal(connection: BaseDatabaseWrapper | None = None, tables: Iterable[Sealed] | None = None) -> None:
    """Drops the triggers of these tables, else of all that there are; for tests and maintenance only."""
    connection = connection or connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        for sealed in _there(connection) if tables is None else tables:
            on_table = f" ON {sealed.table}" if connection.vendor == "postgresql" else ""
            for name in _triggers(connection, sealed):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def is_sealed(connection: BaseDatabaseWrapper) -> bool:
    """Says whether every trigger is in place and switched on."""
    return not missing(connection)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names the triggers that are not in place, or switched off."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {row[0] for row in cursor.fetchall()}
    return [name for sealed in _protected.values() for name in _triggers(connection, sealed) if name not in there]


def _there(connection: BaseDatabaseWrapper) -> list[Sealed]:
    """The protected tables that this database has: while it is being migrated, some are still to come."""
    names = set(connection.introspection.table_names())
    return [sealed for sealed in _protected.values() if sealed.table in names]


def _triggers(connection: BaseDatabaseWrapper, sealed: Sealed) -> dict[str, str]:
    if connection.vendor == "postgresql":
        return dict(_postgresql(sealed))
    if connection.vendor == "sqlite":
        return dict(_sqlite(sealed))
    raise NotImplementedError(f"Rows cannot be sealed on {connection.vendor}")


def _sqlite(sealed: Sealed) -> Iterator[tuple[str, str]]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{sealed.message}'); END"
    table = sealed.table
    yield f"{table}_no_update", f"BEFORE UPDATE ON {table} {_when(_changed(sealed, 'IS'))} {refuse}"
    yield f"{table}_no_delete", f"BEFORE DELETE ON {table} {_when(_which(sealed))} {refuse}"
    # INSERT OR REPLACE removes the old row without asking the other two
    same = " OR ".join(f"({' AND '.join(f'{name} = NEW.{name}' for name in key)})" for key in sealed.keys)
    only = f" AND {sealed.where.format(row=table)}" if sealed.where else ""
    exists = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE ({same}){only})"  # noqa: S608 - constants of the code
    yield f"{table}_no_replace", f"BEFORE INSERT ON {table} {exists} {refuse}"


def _postgresql(sealed: Sealed) -> Iterator[tuple[str, str]]:
    table = sealed.table
    refuse = f"EXECUTE FUNCTION ledger_refuse('{sealed.message}')"
    if sealed.fill:
        same = _when(_changed(sealed, "IS NOT DISTINCT FROM"))
        yield f"{table}_no_update", f"BEFORE UPDATE ON {table} FOR EACH ROW {same} {refuse}"
        yield f"{table}_no_delete", f"BEFORE DELETE ON {table} FOR EACH ROW {_when(_which(sealed))} {refuse}"
    else:
        rows = f"FOR EACH ROW {_when(_which(sealed))}"
        yield f"{table}_no_change", f"BEFORE UPDATE OR DELETE ON {table} {rows} {refuse}"
    yield f"{table}_no_truncate", f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}"


def _when(condition: str) -> str:
    return f"WHEN ({condition})" if condition else ""


def _which(sealed: Sealed) -> str:
    return sealed.where.format(row="OLD") if sealed.where else ""


def _changed(sealed: Sealed, equals: str) -> str:
    """The condition that an update does more than to fill what was empty; "" where every update is too much."""
    if not sealed.fill:
        return _which(sealed)
    empty = [f"OLD.{name} IS NULL" for name in sealed.fill]
    same = [f"OLD.{name} {equals} NEW.{name}" for name in sealed.fixed]
    return f"NOT ({' AND '.join(empty + same)})"
