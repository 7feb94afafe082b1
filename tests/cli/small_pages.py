"""A page server on small pages, for tests of what is around a page: `python small_pages.py FOLDER PORT PREHEATED LEFT IDLE`."""

import sys
from pathlib import Path

from matching.cli.page_server import Hosting, serve_pages
from matching.cli.pages import Page, write_pages

TOKEN = "a-token-of-the-test"


def main(folder, port, preheated, left, idle):
    pages = [
        Page(file="one.ipynb", title="一", setting="SOURCE = ''", made="words = 'roster ' * 2", shown=("words",)),
        Page(file="two.ipynb", title="二", setting="SOURCE = ''", made="words = 'ledger ' * 2", shown=("words",)),
    ]
    write_pages(pages, folder)
    hosting = Hosting(
        host="127.0.0.1",
        port=port,
        token=TOKEN,
        first_page="one.ipynb",
        preheated=preheated,
        says=lambda address: print(address, flush=True),
        opens_browser=False,
        ended_when_left=left,
        ended_when_idle=idle,
        looked_every=1,
    )
    serve_pages(folder, hosting)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
