"""What a recipient sees who follows a secure link: no sign-in, a code by mail, and the documents of one pack."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from io import BytesIO
from zoneinfo import ZoneInfo

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minutebook.activity.models import record
from minutebook.delivery.links import (
    CodeNotMailed,
    NoSuchLink,
    WrongCode,
    find_link,
    hash_of,
    mail_code,
    try_code,
)
from minutebook.delivery.models import SecureLink
from minutebook.documents.models import ProducedFile
from minutebook.firms.attempts import is_too_often
from minutebook.production.files import archive_of
from minutebook.production.release import files_for_mail
from minutebook.scope import firm_scope

_LINK = "shared"  # in the session: the hash of the link that was followed
_UNLOCKED = "shared_until"  # in the session: until when its documents show
_SHOWS_FOR = timedelta(minutes=30)


def _quiet[**P](view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """Let no other page, search engine or cache learn of the page."""

    @wraps(view)
    def quiet(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001  # Django's own mark
        return response

    return quiet


@_quiet
@never_cache
@sensitive_variables("token")
@require_GET
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Take the link out of the browser's address, and go on. Whatever leads nowhere gets one answer."""
    if is_too_often(request, "invitation", counts=False):
        response = render(request, "429.html", status=429)
    else:
        try:
            find_link(hash_of(token), now=timezone.now())
        except NoSuchLink:
            is_too_often(request, "invitation")  # only what leads nowhere counts: it may be a guess
            response = _nowhere(request)
        else:
            if request.session.get(_LINK) != hash_of(token):
                request.session.pop(_UNLOCKED, None)
            request.session[_LINK] = hash_of(token)
            response = redirect("delivery:shared")
    response["Referrer-Policy"] = "no-referrer"
    return response


@_quiet
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def shared(request: HttpRequest) -> HttpResponseBase:
    """Ask for the code, and show the documents to whoever has typed it."""
    return _with_link(request, _code_or_documents)


@_quiet
@never_cache
@require_POST
def new_code(request: HttpRequest) -> HttpResponseBase:
    """Mail a code to the address the link was sent to."""
    return _with_link(request, _mail_code)


@_quiet
@never_cache
@require_GET
def shared_file(request: HttpRequest, file_id: int) -> HttpResponseBase:
    """Give one document."""

    def give(request: HttpRequest, link: SecureLink, now: datetime) -> HttpResponseBase:
        if not _is_unlocked(request, now):
            return redirect("delivery:shared")
        given = {file.pk for file in files_for_mail(link.mail.pack)}
        file = get_object_or_404(ProducedFile, pk=file_id if file_id in given else None)
        _record_copy(link, file.name)
        content = BytesIO(file.content())
        kind = ProducedFile.MEDIA_TYPES[file.format]
        return FileResponse(content, as_attachment=True, filename=file.name, content_type=kind)

    return _with_link(request, give)


@_quiet
@never_cache
@require_GET
def shared_zip(request: HttpRequest) -> HttpResponseBase:
    """Give every document at once."""

    def give(request: HttpRequest, link: SecureLink, now: datetime) -> HttpResponseBase:
        if not _is_unlocked(request, now):
            return redirect("delivery:shared")
        pack = link.mail.pack
        name = f"{pack.trace_number}.zip"
        _record_copy(link, name)
        content = BytesIO(archive_of(pack, files_for_mail(pack)))
        return FileResponse(content, as_attachment=True, filename=name, content_type="application/zip")

    return _with_link(request, give)


type _Page = Callable[[HttpRequest, SecureLink, datetime], HttpResponseBase]


def _with_link(request: HttpRequest, page: _Page) -> HttpResponseBase:
    """Open the page in the scope of the link's firm, whoever may be signed in in this browser."""
    now = timezone.now()
    try:
        link = find_link(request.session.get(_LINK, ""), now=now)
    except NoSuchLink:
        return _nowhere(request)
    with firm_scope(link.firm_id), timezone.override(ZoneInfo(link.firm.time_zone)):
        return page(request, link, now)


def _code_or_documents(request: HttpRequest, link: SecureLink, now: datetime) -> HttpResponse:
    if request.method == "POST":
        try:
            try_code(link, request.POST.get("code", "").replace(" ", "")[:12], now=now)
        except WrongCode as wrong:
            return _ask(request, link, now, problem=str(wrong), status=422)
        request.session[_UNLOCKED] = (now + _SHOWS_FOR).isoformat()
        return redirect("delivery:shared")
    if not _is_unlocked(request, now):
        return _ask(request, link, now)
    context = {"link": link, "pack": link.mail.pack, "files": files_for_mail(link.mail.pack)}
    return render(request, "delivery/shared.html", context)


def _mail_code(request: HttpRequest, link: SecureLink, now: datetime) -> HttpResponse:
    if is_too_often(request, "link_code", key=str(link.pk)):
        problem = "Several codes were mailed already. Use the latest, or wait an hour."
        return _ask(request, link, now, problem=problem, status=429)
    try:
        mail_code(link, now=now)
    except CodeNotMailed:
        problem = (
            "The code could not be mailed. Try again in a few minutes, or tell whoever sent you the link."
        )
        return _ask(request, link, now, problem=problem, status=502)
    return redirect("delivery:shared")


def _ask(
    request: HttpRequest, link: SecureLink, now: datetime, *, problem: str = "", status: int = 200
) -> HttpResponse:
    is_mailed = bool(link.code_hash and link.code_expires_at and now < link.code_expires_at)
    context = {"problem": problem, "is_mailed": is_mailed, "address": _masked(link.address)}
    return render(request, "delivery/code.html", context, status=status)


def _is_unlocked(request: HttpRequest, now: datetime) -> bool:
    until = request.session.get(_UNLOCKED)
    return until is not None and now < datetime.fromisoformat(until)


def _record_copy(link: SecureLink, name: str) -> None:
    sentence = f"{name} downloaded by {link.address}"
    record("copy.taken", link.mail.pack, sentence=sentence, by=None, who=link.address)


def _masked(address: str) -> str:
    """Return such as "d•••@example.com": the recipient knows it, whoever found the link does not."""
    name, _, host = address.partition("@")
    return f"{name[:1]}•••@{host}"


def _nowhere(request: HttpRequest) -> HttpResponse:
    return render(request, "delivery/nowhere.html", status=404)
