"""The addresses of the firm's wordings."""

from django.urls import path

from minutebook.wordings import letterhead_views, merge_views, views

app_name = "wordings"

urlpatterns = [
    path("settings/letterhead/", letterhead_views.letterhead, name="letterhead"),
    path("settings/letterhead/try/", letterhead_views.try_letterhead, name="try-letterhead"),
    path("settings/letterhead/letterhead.pdf", letterhead_views.letterhead_pdf, name="letterhead-pdf"),
    path("settings/templates/", views.templates, name="list"),
    path("settings/templates/<path:name>/try/", views.try_wording, name="try"),
    path("settings/templates/<path:name>/fields/", views.fields, name="fields"),
    path("settings/templates/<path:name>/compare/", views.differences, name="compare"),
    path("settings/templates/<path:name>/merge/", merge_views.merge, name="merge"),
    path("settings/templates/<path:name>/supplied/", views.supplied, name="supplied"),
    path("settings/templates/<path:name>/restore/<int:number>/", views.restore, name="restore"),
    path("settings/templates/<path:name>/", views.template, name="template"),
]
