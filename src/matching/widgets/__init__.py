"""Widgets: thin pictures of values and functions that live below, with nothing fetched from a network."""

from matching.widgets.explorer import Explorer, explore

__all__ = ["Explorer", "explore"]
