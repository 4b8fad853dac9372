"""Why a job stands still, in words for the person who sees it. No database, no clock, no network."""

from enum import StrEnum


class Reason(StrEnum):
    """Stable codes of what stops a job; the page chooses its buttons by them."""

    REFUSED_JOB = "refused_job"
    REFUSED_LINE = "refused_line"
    REFUSED_STAFF = "refused_staff"
    REFUSED_STATE = "refused_state"
    REFUSED_READING = "refused_reading"
    NO_STATE_CODE = "no_state_code"
    UNREVIEWED_LINES = "unreviewed_lines"
    JOB_IN_DOUBT = "job_in_doubt"
    LINE_IN_DOUBT = "line_in_doubt"
    UNREACHABLE = "unreachable"
    CONNECTION_LOST = "connection_lost"
    OTHER_PRACTICE = "other_practice"


_SENTENCES = {
    Reason.REFUSED_JOB: "XPM refused the job: {words}",
    Reason.REFUSED_LINE: "XPM refused a cost line: {words}",
    Reason.REFUSED_STAFF: "XPM refused the staff member: {words}",
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
    Reason.UNREACHABLE: "XPM does not answer. The job continues by itself.",
    Reason.CONNECTION_LOST: "The connection to XPM was lost. The job continues by itself once you reconnect.",
    Reason.OTHER_PRACTICE: "This job was planned for another practice in XPM. "
    "It continues by itself once you reconnect to that one.",
}


def sentence_of(code: str, words: str) -> str:
    """Return what the page says about a stopped job; XPM's own words end as a sentence does."""
    return _SENTENCES[Reason(code)].format(words=_as_sentence(words)) if code else words


def assurance_of(code: str, *, job_number: str, may_have_job: bool) -> str:
    """Return the fact that matters most to the reader: whether XPM has a job of it."""
    if not code:
        return ""
    if job_number and code == Reason.UNREVIEWED_LINES:
        return f"Job {job_number} is in XPM with everything you confirmed."
    if job_number:
        return f"Job {job_number} is in XPM, without what is missing here."
    return (
        "XPM may have the job: nothing is repeated until we know." if may_have_job else "No job was created."
    )


def _as_sentence(words: str) -> str:
    words = words.strip()
    return words if words.endswith((".", "!", "?", "”")) or not words else f"{words}."
