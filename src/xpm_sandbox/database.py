"""The one SQLite file, and how transactions on it begin."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.orm import Session

from xpm_sandbox.models.base import Base

FILE_NAME = "xpm-sandbox.sqlite3"
_LOCK_WAIT_SECONDS = 15


class Database:
    """Opens read and write sessions on one file in `folder`, which is made if need be.

    A write session takes SQLite's write lock at its first statement, so what it read cannot change before it
    commits: that is what keeps job numbers unique under concurrent adds.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.engine = _open_engine(folder / FILE_NAME)
        self._writer = self.engine.execution_options(begin_with="BEGIN IMMEDIATE")
        Base.metadata.create_all(self._writer)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Commit when the block ends, or roll back when it raises."""
        with Session(self._writer) as session, session.begin():
            yield session

    def empty(self) -> None:
        """Remove every row, also while a server has the file open."""
        with self.writing() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(table.delete())

    def close(self) -> None:
        self.engine.dispose()


def _open_engine(file: Path) -> Engine:
    engine = create_engine(f"sqlite:///{file}", connect_args={"timeout": _LOCK_WAIT_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # sqlite3 must not begin transactions by itself; _begin does
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin_with", "BEGIN"))
