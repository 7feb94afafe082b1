"""All compiled loops of the auction under one name, so that loading them can wait until there is large work."""

from matching.assign.auction_backward import group_by_partner, sell_free
from matching.assign.auction_bids import bid_exactly, bid_with_step
from matching.assign.auction_forward import place_missing, settle_levels
from matching.assign.auction_offers import bid_again, ease_prices, offer_with_step
from matching.assign.auction_proof import (
    ROUNDING,
    count_moves,
    find_free,
    list_moves,
    prove_total,
    seat_earlier,
    weigh_excess,
    weigh_rows,
    weigh_total,
)
from matching.assign.auction_rows import (
    are_same_partners,
    count_edges,
    gather_rows,
    list_late,
    merge_columns,
    open_needs,
    pack_places,
    release_needs,
    widen_seats,
    write_rows,
    write_weights,
)
from matching.assign.auction_survey import lay_seats, survey_edges

__all__ = [
    "ROUNDING",
    "are_same_partners",
    "bid_again",
    "bid_exactly",
    "bid_with_step",
    "count_edges",
    "count_moves",
    "ease_prices",
    "find_free",
    "gather_rows",
    "group_by_partner",
    "lay_seats",
    "list_late",
    "list_moves",
    "merge_columns",
    "offer_with_step",
    "open_needs",
    "pack_places",
    "place_missing",
    "prove_total",
    "release_needs",
    "seat_earlier",
    "sell_free",
    "settle_levels",
    "survey_edges",
    "weigh_excess",
    "weigh_rows",
    "weigh_total",
    "widen_seats",
    "write_rows",
    "write_weights",
]
