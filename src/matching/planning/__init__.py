"""The main job: who may do what, who should, why, why not, and what changes when something does."""

from matching.faces import open_face

__getattr__, __dir__, __all__ = open_face(__name__, __file__)
