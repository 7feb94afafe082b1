"""Sparse tables in files that every worker maps into memory instead of being sent them."""

from pathlib import Path

import numpy as np
import scipy.sparse as sp

_PARTS = ("data", "indices", "indptr")


def put_table(table: sp.csr_array, folder: Path, name: str) -> None:
    """Write a table as three files.

    Parameters
    ----------
    table : csr_array
    folder : Path
        It must exist.
    name : str
        Under which `map_table` finds it.
    """
    # In the type that SciPy would choose: else it would convert, and so read, all of it when it is mapped.
    dtype = sp.get_index_dtype(maxval=max(table.nnz, *table.shape))
    for part in _PARTS:
        values = getattr(table, part)
        np.save(folder / f"{name}.{part}.npy", values if part == "data" else values.astype(dtype, copy=False))
    np.save(folder / f"{name}.shape.npy", np.array(table.shape, dtype=np.int64))


def map_table(folder: Path, name: str) -> sp.csr_array:
    """Map a table that `put_table` wrote; nothing is read until it is used.

    Parameters
    ----------
    folder : Path
    name : str

    Returns
    -------
    table : csr_array
        Read-only.
    """
    data, indices, indptr = (np.load(folder / f"{name}.{part}.npy", mmap_mode="r") for part in _PARTS)
    rows, columns = np.load(folder / f"{name}.shape.npy").tolist()
    return sp.csr_array((data, indices, indptr), shape=(rows, columns))
