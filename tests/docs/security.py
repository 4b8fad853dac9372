"""docs/security.md: how Minutebook is kept safe, and each requirement of OWASP ASVS 5.0 at level 2.

Its introduction and the answers are beside this file, in security_introduction.md and asvs.txt, whose lines are
numbers | verdict | how | tests as alias::name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ANSWERS = Path(__file__).with_name("asvs.txt")
_INTRODUCTION = Path(__file__).with_name("security_introduction.md")
# Requirements of levels 1 and 2, by section: how many there are. Those of level 3 come after them.
LEVEL_2 = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3,
    "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1,
    "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2,
    "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2,
    "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3,
    "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4, "17.3": 2,
}  # fmt: skip
VERDICTS = {"yes": "Yes", "part": "In part", "no": "**No**", "yours": "Yours", "none": "Not here"}
TEST_FILES = {
    "adding": "src/minutebook/companies/tests/test_adding_companies.py",
    "any": "src/minutebook/documents/tests/test_any_text_in_every_format.py",
    "apart": "src/minutebook/firms/tests/test_firms_stay_apart.py",
    "beyond": "src/minutebook/firms/tests/test_nothing_beyond_a_limit.py",
    "limited": "src/minutebook/firms/tests/test_limited_people.py",
    "limiting": "src/minutebook/companies/tests/test_limiting_a_person.py",
    "archive": "src/minutebook/documents/tests/test_archive.py",
    "attempts": "src/minutebook/signin/tests/test_attempts_are_limited.py",
    "blocks": "src/minutebook/documents/tests/test_blocks.py",
    "browser": "src/minutebook/signin/tests/test_signing_in_with_a_browser.py",
    "chain": "src/minutebook/activity/tests/test_the_chain.py",
    "company": "src/minutebook/companies/tests/test_company_page.py",
    "connecting": "src/minutebook/practice/tests/test_connecting.py",
    "docx": "src/minutebook/documents/tests/test_docx.py",
    "faults": "tests/faults/test_the_short_form.py",
    "importing": "src/minutebook/spreadsheets/tests/test_importing.py",
    "reading": "src/minutebook/spreadsheets/tests/test_reading_files.py",
    "own_files": "src/minutebook/production/tests/test_own_files.py",
    "signing_off": "src/minutebook/production/tests/test_signing_off.py",
    "job_secrets": "src/minutebook/jobs/tests/test_nothing_secret_is_logged.py",
    "governor": "src/minutebook/practice/tests/test_governor.py",
    "headers": "src/minutebook/server/tests/test_headers.py",
    "html": "src/minutebook/documents/tests/test_html.py",
    "identifiers": "src/minutebook/contacts/tests/test_identifiers.py",
    "inviting": "src/minutebook/firms/tests/test_inviting_and_accepting.py",
    "keys": "src/minutebook/server/tests/test_keys_are_replaced.py",
    "masking": "src/minutebook/activity/tests/test_masking.py",
    "metrics": "src/minutebook/server/tests/test_metrics.py",
    "oauth": "src/xpm/tests/test_xpm_oauth.py",
    "people": "src/minutebook/firms/tests/test_people_and_roles.py",
    "pinned": "tests/test_requirements_are_pinned.py",
    "provider": "src/minutebook/signin/tests/test_signing_in_by_a_provider.py",
    "recorded": "src/minutebook/activity/tests/test_everything_is_recorded.py",
    "release": "src/minutebook/production/tests/test_releasing_a_pack.py",
    "reports": "src/minutebook/server/tests/test_error_reports.py",
    "second": "src/minutebook/signin/tests/test_second_step.py",
    "secrets": "src/minutebook/signin/tests/test_nothing_secret_is_logged.py",
    "sessions": "src/minutebook/signin/tests/test_sessions.py",
    "stream": "src/xpm/tests/test_xpm_client_stream.py",
    "text": "src/xpm/tests/test_xpm_text_survives.py",
    "who": "tests/test_who_may_open_what.py",
    "tokens": "src/minutebook/practice/tests/test_tokens.py",
    "traced": "src/minutebook/server/tests/test_requests_can_be_traced.py",
    "unsafe": "src/minutebook/server/tests/test_what_is_unsafe_is_said.py",
    "wire": "src/xpm/tests/test_xpm_wire.py",
    "wording": "src/minutebook/documents/tests/test_wording.py",
    "own_process": "src/minutebook/documents/tests/test_own_process.py",
    "letterhead": "src/minutebook/wordings/tests/test_letterhead.py",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What we say to some requirements."""

    numbers: tuple[str, ...]
    verdict: str  # a key of VERDICTS
    how: str
    tests: tuple[tuple[str, str], ...]  # file and name


def answers() -> Iterator[Answer | str]:
    """Yield the chapters' titles and, after each, its answers."""
    for line in _ANSWERS.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            yield line.removeprefix("# ")
        elif line.strip():
            numbers, verdict, how, tests = (part.strip() for part in line.split("|"))
            named = (each.split("::") for each in tests.split())
            yield Answer(
                numbers=tuple(numbers.split()),
                verdict=verdict,
                how=how,
                tests=tuple((TEST_FILES[alias], name) for alias, name in named),
            )


def security_page() -> str:
    counts = dict.fromkeys(VERDICTS, 0)
    parts: list[str] = []
    for each in answers():
        if isinstance(each, str):
            parts += [
                "",
                f"### {each}",
                "",
                "| requirement | met | how | test |",
                "| --- | --- | --- | --- |",
            ]
        else:
            counts[each.verdict] += len(each.numbers)
            parts.append(_row(each))
    introduction = _INTRODUCTION.read_text(encoding="utf-8").format(total=sum(counts.values()), **counts)
    return "\n".join([introduction.rstrip(), *parts]) + "\n"


def _row(answer: Answer) -> str:
    tests = "<br>".join(f"`{file}::{name}`" for file, name in answer.tests)
    numbers = ", ".join(f"V{number}" for number in answer.numbers)
    return f"| {numbers} | {VERDICTS[answer.verdict]} | {answer.how} | {tests} |"


def is_test(file: Path, name: str) -> bool:
    return file.exists() and bool(re.search(rf"def {name}\(", file.read_text(encoding="utf-8")))
