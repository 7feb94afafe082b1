"""Results as files that people open, print and pass on."""

from matching.faces import open_face

__getattr__, __dir__, __all__ = open_face(__name__, __file__)
