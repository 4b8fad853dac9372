"""Writing what was read into our cache: by its remote id, in batches, what the firm has set itself stays."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from minutebook.practice.models import Connection, RemoteRow

BATCH = 500  # rows written in one statement


def write_rows[M: RemoteRow](
    rows: models.Manager[M], connection: Connection, fields_by_id: Mapping[str, Mapping[str, Any]]
) -> None:
    """Insert or update rows by their remote id."""
    if not fields_by_id:
        return
    rows.bulk_create(
        [
            rows.model(
                firm_id=connection.firm_id,
                tenant_id=connection.tenant_id,
                remote_id=remote_id.lower(),
                **_fitting(rows.model, fields),
            )
            for remote_id, fields in fields_by_id.items()
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["firm", "tenant_id", "remote_id"],
        update_fields=list(next(iter(fields_by_id.values()))),
    )


def _fitting(model: type[RemoteRow], fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Cut words that are longer than our columns: a cache serves to find and choose."""
    lengths = {name: getattr(model._meta.get_field(name), "max_length", None) for name in fields}
    return {
        name: value[: lengths[name]] if isinstance(value, str) and lengths[name] else value
        for name, value in fields.items()
    }
