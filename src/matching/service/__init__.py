"""What was done: service counted by month, with every rate beside the cases it is of."""

from matching.service.fairness import gini, share_of_busiest
from matching.service.month import Month
from matching.service.month_figures import Doubt, MonthFigures, PlaceFigures, Rate, count_month
from matching.service.month_policy import MonthPolicy, read_month_policy
from matching.service.month_view import at_month_end

__all__ = [
    "Doubt", "Month", "MonthFigures", "MonthPolicy", "PlaceFigures", "Rate", "at_month_end", "count_month", "gini",
    "read_month_policy", "share_of_busiest",
]  # fmt: skip
