#!/bin/sh
# About 25 requests that settle what no sandbox can: run it against a practice that may be written to, and send back
# the folder it makes. It creates two jobs named "Minutebook live check"; delete them in XPM afterwards.
#
#   export XPM_ACCESS_TOKEN=… XPM_TENANT_ID=… CLIENT=<uuid of a client for tests> TEMPLATE=<uuid> STAFF=<uuid>
#   sh docs/live-check.sh
#
# The token needs the scopes practicemanager.job, .client, .staff and .time. Nothing else leaves this machine.
set -u
: "${XPM_ACCESS_TOKEN:?}" "${XPM_TENANT_ID:?}" "${CLIENT:?}" "${TEMPLATE:?}" "${STAFF:?}"
api=${XPM_API_URL:-https://api.xero.com}/practicemanager/3.1
today=$(date +%Y%m%d)
marker="MB-$(date +%H%M%S)-LIVE"
out=live-check-$today-$$
mkdir "$out"
step=0

call() { # what it settles, method, path, body
  step=$((step + 1))
  file=$out/$(printf %02d "$step")-$1
  curl -sS -D "$file.head" -o "$file.xml" -w '%{http_code} %{time_total}\n' -X "$2" "$api/$3" \
    -H "Authorization: Bearer $XPM_ACCESS_TOKEN" -H "Xero-Tenant-Id: $XPM_TENANT_ID" \
    -H 'Content-Type: text/xml; charset=utf-8' -H 'Accept: text/xml' ${4:+--data-binary "$4"} >"$file.code"
  printf '%s %s\n' "$file" "$(cat "$file.code")"
}
number() { sed -n 's:.*<ID>\(J[0-9]*\)</ID>.*:\1:p' "$1" | head -1; }
job() { # name, template
  printf '<Job><Name>Minutebook live check</Name><Description>first line\n%s</Description><ClientUUID>%s</ClientUUID><StartDate>%s</StartDate><DueDate>%s</DueDate><ClientNumber>%s</ClientNumber>%s</Job>' \
    "$1" "$CLIENT" "$today" "$today" "$1" "${2:+<TemplateUUID>$2</TemplateUUID>}"
}
cost() { # job, description, note
  printf '<Cost><Job>%s</Job><Date>%s</Date><Description>%s</Description><Note>%s</Note><Quantity>1</Quantity><UnitCost>1.00</UnitCost><UnitPrice>2.00</UnitPrice><Billable>true</Billable></Cost>' \
    "$1" "$today" "$2" "$3"
}

# Which marker comes back, and where: ClientOrderNumber, or only the description's last line?
call lists-before GET "job.api/client/$CLIENT"
call add-from-template POST job.api/add "$(job "$marker" "$TEMPLATE")"
first=$(number "$out/$(printf %02d "$step")-add-from-template.xml")
# How late is a new job visible? The same question at once, after 1, 5 and 20 seconds.
call seen-at-once GET "job.api/client/$CLIENT"
sleep 1; call seen-after-1-s GET "job.api/client/$CLIENT"
sleep 4; call seen-after-5-s GET "job.api/client/$CLIENT"
sleep 15; call seen-after-20-s GET "job.api/client/$CLIENT"
call seen-by-day GET "job.api/list?from=$today&to=$today"
call get-job GET "job.api/get/$first"
# Does a template bring its costs, at once, and with which notes?
call template-costs GET "job.api/costs/$first"
# Is our note kept and returned, how long may it be, are posted costs actual or estimated?
call add-cost POST job.api/cost "$(cost "$first" 'Live check line' "$marker/100")"
call costs-at-once GET "job.api/costs/$first"
sleep 5; call costs-after-5-s GET "job.api/costs/$first"
call long-note POST job.api/cost "$(cost "$first" 'Long note' "$(printf '%0300d' 0)")"
call costs-with-long-note GET "job.api/costs/$first"
# May staff and state be repeated?
call assign PUT job.api/assign "<Job><ID>$first</ID><add uuid=\"$STAFF\"/></Job>"
call assign-again PUT job.api/assign "<Job><ID>$first</ID><add uuid=\"$STAFF\"/></Job>"
call state PUT job.api/state "<Job><ID>$first</ID><State>${STATE:-INPROGRESS}</State></Job>"
call state-again PUT job.api/state "<Job><ID>$first</ID><State>${STATE:-INPROGRESS}</State></Job>"
# What do refusals say, and with which status?
call unknown-state PUT job.api/state "<Job><ID>$first</ID><State>NO SUCH STATE</State></Job>"
call unknown-client POST job.api/add "$(job "$marker-X" '' | sed "s/$CLIENT/00000000-0000-0000-0000-000000000000/")"
call unknown-template POST job.api/add "$(job "$marker-Y" 00000000-0000-0000-0000-000000000000)"
call unknown-job GET job.api/get/J999999
call no-quantity POST job.api/cost "$(cost "$first" 'No quantity' x | sed 's:<Quantity>1</Quantity>::')"
# Is the same POST twice two jobs? (We believe so: it is why the ledger exists.)
call the-same-again POST job.api/add "$(job "$marker" "$TEMPLATE")"
call seen-twice GET "job.api/client/$CLIENT"

echo "$step requests. Their answers are in $out; look through them for names before you send them."
