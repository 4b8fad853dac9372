"""The firm's wording, and how to write it. This page is the reference for authors.

A wording is a text file: a head between two lines of `---`, then Markdown with fields in double braces.

    ---
    title: Consent of {{ person.name }} to act as director
    ---
    {{ facts(("Company", company.name), ("Made under", "Section 201D, Corporations Act 2001 (Cth)")) }}

    ## Consent

    I, **{{ person.name }}** of {{ person.address|one_line }}, consent to act as a director of the Company
    from {{ appointed_on }}.

    {% if person.former_names %}
    My former names are {{ person.former_names|and_list }}.
    {% endif %}

    {{ signatures(person, capacity="Director") }}

**Head.** One `key: value` a line. `title` is needed and may use fields; other keys are options for the
program (`wording.options`), such as `layout: letter`, `layout: certificate` or `landscape: yes`; they use
no fields.

**Markdown.** The title is printed by itself, so sections start at `## Section` (then `### Part`); a blank
line parts paragraphs; `**bold**`, `*italic*`; two spaces or a backslash at a line's end break it; `---`
alone is a rule; a backslash takes away a mark's meaning (`\\*`). Links, code, quotes, images and HTML do
not exist: they print as typed.

**Clauses.** Write `1.` before *every* item: numbers are counted, so an item left out by a condition moves the
others up. Items inside an item are indented by three spaces. `1.` gives 1. 2. 3., inside it (a) (b), then
(i) (ii), then (A) (B). `1)` gives lettered recitals A. B. C. `-` gives bullets (indent by two spaces inside).
A list interrupted by a paragraph goes on with its number when its first item is typed as any other number,
such as `2.`. A blank line between items spaces them out.

**Tables.** GFM: a header row, a row of dashes (`--:` figures to the right, `:-:` centred), one line a row:

    | Member | Class | Shares |
    |---|---|--:|
    {% for member in members %}
    | {{ member.name }} | {{ member.share_class }} | {{ member.shares|number }} |
    {% endfor %}

**Fields.** `{{ company.name }}`. Text may hold line breaks and is printed as it is, whatever it contains.
A date prints as 22 November 2026, a number as it is (use `|number`). A field that is none is an error
where it is printed: ask first. An unknown field is an error, also where a condition hides it. `~` joins:
`{{ facts(("Name", a ~ " " ~ b)) }}`.

**Conditions and loops.** `{% if a and not b %} … {% elif x == "sole" %} … {% else %} … {% endif %}`; `==`,
`!=`, `<`, `>`, `in`, `is none`; `{{ "a" if x else "b" }}`. `{% for d in directors %} … {% else %} (none)
{% endfor %}`, with `loop.first`, `loop.last`, `loop.index`, `loop.length`, at most three deep, and only
through list fields. `{# a note to other authors #}`. A line with only a `{% … %}` leaves no blank line
behind.

**Filters.** `|date` 22 November 2026, `|short_date` 22/11/2026, `|number` 2,000 (`|number(2)` 2,000.00),
`|money` $1,145.00, `|percent` 16.7 % (of a percentage), `|acn` 918 844 023, `|and_list` A, B and C,
`|or_list`, `|each("name")` that part of every record, `|count`, `|first`, `|plural("share")` the word for
a number or a list (`|plural("director", "directors")`; the number itself is not printed), `|default("…")`,
`|or_blank` a dotted line when there is no value, `|upper`, `|capitalise` (first letter), `|one_line` (an
address on one line).

**Macros** stand on a line of their own, between blank lines; what they print is never read as Markdown:

- `{{ facts(("Label", value), …) }}` particulars in two columns; a pair without a value is left out.
- `{{ signatures(directors, capacity="Director") }}` places to sign, two side by side, each with "Date".
  The first argument is a record, a text, or a list of them; records have a `name` and may have their own
  `capacity`. `dated=false` leaves the date out. `variant="individual"` (usual), `"joint"` (joint holders),
  `"witness"` (full name, address, date; the name may be none), `"occupier"`, or `"company"`, which needs
  `company=member.name` and may have `company_acn=member.acn`: signing under s 127(1), with its officers as
  the people.
- `{{ page_break() }}`.
- `{{ place("register") }}` finished blocks that the program supplies under this name.
- `{{ title() }}` puts the title here instead of at the top (letters: below the addressee).

Not known, on purpose: arithmetic, `{% set %}`, own macros, includes, square brackets, any other filter or
call.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from traceback import walk_tb
from types import MappingProxyType

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, UndefinedError, pass_context
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from minutebook.documents.blocks import Block
from minutebook.documents.filling import Collector, fill, fill_text
from minutebook.documents.filters import FILTERS, BadValue, NoSuchPart, is_rows, look_up, plain
from minutebook.documents.grammar import (
    FieldUse,
    WordingError,
    check_fields,
    check_grammar,
    refuse_private_use,
    unknown_field,
)
from minutebook.documents.macros import MACROS, Placed
from minutebook.documents.markdown import parse_markdown
from minutebook.text import check_text

__all__ = ["Wording", "WordingError", "compile_wording", "render_wording"]

_MAX_LENGTH = 200_000  # characters of a wording
_MAX_RENDERED = 2_000_000  # characters of Markdown before the values are filled in
_MAX_TURNS = 50_000  # of all loops in one document
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_TITLE_HEADING = re.compile(r" {0,3}#(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording that can be rendered: compiled, and found to use only what it may."""

    name: str
    source: str
    options: Mapping[str, str]  # the head, without the title
    uses: tuple[FieldUse, ...]  # the fields it names
    title: "WordingPart"
    body: "WordingPart"


