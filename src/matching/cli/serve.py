"""Opens the explorer and the boards in a browser, with no code in sight."""

import argparse
import os
import secrets
import socket
import tempfile
from pathlib import Path

from matching.cli.files import print_counts, print_problems
from matching.cli.lab import notebooks_folder
from matching.cli.pages import read_pages, write_pages
from matching.cli.parser import now
from matching.cli.progress import progress_bar
from matching.community import is_store, read_community
from matching.errors import CallError
from matching.labels import label
from matching.store import open_store

PORT = 8866


def serve(options: argparse.Namespace) -> int:
    """Serve a store, or a workbook by way of a store kept beside it.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        0 when it is stopped.
    """
    # Voilà takes a second to load: not before the source is known to open.
    source = _store_for(options)
    from matching.cli.page_server import Hosting, serve_pages  # noqa: PLC0415

    os.environ["MATCHING_SOURCE"] = source
    pages = read_pages(notebooks_folder())
    with tempfile.TemporaryDirectory(prefix="matching-pages-") as folder:
        write_pages(pages, Path(folder))
        hosting = Hosting(
            host=options.host,
            port=_port(options),
            token="" if options.no_token else secrets.token_urlsafe(24),
            first_page=pages[0].file,
            preheated=max(0, options.preheat),
            says=lambda address: print(_welcome(options, source, address), flush=True),
            opens_browser=not options.no_browser,
        )
        serve_pages(Path(folder), hosting)
    return 0


def _store_for(options: argparse.Namespace) -> str:
    """Return the store to serve; what a workbook holds is taken into one, so that choices and decisions are kept."""
    if is_store(options.input):
        open_store(options.input).close()
        return options.input if "://" in options.input else str(Path(options.input).resolve())
    with progress_bar() as progress:
        community = read_community(options.input, stated_year=options.year, progress=progress)
    path = Path(options.store) if options.store else _beside(Path(options.input))
    by = label("cli.serve_reads", language=options.language, file=Path(options.input).name)
    with open_store(path, create=not path.exists()) as store:
        summary = store.import_community(community, by=by, at=now())
    print_counts(community, options)
    print_problems(community.problems, most=5, language=options.language)
    print(summary.text(language=options.language))
    return str(path.resolve())


def _beside(path: Path) -> Path:
    path = path.resolve()
    return path.with_name(f"{path.name}.db")


def _port(options: argparse.Namespace) -> int:
    """Return a port that is free: the one that was asked for, or else the usual one or any other."""
    for port in (options.port,) if options.port is not None else (PORT, 0):
        with socket.socket(socket.AF_INET6 if ":" in options.host else socket.AF_INET) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((options.host, port))
            except OSError:
                continue
            bound: int = trial.getsockname()[1]
            return bound
    raise CallError(label("cli.port_taken", language=options.language, port=options.port, host=options.host))


def _welcome(options: argparse.Namespace, source: str, address: str) -> str:
    words = [label("cli.serving", language=options.language, source=_without_password(source), address=address)]
    if options.host not in {"127.0.0.1", "localhost", "::1"}:
        key = "cli.serving_open" if options.no_token else "cli.serving_network"
        words.append(label(key, language=options.language))
    return "\n".join(words)


def _without_password(source: str) -> str:
    return source.rpartition("@")[2] if "@" in source and "://" in source else source
