from matching.views.bars import Coverage, Load, coverage_chart, load_chart
from matching.views.calibration import Forecasts, calibration_chart
from matching.views.district import district_chart, list_places, open_needs
from matching.views.explanation import explanation_chart
from matching.views.flow import flow_chart
from matching.views.maps import district_map
from matching.views.network import Link, NeedNode, PartnerNode, network_chart
from matching.views.palette import measure_contrast
from matching.views.plan_charts import coverage_of, flow_of, links_of, load_of, network_charts, status_of
from matching.views.presence import Presence, presence_chart
from matching.views.skills import name_families, read_families, skill_chart
from matching.views.training_charts import (
    HoursRow,
    LevelRow,
    PairLine,
    hours_chart,
    levels_chart,
    pairs_chart,
)
from matching.views.training_pictures import hours_of, levels_of, pairs_of
from matching.views.waterfall import Step, round_to_sum, waterfall_chart

__all__ = [
    "Coverage",
    "Forecasts",
    "HoursRow",
    "LevelRow",
    "Link",
    "Load",
    "NeedNode",
    "PairLine",
    "PartnerNode",
    "Presence",
    "Step",
    "calibration_chart",
    "coverage_chart",
    "coverage_of",
    "district_chart",
    "district_map",
    "explanation_chart",
    "flow_chart",
    "flow_of",
    "hours_chart",
    "hours_of",
    "levels_chart",
    "levels_of",
    "links_of",
    "list_places",
    "load_chart",
    "load_of",
    "measure_contrast",
    "name_families",
    "network_chart",
    "network_charts",
    "open_needs",
    "pairs_chart",
    "pairs_of",
    "presence_chart",
    "read_families",
    "round_to_sum",
    "skill_chart",
    "status_of",
    "waterfall_chart",
]  # fmt: skip
