"""Addresses of the practice manager's settings, and of the lists to choose clients from."""

from django.urls import path

from minutebook.practice import views

app_name = "practice"

urlpatterns = [
    path("settings/practice-manager/", views.show_settings, name="settings"),
    path("settings/practice-manager/connect/", views.begin_connecting, name="connect"),
    path("settings/practice-manager/connected/", views.finish_connecting, name="connected"),
    path("settings/practice-manager/choose/", views.choose_practice, name="choose"),
    path("settings/practice-manager/disconnect/", views.disconnect, name="disconnect"),
    path("settings/practice-manager/read/", views.read_again, name="read-again"),
    path("settings/practice-manager/reading/", views.show_reading, name="reading"),
    path("settings/practice-manager/states/", views.save_states, name="states"),
    path("settings/practice-manager/attaching/", views.save_attaching, name="attaching"),
    path("settings/practice-manager/staff/", views.hide_staff, name="hide-staff"),
    path("settings/practice-manager/matches/", views.link_exact_matches, name="link-matches"),
    path("practice/contacts/", views.show_contact_options, name="client-options"),
    path("practice/jobs/<str:tenant_id>/<str:number>/", views.open_job, name="open-job"),
    path("practice/clients/", views.show_client_options, name="xpm-client-options"),
    path("practice/contacts/<int:contact_id>/link/", views.show_link, name="link-state"),
    path("practice/contacts/<int:contact_id>/link/add/", views.link, name="link"),
    path("practice/contacts/<int:contact_id>/link/remove/", views.unlink, name="unlink"),
]
