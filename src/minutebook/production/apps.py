from django.apps import AppConfig
from django.db.models.signals import post_migrate

from minutebook.production.search_index import install_search


class ProductionConfig(AppConfig):
    name = "minutebook.production"

    def ready(self) -> None:
        from minutebook.companies.panels import tell_company_news, tell_company_panels  # noqa: PLC0415
        from minutebook.production.company_news import news_of_packs, panels_of_packs  # noqa: PLC0415
        from minutebook.production.retention import CORRECTIONS, DRAFTS, MAILS  # noqa: PLC0415
        from minutebook.retention.kinds import tell_kind  # noqa: PLC0415

        tell_company_news(news_of_packs)
        tell_company_panels(panels_of_packs)
        tell_kind(CORRECTIONS)
        tell_kind(DRAFTS)
        tell_kind(MAILS)
        post_migrate.connect(_index, sender=self)


def _index(*, using: str, **_: object) -> None:
    install_search(using)
