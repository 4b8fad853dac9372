"""What search reads: an FTS5 table kept true by triggers on SQLite, a trigram index on PostgreSQL."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_WORDS = (
    "{row}.name || ' ' || {row}.former_names || ' ' || {row}.acn || ' ' || {row}.abn || ' ' || {row}.email"
    " || ' ' || replace(replace(replace({row}.phone, ' ', ''), '-', ''), '.', '')"
)

SQLITE = [
    """CREATE VIRTUAL TABLE contacts_search USING fts5(
        firm, words, prefix='1 2 3 4', tokenize="unicode61 remove_diacritics 2"
    )""",
    f"""CREATE TRIGGER contacts_search_insert AFTER INSERT ON contacts_contact BEGIN
        INSERT INTO contacts_search(rowid, firm, words)
        VALUES (new.id, 'f' || new.firm_id, {_WORDS.format(row="new")});
    END""",
    f"""CREATE TRIGGER contacts_search_update
    AFTER UPDATE OF name, former_names, acn, abn, email, phone, firm_id ON contacts_contact BEGIN
        UPDATE contacts_search SET firm = 'f' || new.firm_id, words = {_WORDS.format(row="new")}
        WHERE rowid = new.id;
    END""",
    """CREATE TRIGGER contacts_search_delete AFTER DELETE ON contacts_contact BEGIN
        DELETE FROM contacts_search WHERE rowid = old.id;
    END""",
    f"""INSERT INTO contacts_search(rowid, firm, words)
    SELECT c.id, 'f' || c.firm_id, {_WORDS.format(row="c")} FROM contacts_contact c""",
]

POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    # Folded as `search` folds what was typed: decomposed, marks dropped, words parted by one space.
    """CREATE FUNCTION contacts_words(
        name text, former_names text, acn text, abn text, email text, phone text
    ) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT ' ' || regexp_replace(
            lower(regexp_replace(
                normalize(concat_ws(' ', name, former_names, acn, abn, email,
                                    regexp_replace(phone, '[ .-]', '', 'g')), NFKD),
                '[\\u0300-\\u036f]', '', 'g')),
            '[^[:alnum:]]+', ' ', 'g')
    $$""",
    # Stored, so that looking again at what the index found folds nothing twice.
    """ALTER TABLE contacts_contact ADD COLUMN search_words text GENERATED ALWAYS AS
    (contacts_words(name, former_names, acn, abn, email, phone)) STORED""",
    """CREATE INDEX contacts_contact_words ON contacts_contact
    USING gin (search_words gin_trgm_ops)""",
]

BACK = {
    "sqlite": ["DROP TABLE contacts_search"]
    + [f"DROP TRIGGER contacts_search_{event}" for event in ("insert", "update", "delete")],
    "postgresql": ["ALTER TABLE contacts_contact DROP COLUMN search_words", "DROP FUNCTION contacts_words"],
}


def forwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in SQLITE if vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def backwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in BACK[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0002_initial")]

    operations = [migrations.RunPython(forwards, backwards)]
