"""Every test of the store that asks for `url` runs on SQLite, and on PostgreSQL where one is there."""

import shutil

import pytest

from matching.store import open_store
from postgres_server import new_database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request, tmp_path):
    """Where no store is yet."""
    if request.param == "sqlite":
        yield str(tmp_path / "district.db")
    else:
        with new_database() as address:
            yield address


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory):
    """A SQLite store with nothing in it, to be copied: quicker than creating one for each test."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    open_store(path, create=True).close()
    return path


@pytest.fixture
def store(url, empty_file):
    """An empty store."""
    if "://" not in url:
        shutil.copyfile(empty_file, url)
    with open_store(url, create=True) as opened:
        yield opened
