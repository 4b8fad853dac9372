"""Addresses of sending, of the outbox, and of what recipients of secure links see."""

from django.urls import path

from minutebook.delivery.views import outbox, review, send, shared

app_name = "delivery"

urlpatterns = [
    path("outbox/", outbox.outbox, name="outbox"),
    path("packs/<uuid:pack_id>/send/", send.send, name="send"),
    path("packs/<uuid:pack_id>/mails/<int:mail_id>/again/", send.send_mail_again, name="send-again"),
    path("packs/<uuid:pack_id>/mails/<int:mail_id>/close-link/", send.close_link, name="close-link"),
    path("reviews/", review.reviews, name="reviews"),
    path("packs/<uuid:pack_id>/review/", review.review_of, name="review"),
    path("packs/<uuid:pack_id>/review/ask/", review.ask, name="ask"),
    path("packs/<uuid:pack_id>/review/decide/", review.decide, name="decide"),
    path("packs/<uuid:pack_id>/review/decline/", review.decline_review, name="decline"),
    path("packs/<uuid:pack_id>/review/take-back/", review.take_review_back, name="take-back"),
    path("shared/", shared.shared, name="shared"),
    path("shared/code/", shared.new_code, name="code"),
    path("shared/documents.zip", shared.shared_zip, name="shared-zip"),
    path("shared/files/<int:file_id>/", shared.shared_file, name="shared-file"),
    path("shared/<str:token>/", shared.follow, name="link"),
]
