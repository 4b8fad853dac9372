"""Addresses of the companies and their registers."""

from django.urls import path

from minutebook.companies import views

app_name = "companies"

urlpatterns = [
    path("companies/", views.list_companies, name="list"),
    path("companies/<int:pk>/", views.show_company, name="company"),
]
