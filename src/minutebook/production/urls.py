from django.urls import path

from minutebook.production import signoff_views, views

app_name = "production"

urlpatterns = [
    path("companies/<int:company_id>/prepare/", views.prepare, name="prepare"),
    path("packs/", views.pack_list, name="list"),
    path("packs/<uuid:pack_id>/", views.show_pack, name="pack"),
    path("packs/<uuid:pack_id>/events/", views.edit_events, name="events"),
    path("packs/<uuid:pack_id>/documents/<int:document_id>/", views.choose_document, name="document"),
    path("packs/<uuid:pack_id>/documents/<int:document_id>/preview/", views.preview, name="preview"),
    path("packs/<uuid:pack_id>/draft.pdf", views.download_draft, name="draft"),
    path("packs/<uuid:pack_id>/release/", views.release, name="release"),
    path("packs/<uuid:pack_id>/send/", views.send, name="send"),
    path("packs/<uuid:pack_id>/mails/<int:mail_id>/again/", views.send_mail_again, name="send-again"),
    path("packs/<uuid:pack_id>/documents.zip", views.download_all, name="zip"),
    path("packs/<uuid:pack_id>/documents.pdf", views.download_combined, name="combined"),
    path("packs/<uuid:pack_id>/sign/", signoff_views.sign, name="sign"),
    path("packs/<uuid:pack_id>/correct/", signoff_views.correct, name="correct"),
    path("packs/<uuid:pack_id>/discard/", signoff_views.discard, name="discard"),
    path("packs/<uuid:pack_id>/withdraw/", signoff_views.withdraw, name="withdraw"),
    path("packs/<uuid:pack_id>/signed/", signoff_views.keep_copy, name="keep-copy"),
    path("packs/<uuid:pack_id>/signed/<int:copy_id>/", signoff_views.signed_copy, name="signed-copy"),
    path("to-do/", signoff_views.to_do_list, name="to-do"),
    path("to-do/<int:to_do_id>/", signoff_views.tick_off, name="tick"),
    path("packs/<uuid:pack_id>/files/<int:file_id>/", views.download_file, name="file"),
]
