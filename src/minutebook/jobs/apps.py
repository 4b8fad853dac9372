from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "minutebook.jobs"

    def ready(self) -> None:
        from minutebook.contacts.models import tell_used_within  # noqa: PLC0415
        from minutebook.jobs.exports import job_table  # models are loaded only now  # noqa: PLC0415
        from minutebook.jobs.models import JobPlan  # noqa: PLC0415
        from minutebook.jobs.retention import CALLS  # noqa: PLC0415
        from minutebook.retention.kinds import tell_kind  # noqa: PLC0415
        from minutebook.spreadsheets.export import tell_table  # noqa: PLC0415

        tell_table(job_table())
        tell_kind(CALLS)
        tell_used_within(lambda membership: [JobPlan.contacts_within(membership)])
