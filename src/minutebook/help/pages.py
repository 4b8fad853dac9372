"""The help pages there are: each is one template named after its slug."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class HelpPage:
    """A page that explains one thing to be done, mostly outside Minutebook."""

    slug: str
    title: str
    about: str

    @property
    def template_name(self) -> str:
        return f"help/{self.slug}.html"


PAGES = (
    HelpPage(
        slug="connect",
        title="Connect Xero Practice Manager",
        about="Who can, what happens at Xero, and what to do when it does not work out.",
    ),
    HelpPage(
        slug="permission",
        title="Give the permission “Connect third-party add-ons”",
        about="Where it is switched on in XPM, and for whom.",
    ),
    HelpPage(
        slug="job-template",
        title="Make a job template in XPM",
        about="Jobs need at least one; what belongs into it, and what does not.",
    ),
    HelpPage(
        slug="state-code",
        title="Find a state’s interface code",
        about="So that jobs can be marked as In progress or Completed.",
    ),
    HelpPage(
        slug="chosen-companies",
        title="Limit a person to chosen companies",
        about="What they see, what they cannot do, and who chooses.",
    ),
    HelpPage(
        slug="wording",
        title="Write your own wording",
        about="How templates are written: text, clauses, fields, conditions, places to sign.",
    ),
)


def find_page(slug: str) -> HelpPage | None:
    """Return the page of that slug, or None."""
    return next((page for page in PAGES if page.slug == slug), None)
