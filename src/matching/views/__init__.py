"""Values as pictures: SVG made in Python, the same bytes for the same value, every text made inert."""

from matching.views.bars import Coverage, Load, coverage_chart, load_chart
from matching.views.district import district_chart, list_places, open_needs
from matching.views.flow import flow_chart
from matching.views.maps import district_map
from matching.views.network import Link, NeedNode, PartnerNode, network_chart
from matching.views.palette import measure_contrast
from matching.views.skills import name_families, read_families, skill_chart
from matching.views.waterfall import Step, round_to_sum, waterfall_chart

__all__ = [
    "Coverage", "Link", "Load", "NeedNode", "PartnerNode", "Step", "coverage_chart", "district_chart", "district_map",
    "flow_chart", "list_places", "load_chart", "measure_contrast", "name_families", "network_chart", "open_needs", "read_families",
    "round_to_sum", "skill_chart", "waterfall_chart",
]  # fmt: skip
