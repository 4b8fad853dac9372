"""The whole client list is read as it arrives, in constant memory, and half of it is never taken for all."""

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import httpx2
import pytest

import xpm

type Connect = Callable[..., xpm.Client]

MEGABYTE = 1024 * 1024
HEAD = b'<Response api-method="List"><Status>OK</Status><Clients>'
TAIL = b"</Clients></Response>"


CONTACT = (
    "<Contact><UUID>{number:08x}-0000-4000-8000-{n:012x}</UUID><Name>Contact {n}</Name>"
    "<Mobile>0400 000 000</Mobile><Email>someone@client.example</Email><Phone /><Position>Director</Position>"
    "<Salutation /><Addressee /><IsPrimary>No</IsPrimary></Contact>"
)
REMARK = "Rang about the annual review. " * 55


def client_xml(number: int) -> bytes:
    """About 3.3 KB, as a detailed client of a real practice."""
    contacts = "".join(CONTACT.format(number=number, n=n) for n in range(6))
    return (
        f"<Client><UUID>{number:08x}-0000-4000-8000-000000000000</UUID><Name>Client {number} &amp; Sons"
        f"</Name><Email>client{number}@example.com</Email><IsArchived>No</IsArchived><Contacts>{contacts}</Contacts>"
        f"<Notes><Note><Text>{REMARK}</Text></Note></Notes><Groups /><Relationships /></Client>"
    ).encode()


def streamed(chunks: Iterator[bytes], *, status: int = 200) -> httpx2.Response:
    return httpx2.Response(status, content=chunks)


def list_of(count: int) -> Iterator[bytes]:
    yield HEAD
    yield from (client_xml(number) for number in range(count))
    yield TAIL


def resident_bytes() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Needs /proc to see libxml2's memory.")
def test_twenty_thousand_clients_take_no_more_memory_than_a_thousand(client_of: Connect) -> None:
    """66 MB of XML; a tree of it takes several times that. Resident size, for libxml2's is not Python's."""
    clients = client_of(streamed(list_of(20_000))).clients(detailed=True)
    names = [client.name for client in islice(clients, 1_000)]
    before, growth = resident_bytes(), 0

    for client in clients:
        names.append(client.name)
        if len(names) % 1_000 == 0:
            growth = max(growth, resident_bytes() - before)

    assert (len(names), names[-1]) == (20_000, "Client 19999 & Sons")
    assert growth < 24 * MEGABYTE


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_it_does_not_matter_where_the_chunks_end(client_of: Connect, size: int) -> None:
    whole = b"".join(list_of(3))
    chunks = (whole[start : start + size] for start in range(0, len(whole), size))

    clients = list(client_of(streamed(chunks)).clients())

    assert [client.name for client in clients] == [f"Client {number} & Sons" for number in range(3)]
    assert all(len(client.contacts) == 6 for client in clients)


@pytest.mark.parametrize("missing", [1, len(TAIL), len(TAIL) + 100])
def test_a_list_that_breaks_off_is_in_doubt_after_the_whole_clients(client_of: Connect, missing: int) -> None:
    calls: list[xpm.Call] = []
    whole = b"".join(list_of(3))
    clients = client_of(streamed(iter([whole[:-missing]])), on_call=calls.append).clients()
    read: list[xpm.ClientRecord] = []

    with pytest.raises(xpm.InDoubt):
        read.extend(clients)

    assert len(read) <= 3
    assert [call.outcome for call in calls] == [xpm.Outcome.IN_DOUBT]


def test_a_connection_lost_half_way_is_in_doubt(client_of: Connect) -> None:
    def lose() -> Iterator[bytes]:
        yield HEAD
        yield client_xml(1)
        raise httpx2.ReadError("reset by peer")

    clients = client_of(streamed(lose())).clients()

    assert next(clients).name == "Client 1 & Sons"
    with pytest.raises(xpm.InDoubt, match="reset by peer"):
        next(clients)


def test_a_refusal_under_200_keeps_the_servers_words(client_of: Connect) -> None:
    body = "<Response><Status>ERROR</Status><ErrorDescription>Invalid date</ErrorDescription></Response>"

    with pytest.raises(xpm.Refused, match="Invalid date"):
        list(client_of(body).clients())


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, b'{"Detail":"TokenExpired: token expired at 04/29/2020 09:22:02"}', xpm.Unauthorised),
        (403, b"{}", xpm.Forbidden),
        (429, b"", xpm.Throttled),
        (500, b"<html>", xpm.InDoubt),
        (200, b"", xpm.InDoubt),
        (200, b"<html><body/></html>", xpm.InDoubt),
        (200, b"<Response><Clients /></Response>", xpm.InDoubt),
    ],
)
def test_an_answer_that_is_no_list_has_its_class(
    client_of: Connect, status: int, body: bytes, expected: type[xpm.XpmError]
) -> None:
    with pytest.raises(expected) as caught:
        list(client_of(streamed(iter([body]), status=status)).clients())

    assert type(caught.value) is expected


def test_a_list_not_read_to_its_end_is_reported_as_abandoned(client_of: Connect) -> None:
    calls: list[xpm.Call] = []
    clients = client_of(streamed(list_of(3)), on_call=calls.append).clients()
    next(clients)

    clients.close()  # type: ignore[attr-defined]  # a generator, which Iterator does not say

    assert [call.outcome for call in calls] == [xpm.Outcome.ABANDONED]


def test_nothing_is_sent_until_the_first_client_is_asked_for(client_of: Connect) -> None:
    calls: list[xpm.Call] = []

    client_of(streamed(list_of(3)), on_call=calls.append).clients()

    assert calls == []


BOMB = (
    b'<!DOCTYPE Response [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<Response><Status>OK</Status><Clients><Client><UUID>c</UUID><Name>&b;</Name></Client></Clients></Response>"
)
FILE = BOMB.replace(b'"aaaaaaaaaa"', b'SYSTEM "file:///etc/hostname"').replace(b"&b;<", b"&a;<")


@pytest.mark.parametrize("body", [BOMB, FILE])
def test_a_document_type_is_refused_in_a_stream_and_in_an_answer(client_of: Connect, body: bytes) -> None:
    with pytest.raises(xpm.InDoubt):
        list(client_of(streamed(iter([body]))).clients())
    with pytest.raises(xpm.InDoubt):
        client_of(streamed(iter([body]))).search_clients("c")
