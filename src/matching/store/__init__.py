"""Keeping: a SQLite file by default, PostgreSQL by URL. Registers as dated versions, facts that never change."""

from matching.faces import open_face

__getattr__, __dir__, __all__ = open_face(__name__, __file__)
