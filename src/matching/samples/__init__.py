"""A seeded synthetic district of any size: invented people in real places, in words as people write them."""

from matching.samples.district import make_district
from matching.samples.training import make_training

__all__ = ["make_district", "make_training"]
