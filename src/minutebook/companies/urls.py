"""Addresses of the companies and their registers."""

from django.urls import path

from minutebook.companies import limit_views, views

app_name = "companies"

urlpatterns = [
    path("companies/", views.list_companies, name="list"),
    path("companies/add/", views.add_company, name="add"),
    path("companies/<int:pk>/", views.show_company, name="company"),
    path("companies/<int:pk>/particulars/", views.edit_particulars, name="particulars"),
    path("companies/<int:pk>/<slug:register>/add/", views.correct_register, name="add-entry"),
    path("companies/<int:pk>/<slug:register>/<int:entry_pk>/", views.correct_register, name="entry"),
    path("people/<int:membership_id>/companies/", limit_views.limit, name="limit"),
]
