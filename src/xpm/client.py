"""The client: one practice, one access token, one method for each call of the API."""

from collections.abc import Callable
from typing import Self

import httpx2

from xpm.client_changes import ClientChangeCalls
from xpm.clients import ClientCalls
from xpm.costs import CostCalls
from xpm.documents import DocumentCalls
from xpm.endpoints import Endpoints
from xpm.jobs import JobCalls
from xpm.staff import StaffCalls
from xpm.templates import TemplateCalls
from xpm.wire import TIMEOUT, Call, Hooks, Wire


class Client(JobCalls, CostCalls, DocumentCalls, ClientCalls, ClientChangeCalls, StaffCalls, TemplateCalls):
    """Calls Practice Manager API 3.1 for one practice. Safe to share between threads; close it after use.

    It neither waits nor repeats nor refreshes: every method is exactly the calls it says, and every failure
    is an XpmError that says what may be done next. Three hooks let a caller take part in each call:

    - `before_call(method, path)` runs first, and may wait for a permit or raise to prevent the call;
    - `may_send()` is asked when the connection stands, directly before the head and again before the body is
      written; when it says no, the call ends in NotSent. A process that was frozen for a minute can thus
      still keep from sending what others have since sent;
    - `on_call(Call)` is told of every call that was begun, also of failed ones. It must not raise.

    `timeout` is in seconds and limits each wait: for room to write, for the next bytes, and (plus the time to
    connect, at most five seconds) for the whole answer, other than that of the streamed `clients`.
    """

    def __init__(
        self,
        *,
        access_token: str,
        tenant_id: str,
        endpoints: Endpoints | None = None,
        transport: httpx2.BaseTransport | None = None,
        timeout: float = TIMEOUT,
        before_call: Callable[[str, str], None] | None = None,
        may_send: Callable[[], bool] | None = None,
        on_call: Callable[[Call], None] | None = None,
    ) -> None:
        wire = Wire(
            base_url=(endpoints or Endpoints()).practice_manager_url,
            headers={
                "Authorization": f"Bearer {access_token}",
                "Xero-Tenant-Id": tenant_id,
                "Accept": "text/xml, application/xml",
            },
            transport=transport,
            timeout=timeout,
            hooks=Hooks(before_call=before_call, may_send=may_send, on_call=on_call),
        )
        super().__init__(wire=wire)

    def close(self) -> None:
        self._wire.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc_info: object) -> None:
        self.close()
