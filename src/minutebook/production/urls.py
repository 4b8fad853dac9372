from django.urls import path

from minutebook.production.views import (
    asic,
    documents,
    downloads,
    events,
    listing,
    options,
    pack,
    presence,
    release,
    signoff,
    wording,
)

app_name = "production"

urlpatterns = [
    path("companies/<int:company_id>/prepare/", events.prepare, name="prepare"),
    path("packs/", listing.pack_list, name="list"),
    path("packs/<uuid:pack_id>/", pack.show_pack, name="pack"),
    path("packs/<uuid:pack_id>/events/", events.edit_events, name="events"),
    path("packs/<uuid:pack_id>/documents/<int:document_id>/", documents.switch, name="document"),
    path("packs/<uuid:pack_id>/documents/<int:document_id>/preview/", pack.preview, name="preview"),
    path("packs/<uuid:pack_id>/documents/<int:document_id>/wording/", wording.wording, name="wording"),
    path(
        "packs/<uuid:pack_id>/documents/<int:document_id>/template/",
        wording.template_again,
        name="template-again",
    ),
    path("packs/<uuid:pack_id>/newer-wording/", wording.newer, name="newer-wording"),
    path("packs/<uuid:pack_id>/documents/<int:document_id>/options/", options.options, name="options"),
    path("packs/<uuid:pack_id>/here/", presence.here, name="here"),
    path("packs/<uuid:pack_id>/meanwhile/", presence.since_made, name="meanwhile"),
    path("packs/<uuid:pack_id>/order/", documents.order, name="order"),
    path("packs/<uuid:pack_id>/own-files/", documents.add_files, name="add-files"),
    path(
        "packs/<uuid:pack_id>/own-files/<int:document_id>/remove/", documents.remove_file, name="remove-file"
    ),
    path("packs/<uuid:pack_id>/own-files/<int:file_id>/put-back/", documents.put_file_back, name="put-back"),
    path("packs/<uuid:pack_id>/own-files/<int:document_id>/open/", downloads.own_file, name="own-file"),
    path("packs/<uuid:pack_id>/draft.pdf", downloads.download_draft, name="draft"),
    path("packs/<uuid:pack_id>/release/", release.release, name="release"),
    path("packs/<uuid:pack_id>/documents.zip", downloads.download_all, name="zip"),
    path("packs/<uuid:pack_id>/documents.pdf", downloads.download_combined, name="combined"),
    path("packs/<uuid:pack_id>/sign/", signoff.sign, name="sign"),
    path("packs/<uuid:pack_id>/correct/", signoff.correct, name="correct"),
    path("packs/<uuid:pack_id>/discard/", signoff.discard, name="discard"),
    path("packs/<uuid:pack_id>/withdraw/", signoff.withdraw, name="withdraw"),
    path("packs/<uuid:pack_id>/signed/", signoff.keep_copy, name="keep-copy"),
    path("packs/<uuid:pack_id>/signed/<int:copy_id>/", signoff.signed_copy, name="signed-copy"),
    path("to-do/", signoff.to_do_list, name="to-do"),
    path("to-do/asic/", asic.show, name="asic"),
    path("to-do/<int:to_do_id>/", signoff.tick_off, name="tick"),
    path("packs/<uuid:pack_id>/files/<int:file_id>/", downloads.download_file, name="file"),
]
