"""Files in and out: whatever a district keeps its records in, with a problem for every odd cell."""

from matching.faces import open_face

__getattr__, __dir__, __all__ = open_face(__name__, __file__)
