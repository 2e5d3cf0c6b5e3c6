"""Store of the service, one SQLite file: what customers want, what came in, what goes out.

Whatever must not be lost or done twice stands here before anybody is told of it, so that any process may die at any
moment. No token does: an instance's is asked for when it is needed.
"""

import fcntl
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

DATA = Path(os.environ.get("DATA", "data"))
DATA.mkdir(mode=0o700, exist_ok=True)

TABLES = """
CREATE TABLE IF NOT EXISTS customers (
    name TEXT PRIMARY KEY,
    wanted INTEGER NOT NULL,             -- an instance, or none
    settled INTEGER NOT NULL DEFAULT 0,  -- whether that is so by now
    id_instance INTEGER,
    state TEXT                           -- of the instance, as it last told
);
CREATE TABLE IF NOT EXISTS incoming (
    id TEXT PRIMARY KEY,  -- upstream's, so that what comes twice is there once
    name TEXT NOT NULL,
    chat TEXT NOT NULL,
    text TEXT,
    handled INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS outgoing (
    id TEXT PRIMARY KEY,  -- whoever asks for it names it, so that what is asked for twice is there once
    name TEXT NOT NULL,
    chat TEXT NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting'  -- sending, sent, failed, unknown
);
"""


class Customer(NamedTuple):
    """One customer's wish, and what has become of it."""

    wanted: bool
    id_instance: int | None
    state: str | None


@contextmanager
def database() -> Iterator[sqlite3.Connection]:
    """The file, for one transaction."""
    db = sqlite3.connect(DATA / "service.db", timeout=30)
    try:
        with db:
            yield db
    finally:
        db.close()


with database() as at_first:
    at_first.execute("PRAGMA journal_mode = WAL")
    at_first.executescript(TABLES)


@contextmanager
def turn(name: str) -> Iterator[None]:
    """The only one, of all processes, that changes this customer's instance. The lock ends with its process.

    On several machines, take a lock of your database: `pg_advisory_lock`.
    """
    with open(DATA / f"{hashlib.sha256(name.encode()).hexdigest()}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def wish(name: str, wanted: bool) -> None:
    """The customer wants an instance, or none any more."""
    with database() as db:
        db.execute(
            "INSERT INTO customers (name, wanted) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET wanted = excluded.wanted, settled = 0",
            (name, wanted),
        )


def customer(name: str) -> Customer | None:
    """What is known of a customer."""
    with database() as db:
        row = db.execute("SELECT wanted, id_instance, state FROM customers WHERE name = ?", (name,)).fetchone()
    return row and Customer(bool(row[0]), row[1], row[2])


def settled(name: str, wanted: bool, id_instance: int | None) -> None:
    """The wish has come true, unless it is another by now."""
    with database() as db:
        db.execute(
            "UPDATE customers SET id_instance = ?, settled = (wanted = ?), "
            "state = CASE WHEN id_instance IS ? THEN state END WHERE name = ?",
            (id_instance, wanted, id_instance, name),
        )


def name_of(id_instance: int | None) -> str | None:
    """Whose instance it is."""
    with database() as db:
        row = db.execute("SELECT name FROM customers WHERE id_instance = ?", (id_instance,)).fetchone()
    return row and str(row[0])


def has_state(id_instance: int | None, state: str | None) -> None:
    """What an instance has told of itself."""
    with database() as db:
        db.execute("UPDATE customers SET state = ? WHERE id_instance = ?", (state, id_instance))


def came_in(id: str, name: str, chat: str, text: str | None) -> None:
    """A message has come in; nothing is changed if it had before."""
    with database() as db:
        db.execute("INSERT OR IGNORE INTO incoming (id, name, chat, text) VALUES (?, ?, ?, ?)", (id, name, chat, text))


def unhandled(id: str) -> tuple[str, str, str | None] | None:
    """Whose a message is that came in, its chat and its text; None if it has been handled."""
    with database() as db:
        row = db.execute("SELECT name, chat, text FROM incoming WHERE id = ? AND NOT handled", (id,)).fetchone()
    return row and (row[0], row[1], row[2])


def answer(id: str, name: str, chat: str, text: str) -> str:
    """A message is handled, and this is to be sent for it: both, or neither."""
    with database() as db:
        db.execute("UPDATE incoming SET handled = 1 WHERE id = ?", (id,))
        return _goes_out(db, f"answer to {id}", name, chat, text)


def goes_out(id: str, name: str, chat: str, text: str) -> str:
    """This is to be sent, once however often it is asked for. Gives the id under which it is known here."""
    with database() as db:
        return _goes_out(db, f"{name}: {id}", name, chat, text)


def _goes_out(db: sqlite3.Connection, id: str, name: str, chat: str, text: str) -> str:
    db.execute("INSERT OR IGNORE INTO outgoing (id, name, chat, text) VALUES (?, ?, ?, ?)", (id, name, chat, text))
    return id


def begin(id: str) -> tuple[str, str, str] | None:
    """Whose a message is, its chat and its text, to be sent now; None if another has begun, whether or not it lived."""
    with database() as db:
        row = db.execute(
            "UPDATE outgoing SET state = 'sending' WHERE id = ? AND state = 'waiting' RETURNING name, chat, text", (id,)
        ).fetchone()
    return row and (row[0], row[1], row[2])


def end(id: str, state: str) -> None:
    """What has become of a message."""
    with database() as db:
        db.execute("UPDATE outgoing SET state = ? WHERE id = ?", (state, id))


def messages(name: str) -> list[dict[str, Any]]:
    """What was sent for a customer, or is to be."""
    with database() as db:
        rows = db.execute("SELECT chat, text, state FROM outgoing WHERE name = ? ORDER BY rowid", (name,)).fetchall()
    return [{"chat": chat, "text": text, "state": state} for chat, text, state in rows]


def left_over() -> tuple[list[str], list[str], list[str]]:
    """What is still to be done: customers to settle, messages to handle, messages to send."""
    with database() as db:
        return (
            [name for (name,) in db.execute("SELECT name FROM customers WHERE NOT settled")],
            [id for (id,) in db.execute("SELECT id FROM incoming WHERE NOT handled")],
            [id for (id,) in db.execute("SELECT id FROM outgoing WHERE state = 'waiting'")],
        )
