"""Widgets: thin pictures of values and functions that live below, with nothing fetched from a network."""
