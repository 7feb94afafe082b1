"""Unfinished work in a store: the last of each desk, and no fact."""

import datetime as dt

import pytest

from matching.errors import CallError
from matching.records import CHINA
from matching.store import open_store, restore

NOW = dt.datetime(2024, 7, 31, 9, 0, tzinfo=CHINA)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "d.db", create=True) as opened:
        yield opened


def test_the_last_draft_of_a_desk_is_what_comes_back(store):
    assert store.load_draft("王主任") is None
    assert store.save_draft("王主任", {"a": 1}, at=NOW)
    assert store.save_draft("王主任", {"a": 2, "理由": "<b>"}, at=NOW)
    assert not store.save_draft("王主任", {"理由": "<b>", "a": 2}, at=NOW)
    assert store.save_draft("张副主任", {"a": 3}, at=NOW)
    assert store.load_draft("王主任") == {"a": 2, "理由": "<b>"}


def test_a_draft_is_no_fact(store):
    before = store.load_community().fingerprint()
    store.save_draft("王主任", {"a": 1}, at=NOW)
    assert store.last_batch() is None
    assert store.load_community().fingerprint() == before
    assert store.check() == ()


def test_drafts_are_in_a_backup(store, tmp_path):
    store.save_draft("王主任", {"a": 1}, at=NOW)
    store.backup(tmp_path / "copy.db")
    restore(tmp_path / "copy.db", tmp_path / "new.db")
    with open_store(tmp_path / "new.db") as again:
        assert again.load_draft("王主任") == {"a": 1}


def test_a_draft_names_its_desk(store):
    with pytest.raises(CallError, match="names who wrote it"):
        store.save_draft(" ", {}, at=NOW)
