"""Every address of Minutebook, by the package that answers it."""

from django.urls import include, path

from minutebook.firms.views.door import home
from minutebook.firstrun.views import set_up
from minutebook.server.health import healthz
from minutebook.server.metrics import metrics
from minutebook.server.views import safe_keeping

handler404 = "minutebook.firms.views.switching.not_found"
handler500 = "minutebook.server.trouble.server_error"

urlpatterns = [
    path("", home, name="home"),
    path("set-up/", set_up, name="set-up"),
    path("healthz", healthz, name="healthz"),
    path("metrics", metrics, name="metrics"),
    path("settings/safe-keeping/", safe_keeping, name="safe-keeping"),
    path("", include("minutebook.firms.urls")),
    path("", include("minutebook.help.urls")),
    path("", include("minutebook.history.urls")),
    path("", include("minutebook.delivery.urls")),
    path("", include("minutebook.production.urls")),
    path("", include("minutebook.jobs.urls")),
    path("", include("minutebook.spreadsheets.urls")),  # before companies: “import” is no company
    path("", include("minutebook.companies.urls")),
    path("", include("minutebook.sync.urls")),
    path("", include("minutebook.practice.urls")),
    path("", include("minutebook.contacts.urls")),
    path("", include("minutebook.signin.urls")),
    path("", include("minutebook.retention.urls")),
    path("", include("minutebook.wordings.urls")),
]
