"""What the names of categories say of a text before any label is seen."""

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.preprocessing import normalize

from matching.affinity.categorizer_features import TextSpace
from matching.errors import CallError

# Names that gather the rest of a category say nothing of what it holds.
CATCH_ALL = frozenset({"其他", "其它", "other", "others", "misc", "nan", ""})
# How much a run keeps that stands in the names of every category.
SHARED = 0.2
# One name alone may be hit by accident; the mean of the best few is the second look.
BEST_FEW = 6


@dataclasses.dataclass(frozen=True, slots=True)
class NameTable:
    """The names of a tree, each with the category it belongs to.

    Attributes
    ----------
    categories : tuple of str
        The categories, in the order of the tree.
    names : tuple of str
        Names below and at the categories; one name may stand under several.
    owners : tuple of int
        For each name the index of its category.
    """

    categories: tuple[str, ...]
    names: tuple[str, ...]
    owners: tuple[int, ...]


def read_tree(tree: object) -> tuple[tuple[str, ...], ...]:
    """Read a label tree as rows of names, the widest level first.

    Parameters
    ----------
    tree : DataFrame, array or iterable of rows
        One row a leaf, one cell a level. Missing cells are empty names.

    Returns
    -------
    rows : tuple of tuple of str

    Raises
    ------
    CallError
        If the tree is a text or a mapping, or one of its rows is no row.

    Examples
    --------
    >>> read_tree([("城乡建设", "物业"), ("卫生", None)])
    (('城乡建设', '物业'), ('卫生', ''))
    """
    if isinstance(tree, pd.DataFrame):
        tree = tree.to_numpy(dtype=object)
    if isinstance(tree, str | bytes | dict) or not isinstance(tree, Iterable):
        raise CallError(
            f"A label tree is a table of names, one column a level · got {type(tree).__name__} · give a DataFrame or a list of rows."
        )
    rows = []
    for position, row in enumerate(tree):
        if isinstance(row, str | bytes | dict) or not isinstance(row, Iterable):
            raise CallError(
                f"A row of a label tree is a list of names · row {position} is {row!r} · write ({row!r},) for a single name."
            )
        rows.append(tuple(_cell(cell) for cell in row))
    return tuple(rows)


def _cell(cell: object) -> str:
    return "" if cell is None or cell is pd.NA or cell != cell else str(cell).strip()  # noqa: PLR0124  a missing number is not equal to itself


def name_table(rows: Sequence[Sequence[str]], classes: Iterable[object]) -> NameTable:
    """Give each name of a tree to a category, on the level where the classes stand.

    Parameters
    ----------
    rows : sequence of sequence of str
        Of `read_tree`.
    classes : iterable of object
        The labels learned from. The level that holds most of them is the level of the categories; the first one where none does.

    Returns
    -------
    table : NameTable

    Examples
    --------
    >>> table = name_table([("城建", "物业", "收费"), ("城建", "道路", "其他")], ["物业", "道路"])
    >>> table.categories, table.names, table.owners
    (('物业', '道路'), ('物业', '收费', '道路'), (0, 0, 1))
    """
    wanted = {str(label) for label in classes}
    depth = max((len(row) for row in rows), default=0)
    held = [len(wanted & {row[level] for row in rows if len(row) > level}) for level in range(depth)]
    level = int(np.argmax(held)) if held else 0
    index: dict[str, int] = {}
    pairs: dict[tuple[str, int], None] = {}
    for row in rows:
        if len(row) <= level or row[level].lower() in CATCH_ALL:
            continue
        owner = index.setdefault(row[level], len(index))
        pairs.update(dict.fromkeys((name, owner) for name in row[level:] if name.lower() not in CATCH_ALL))
    return NameTable(tuple(index), tuple(name for name, _ in pairs), tuple(owner for _, owner in pairs))


@dataclasses.dataclass(frozen=True, slots=True)
class NameLikeness:
    """How like each category's names a text is: three looks at each category.

    Attributes
    ----------
    whole : csr_matrix of shape (n_categories, n_runs)
        All names of a category as one row, runs shared with other categories weighed down.
    single : csr_matrix of shape (n_names, n_runs)
        Each name, sorted by category.
    starts : ndarray of shape (n_categories + 1,)
        The names of category c are ``starts[c]:starts[c + 1]``.
    spread : ndarray of shape (3,), values > 0
        What one look is divided by, so that the three are of one size.
    """

    whole: csr_matrix
    single: csr_matrix
    starts: NDArray[np.intp]
    spread: NDArray[np.float64]

    def looks(self, rows: csr_matrix) -> NDArray[np.float64]:
        """Look at texts three ways: all names together, the best name, the best few names.

        Parameters
        ----------
        rows : csr_matrix of shape (n_texts, n_runs)
            Of `TextSpace.message_rows`.

        Returns
        -------
        looks : ndarray of shape (n_texts, 3 * n_categories)
            Around 0 in each text and look: what counts is how the categories differ.
        """
        together = np.asarray((rows @ self.whole.T).toarray())
        each = np.asarray((rows @ self.single.T).toarray())
        best, few = np.zeros_like(together), np.zeros_like(together)
        for category in range(len(self.starts) - 1):
            mine = each[:, self.starts[category] : self.starts[category + 1]]
            count = min(BEST_FEW, mine.shape[1])
            top = np.partition(mine, mine.shape[1] - count, axis=1)[:, mine.shape[1] - count :]
            best[:, category], few[:, category] = top.max(axis=1), top.mean(axis=1)
        parts = [part - part.mean(axis=1, keepdims=True) for part in (together, best, few)]
        return np.hstack([part / size for part, size in zip(parts, self.spread, strict=True)])


def learn_likeness(table: NameTable, space: TextSpace, rows: csr_matrix) -> NameLikeness:
    """Prepare the names of a tree for texts of the kind of `rows`.

    Parameters
    ----------
    table : NameTable
        With at least one category.
    space : TextSpace
        Where names and texts become rows.
    rows : csr_matrix of shape (n_texts, n_runs)
        Texts to take the size of the looks from.

    Returns
    -------
    likeness : NameLikeness
    """
    order = np.argsort(table.owners, kind="stable")
    owners = np.asarray(table.owners)[order]
    n_categories = len(table.categories)
    starts = np.searchsorted(owners, np.arange(n_categories + 1))
    joined = [" ".join(table.names[i] for i in order[starts[c] : starts[c + 1]]) for c in range(n_categories)]
    whole = space.name_rows(joined)
    sharing = np.bincount(whole.indices, minlength=whole.shape[1])
    whole.data *= np.log((1 + n_categories) / (1 + sharing))[whole.indices] + SHARED
    raw = NameLikeness(
        csr_matrix(normalize(whole)), space.name_rows([table.names[i] for i in order]), starts, np.ones(3)
    )
    sizes = raw.looks(rows).reshape(rows.shape[0], 3, n_categories).std(axis=(0, 2))
    return dataclasses.replace(raw, spread=np.where(sizes > 0, sizes, 1.0))
