"""Give the rows that are there already their place in their firm's chain, the oldest first."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from minutebook.activity import chain

# What a row's hash covered when chains began. A copy, because a migration does not change with the model.
CONTENT = (
    "firm_id", "happened_at", "actor_id", "who", "action", "subject_kind", "subject_id", "company_id",
    "sentence", "particulars", "before", "after", "address", "browser", "request_id", "worker",
)
FIELDS = ("number", "content_hash", "hash", "who", "topic", "company_id", "particulars")


def chain_rows(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    Activity = apps.get_model("activity", "Activity")
    Head = apps.get_model("activity", "ActivityHead")
    companies = _companies(Activity)
    for firm_id in Activity.everywhere.order_by().values_list("firm_id", flat=True).distinct():
        head = Head(firm_id=firm_id)
        rows, batch = Activity.everywhere.filter(firm_id=firm_id).select_related("actor"), []
        for row in rows.order_by("happened_at", "pk").iterator(chunk_size=1000):
            _take_place(row, head, companies)
            batch.append(row)
            if len(batch) == 1000:
                Activity.everywhere.bulk_update(batch, FIELDS)
                batch.clear()
        Activity.everywhere.bulk_update(batch, FIELDS, batch_size=500)
        head.save()


def _companies(Activity):
    """Return the company of each pack, as its first entry told it."""
    made = Activity.everywhere.filter(action="pack.made").values_list("subject_id", "particulars")
    return {pack: told["company"] for pack, told in made.iterator() if "company" in told}


def _take_place(row, head, companies) -> None:
    row.who = row.actor.name[:200] if row.actor else "Minutebook"
    row.topic = row.action.partition(".")[0]
    is_company = row.subject_kind == "companies.company"
    row.company_id = int(row.subject_id) if is_company else companies.get(row.subject_id)
    row.particulars = chain.plain(row.particulars)
    row.content_hash = chain.content_hash({name: getattr(row, name) for name in CONTENT})
    head.number += 1
    head.hash = chain.link(previous=head.hash, number=head.number, content=row.content_hash)
    row.number, row.hash = head.number, head.hash


class Migration(migrations.Migration):
    dependencies = [("activity", "0003_chained")]

    operations = [migrations.RunPython(chain_rows, migrations.RunPython.noop)]
