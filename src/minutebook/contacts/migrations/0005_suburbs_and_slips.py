"""Contacts are found by their suburb too, and the words of the index are known, so that a slip can be mended.

On SQLite the words are those of the full text index itself; on PostgreSQL a table of each firm's words stands
beside it, kept by the trigger that folds them.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_WORDS = (
    "{row}.name || ' ' || {row}.former_names || ' ' || {row}.acn || ' ' || {row}.abn || ' ' || {row}.email"
    " || ' ' || replace(replace(replace({row}.phone, ' ', ''), '-', ''), '.', '')"
)
_SUBURB = " || ' ' || coalesce((SELECT suburb FROM contacts_address WHERE id = {row}.address_id), '')"


def _sqlite(words: str, columns: str) -> list[str]:
    return [
        "DROP TRIGGER contacts_search_insert",
        "DROP TRIGGER contacts_search_update",
        f"""CREATE TRIGGER contacts_search_insert AFTER INSERT ON contacts_contact BEGIN
            INSERT INTO contacts_search(rowid, firm, words)
            VALUES (new.id, 'f' || new.firm_id, {words.format(row="new")});
        END""",
        f"""CREATE TRIGGER contacts_search_update
        AFTER UPDATE OF {columns} ON contacts_contact BEGIN
            UPDATE contacts_search SET firm = 'f' || new.firm_id, words = {words.format(row="new")}
            WHERE rowid = new.id;
        END""",
        f"""UPDATE contacts_search SET words =
        (SELECT {words.format(row="c")} FROM contacts_contact c WHERE c.id = contacts_search.rowid)""",
    ]


_COLUMNS = "name, former_names, acn, abn, email, phone, firm_id"
SQLITE = [
    *_sqlite(_WORDS + _SUBURB, f"{_COLUMNS}, address_id"),
    "CREATE VIRTUAL TABLE contacts_vocabulary USING fts5vocab(contacts_search, 'row')",
]
POSTGRESQL = [
    """CREATE TABLE contacts_vocabulary (
        firm_id bigint NOT NULL REFERENCES firms_firm ON DELETE CASCADE,
        word text COLLATE "C" NOT NULL,
        PRIMARY KEY (firm_id, word)
    )""",
    "ALTER TABLE contacts_contact ALTER COLUMN search_words DROP EXPRESSION",
    """CREATE FUNCTION contacts_fold() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.search_words := contacts_words(
            NEW.name, NEW.former_names, NEW.acn, NEW.abn, NEW.email, NEW.phone)
            || coalesce((SELECT contacts_words(suburb, '', '', '', '', '')
                         FROM contacts_address WHERE id = NEW.address_id), '');
        INSERT INTO contacts_vocabulary (firm_id, word)
            SELECT DISTINCT NEW.firm_id, word FROM regexp_split_to_table(NEW.search_words, ' +') AS word
            WHERE word ~ '^[[:alpha:]]{4,40}$'
            ORDER BY word
            ON CONFLICT DO NOTHING;
        RETURN NEW;
    END $$""",
    f"""CREATE TRIGGER contacts_fold BEFORE INSERT OR UPDATE OF {_COLUMNS}, address_id
    ON contacts_contact FOR EACH ROW EXECUTE FUNCTION contacts_fold()""",
    "UPDATE contacts_contact SET address_id = address_id",
]
BACK = {
    "sqlite": ["DROP TABLE contacts_vocabulary", *_sqlite(_WORDS, _COLUMNS)],
    "postgresql": [
        "DROP TRIGGER contacts_fold ON contacts_contact",
        "DROP FUNCTION contacts_fold",
        "DROP TABLE contacts_vocabulary",
        "ALTER TABLE contacts_contact DROP COLUMN search_words",
        """ALTER TABLE contacts_contact ADD COLUMN search_words text GENERATED ALWAYS AS
        (contacts_words(name, former_names, acn, abn, email, phone)) STORED""",
        "CREATE INDEX contacts_contact_words ON contacts_contact USING gin (search_words gin_trgm_ops)",
    ],
}


def forwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in SQLITE if vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement, params=None)


def backwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in BACK[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("contacts", "0004_one_of_two")]

    operations = [migrations.RunPython(forwards, backwards)]
