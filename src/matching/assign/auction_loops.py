"""All compiled loops of the auction under one name, so that loading them can wait until there is large work."""

from matching.assign.auction_backward import group_by_partner, sell_free
from matching.assign.auction_bids import bid_exactly, bid_with_step
from matching.assign.auction_forward import place_missing, settle_levels
from matching.assign.auction_heap import open_reach
from matching.assign.auction_proof import ROUNDING, prove_total, seat_earlier, weigh_book
from matching.assign.auction_survey import lay_seats, survey_edges

__all__ = [
    "ROUNDING",
    "bid_exactly",
    "bid_with_step",
    "group_by_partner",
    "lay_seats",
    "open_reach",
    "place_missing",
    "prove_total",
    "seat_earlier",
    "sell_free",
    "settle_levels",
    "survey_edges",
    "weigh_book",
]