@dataclass(frozen=True, slots=True)
class WordingPart:
    template: Template
    filename: str  # as it stands in tracebacks
    line: int  # of the file, on which the part begins


def compile_wording(source: str, *, name: str) -> Wording:
    """Return the wording, ready to render any number of times. Costs some milliseconds: keep it.

    Raises WordingError with the line (counted from the top of the file) for anything a wording may not use.
    """
    source = _plain_lines(source)
    if len(source) > _MAX_LENGTH:
        raise WordingError(f"A wording has at most {_MAX_LENGTH:,} characters.")
    refuse_private_use(source, 1)
    options, title, body_line = _read_head(source)
    body = "\n".join(source.split("\n")[body_line - 1 :])
    _check_headings("\n" * (body_line - 1) + body)
    title_part, title_uses = _compile(title[0], name=f"{name}#title", line=title[1])
    body_part, body_uses = _compile(body, name=name, line=body_line)
    return Wording(name, source, MappingProxyType(options), title_uses + body_uses, title_part, body_part)


def render_wording(
    wording: Wording, fields: Mapping[str, object], placed: Mapping[str, Sequence[Block]] | None = None
) -> tuple[str, tuple[Block, ...]]:
    """Return the title and the blocks. `placed` are the finished blocks for place("…").

    No value is parsed: a private-use character stands for it until the tree is built. Raises WordingError
    for a missing field or value, and UnprintableText for a value that cannot be printed.
    """
    if clash := fields.keys() & MACROS.keys():
        raise ValueError(f"A field cannot be called {min(clash)}: that is a macro.")
    check_fields(wording.uses, fields)
    title = _render_title(wording.title, fields)
    if not title.strip():
        raise WordingError("The title is empty.", wording.title.line)
    title = " ".join(title.split())
    collector = Collector()
    inner = {"_collector": collector, "_placed": placed or {}, "_title": title}
    markdown = _run(wording.body, fields, inner)
    try:
        return title, fill(parse_markdown(markdown), collector)
    except BadValue as error:
        raise WordingError(_sentence(str(error))) from None


def _render_title(part: WordingPart, fields: Mapping[str, object]) -> str:
    collector = Collector()
    text = _run(part, fields, {"_collector": collector, "_placed": {}, "_title": ""})
    try:
        return fill_text(text, collector)
    except BadValue as error:
        raise WordingError(_sentence(str(error)), part.line) from None


def options_of(source: str) -> Mapping[str, str]:
    """Return what a wording's head says, without compiling anything. Raises WordingError."""
    return _read_head(_plain_lines(source))[0]


class _Environment(ImmutableSandboxedEnvironment):
    """Looks parts up in mappings and dataclasses only, and knows only our filters and macros."""

    def getattr(self, obj: object, attribute: str) -> object:
        if isinstance(obj, LoopContext):
            return super().getattr(obj, attribute)
        return look_up(obj, attribute)


def _plain_lines(source: str) -> str:
    return source.replace("\r\n", "\n").removeprefix("\ufeff")


