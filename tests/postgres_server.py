"""A place of its own for each test, on the server that MATCHING_TEST_POSTGRES names (`make test-postgres`)."""

import contextlib
import itertools
import os
from collections.abc import Iterator

from sqlalchemy import NullPool, create_engine, make_url, text

SETTING = "MATCHING_TEST_POSTGRES"

_numbers = itertools.count(1)


def server_url() -> str:
    """Return the URL of the server, or say how to have one."""
    url = os.environ.get(SETTING, "")
    assert url, f"{SETTING} names no server. Run: tools/postgres_for_tests.sh .venv/bin/pytest -m postgres tests"
    return url


@contextlib.contextmanager
def new_database() -> Iterator[str]:
    """Create an empty place and yield a URL that sees nothing else; drop it at the end.

    The place is a schema: a database of its own takes PostgreSQL ten times as long to create.
    """
    server = make_url(server_url())
    name = f"matching_{os.getpid()}_{next(_numbers)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f'CREATE SCHEMA "{name}"'))
    try:
        place = server.update_query_dict({"options": f"-csearch_path={name}"})
        yield place.render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP SCHEMA "{name}" CASCADE'))
