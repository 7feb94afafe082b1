"""One profile for all properties: an example may take its time on a busy machine; what it finds is what counts."""

from hypothesis import settings

settings.register_profile("linli", deadline=None)
settings.load_profile("linli")
