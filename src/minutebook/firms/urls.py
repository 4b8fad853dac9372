"""Addresses of the firm, its people, and the way in for whom it invites."""

from django.urls import path

from minutebook.firms.views import accepting, firm, inviting, people, switching

app_name = "firms"

urlpatterns = [
    path("settings/firm/", firm.edit_firm, name="firm"),
    path("settings/people/", people.show_people, name="people"),
    path("settings/people/invite/", inviting.invite_person, name="invite"),
    path("settings/people/leave/", people.leave, name="leave"),
    path("settings/people/<int:membership_id>/", people.show_person, name="person"),
    path("settings/people/<int:membership_id>/remove/", people.remove_person, name="remove"),
    path("settings/people/invitations/<int:invitation_id>/again/", inviting.send_again, name="invite-again"),
    path(
        "settings/people/invitations/<int:invitation_id>/withdraw/",
        inviting.withdraw_invitation,
        name="withdraw-invitation",
    ),
    path("invited/", accepting.show_invitation, name="invited"),
    path("invited/<str:token>/", accepting.open_link, name="invitation-link"),
    path("firms/<int:firm_id>/work-for/", switching.work_for, name="work-for"),
]
