"""The address of the retention settings."""

from django.urls import path

from minutebook.retention import views

app_name = "retention"

urlpatterns = [path("settings/retention/", views.settings, name="settings")]
