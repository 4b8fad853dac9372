"""Addresses of bringing contacts together, of the review queue, and of the client list."""

from django.urls import path

from minutebook.sync.views import clients, linking, relationships, review, together

app_name = "sync"

urlpatterns = [
    path("contacts/together/", together.show, name="together"),
    path("contacts/together/begin/", together.begin, name="begin"),
    path("contacts/together/progress/", together.progress, name="progress"),
    path("contacts/together/stop/", together.stop, name="stop"),
    path("contacts/together/read/", together.read_now, name="read-now"),
    path("contacts/together/certain/", together.link_certain, name="link-certain"),
    path("contacts/together/finish/", together.finish, name="finish"),
    path("contacts/together/undo/", together.undo, name="undo-first"),
    path("contacts/together/structures/", together.structures, name="structures"),
    path("contacts/suggestions/<int:pk>/", together.decide, name="decide-suggestion"),
    path("contacts/decisions/", review.decisions, name="decisions"),
    path("contacts/decisions/<int:pk>/undo/", review.undo, name="undo"),
    path("contacts/review/", review.queue, name="review"),
    path("contacts/review/<int:pk>/", review.record, name="record"),
    path("contacts/review/<int:pk>/snooze/", review.snooze, name="snooze"),
    path("contacts/relationships/", relationships.show, name="relationships"),
    path("contacts/clients/", clients.client_list, name="clients"),
    path("contacts/clients/csv/", clients.client_csv, name="clients-csv"),
    path("contacts/clients/<int:pk>/create/", clients.create_here, name="create-here"),
    path("contacts/clients/<int:pk>/link/", linking.link_client, name="link-client"),
    path("contacts/clients/<int:pk>/ask-again/", clients.ask_again, name="ask-again"),
    path("contacts/<int:pk>/link/", linking.link_contact, name="link-contact"),
    path("contacts/<int:pk>/unlink/<int:client>/", linking.unlink, name="unlink"),
    path("contacts/clients/<int:pk>/ignore/", clients.ignore, name="ignore"),
    path("contacts/<int:pk>/create-in-xpm/", clients.create_there, name="create-there"),
]
