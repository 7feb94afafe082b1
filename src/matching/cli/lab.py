"""Opens JupyterLab, in Chinese and without a network, on the notebooks."""

import argparse
import os
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

from matching.errors import UnknownNameError
from matching.labels import label


def lab(options: argparse.Namespace) -> int:
    """Start JupyterLab and wait until it is closed.

    Parameters
    ----------
    options : Namespace
        Of the command line.

    Returns
    -------
    code : int
        That of JupyterLab.
    """
    folder = options.folder or Path("notebooks")
    if not folder.is_dir() or not any(folder.glob("*.ipynb")):
        copy_notebooks(folder)
        print(label("cli.written", language=options.language, path=folder))
    settings = Path(str(resources.files("matching"))) / "cli" / "jupyter"
    paths = [str(settings), *filter(None, [os.environ.get("JUPYTER_CONFIG_PATH")])]
    environment = os.environ | {"JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}
    command = [sys.executable, "-m", "jupyterlab", str(folder), "--ServerApp.ip=127.0.0.1", f"--port={options.port}"]
    command += ["--no-browser"] if options.no_browser else []
    command += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - our own interpreter, no shell


def copy_notebooks(folder: Path) -> None:
    """Copy the notebooks that come with the package into a folder.

    Parameters
    ----------
    folder : Path
        Made if it does not exist. Files that are there already are left as they are.

    Raises
    ------
    UnknownNameError
        If the package was installed without its notebooks.
    """
    source = notebooks_folder()
    folder.mkdir(parents=True, exist_ok=True)
    for notebook in sorted(source.glob("*.ipynb")):
        if not (folder / notebook.name).exists():
            shutil.copyfile(notebook, folder / notebook.name)


def notebooks_folder() -> Path:
    """Return the folder of the notebooks that come with the package.

    Returns
    -------
    folder : Path

    Raises
    ------
    UnknownNameError
        If the package was installed without its notebooks.
    """
    package = Path(str(resources.files("matching")))
    sources = (package / "_notebooks", package.parents[1] / "notebooks")
    source = next((each for each in sources if each.is_dir()), None)
    if source is None:
        raise UnknownNameError(f"There are no notebooks in {sources[0]} or {sources[1]}. Install the package again.")
    return source
