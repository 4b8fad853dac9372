"""Addresses of the help pages."""

from django.urls import path

from minutebook.help import views

app_name = "help"

urlpatterns = [
    path("help/", views.list_pages, name="index"),
    path("help/<slug:slug>/", views.show_page, name="page"),
]
