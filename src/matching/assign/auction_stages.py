"""The stages of an auction in the order in which they run, each with its budget of work."""

from collections.abc import Callable
from types import ModuleType

import numpy as np

from matching.assign.auction_scratch import Scratch
from matching.assign.auction_state import Book, Columns, Floats, Ints, Ints32, Market, clear_book
from matching.errors import InvalidProblemError, MissingExtraError

# Steps of the rounds as shares of the mean positive weight; the last one only decides what is left to the chains.
STEPS = (0.05, 0.005)
EXACT_STEP = 2e-4
# How far prices are lowered before the next round: what a round overshoots by.
LOWERED_STEPS = 2.0
# Edges looked at, as multiples of the number of edges, before a round of bids, the chains that place people or the
# chains that sell free seats give up. A chain that runs through a whole city shows early, selling goes on steadily.
ROUND_BUDGET = 60
PLACE_BUDGET = 6
SELL_BUDGET = 60
# Offers are short or, among ties, endless.
OFFER_BUDGET = 12
# After a change: what people may be off by bidding with a step and what may stay unsold, as shares of what is
# enough (steps add up over many changes to a fraction of their share), and the budget of those bids.
TOUCH_STEP = 0.5
UNSOLD_SHARE = 0.8
TOUCH_BUDGET = 6
# Chains on small problems are always followed to the end.
LEAST_BUDGET = 2_000_000
# The many rounds: each step a quarter of the one before, as deep as the gap that they leave.
FINE_RATIO = 0.25
FINEST_STEP = 1e-7


def check_gap(gap: float) -> None:
    """Refuse what is no share.

    Parameters
    ----------
    gap : float
        At least 0, finite.
    """
    if not 0.0 <= gap < np.inf:
        raise InvalidProblemError(f"gap is a share of at least 0; got {gap!r}; give for example 1e-5.")


def bid_cold(loops: ModuleType, market: Market, book: Book, scale: float) -> tuple[Floats, int]:
    """Find prices that are nearly right, and choose at them.

    Parameters
    ----------
    loops : module
        The compiled loops, from `load_loops`.
    market : Market
        The case.
    book : Book
        Prices and seats; changed in place.
    scale : float
        Mean positive weight.

    Returns
    -------
    first_price : ndarray of float, shape (n_partners,)
        Prices before the choice.
    looked : int
        Edges looked at.
    """
    looked = _bid_in_rounds(loops, market, book, [share * scale for share in STEPS])
    first_price = book.price.copy()
    return first_price, looked + bid_exactly(loops, market, book, scale, np.flatnonzero(book.missing))


def bid_exactly(loops: ModuleType, market: Market, book: Book, scale: float, needs: Ints) -> int:
    """Let some needs bid without error.

    Parameters
    ----------
    loops : module
        The compiled loops, from `load_loops`.
    market : Market
        The case.
    book : Book
        Prices and seats; changed in place.
    scale : float
        Mean positive weight.
    needs : ndarray of int
        Who bids.

    Returns
    -------
    looked : int
        Edges looked at.
    """
    return int(loops.bid_exactly(market, book, needs, EXACT_STEP * scale, ROUND_BUDGET * market.partner.size))


