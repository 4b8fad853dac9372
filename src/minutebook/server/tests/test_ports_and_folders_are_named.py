"""What stands in the way of starting is said in a sentence, before anything is started."""

import socket
from pathlib import Path

import pytest

from minutebook.server.ports import CannotStart, check_port_is_free, only_server_of
from minutebook.server.serve import DEMO_MARK, serve, web_port


def test_a_taken_port_is_named_with_the_setting_that_moves_us() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(CannotStart, match=f"Port {port} is taken .* MINUTEBOOK_PORT"):
            check_port_is_free(port, setting="MINUTEBOOK_PORT")


@pytest.mark.parametrize("text", ["eighty", "0", "70000", "-1"])
def test_a_port_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CannotStart, match="is no port"):
        web_port({"MINUTEBOOK_PORT": text})


def test_a_second_server_on_one_folder_is_refused(tmp_path: Path) -> None:
    with (
        only_server_of(tmp_path),
        pytest.raises(CannotStart, match="already runs on"),
        only_server_of(tmp_path),
    ):
        pass


def test_the_folder_is_free_again_once_the_first_server_stopped(tmp_path: Path) -> None:
    with only_server_of(tmp_path):
        pass

    with only_server_of(tmp_path):
        pass


def test_serve_refuses_a_folder_that_demo_made(tmp_path: Path) -> None:
    (tmp_path / DEMO_MARK).touch()

    with pytest.raises(CannotStart, match="everybody knows its password"):
        serve({"MINUTEBOOK_DATA": str(tmp_path)})
