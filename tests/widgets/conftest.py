"""The sample's training in a store of its own: what the boards of trainers are tested on."""

import datetime as dt

import pytest

from matching.records import CHINA
from matching.samples import make_training
from matching.store import open_store

NOW = dt.datetime(2024, 8, 22, 14, tzinfo=CHINA)


@pytest.fixture(scope="session")
def sample_training():
    return make_training()


@pytest.fixture
def training_store(sample_training, tmp_path):
    """A store with the sample's training, imported the day before `NOW`."""
    with open_store(tmp_path / "t.db", create=True) as opened:
        opened.import_training(sample_training, by="陈", at=NOW - dt.timedelta(days=1))
        yield opened
