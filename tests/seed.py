"""`python -m tests.seed`: a SQLite database with something in nearly every table, in MINUTEBOOK_DATA."""

import os

import django
from django.core.management import call_command


def seed() -> None:
    """Make two firms; one with companies, a practice, a released pack and the request for its job."""
    from minutebook.companies.sample import load_sample_registers  # noqa: PLC0415  # Django is ready only now
    from minutebook.jobs.fees.schedule import seed_fee_schedule  # noqa: PLC0415
    from minutebook.jobs.requests import request_job  # noqa: PLC0415
    from minutebook.scope import firm_scope  # noqa: PLC0415
    from tests.cast import make_company, make_firm, make_user  # noqa: PLC0415
    from tests.job_cast import (  # noqa: PLC0415
        NOW,
        make_connection,
        make_link,
        make_pack,
        make_plan,
        release,
    )

    make_user(make_firm("Harbour Advisory"), "Hana Ito", "hana.ito@harbour.example")
    firm = make_firm()
    priya = make_user(firm)
    with firm_scope(firm.pk):
        load_sample_registers(firm)
        seed_fee_schedule(firm)
        make_connection()
        company = make_company(name="Kōwhai & Söhne Pty Ltd", acn="000000019")
        pack = make_pack(company, by=priya)
        make_plan(pack, make_link(company), by=priya)
        release(pack, by=priya)
        request_job(pack, by=priya, now=NOW)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "minutebook.settings"
    django.setup()
    call_command("migrate", verbosity=0)
    seed()
