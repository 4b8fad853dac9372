from django.urls import path

from minutebook.contacts import views

app_name = "contacts"

urlpatterns = [
    path("contacts/", views.contact_list, name="list"),
    path("contacts/options/", views.options, name="options"),
    path("contacts/add/", views.add_contact, name="add"),
    path("contacts/<int:pk>/", views.show_contact, name="contact"),
    path("contacts/<int:pk>/edit/", views.edit_contact, name="edit"),
]
