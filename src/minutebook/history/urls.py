"""Addresses of what happened: of the firm, and by filter of a company, a pack or a person."""

from django.urls import path

from minutebook.history import views

app_name = "history"

urlpatterns = [
    path("activity/", views.show_activity, name="activity"),
    path("activity.csv", views.download_activity, name="csv"),
]
