"""Why a job stands still, in words for the person who sees it. No database, no clock, no network."""

import re
from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    """Stable codes of what stops a job; the page chooses its buttons by them."""

    REFUSED_JOB = "refused_job"
    TEMPLATE_GONE = "template_gone"
    CLIENT_GONE = "client_gone"
    CLIENT_ARCHIVED = "client_archived"
    REFUSED_LINE = "refused_line"
    REFUSED_DOCUMENT = "refused_document"
    DOCUMENT_IN_DOUBT = "document_in_doubt"
    REFUSED_STAFF = "refused_staff"
    STAFF_GONE = "staff_gone"
    REFUSED_STATE = "refused_state"
    REFUSED_READING = "refused_reading"
    NO_STATE_CODE = "no_state_code"
    UNREVIEWED_LINES = "unreviewed_lines"
    JOB_IN_DOUBT = "job_in_doubt"
    LINE_IN_DOUBT = "line_in_doubt"
    UNREACHABLE = "unreachable"
    DAY_LIMIT = "day_limit"
    MINUTE_LIMIT = "minute_limit"
    CONNECTION_LOST = "connection_lost"
    DISCONNECTED = "disconnected"
    OTHER_PRACTICE = "other_practice"


# What goes on by itself, so that nobody has to do anything.
BY_ITSELF = frozenset({Reason.UNREACHABLE, Reason.DAY_LIMIT, Reason.MINUTE_LIMIT})
# What waits for somebody to connect, who may.
BY_CONNECTING = frozenset({Reason.CONNECTION_LOST, Reason.DISCONNECTED, Reason.OTHER_PRACTICE})

_SENTENCES = {
    Reason.REFUSED_JOB: "XPM refused the job: {words}",
    Reason.TEMPLATE_GONE: "XPM no longer has the template{template}. "
    "Choose another one in the plan below, or no template, and create the job again.",
    Reason.CLIENT_GONE: "XPM no longer has the client{client}: it was deleted there. "
    "In the plan below, choose another client or link the contact to another one, and create the job again.",
    Reason.CLIENT_ARCHIVED: "The client{client} is archived in XPM. Restore it there and try again, "
    "or choose another client in the plan below.",
    Reason.REFUSED_LINE: "XPM refused the cost line{line}: {words} "
    "Change the line and send it again, or leave it out.",
    Reason.REFUSED_DOCUMENT: "The document{line} was not attached: {words} Try again, or leave it out.",
    Reason.DOCUMENT_IN_DOUBT: "It is not clear whether XPM has the document{line}. "
    "Look among the job’s documents in XPM before you send it again.",
    Reason.REFUSED_STAFF: "XPM refused the staff member: {words} Choose somebody else, or nobody.",
    Reason.STAFF_GONE: "XPM no longer has{staff}, who was to be given the job. "
    "Choose somebody else, or nobody.",
    Reason.REFUSED_STATE: "XPM refused the state: {words} "
    "Check the state’s code in Settings, then try again.",
    Reason.REFUSED_READING: "XPM would not show the job’s costs: {words}",
    Reason.NO_STATE_CODE: "Minutebook does not know XPM’s code for this state. "
    "Enter it in Settings, then try again.",
    Reason.UNREVIEWED_LINES: "The template has added lines that nobody has reviewed. "
    "Keep them, or take them out.",
    Reason.JOB_IN_DOUBT: "XPM gave no clear answer, and the job was not found there. "
    "Look for the trace number in XPM before you send it again.",
    Reason.LINE_IN_DOUBT: "XPM gave no clear answer, and a cost line was not found on the job. "
    "Look at the job in XPM before you send it again.",
    Reason.UNREACHABLE: "XPM has not answered{since}. Minutebook goes on by itself.",
    Reason.DAY_LIMIT: "XPM’s calls for today are used up. Minutebook goes on by itself{again}.",
    Reason.MINUTE_LIMIT: "XPM’s calls for this minute are used up. Minutebook goes on by itself{again}.",
    Reason.CONNECTION_LOST: "The connection to XPM was lost{at}. {words} "
    "The job goes on by itself once somebody has reconnected.",
    Reason.DISCONNECTED: "Xero Practice Manager was disconnected here{at}. "
    "The job goes on by itself once somebody has connected it again.",
    Reason.OTHER_PRACTICE: "This job was planned for another practice than the one that is connected now. "
    "It goes on by itself once that one is connected again.",
}

_GONE = r"(invalid|unknown|no such|cannot find|could not find|not found|does not exist|deleted|no longer)"


def reason_of_refusal(general: Reason, words: str) -> Reason:
    """Return what a refusal means, as exactly as XPM's words tell; its general reason when they do not."""
    said = words.lower()
    if general == Reason.REFUSED_JOB:
        if "archived" in said and "client" in said:
            return Reason.CLIENT_ARCHIVED
        for noun, reason in (("template", Reason.TEMPLATE_GONE), ("client", Reason.CLIENT_GONE)):
            if noun in said and re.search(_GONE, said):
                return reason
    if general == Reason.REFUSED_STAFF and "staff" in said and re.search(_GONE, said):
        return Reason.STAFF_GONE
    return general


def sentence_of(code: str, words: str, facts: Mapping[str, str] | None = None) -> str:
    """Return what the page says about a stopped job; XPM's own words end as a sentence does.

    `facts` are names and times as they stand in the sentence, with what comes before them: template, client,
    staff, line, since, at, again. One that is missing is left out.
    """
    if not code:
        return words
    known = {"template", "client", "staff", "line", "since", "at", "again"}
    told = dict.fromkeys(known, "") | {"staff": " the staff member"} | dict(facts or {})
    return _SENTENCES[Reason(code)].format(words=_as_sentence(words), **told).replace("  ", " ")


def assurance_of(code: str, *, job_number: str, may_have_job: bool) -> str:
    """Return the fact that matters most to the reader: whether XPM has a job of it."""
    if not code:
        return ""
    if job_number and code == Reason.UNREVIEWED_LINES:
        return f"Job {job_number} is in XPM with everything you confirmed."
    if job_number:
        return f"Job {job_number} is in XPM, without what is missing here."
    if may_have_job:
        return "XPM may have the job: nothing is repeated until we know."
    if code in BY_ITSELF | BY_CONNECTING:
        return "Nothing of it has been sent yet."
    return "No job was created."


def _as_sentence(words: str) -> str:
    words = words.strip()
    return words if words.endswith((".", "!", "?", "”")) or not words else f"{words}."
