"""What the search for packs reads: the words of each pack, and the names of companies.

On SQLite two FTS5 tables kept true by triggers, each of which touches its own table and the index alone; on
PostgreSQL a generated column with a trigram index. Installed after every migrate, because SQLite loses a table's
triggers when a migration rebuilds it.
"""

# ruff: noqa: S608  # put together from our own words; what was typed is a parameter

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

_TABLE = "documents_documentpack"

_FTS = """CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5(
    firm, words, prefix='1 2 3 4', tokenize="unicode61 remove_diacritics 2"
)"""
_WORDS = "{row}.trace_number || ' ' || {row}.title || ' ' || {row}.summary"
_NAME = "{row}.name || ' ' || {row}.former_names || ' ' || {row}.acn"
_PACK = (
    f"(SELECT id FROM packs_numbered WHERE pack_id = new.id), 'f' || new.firm_id, {_WORDS.format(row='new')}"
)
_COMPANY = f"new.id, 'f' || new.firm_id, {_NAME.format(row='new')}"

SQLITE = [
    _FTS.format(name="packs_search"),
    _FTS.format(name="company_names_search"),
    # A pack's id is no number, and the index has nothing but numbers.
    """CREATE TABLE IF NOT EXISTS packs_numbered (
        id INTEGER PRIMARY KEY, pack_id char(32) NOT NULL UNIQUE, company_id bigint NOT NULL
    )""",
    "CREATE INDEX IF NOT EXISTS packs_numbered_company ON packs_numbered (company_id)",
    f"""CREATE TRIGGER IF NOT EXISTS packs_search_insert AFTER INSERT ON documents_documentpack BEGIN
        INSERT INTO packs_numbered(pack_id, company_id) VALUES (new.id, new.company_id);
        INSERT INTO packs_search(rowid, firm, words) VALUES ({_PACK});
    END""",
    f"""CREATE TRIGGER IF NOT EXISTS packs_search_update
    AFTER UPDATE OF trace_number, title, summary ON documents_documentpack
    WHEN old.title IS NOT new.title OR old.summary IS NOT new.summary OR old.trace_number IS NOT new.trace_number
    BEGIN
        UPDATE packs_search SET words = {_WORDS.format(row="new")}
        WHERE rowid = (SELECT id FROM packs_numbered WHERE pack_id = new.id);
    END""",
    """CREATE TRIGGER IF NOT EXISTS packs_search_delete AFTER DELETE ON documents_documentpack BEGIN
        DELETE FROM packs_search WHERE rowid = (SELECT id FROM packs_numbered WHERE pack_id = old.id);
        DELETE FROM packs_numbered WHERE pack_id = old.id;
    END""",
    f"""CREATE TRIGGER IF NOT EXISTS company_names_insert AFTER INSERT ON contacts_contact
    WHEN new.kind = 'COMPANY' BEGIN
        INSERT INTO company_names_search(rowid, firm, words) VALUES ({_COMPANY});
    END""",
    f"""CREATE TRIGGER IF NOT EXISTS company_names_update
    AFTER UPDATE OF name, former_names, acn, kind ON contacts_contact
    WHEN new.kind = 'COMPANY' OR old.kind = 'COMPANY' BEGIN
        DELETE FROM company_names_search WHERE rowid = old.id;
        INSERT INTO company_names_search(rowid, firm, words) SELECT {_COMPANY} WHERE new.kind = 'COMPANY';
    END""",
    """CREATE TRIGGER IF NOT EXISTS company_names_delete AFTER DELETE ON contacts_contact
    WHEN old.kind = 'COMPANY' BEGIN
        DELETE FROM company_names_search WHERE rowid = old.id;
    END""",
    # What was there before the triggers were.
    """INSERT OR IGNORE INTO packs_numbered(pack_id, company_id)
    SELECT id, company_id FROM documents_documentpack ORDER BY saved_at""",
    f"""INSERT INTO packs_search(rowid, firm, words)
    SELECT w.id, 'f' || p.firm_id, {_WORDS.format(row="p")}
    FROM packs_numbered w JOIN documents_documentpack p ON p.id = w.pack_id
    WHERE w.id > (SELECT coalesce(max(rowid), 0) FROM packs_search)""",
    f"""INSERT INTO company_names_search(rowid, firm, words)
    SELECT c.id, 'f' || c.firm_id, {_NAME.format(row="c")} FROM contacts_contact c
    WHERE c.kind = 'COMPANY' AND c.id > (SELECT coalesce(max(rowid), 0) FROM company_names_search)""",
]

POSTGRESQL = [
    """ALTER TABLE documents_documentpack ADD COLUMN IF NOT EXISTS search_words text GENERATED ALWAYS AS
    (contacts_words(trace_number, title, summary, '', '', '')) STORED""",
    """CREATE INDEX IF NOT EXISTS documents_pack_words ON documents_documentpack
    USING gin (search_words gin_trgm_ops)""",
]


def install_search(using: str, **_: Any) -> None:
    """Make the index of a database, where it is not there yet."""
    connection = connections[using]
    with connection.cursor() as cursor:
        columns = _columns(connection, cursor)
        if "lodge_by" not in columns:
            return  # an older version's tables
        if "search_words" in columns:
            return  # to add a column that is there would wait for everybody else all the same
        for statement in SQLITE if connection.vendor == "sqlite" else POSTGRESQL:
            cursor.execute(statement)


def _columns(connection: BaseDatabaseWrapper, cursor: Any) -> set[str]:
    if _TABLE not in connection.introspection.table_names(cursor):
        return set()
    return {each.name for each in connection.introspection.get_table_description(cursor, _TABLE)}
