"""The server of the pages: Voilà with our own template, on this computer alone unless told otherwise."""

import dataclasses
import os
import webbrowser
from collections.abc import Callable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

from voila.app import Voila

# Only what draws our widgets: every further extension is read by the browser before the first frame.
EXTENSIONS = ("anywidget", "@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager")
CULLED_AFTER = 900
LOOKED_EVERY = 60


@dataclasses.dataclass(frozen=True, slots=True)
class Hosting:
    """Where a server listens, and whom it lets in."""

    host: str
    port: int
    token: str
    first_page: str
    preheated: int
    says: Callable[[str], None]
    opens_browser: bool


class PageServer(Voila):  # type: ignore[misc]  # Voilà has no types
    """Voilà that names its pages, says its address in our words and opens the browser on the first page."""

    titles: Mapping[str, str] = {}
    hosting: Hosting

    def init_settings(self) -> dict[str, Any]:
        """Give the list of pages their titles.

        Returns
        -------
        settings : dict
            Of the server.
        """
        settings: dict[str, Any] = super().init_settings()
        settings["voila_jinja2_env"].globals["titles"] = self.titles
        return settings

    def launch_browser(self) -> None:
        """Say where the page is, and open it: called once the port is bound."""
        hosting = self.hosting
        here = "127.0.0.1" if hosting.host in {"", "0.0.0.0", "::"} else hosting.host  # noqa: S104 - compared, not bound
        ask = f"?token={quote(hosting.token)}" if hosting.token else ""
        address = f"http://{here}:{self.port}/voila/render/{quote(hosting.first_page)}{ask}"
        hosting.says(address)
        if hosting.opens_browser:
            webbrowser.open(address)


def serve_pages(folder: Path, titles: Mapping[str, str], hosting: Hosting) -> None:
    """Serve a folder of pages until the process is told to stop.

    Parameters
    ----------
    folder : Path
        With the pages, and nothing else: what is in it can be asked for.
    titles : mapping of str to str
        Of the pages, by file.
    hosting : Hosting
        Where and for whom.
    """
    _use_our_template()
    PageServer.titles, PageServer.hosting = titles, hosting
    server = PageServer(config=_settings(hosting))
    server.initialize([str(folder)])
    server.start()


def _settings(hosting: Hosting) -> Any:
    from traitlets.config import Config  # noqa: PLC0415 - comes with Voilà

    settings = Config()
    settings.Voila.ip = hosting.host
    settings.Voila.port = hosting.port
    settings.Voila.token = hosting.token
    settings.Voila.open_browser = True
    settings.Voila.log_level = "ERROR"
    settings.VoilaConfiguration.template = "linli"
    settings.VoilaConfiguration.theme = "light"
    settings.VoilaConfiguration.strip_sources = True
    settings.VoilaConfiguration.show_tracebacks = False
    settings.VoilaConfiguration.allow_template_override = "NO"
    settings.VoilaConfiguration.allow_theme_override = "NO"
    settings.VoilaConfiguration.extension_allowlist = list(EXTENSIONS)
    settings.VoilaConfiguration.preheat_kernel = hosting.preheated > 0
    settings.VoilaConfiguration.default_pool_size = hosting.preheated
    settings.VoilaKernelManager.kernel_pools_config = {
        "default": {"pool_size": 0, "kernel_env_variables": {}},
        hosting.first_page: {"pool_size": hosting.preheated, "kernel_env_variables": {}},
    }
    settings.VoilaKernelManager.fill_delay = 3.0  # the page that was just opened comes first
    settings.KernelManager.transport = (
        "tcp" if os.name == "nt" else "ipc"
    )  # nobody else on this computer reaches a kernel
    for manager in ("MappingKernelManager", "VoilaKernelManager", "NormalKernelManager"):
        settings[manager].cull_idle_timeout = CULLED_AFTER
        settings[manager].cull_interval = LOOKED_EVERY
        settings[manager].cull_connected = False
    return settings


def _use_our_template() -> None:
    data = Path(str(resources.files("matching"))) / "cli" / "jupyter_data"
    paths = [str(data), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    os.environ["JUPYTER_PATH"] = os.pathsep.join(paths)
