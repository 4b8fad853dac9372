"""Every address of Minutebook, by the package that answers it."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("", include("minutebook.help.urls")),
    path("", include("minutebook.jobs.urls")),
    path("", include("minutebook.practice.urls")),
]
