"""Addresses of a pack's job, the jobs on their way, and the fee schedule."""

from django.urls import path

from minutebook.jobs.views import defaults, fees, panel, requests, schedule

app_name = "jobs"

urlpatterns = [
    path("jobs/", requests.list_jobs, name="list"),
    path("jobs/<uuid:request_id>/", requests.show_request, name="request"),
    path("jobs/<uuid:request_id>/calls/", requests.calls, name="calls"),
    path("jobs/<uuid:request_id>/open/", requests.open_job, name="open"),
    path("settings/fees/", fees.fees, name="fees"),
    path("settings/fees/add/<slug:code>/", fees.new_fee, name="add-fee"),
    path("settings/fees/asic/", fees.regulator, name="regulator-fee"),
    path("settings/fees/<int:fee_id>/", fees.fee, name="change-fee"),
    path("settings/fees/<int:fee_id>/remove/", fees.remove, name="remove-fee"),
    path("settings/job-defaults/", defaults.list_defaults, name="defaults"),
    path("settings/job-defaults/<slug:event_kind>/", defaults.change, name="change-default"),
    path("packs/<uuid:pack_id>/job/", panel.show_panel, name="panel"),
    path("packs/<uuid:pack_id>/job/switch/", panel.switch, name="switch"),
    path("packs/<uuid:pack_id>/job/client/", panel.client_note, name="client-note"),
    path("packs/<uuid:pack_id>/job/plan/", panel.plan, name="plan"),
    path("packs/<uuid:pack_id>/job/costs/", panel.costs, name="costs"),
    path("packs/<uuid:pack_id>/job/costs/add/", panel.new_cost, name="add-cost"),
    path("packs/<uuid:pack_id>/job/costs/<int:cost_id>/", panel.cost, name="change-cost"),
    path("packs/<uuid:pack_id>/job/costs/<int:cost_id>/billable/", panel.billable, name="billable"),
    path("packs/<uuid:pack_id>/job/costs/<int:cost_id>/remove/", panel.remove, name="remove"),
    path("packs/<uuid:pack_id>/job/costs/<int:cost_id>/put-back/", panel.put_back, name="put-back"),
    path("packs/<uuid:pack_id>/job/costs/schedule/", schedule.put_in, name="put-in"),
    path("packs/<uuid:pack_id>/job/costs/<int:cost_id>/schedule/", schedule.take, name="take-from-schedule"),
    path("packs/<uuid:pack_id>/job/join/", schedule.join, name="join"),
    path("jobs/allowance/", requests.allowance, name="allowance"),
    path("jobs/prices/", panel.price_options, name="price-options"),
    path("packs/<uuid:pack_id>/job/confirm/", panel.confirm, name="confirm"),
    path("packs/<uuid:pack_id>/job/reopen/", panel.reopen, name="reopen"),
    path("packs/<uuid:pack_id>/job/now/", panel.create_now, name="create-now"),
    path("packs/<uuid:pack_id>/job/state/", requests.state, name="state"),
    path("packs/<uuid:pack_id>/job/decide/", requests.decide_job, name="decide"),
    path("packs/<uuid:pack_id>/job/mend/", requests.mend_job, name="mend"),
]
