"""A seeded synthetic district of any size: invented people in real places, in words as people write them."""

from matching.samples.district import make_district

__all__ = ["make_district"]
