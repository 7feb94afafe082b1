"""A page as a PDF, printed by the browser that is on the machine anyway: Edge, Chrome or Chromium.

The page's own style says what stands on paper (``@page``: size, margins, page numbers).
"""

import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from matching.errors import MissingBrowserError

_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
    "chrome",
)
_WINDOWS_FOLDERS = ("PROGRAMFILES(X86)", "PROGRAMFILES", "PROGRAMW6432", "LOCALAPPDATA")
_WINDOWS_PLACES = ("Microsoft/Edge/Application/msedge.exe", "Google/Chrome/Application/chrome.exe")
_MAC_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # whatever a page says, nothing is asked of any network
    "--no-pdf-header-footer",  # the browser's own would name the file's place on the disk
    "--export-tagged-pdf",
    "--generate-pdf-document-outline",
)
_NODE = re.compile(rb"\(node(\d{8})\)")
_NAMED = re.compile(rb"/Names \[((?:\(node\d{8}\) \d+ 0 R ?)+)\]")
_ENTRY = re.compile(rb"(\(node\d{8}\)) (\d+ 0 R)")
_LIMITS = re.compile(rb"/Limits \[\(node\d{8}\) \(node\d{8}\)\]")
_DATES = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}[+-]\d\d'\d\d'")


def write_pdf(
    html: str, path: str | Path, *, made_at: dt.datetime, browser: str | Path | None = None, seconds: float = 120
) -> Path:
    """Print a self-contained page to a PDF: tagged for screen readers, with bookmarks from its headings.

    Parameters
    ----------
    html : str
        The page. It is read from a temporary file; nothing that it names elsewhere can be fetched.
    path : str or Path
        Where to write; a file that is there is replaced, whole or not at all.
    made_at : datetime
        With an offset: the moment that the file says it was made at, so that the same page gives the same bytes from
        the same browser.
    browser : str or Path, optional
        The program; by default the one that `find_browser` finds.
    seconds : float, default=120
        How long it may take.

    Returns
    -------
    path : Path

    Raises
    ------
    MissingBrowserError
        If there is no browser, or it writes no PDF.
    """
    path = Path(path)
    program = Path(browser) if browser else find_browser()
    if program is None:
        raise MissingBrowserError(
            "A PDF is printed by Edge, Chrome or Chromium and none was found. Install one, or name one in "
            "MATCHING_BROWSER; or open the page in any browser and print it to PDF there."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    # beside the result, for a browser from a snap sees the home folder and not the system's temporary one
    with tempfile.TemporaryDirectory(dir=path.parent, prefix="print-", ignore_cleanup_errors=True) as folder:
        place = Path(folder).resolve()
        page, printed = place / "page.html", place / "page.pdf"
        page.write_text(html, encoding="utf-8", newline="\n")
        _print(program, page, printed, seconds)
        stamped = _stamp(printed.read_bytes(), made_at)
        printed.write_bytes(stamped)
        printed.replace(path)
    return path


def find_browser(environ: Mapping[str, str] | None = None, *, platform: str = sys.platform) -> Path | None:
    """Return a browser that can print: the one named in ``MATCHING_BROWSER``, or the first that is installed.

    Parameters
    ----------
    environ : mapping of str to str, optional
        By default the environment of the process.
    platform : str
        As `sys.platform` names it.

    Returns
    -------
    browser : Path or None
        None where there is none.

    Raises
    ------
    MissingBrowserError
        If the one that is named is not there.
    """
    environ = os.environ if environ is None else environ
    search = environ.get("PATH", "")
    if named := environ.get("MATCHING_BROWSER"):
        found = shutil.which(named, path=search)
        if found is None:
            raise MissingBrowserError(f"MATCHING_BROWSER names {named}, and no such program is there. Correct it.")
        return Path(found)
    on_path = (shutil.which(name, path=search) for name in _NAMES)
    places = [Path(found) for found in on_path if found]
    if platform == "win32":
        folders = [environ[name] for name in _WINDOWS_FOLDERS if environ.get(name)]
        places += [Path(folder, place) for place in _WINDOWS_PLACES for folder in folders]
    elif platform == "darwin":
        places += [Path(place) for place in _MAC_PLACES]
    return next((place for place in places if place.is_file()), None)


def browser_version(browser: str | Path) -> str:
    """Return what a browser calls itself.

    Parameters
    ----------
    browser : str or Path
        The program.

    Returns
    -------
    version : str
        Empty where it does not say: on Windows a browser opens a window instead of answering, and is not asked.
    """
    if sys.platform == "win32":
        return ""
    try:
        answer = subprocess.run(  # noqa: S603 - a browser that the user has installed or named
            [str(browser), "--version"], capture_output=True, text=True, errors="replace", timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip()


def _print(program: Path, page: Path, printed: Path, seconds: float) -> None:
    """Let the browser print, with a profile of its own so that an open window of it neither helps nor hinders."""
    with tempfile.TemporaryDirectory(prefix="matching-", ignore_cleanup_errors=True) as profile:
        command = [str(program), *_flags(), f"--user-data-dir={profile}", f"--print-to-pdf={printed}", page.as_uri()]
        try:
            done = subprocess.run(  # noqa: S603 - a browser that the user has installed or named
                command, capture_output=True, text=True, errors="replace", timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise MissingBrowserError(
                f"{program} did not finish a PDF within {seconds:g} seconds. Try again when the machine is less busy, "
                "or open the page in it and print it there."
            ) from error
        except OSError as error:
            raise MissingBrowserError(
                f"{program} cannot be started ({error.strerror}). Name another browser."
            ) from error
    if not printed.is_file() or not printed.read_bytes().startswith(b"%PDF-"):
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise MissingBrowserError(
            f"{program} ended with code {done.returncode} and wrote no PDF ({last[:200]}). Open the page in it and print it "
            "there, or name another browser in MATCHING_BROWSER."
        )


def _flags() -> tuple[str, ...]:
    # Chromium refuses to run as root inside its sandbox; our page can do nothing by its own content policy
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return (*_FLAGS, "--no-sandbox") if is_root else _FLAGS


def _stamp(pdf: bytes, made_at: dt.datetime) -> bytes:
    """Say another moment of making, and number what tables refer to as it stands, in as many bytes: no offset moves."""
    moment = made_at.astimezone(dt.UTC).strftime("%Y%m%d%H%M%S+00'00'").encode()
    return _numbered(_DATES.sub(rb"\g<1>" + moment, pdf))


def _numbered(pdf: bytes) -> bytes:
    """Give the heads of tables numbers in the order in which they stand.

    Chromium takes the numbers from the tree that screen readers see, which now and then is built in another order (once in
    sixty prints on a busy machine): the same page would have other bytes. The index of the numbers is sorted by them.
    """
    trees = _NAMED.findall(pdf)
    if len(trees) != 1 or len(_LIMITS.findall(pdf)) != 1:
        return pdf
    names = dict.fromkeys(_NODE.findall(b"".join(re.findall(rb"/ID \(node\d{8}\)", pdf)))) | dict.fromkeys(
        _NODE.findall(pdf)
    )
    new = {name: b"(node%08d)" % number for number, name in enumerate(names, start=1)}
    pdf = _NODE.sub(lambda found: new[found[1]], pdf)
    entries = sorted(_ENTRY.findall(_NAMED.findall(pdf)[0]))
    pdf = _NAMED.sub(b"/Names [" + b" ".join(b" ".join(entry) for entry in entries) + b"]", pdf)
    return _LIMITS.sub(b"/Limits [" + entries[0][0] + b" " + entries[-1][0] + b"]", pdf)
