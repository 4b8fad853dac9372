"""What a practice chooses jobs from: templates, categories and states. All are only a UUID and a name."""

from xpm.calls import Calls
from xpm.xml import Element, Named, list_of, read_named


class TemplateCalls(Calls):
    """The short lists of a practice."""

    def templates(self) -> tuple[Named, ...]:
        """Return the job templates. What is in them is not told; read the job made from one.

        Raises NotSent, Throttled, Unauthorised, Refused, InDoubt.

        Source: Practice Manager API 3.1, Templates, GET template.api/list.
        """
        return self._get("template.api/list", lambda root: _read_all(root, "Templates", "Template"))

    def categories(self) -> tuple[Named, ...]:
        """Return the job categories, empty when the practice has none.

        Raises NotSent, Throttled, Unauthorised, Refused, InDoubt.

        Source: Practice Manager API 3.1, Categories, GET category.api/list.
        """
        return self._get("category.api/list", lambda root: _read_all(root, "Categories", "Category"))

    def job_states(self) -> tuple[Named, ...]:
        """Return the job states by display name. The codes that `set_state` takes are not told.

        Raises NotSent, Throttled, Unauthorised, Refused, InDoubt.

        Source: Practice Manager API 3.1 (vendor's OpenAPI description), GET jobstate.api/list.
        """
        return self._get("jobstate.api/list", lambda root: _read_all(root, "JobStates", "JobState"))


def _read_all(root: Element, container: str, name: str) -> tuple[Named, ...]:
    return tuple(read_named(element) for element in list_of(root, container, name))
