"""Ask for memory before it is needed: after a change, searches spend nine tenths of their time waiting for it."""

from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from matching.assign.auction_compile import compiled
from matching.assign.auction_state import Bytes, Floats, Ints, Ints32


def _fetch_ahead(_context: object, array: Any, _place: object) -> tuple[Any, Callable[..., Any]]:
    """Write the hint `llvm.prefetch`: it changes no value, and an address outside of the array does no harm."""

    def write(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        shape = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        hint = builder.module.declare_intrinsic("llvm.prefetch", [byte], shape)
        start = context.make_array(signature.args[0])(context, builder, values[0]).data
        address = builder.bitcast(builder.gep(start, [values[1]]), byte)
        # to be read; to be kept in every cache; data
        builder.call(hint, [address, *(ir.Constant(number, value) for value in (0, 3, 1))])
        return context.get_dummy_value()

    return types.void(array, types.int64), write


fetch_ahead = cast("Callable[[NDArray[Any], int], None]", intrinsic(_fetch_ahead))
"""Ask for the memory of one place of an array (only in compiled loops)."""


@compiled
def fetch_row(need: int, row_from: Ints, partner: Ints32, weight: Floats, chosen: Bytes) -> None:
    """Ask for the first 32 edges of a need, a line of 64 bytes at a time; longer rows are foreseen by the processor."""
    first = row_from[need]
    fetch_ahead(chosen, first)
    fetch_ahead(partner, first)
    fetch_ahead(partner, first + 16)
    fetch_ahead(weight, first)
    fetch_ahead(weight, first + 8)
    fetch_ahead(weight, first + 16)
    fetch_ahead(weight, first + 24)


@compiled
def fetch_column(j: int, partner_ptr: Ints, column_edge: Ints32, column_need: Ints32, first: Ints32) -> None:
    """Ask for the first edges of a partner, and for where its late edges start."""
    at = partner_ptr[j]
    fetch_ahead(column_edge, at)
    fetch_ahead(column_need, at)
    fetch_ahead(first, j)