def _read_head(source: str) -> tuple[dict[str, str], tuple[str, int], int]:
    """Return the options, the title with its line, and the line on which the body begins."""
    lines = source.split("\n")
    if lines[0].rstrip() != "---":
        raise WordingError("A wording starts with a line of three dashes, then its title.", 1)
    options: dict[str, str] = {}
    title: tuple[str, int] | None = None
    for number, line in enumerate(lines[1:], start=2):
        if line.rstrip() == "---":
            if title is None:
                raise WordingError("The head needs a line such as “title: Resolution of directors”.", number)
            return options, title, number + 1
        key, colon, value = line.partition(":")
        key, value = key.strip(), value.strip()
        if not line.strip():
            continue
        if not colon or not _KEY.fullmatch(key) or not value:
            raise WordingError("The head holds lines such as “title: Resolution of directors”.", number)
        if key in options or (key == "title" and title):
            raise WordingError(f"“{key}” stands twice in the head.", number)
        if key == "title":
            title = value, number
        else:
            options[key] = value
    raise WordingError("The head does not end: a line of three dashes is missing.", len(lines))


def _check_headings(body: str) -> None:
    for number, line in enumerate(body.split("\n"), start=1):
        if _TITLE_HEADING.match(line):
            raise WordingError("The title stands in the head; start a section with ##.", number)


def _compile(source: str, *, name: str, line: int) -> tuple[WordingPart, tuple[FieldUse, ...]]:
    filename = f"<wording {name}>"
    try:
        tree = _ENVIRONMENT.parse("\n" * (line - 1) + source, name, filename)
        uses = check_grammar(tree)
        code = _ENVIRONMENT.compile(tree, name, filename)
    except TemplateSyntaxError as error:
        raise WordingError(_sentence(error.message or "This cannot be read."), error.lineno) from None
    except RecursionError:
        raise WordingError("This is nested too deeply.", line) from None
    template = Template.from_code(_ENVIRONMENT, code, dict(MACROS))
    return WordingPart(template, filename, line), uses


def _run(part: WordingPart, fields: Mapping[str, object], inner: Mapping[str, object]) -> str:
    pieces: list[str] = []
    length = 0
    try:
        for piece in part.template.generate(dict(fields) | dict(inner) | {"_turns": _Turns()}):
            pieces.append(piece)
            length += len(piece)
            if length > _MAX_RENDERED:
                raise WordingError("The document grows too long.")
    except (BadValue, NoSuchPart, UndefinedError, SecurityError, TypeError) as error:
        raise _explained(error, part) from error
    return "".join(pieces)


def _explained(error: Exception, part: WordingPart) -> WordingError:
    line = _line_of(error, part)
    if isinstance(error, NoSuchPart):
        return unknown_field(error.part, error.known, line=line)
    return WordingError(_sentence(str(error)), line)


def _line_of(error: Exception, part: WordingPart) -> int:
    """Return the line of the wording that raised the error: Jinja has put it into the traceback."""
    lines = [at for frame, at in walk_tb(error.__traceback__) if frame.f_code.co_filename == part.filename]
    return lines[-1] if lines else part.line


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:].rstrip(".") + "."


@pass_context
def _finalize(context: Context, value: object) -> str:
    """Let one private-use character stand for the value. Needs the context, or Jinja would do it while
    compiling.
    """
    collector: Collector = context["_collector"]
    return collector.add(value if isinstance(value, Placed) else check_text(plain(value)))


@pass_context
def _guarded_rows(context: Context, value: object) -> Sequence[object]:
    if value is None:
        return ()
    if not is_rows(value):
        raise BadValue("a loop goes through a list, and this is none")
    turns: _Turns = context["_turns"]
    turns.left -= len(value)  # type: ignore[arg-type]  # is_rows has just said so
    if turns.left < 0:
        raise BadValue("the loops take too many turns")
    return value  # type: ignore[return-value]  # as above


def _concatenated(values: Sequence[object]) -> str:
    return "".join(plain(value) for value in values)


@dataclass(slots=True)
class _Turns:
    left: int = _MAX_TURNS


def _environment() -> _Environment:
    environment = _Environment(
        undefined=StrictUndefined, finalize=_finalize, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    environment.filters = FILTERS | {"_rows": _guarded_rows, "_concat": _concatenated}
    environment.tests = {"none": lambda value: value is None}
    environment.globals = {}
    return environment


_ENVIRONMENT = _environment()
