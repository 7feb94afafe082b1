"""Opens a training programme for a page: a store as it is, or a workbook taken into a store of its own."""

import dataclasses
import datetime as dt
import os
import tempfile
from pathlib import Path

from matching.community import is_store
from matching.records import CHINA
from matching.roster import read_training_files
from matching.store import Store, open_store
from matching.tables import data_path
from matching.widgets.form import Clock

SAMPLE_NOW = dt.datetime(2024, 8, 22, 14, tzinfo=CHINA)
"""The moment at which the sample programme is looked at: the afternoon of a course."""

SOURCE_NAME = "MATCHING_SOURCE"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A training programme that can be read and written.

    Attributes
    ----------
    store : Store
        Where it is kept.
    now : callable
        The clock; that of the sample stands still.
    is_sample : bool
        Whether it is the sample, in a store that goes with the process.
    """

    store: Store
    now: Clock
    is_sample: bool


def served_source() -> str:
    """Return what a page is served from: a store or a workbook named by the server, else the sample.

    Returns
    -------
    source : str
    """
    return os.environ.get(SOURCE_NAME) or str(data_path("district/training.xlsx"))


def open_programme(source: str | Path | None = None) -> Programme:
    """Open a programme.

    Parameters
    ----------
    source : str or Path, optional
        A store, or a workbook or folder: its records are taken into a store in a temporary folder, so that nothing
        of it is changed. By default what is served, else the sample.

    Returns
    -------
    programme : Programme
    """
    found = source or served_source()
    is_sample = Path(str(found)) == data_path("district/training.xlsx")
    clock: Clock = (lambda: SAMPLE_NOW) if is_sample else (lambda: dt.datetime.now(CHINA))
    if is_store(str(found)):
        return Programme(store=open_store(str(found)), now=clock, is_sample=False)
    store = open_store(Path(tempfile.mkdtemp(prefix="matching-")) / "培养.db", create=True)
    store.import_training(read_training_files(found), by=Path(str(found)).name, at=clock() - dt.timedelta(days=1))
    return Programme(store=store, now=clock, is_sample=is_sample)
