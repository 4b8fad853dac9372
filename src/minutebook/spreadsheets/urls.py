"""Addresses of imports and exports."""

from django.urls import path

from minutebook.spreadsheets import views

app_name = "spreadsheets"

urlpatterns = [
    path("companies/import/", views.send_files, name="import"),
    path("companies/import/template.xlsx", views.template_workbook, name="template"),
    path("companies/import/template/<slug:register>.csv", views.template_of_register, name="template-csv"),
    path("companies/import/<int:pk>/", views.show_import, name="show"),
    path("companies/import/<int:pk>/progress/", views.progress, name="progress"),
    path("companies/import/<int:pk>/columns/", views.columns, name="columns"),
    path("companies/import/<int:pk>/mend/", views.mend, name="mend"),
    path("companies/import/<int:pk>/problems.xlsx", views.problems, name="problems"),
    path("companies/import/<int:pk>/import/", views.import_rows, name="run"),
    path("companies/import/<int:pk>/again/", views.begin_again, name="again"),
    path("companies/import/<int:pk>/undo/", views.undo, name="undo"),
    path("companies/export/", views.export_page, name="export"),
    path("companies/export/minutebook.zip", views.export_zip, name="export-zip"),
    path("companies/export/minutebook.xlsx", views.export_workbook, name="export-xlsx"),
]
