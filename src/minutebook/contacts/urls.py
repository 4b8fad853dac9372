from django.urls import path

from minutebook.contacts import merge_views, views

app_name = "contacts"

urlpatterns = [
    path("contacts/", views.contact_list, name="list"),
    path("contacts/options/", views.options, name="options"),
    path("contacts/add/", views.add_contact, name="add"),
    path("contacts/duplicates/", merge_views.duplicates, name="duplicates"),
    path("contacts/<int:pk>/merge/<int:other>/", merge_views.compare, name="merge"),
    path("contacts/<int:pk>/apart/<int:other>/", merge_views.apart, name="apart"),
    path("contacts/merges/<int:pk>/undo/", merge_views.undo, name="undo-merge"),
    path("contacts/<int:pk>/", views.show_contact, name="contact"),
    path("contacts/<int:pk>/edit/", views.edit_contact, name="edit"),
]