def bid_finely(
    loops: ModuleType,
    market: Market,
    book: Book,
    columns: Callable[[], Columns],
    scale: float,
    first_price: Floats | None = None,
) -> int:
    """Bid in many rounds; the book is then exact but for the finest step.

    Whoever asks a price and is free after the bids of a round makes offers with the same step: where supply hardly
    exceeds demand, what stays unsold would otherwise be left to chains through the whole city.

    Parameters
    ----------
    loops : module
        The compiled loops, from `load_loops`.
    market : Market
        The case.
    book : Book
        Prices and seats; changed in place.
    columns : callable of () to Columns
        The edges by partner, made when first needed.
    scale : float
        Mean positive weight.
    first_price : ndarray of float, shape (n_partners,), optional
        Prices of the coarse rounds, where there were any.

    Returns
    -------
    looked : int
        Edges looked at.
    """
    np.copyto(book.price, 0.0 if first_price is None else first_price, where=np.diff(market.slot_ptr) > 0)
    clear_book(market, book)
    share, looked = STEPS[0] if first_price is None else STEPS[-1] * FINE_RATIO, 0
    budget, offers_work = OFFER_BUDGET * market.partner.size, True
    while True:
        looked += loops.bid_with_step(market, book, share * scale, ROUND_BUDGET * market.partner.size)
        if offers_work and loops.find_free(book.price, book.room).size:
            work = loops.offer_with_step(market, book, columns(), share * scale, budget)
            offers_work = work < budget
            looked += work
        if share <= FINEST_STEP:
            break
        _lower_prices(market, book, LOWERED_STEPS * share * scale)
        share *= FINE_RATIO
    loops.settle_levels(market, book)
    return int(looked)


def touch_up(
    loops: ModuleType,
    market: Market,
    book: Book,
    columns: Callable[[], Columns],
    enough: float,
    room_before: Ints32,
    scratch: Scratch,
) -> int:
    """Repair a book after a few needs changed, to within what is enough but not exactly.

    Who was freed asks no more than would bring nobody over; those who miss people bid with a step; the dearest who
    are still free are sold.

    Parameters
    ----------
    loops : module
        The compiled loops, from `load_loops`.
    market : Market
        The case.
    book : Book
        Complementary to within a step, but for people missing and seats unsold; changed in place.
    columns : callable of () to Columns
        The edges by partner.
    enough : float
        How far the dual value may lie above the total, positive.
    room_before : ndarray of int, shape (n_partners,)
        Free seats before the change: who was free then asks no less now.
    scratch : Scratch
        Of earlier searches.

    Returns
    -------
    looked : int
        Edges looked at.
    """
    free = loops.find_free(book.price, book.room)
    loops.ease_prices(market, book, columns(), free[room_before[free] == 0])
    wanted = int(np.sum(market.demand))  # a step is what each of them may be off
    step, budget = TOUCH_STEP * enough / max(1, wanted), TOUCH_BUDGET * market.partner.size
    looked = loops.bid_again(market, book, np.flatnonzero(book.missing), step, budget)
    looked += place_rest(loops, market, book, columns, UNSOLD_SHARE * enough, scratch, free)[0]
    return int(looked)


def place_rest(
    loops: ModuleType,
    market: Market,
    book: Book,
    columns: Callable[[], Columns],
    enough: float,
    scratch: Scratch | None = None,
    free: Ints | None = None,
) -> tuple[int, bool]:
    """Repair what bidding left, until the dual value lies above the total by no more than is enough.

    Parameters
    ----------
    loops : module
        The compiled loops, from `load_loops`.
    market : Market
        The case.
    book : Book
        Prices and seats; changed in place.
    columns : callable of () to Columns
        The edges by partner, made when first needed.
    enough : float
        How far the dual value may lie above the total.
    scratch : Scratch, optional
        Of earlier searches.
    free : ndarray of int, optional
        All who may ask a price and be free, where that is known: nobody else is looked at.

    Returns
    -------
    looked : int
        Edges looked at.
    is_done : bool
        Whether it was done within the budget.
    """
    needs = np.flatnonzero(book.missing)
    if free is None:
        excess = loops.weigh_excess(book.level, book.missing, book.price, book.room)
    else:
        excess = float(np.sum(book.missing[needs] * book.level[needs]) + np.sum(book.room[free] * book.price[free]))
    if excess <= enough:
        return 0, True
    place_budget, sell_budget = (
        max(share * market.partner.size, LEAST_BUDGET) for share in (PLACE_BUDGET, SELL_BUDGET)
    )
    scratch = Scratch() if scratch is None else scratch
    reach = scratch.lend(market.demand.size + book.price.size)
    needs = needs[book.level[needs] > 0.0]
    excess, looked = loops.place_missing(market, book, reach, needs, excess, enough, place_budget)
    is_done = looked < place_budget
    for partners in _dearest_first(loops, book, excess - enough, free) if is_done and excess > enough else ():
        excess, work = loops.sell_free(market, book, reach, columns(), partners, excess, enough, sell_budget)
        looked += work
        is_done = work < sell_budget
        if not is_done or excess <= enough:
            break
    scratch.take_back(reach)
    return int(looked), bool(is_done or excess <= enough)


