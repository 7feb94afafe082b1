"""A linear program that stays in the simplex method: after a change it is solved again from the basis it had."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

import numpy as np
import scipy.sparse as sp

from matching.assign.deadline import NEVER, Deadline
from matching.assign.highs import Outcome
from matching.assign.model import Model
from matching.assign.problem import FloatArray, IntArray

try:  # SciPy brings HiGHS with it, but promises no way to start it from a basis
    import scipy.optimize._highspy._core as _highs  # type: ignore[import-not-found]
except ImportError:  # a SciPy that keeps it elsewhere: callers then solve anew (test_again.py holds both ways together)
    _highs = None

_NEEDED = (
    "passModel",
    "addRows",
    "deleteRows",
    "changeColsBounds",
    "changeColsCost",
    "changeRowBounds",
    "setBasis",
    "addCols",
)
_SCALE = 1_000.0  # HiGHS allows a reduced weight of the wrong sign up to a tolerance that is absolute
_TOLERANCE = 1e-9
_DUAL, _PRIMAL = 1, 4  # HiGHS's numbers for the two methods
_MOST_CUTS = 10  # rounds of asking what a point breaks that whole choices keep


Cut = Callable[[Model, FloatArray], Model | None]


@dataclass(frozen=True, slots=True, eq=False)
class Vertex:
    """What the simplex method ends at.

    Attributes
    ----------
    x : ndarray of float, shape (n_columns,), or None
        An optimum; None where the limits contradict each other.
    dual : ndarray of float, shape (n_rows,)
        Positive where the upper limit of a row binds, negative where the lower does. Without a point: prices that prove that there is none,
        of either sign, or of size 0 where they are not known.
    basis : object
        Where the next search starts; None where there were further rows beside those that stay. Rows that the point asked for are no
        part of it.
    model : Model
        As it was solved, rows that the point asked for behind the others.
    wide : object
        As `basis`, over further rows too.
    """

    x: FloatArray | None
    dual: FloatArray
    basis: object
    model: Model
    wide: object


@dataclass(slots=True, eq=False)
class Simplex:
    """The simplex method over rows that stay.

    What it answers depends on the model and the basis alone, never on what was asked before.

    Attributes
    ----------
    model : Model
        With the rows that stay.
    """

    model: Model
    _solver: Any = field(default=None, repr=False)
    _now: tuple[FloatArray, ...] = field(default=(), repr=False)
    _lock: Any = field(default_factory=Lock, repr=False)

    def __reduce__(self) -> tuple[type["Simplex"], tuple[Model]]:
        return Simplex, (self.model,)

    def solve(
        self, model: Model, basis: object = None, *, wide: object = None, cut: Cut | None = None
    ) -> Vertex | None:
        """Solve the relaxation of a model.

        Parameters
        ----------
        model : Model
            Its matrix begins with the rows that stay; weights and limits may be any.
        basis : object, optional
            Of an earlier vertex over the rows that stay.
        wide : object, optional
            Of an earlier vertex over all rows of the model; goes before `basis`.
        cut : callable, optional
            Takes a model and a point, and returns the model with more rows that the point breaks and whole choices keep; None where it
            knows none. The model is solved again with them, for this once.

        Returns
        -------
        vertex : Vertex or None
            None where this SciPy has no such solver, or it did not come to an end.
        """
        if not is_available():
            return None
        with self._lock:
            self._pass(model)
            n_rows = self.model.low.size
            if wide is not None and model.low.size > n_rows:
                _add_rows(self._solver, model, n_rows)
                self._solver.setBasis(wide)
                found = self._run(model, model.low.size)
            else:
                self._solver.clearSolver() if basis is None else self._solver.setBasis(basis)
                found = self._run(model, n_rows)
            if found is not None and cut is not None:
                found = self._cut(found, cut)
            more = self._solver.getNumRow() - n_rows
            if more:
                self._solver.deleteRows(more, np.arange(n_rows, n_rows + more, dtype=np.int32))
            return found

    def grown(self, model: Model) -> "Simplex":
        """Go on with further rows behind those that stay; this one begins anew if it is asked again.

        Parameters
        ----------
        model : Model
            The same with more rows.

        Returns
        -------
        simplex : Simplex
        """
        with self._lock:
            solver, now, self._solver = self._solver, self._now, None
        if solver is None:
            return Simplex(model)
        first = self.model.low.size
        _add_rows(solver, model, first)
        low, high = np.concatenate([now[3], model.low[first:]]), np.concatenate([now[4], model.high[first:]])
        return Simplex(model, solver, (*now[:3], low, high))

    def _pass(self, model: Model) -> None:
        """Make weights and limits those of a model."""
        n = self.model.low.size
        now = model.weight, model.floor, model.ceiling, model.low[:n], model.high[:n]
        if self._solver is None:
            self._solver = _solver_of(self.model, now, _SCALE)
            self._solver.setOptionValue("dual_feasibility_tolerance", _TOLERANCE)
        else:
            weight, floor, ceiling, low, high = self._now
            moved = np.flatnonzero(now[0] != weight).astype(np.int32)
            if moved.size:
                self._solver.changeColsCost(moved.size, moved, -_SCALE * now[0][moved])
            moved = np.flatnonzero((now[1] != floor) | (now[2] != ceiling)).astype(np.int32)
            if moved.size:
                self._solver.changeColsBounds(moved.size, moved, now[1][moved], now[2][moved])
            for row in np.flatnonzero((now[3] != low) | (now[4] != high)).tolist():
                self._solver.changeRowBounds(row, now[3][row], now[4][row])
        self._now = tuple(values.copy() for values in now)

    def _cut(self, found: Vertex, cut: Cut) -> Vertex | None:
        """Solve again with what a point breaks, until it breaks nothing that is known."""
        basis, wide, now = found.basis, found.wide, found
        for _ in range(_MOST_CUTS):
            model = None if now.x is None else cut(now.model, now.x)
            if model is None:
                break
            again = self._run(model, now.model.low.size)
            if again is None:
                return None
            now = again
        return replace(now, basis=basis, wide=wide)

    def _run(self, model: Model, first: int) -> Vertex | None:
        """Go on from where the solver stands, with the rows of a model from a certain one on added to it."""
        is_more = model.low.size > self.model.low.size
        if model.low.size > first:
            _add_rows(self._solver, model, first)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == _highs.HighsModelStatus.kInfeasible:
            return Vertex(None, _ray(self._solver, model.low.size), None, model, None)
        if status != _highs.HighsModelStatus.kOptimal:
            return None
        solution = self._solver.getSolution()
        wide = self._solver.getBasis()
        x, dual = np.array(solution.col_value), -np.array(solution.row_dual) / _SCALE
        return Vertex(x, dual, None if is_more else wide, model, wide)


def _ray(solver: Any, n_rows: int) -> FloatArray:
    """Return the prices that prove that there is no point, where the solver has them."""
    if not hasattr(solver, "getDualRay"):
        return np.zeros(0)
    _, is_there, ray = solver.getDualRay()
    return np.array(ray[:n_rows], dtype=np.float64) if is_there else np.zeros(0)


def with_rows_free(basis: Any, more: int) -> Any:
    """Return a basis for more rows behind those it is of, none of which binds.

    Parameters
    ----------
    basis : object
        Of a vertex.
    more : int
        How many rows.

    Returns
    -------
    basis : object
    """
    wider = _highs.HighsBasis()
    wider.col_status, wider.valid = basis.col_status, True
    wider.row_status = [*basis.row_status, *([_highs.HighsBasisStatus.kBasic] * more)]
    return wider


@dataclass(slots=True, eq=False)
class Growing:
    """The simplex method over columns that become more: each search starts from the basis of the one before.

    Attributes
    ----------
    model : Model
        As it is at first.
    by_primal : bool, default=False
        Go on by the primal method where columns were added or weights changed: the point at hand is still one.
    effort : int
        Pivots so far, times rows: what has been spent, in a unit that does not depend on the machine.
    n_rows : int
        As there are now.
    """

    model: Model
    by_primal: bool = False
    effort: int = 0
    n_rows: int = field(init=False)
    _solver: Any = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Begin with the rows of the model."""
        self.n_rows = self.model.low.size

    def add(self, weight: FloatArray, matrix: sp.csc_array) -> None:
        """Add columns that may be anything from 0 up.

        Parameters
        ----------
        weight : ndarray of float, shape (n_more,)
        matrix : csc_array of shape (n_rows, n_more)
        """
        bounds = np.zeros(weight.size), np.full(weight.size, np.inf)
        entries = matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32), matrix.data.astype(np.float64)
        self._started(_PRIMAL).addCols(weight.size, -weight, *bounds, matrix.nnz, *entries)

    def add_rows(self, matrix: sp.csr_array, low: FloatArray, high: FloatArray) -> None:
        """Add rows behind those that there are.

        Parameters
        ----------
        matrix : csr_array of shape (n_more, n_columns)
        low, high : ndarray of float, shape (n_more,)
        """
        entries = matrix.indptr[:-1].astype(np.int32), matrix.indices.astype(np.int32), matrix.data.astype(np.float64)
        self._started(_DUAL).addRows(low.size, low, high, matrix.nnz, *entries)
        self.n_rows += low.size

    def weigh(self, columns: IntArray, weight: FloatArray) -> None:
        """Give columns other weights.

        Parameters
        ----------
        columns : ndarray of int, shape (n,)
        weight : ndarray of float, shape (n,)
        """
        if columns.size:
            self._started(_PRIMAL).changeColsCost(columns.size, columns.astype(np.int32), -weight)

    def limit(self, columns: IntArray, floor: FloatArray, ceiling: FloatArray) -> None:
        """Let columns be within other limits.

        Parameters
        ----------
        columns : ndarray of int, shape (n,)
        floor, ceiling : ndarray of float, shape (n,)
        """
        if columns.size:
            self._started(_DUAL).changeColsBounds(columns.size, columns.astype(np.int32), floor, ceiling)

    def limit_rows(self, rows: IntArray, low: FloatArray, high: FloatArray) -> None:
        """Let rows be within other limits.

        Parameters
        ----------
        rows : ndarray of int, shape (n,)
        low, high : ndarray of float, shape (n,)
        """
        solver = self._started(_DUAL)
        for row, least, most in zip(rows.tolist(), low.tolist(), high.tolist(), strict=True):
            solver.changeRowBounds(row, least, most)

    def solve(self, deadline: Deadline = NEVER) -> Outcome | None:
        """Solve the relaxation over the columns that there are.

        Parameters
        ----------
        deadline : Deadline, optional

        Returns
        -------
        outcome : Outcome or None
            None where it did not come to an end.
        """
        solver, left = self._started(), deadline.seconds()
        if left is not None:
            solver.setOptionValue("time_limit", solver.getRunTime() + left)
        solver.run()
        self.effort += solver.getInfo().simplex_iteration_count * self.n_rows
        status = solver.getModelStatus()
        if status == _highs.HighsModelStatus.kInfeasible:
            return Outcome(None, -np.inf, None, infeasible=True)
        if status != _highs.HighsModelStatus.kOptimal:
            return None
        found = solver.getSolution()
        x, dual = np.array(found.col_value), -np.array(found.row_dual)
        return Outcome(x, -float(solver.getObjectiveValue()), dual, infeasible=False)

    def _started(self, strategy: int | None = None) -> Any:
        if self._solver is None:
            model = self.model
            self._solver = _solver_of(model, (model.weight, model.floor, model.ceiling, model.low, model.high), 1.0)
            self._solver.setOptionValue("presolve", "off")
        if self.by_primal and strategy is not None:
            self._solver.setOptionValue("simplex_strategy", strategy)
        return self._solver


