"""Addresses of signing in: the few of allauth's that we use, and ours."""

from allauth.account import views as account
from allauth.mfa.urls import urlpatterns as second_step_addresses
from django.urls import include, path, re_path

from minutebook.signin import views

_ours = [
    path("settings/your-sign-in/", views.show_mine, name="mine"),
    path("settings/your-sign-in/end/<int:place_id>/", views.end_place, name="end-place"),
    path("settings/your-sign-in/end-others/", views.end_other_places, name="end-others"),
    path("settings/sign-in/", views.show_firm, name="firm"),
    path("settings/sign-in/required/", views.require_second_step, name="require"),
    path("settings/sign-in/people/<int:membership_id>/reset/", views.reset_second_step, name="reset"),
    path("accounts/provider/", views.ask_provider, name="provider"),
    path("accounts/provider/back/", views.back_from_provider, name="provider-back"),
    path("accounts/set-up/", views.set_up, name="set-up"),
]

urlpatterns = [
    path("", include((_ours, "signin"))),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/signup/", account.signup, name="account_signup"),  # closed, but allauth names it
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/set/", account.password_set, name="account_set_password"),
    path("accounts/password/reset/", account.password_reset, name="account_reset_password"),
    path("accounts/password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("accounts/second-step/", views.show_second_steps, name="mfa_index"),  # before allauth's of that name
    path("accounts/second-step/webauthn/", views.show_second_steps, name="mfa_list_webauthn"),
    path("accounts/second-step/", include(second_step_addresses)),
]
