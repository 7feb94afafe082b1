"""One profile for all properties: an example may take its time on a busy machine; what it finds is what counts.

At a desk every run draws new examples. In CI (the environment says CI=true) they are the same each time: a change is judged by what it changed.
"""

import os

from hypothesis import settings

settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "desk")