def is_available() -> bool:
    """Tell whether this SciPy lets its HiGHS start from a basis.

    Returns
    -------
    available : bool
    """
    return _highs is not None and all(hasattr(getattr(_highs, "_Highs", None), name) for name in _NEEDED)


def _add_rows(solver: Any, model: Model, first: int) -> None:
    """Hand over the rows of a model from a certain one on."""
    extra = sp.csr_array(model.matrix[first:])
    solver.addRows(
        extra.shape[0],
        model.low[first:],
        model.high[first:],
        extra.nnz,
        extra.indptr[:-1].astype(np.int32),
        extra.indices.astype(np.int32),
        extra.data.astype(np.float64),
    )


def basis_over(basis: object, columns: IntArray, rows: IntArray | None = None) -> object:
    """Carry a basis over to other columns, and to some of the rows.

    Parameters
    ----------
    basis : object
        Of an earlier vertex.
    columns : ndarray of int, shape (n_columns,)
        Where each column was; -1 for new ones, which stay where they are lowest.
    rows : ndarray of int, shape (n_rows,), optional
        Where each row was; by default all rows are what they were.

    Returns
    -------
    basis : object
    """
    old: Any = basis
    was = [*old.col_status, _highs.HighsBasisStatus.kLower]
    limits = list(old.row_status)
    new = _highs.HighsBasis()
    new.valid, new.alien = True, False
    new.col_status = [was[at] for at in columns.tolist()]
    new.row_status = limits if rows is None else [limits[at] for at in rows.tolist()]
    return new


def _solver_of(model: Model, now: tuple[FloatArray, ...], scale: float) -> Any:
    weight, floor, ceiling, low, high = now
    program = _highs.HighsLp()
    program.num_col_, program.num_row_ = model.weight.size, low.size
    program.col_cost_, program.col_lower_, program.col_upper_ = -scale * weight, floor, ceiling
    program.row_lower_, program.row_upper_ = low, high
    matrix = program.a_matrix_
    matrix.num_col_, matrix.num_row_, matrix.format_ = model.weight.size, low.size, _highs.MatrixFormat.kRowwise
    matrix.start_, matrix.index_, matrix.value_ = model.matrix.indptr, model.matrix.indices, model.matrix.data
    solver = _highs._Highs()  # noqa: SLF001  # SciPy's name for the solver itself
    solver.setOptionValue("output_flag", False)
    solver.passModel(program)
    return solver
