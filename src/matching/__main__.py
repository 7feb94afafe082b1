"""Lets `python -m matching` do what the command `matching` does."""

import sys

from matching.cli import main

if __name__ == "__main__":
    sys.exit(main())
