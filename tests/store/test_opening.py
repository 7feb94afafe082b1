import importlib.util
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from matching.errors import MissingExtraError, StoreError
from matching.records import Community
from matching.store import open_store
from matching.store.address import read_address, show_address
from matching.store.engine import writing
from postgres_server import new_database
from store.examples import WHO, district


@pytest.mark.parametrize(
    "name", ["district.db", "光耀路 社区.db", "a?b#c%20d.db", "x&mode=ro.db", "it's;--.db", "没有后缀"]
)
def test_a_store_is_a_file_of_any_name(tmp_path, name):
    path = tmp_path / name
    with open_store(path, create=True) as store:
        store.import_community(district(), **WHO)
    assert path.is_file()
    assert [each.name for each in tmp_path.iterdir()] == [name]  # nothing is left beside it once it is closed
    with open_store(str(path)) as store:
        assert store.load_community() == district()
        assert store.load_community().source == path.as_posix()


def test_a_url_of_a_file_names_the_same_store(tmp_path):
    with open_store(f"sqlite:///{tmp_path / 'district.db'}", create=True) as store:
        store.import_community(district(), **WHO)
    with open_store(tmp_path / "district.db") as store:
        assert store.load_community() == district()


def test_a_relative_path_is_one_from_here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    open_store("district.db", create=True).close()
    open_store("sqlite:///district.db").close()
    assert (tmp_path / "district.db").is_file()


def test_there_is_no_store_until_one_is_created(url):
    with pytest.raises(StoreError, match=r"There is no store at .*Make one with: matching init"):
        open_store(url)
    with pytest.raises(StoreError, match=r"There is no store at"):
        open_store(url, migrate=True)
    if "://" not in url:
        assert not Path(url).exists()
    with open_store(url, create=True) as store:
        assert store.load_community() == Community()
        assert store.check() == ()


def test_creating_a_store_that_is_there_opens_it(url):
    with open_store(url, create=True) as store:
        store.import_community(district(), **WHO)
    with open_store(url, create=True) as store:
        assert store.load_community() == district()


def test_an_empty_file_becomes_a_store_only_when_asked(tmp_path):
    path = tmp_path / "empty.db"
    path.touch()
    with pytest.raises(StoreError, match=r"There is no store at"):
        open_store(path)
    open_store(path, create=True).close()
    open_store(path).close()


def test_what_is_no_database_is_left_alone(tmp_path):
    path = tmp_path / "letter.db"
    path.write_text("亲爱的居民朋友" * 300, encoding="utf-8")
    before = path.read_bytes()
    for options in ({}, {"create": True}, {"migrate": True}):
        with pytest.raises(StoreError, match=r"letter.db: file is not a database. This is not a store"):
            open_store(path, **options)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", r"A store is a file that outlives the program"),
        (":memory:", r"A store is a file that outlives the program; got ':memory:'"),
        ("sqlite://", r"A store is a file that outlives the program"),
        ("sqlite:///:memory:", r"A store is a file that outlives the program"),
        ("file:x?mode=memory", r"A store is a file that outlives the program"),
        ("mysql://host/name", r"sqlite:// or postgresql\+psycopg://; got mysql://"),
        ("postgresql+asyncpg://host/name", r"got postgresql\+asyncpg://"),
        ("https://example.org/x.db", r"got https://"),
        ("postgresql://host:port/x", r"must read sqlite:///path or postgresql\+psycopg://"),
        ("a\0b.db", r"holds no NUL character"),
    ],
)
def test_an_address_that_is_none_is_refused(address, words):
    with pytest.raises(StoreError, match=words):
        open_store(address, create=True)


def test_a_folder_is_no_store(tmp_path):
    with pytest.raises(StoreError, match=r"is a folder. Name a file in it"):
        open_store(tmp_path)
    with pytest.raises(StoreError, match=r"The folder .*nowhere is not there"):
        open_store(tmp_path / "nowhere" / "district.db", create=True)


def test_residents_data_are_for_their_owner_alone_while_they_are_written(tmp_path):
    with open_store(tmp_path / "district.db", create=True) as store:
        store.import_community(district(), **WHO)
        files = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    assert files["district.db-wal"] == 0o600
    assert set(files.values()) == {0o600}


def test_a_file_is_kept_in_the_way_that_loses_nothing(tmp_path):
    path = tmp_path / "district.db"
    with open_store(path, create=True) as store, store._engine.connect() as connection:
        told = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert told == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_a_file_that_lost_its_write_ahead_log_mode_gets_it_back(tmp_path):
    path = tmp_path / "district.db"
    open_store(path, create=True).close()
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    connection.close()
    with open_store(path) as store, store._engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


@pytest.mark.postgres
def test_postgresql_acknowledges_only_what_is_on_disk():
    from sqlalchemy import make_url

    with new_database() as url:
        options = make_url(url).query["options"]
        hasty = make_url(url).update_query_dict({"options": f"{options} -csynchronous_commit=off"})
        address = hasty.render_as_string(hide_password=False)
        with open_store(address, create=True) as store, store._engine.connect() as connection:
            assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"


@pytest.mark.postgres
def test_a_server_that_is_not_there_is_named_without_a_password(tmp_path):
    with pytest.raises(StoreError, match=r"anna:\*\*\*@.*Check that the server runs") as caught:
        open_store(f"postgresql+psycopg://anna:geheim@/district?host={tmp_path}")
    assert "geheim" not in str(caught.value)


def test_postgresql_without_its_driver_says_what_to_install(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "psycopg" else find(name))
    with pytest.raises(MissingExtraError, match=r"pip install 'linli-matching\[postgres\]'"):
        open_store("postgresql+psycopg://host/district")


def test_an_address_is_shown_without_its_password():
    assert (
        show_address(read_address("postgres://anna:geheim@host/district"))
        == "postgresql+psycopg://anna:***@host/district"
    )


def test_an_error_of_the_database_shows_no_value_of_a_row(store):
    store.import_community(district(), **WHO)
    with pytest.raises(StoreError) as caught, writing(store._engine) as connection:
        connection.execute(
            store._schema.batches.insert(),
            [
                {
                    "batch_id": 1,
                    "recorded_at": WHO["at"],
                    "stated_at": WHO["at"],
                    "recorded_by": "周小梅的秘密",
                    "what": "x",
                }
            ],
        )
    assert "秘密" not in str(caught.value)
    assert "秘密" not in str(caught.value.__cause__)


def test_the_face_of_the_package_loads_no_database_library():
    code = "import sys, matching; print([m for m in ('sqlalchemy', 'alembic', 'psycopg') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_closed_store_can_still_say_where_it_was(tmp_path):
    with open_store(tmp_path / "district.db", create=True) as store:
        assert repr(store) == f"<Store {(tmp_path / 'district.db').as_posix()}>"
    assert store.address.endswith("district.db")
