"""`python -m tests.docs --write`: write the generated pages. Without --write, say which are out of date."""

import sys
from collections.abc import Sequence

from tests.docs.pages import outdated_pages
from tests.tracked import ROOT


def main(arguments: Sequence[str]) -> int:
    outdated = outdated_pages()
    for path, text in outdated.items():
        if "--write" in arguments:
            (ROOT / path).write_text(text, encoding="utf-8")
        print(f"{path} {'written' if '--write' in arguments else 'is out of date: run make docs'}")
    return int(bool(outdated) and "--write" not in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