def _bid_in_rounds(loops: ModuleType, market: Market, book: Book, steps: list[float]) -> int:
    """Bid with each step in turn and lower prices after it by what it overshoots; return edges looked at."""
    looked = 0
    for step in steps:
        looked += loops.bid_with_step(market, book, step, ROUND_BUDGET * market.partner.size)
        _lower_prices(market, book, LOWERED_STEPS * step)
    return looked


def _lower_prices(market: Market, book: Book, by: float) -> None:
    """Take every seat back and lower the prices of those who have seats; whoever was not sold out starts from 0 again."""
    np.subtract(book.price, by, out=book.price, where=np.diff(market.slot_ptr) > 0)
    # One bid lifts such a price to where it belongs; left above that, it would stay unsold to the end.
    book.price[book.room > 0] = 0.0
    np.maximum(book.price, 0.0, out=book.price)
    clear_book(market, book)


def _dearest_first(loops: ModuleType, book: Book, wanted: float, free: Ints | None) -> list[Ints]:
    """Split those who ask a price and are free: first the dearest that bring `wanted` together, then the others.

    Each part is in the order of partners, because neighbours share their memory.
    """
    free = loops.find_free(book.price, book.room) if free is None else free
    free = free[(book.price[free] > 0.0) & (book.room[free] > 0)]
    worth = book.room[free] * book.price[free]
    falling = np.sort(worth)[::-1]
    dearest = int(np.searchsorted(np.cumsum(falling), wanted))
    first = worth >= (falling[dearest] if dearest < falling.size else 0.0)
    return [part for part in (free[first], free[~first]) if part.size]


def prove(
    loops: ModuleType, market: Market, book: Book, columns: Callable[[], Columns], gap: float
) -> tuple[Floats, float, float, int]:
    """Recompute total and bound from the final prices; where the running estimate stopped a hair too soon, repair all.

    Parameters
    ----------
    loops : module
        The compiled loops, from `load_loops`.
    market : Market
        The case.
    book : Book
        Prices and seats; changed in place.
    columns : callable of () to Columns
        The edges by partner, made when first needed.
    gap : float
        The gap that was asked for.

    Returns
    -------
    need_price : ndarray of float, shape (n_needs,)
        Price of one more person of each need.
    total, bound : float
        Their distance is the proof.
    looked : int
        Edges looked at.
    """
    need_price, looked = np.zeros(market.demand.size), 0
    total, bound = loops.prove_total(market, book, need_price)
    if relative_gap(total, bound) > gap > 0.0:
        looked = place_rest(loops, market, book, columns, -np.inf)[0]
        total, bound = loops.prove_total(market, book, need_price)
    return need_price, total, bound, looked


def relative_gap(total: float, bound: float) -> float:
    """Return how far the bound lies above the total, as a share of the bound.

    Parameters
    ----------
    total, bound : float
        Of one choice.

    Returns
    -------
    gap : float
        At least 0.
    """
    return max(0.0, bound - total) / max(abs(bound), np.finfo(np.float64).tiny)


def load_loops() -> ModuleType:
    """Load the compiled loops, or say which extra has them.

    Returns
    -------
    loops : module
        `matching.assign.auction_loops`.

    Raises
    ------
    MissingExtraError
        If Numba is not installed.
    """
    try:
        # Numba takes seconds to load or compile and is an extra: small work never comes here.
        import matching.assign.auction_loops as loops  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] not in {"numba", "llvmlite"}:
            raise
        raise MissingExtraError(
            "Assignments this large are solved by compiled loops and Numba is not installed; "
            "install the extra: pip install 'linli-matching[large]'."
        ) from error
    return loops
