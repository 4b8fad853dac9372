"""What keeps activity as it was written, in the database itself: triggers that refuse UPDATE and DELETE.

Installed after every migrate, because SQLite loses a table's triggers when a migration rebuilds it. On PostgreSQL
a deferred trigger also gives each row its place as its transaction commits: the lock on the firm's head is
then the last one taken, held for the commit alone, and cannot be part of a deadlock.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connections

_REFUSAL = "activity is never changed or deleted"

_SQLITE = {
    f"activity_refuses_{event.lower()}": f"""CREATE TRIGGER IF NOT EXISTS activity_refuses_{event.lower()}
    BEFORE {event} ON activity_activity
    WHEN NOT EXISTS (SELECT 1 FROM activity_eraser WHERE firm_id = old.firm_id)
    BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"""  # noqa: S608  # our own words
    for event in ("UPDATE", "DELETE")
}

# What the pages search: the beginnings of words, an index of their own kept true by triggers.
_SQLITE_SEARCH = [
    """CREATE VIRTUAL TABLE IF NOT EXISTS activity_search USING fts5(
        firm, words, prefix='1 2 3 4', tokenize="unicode61 remove_diacritics 2"
    )""",
    """CREATE TRIGGER IF NOT EXISTS activity_search_insert AFTER INSERT ON activity_activity BEGIN
        INSERT INTO activity_search(rowid, firm, words) VALUES (new.id, 'f' || new.firm_id, new.sentence);
    END""",
    """CREATE TRIGGER IF NOT EXISTS activity_search_update AFTER UPDATE OF sentence ON activity_activity BEGIN
        UPDATE activity_search SET words = new.sentence WHERE rowid = new.id;
    END""",
    """CREATE TRIGGER IF NOT EXISTS activity_search_delete AFTER DELETE ON activity_activity BEGIN
        DELETE FROM activity_search WHERE rowid = old.id;
    END""",
    """INSERT INTO activity_search(rowid, firm, words)
    SELECT id, 'f' || firm_id, sentence FROM activity_activity
    WHERE id > (SELECT coalesce(max(rowid), 0) FROM activity_search)""",
]
_SQLITE_ALL = [*_SQLITE.values(), *_SQLITE_SEARCH]

_POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION activity_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            IF OLD.hash = '' AND NEW.hash <> '' AND NEW.content_hash = OLD.content_hash THEN
                RETURN NEW;  -- it takes its place, once
            END IF;
        END IF;
        IF EXISTS (SELECT 1 FROM activity_eraser WHERE firm_id = OLD.firm_id) THEN
            RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
        END IF;
        RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
    END $$""",  # noqa: S608
    """CREATE OR REPLACE TRIGGER activity_refuses BEFORE UPDATE OR DELETE ON activity_activity
    FOR EACH ROW EXECUTE FUNCTION activity_refuse()""",
    """CREATE OR REPLACE FUNCTION activity_take_place() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        head activity_activityhead%ROWTYPE;
        link text;
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM activity_activity WHERE id = NEW.id AND hash = '') THEN
            RETURN NULL;  -- its firm was deleted in the same transaction
        END IF;
        INSERT INTO activity_activityhead (firm_id, number, hash) VALUES (NEW.firm_id, 0, '')
        ON CONFLICT DO NOTHING;
        SELECT * INTO head FROM activity_activityhead WHERE firm_id = NEW.firm_id FOR UPDATE;
        link := encode(sha256(convert_to(
            head.hash || ':' || (head.number + 1) || ':' || NEW.content_hash, 'UTF8')), 'hex');
        UPDATE activity_activity SET number = head.number + 1, hash = link WHERE id = NEW.id;
        UPDATE activity_activityhead SET number = head.number + 1, hash = link WHERE firm_id = NEW.firm_id;
        RETURN NULL;
    END $$""",
    """DO $$ BEGIN
        IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'activity_takes_place') THEN
            CREATE CONSTRAINT TRIGGER activity_takes_place AFTER INSERT ON activity_activity
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.hash = '')
            EXECUTE FUNCTION activity_take_place();
        END IF;
    END $$""",
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    """CREATE INDEX IF NOT EXISTS activity_words ON activity_activity
    USING gin (upper(sentence) gin_trgm_ops)""",
]


def install_guards(using: str, **_: Any) -> None:
    """Make the triggers of a database, where they are not there yet."""
    if "activity_eraser" not in connections[using].introspection.table_names():
        return  # an older version's tables
    with connections[using].cursor() as cursor:
        for statement in _SQLITE_ALL if connections[using].vendor == "sqlite" else _POSTGRESQL:
            cursor.execute(statement)


def without_guards(statements: Sequence[str]) -> list[str]:
    """Return statements that empty SQLite's tables between tests, with the triggers out of their way."""
    return [
        *(f"DROP TRIGGER IF EXISTS {name}" for name in _SQLITE),
        *statements,
        *_SQLITE.values(),
    ]
