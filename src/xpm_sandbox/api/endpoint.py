"""What an endpoint is given and what it gives back, and how endpoints are listed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from xpm_sandbox.api.body import Body
from xpm_sandbox.api.wire import Tree
from xpm_sandbox.clock import Clock, today
from xpm_sandbox.models.practice import Practice


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One admitted call. `query` has lower-case names; `origin` begins the addresses of web pages."""

    session: Session
    practice: Practice
    user_name: str
    clock: Clock
    origin: str
    query: Mapping[str, str]
    body: Body

    @property
    def today(self) -> date:
        return today(self.clock)

    def asks(self, name: str) -> bool:
        """Whether a query parameter such as `detailed` is switched on."""
        return self.query.get(name, "").lower() == "true"


type EndpointFunction = Callable[..., Tree]  # takes the Call, then the variable parts of the path as strings
type Add = Callable[[EndpointFunction], EndpointFunction]


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """One method of the API. `root` names the body's outermost element; "" means no body is read."""

    verb: str
    path: str
    family: str
    root: str
    function: EndpointFunction


@dataclass(frozen=True, slots=True)
class Routes:
    """Endpoints of one scope. `family` is the narrow scope that admits them beside practicemanager, or ""."""

    family: str = ""
    endpoints: list[Endpoint] = field(default_factory=list)

    def get(self, path: str) -> Add:
        return self._add("GET", path, root="")

    def post(self, path: str, *, root: str = "") -> Add:
        return self._add("POST", path, root=root)

    def put(self, path: str, *, root: str = "") -> Add:
        return self._add("PUT", path, root=root)

    def delete(self, path: str) -> Add:
        return self._add("DELETE", path, root="")

    def _add(self, verb: str, path: str, *, root: str) -> Add:
        def add(function: EndpointFunction) -> EndpointFunction:
            self.endpoints.append(
                Endpoint(
                    verb=verb,
                    path=path,
                    family=self.family,
                    root=root,
                    function=function,
                )
            )
            return function

        return add


_SPELT = {
    "paged-list": "PagedList",
    "applytemplate": "ApplyTemplate",
    "reordertasks": "ReorderTasks",
    "addrelationship": "AddRelationship",
    "updaterelationship": "UpdateRelationship",
    "deleterelationship": "DeleteRelationship",
}


def api_method_of(path: str) -> str:
    """Return the envelope's api-method: the method part of the path in PascalCase."""
    method = path.split("/")[1]
    return _SPELT.get(method, method.capitalize())
