"""The server of the pages: Voilà with our own template, on this computer alone unless told otherwise."""

import dataclasses
import logging
import os
import signal
import tempfile
import webbrowser
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web
from voila.app import Voila
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.treehandler import TornadoVoilaTreeHandler

from matching.cli.page_kernels import PageKernels

# Only what draws our widgets: every further extension is read by the browser before the first frame.
EXTENSIONS = ("anywidget", "@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager")
ENDED_WHEN_LEFT = 60.0
ENDED_WHEN_IDLE = 8 * 3600
LOOKED_EVERY = 15
_TEMPLATES = Path(str(resources.files("matching"))) / "cli" / "jupyter_data" / "voila" / "templates"
LONGEST_FOLDER_OF_SOCKETS = 36  # the system allows a socket's path 103 characters, and our part of it takes 66


@dataclasses.dataclass(frozen=True, slots=True)
class Hosting:
    """Where a server listens, whom it lets in, and after how many seconds a kernel ends that nobody needs."""

    host: str
    port: int
    token: str
    first_page: str
    preheated: int
    says: Callable[[str], None]
    opens_browser: bool
    ended_when_left: float = ENDED_WHEN_LEFT
    ended_when_idle: int = ENDED_WHEN_IDLE
    looked_every: int = LOOKED_EVERY


class PageHandler(TornadoVoilaHandler):  # type: ignore[misc]  # Voilà has no types
    """A page that is able to say goodbye: without this cookie the server refuses it, and the kernel outlives its tab."""

    async def prepare(self) -> None:
        """Set the cookie that a closing tab sends back."""
        await super().prepare()
        self.xsrf_token  # noqa: B018 - reading it sets it


class HomeHandler(JupyterHandler):
    """Where no page is named, the first one opens: a list of files says nothing to who comes to look at a plan."""

    @web.authenticated
    def get(self, *_: str) -> None:
        """Go to the first page.

        Parameters
        ----------
        *_ : str
            The rest of the address, which says nothing more.
        """
        first = PageServer.hosting.first_page
        self.redirect(url_path_join(self.base_url, "voila", "render", quote(first)))


class PageServer(Voila):  # type: ignore[misc]  # Voilà has no types
    """Voilà that asks for the token and says its address in our words, and opens the browser on the first page."""

    hosting: Hosting

    def init_settings(self) -> dict[str, Any]:
        """Put our pages before the Jupyter server's: what somebody without a token sees is one of them.

        Returns
        -------
        settings : dict
            Of the server.
        """
        settings: dict[str, Any] = super().init_settings()
        pages = settings["jinja2_env"]
        pages.loader = jinja2.ChoiceLoader([jinja2.FileSystemLoader(str(_TEMPLATES / "linli")), pages.loader])
        return settings

    def init_handlers(self) -> list[Any]:
        """Give pages the handler that lets them end their kernels, and the bare address the first page.

        Returns
        -------
        handlers : list
            Of the server.
        """
        ours = {TornadoVoilaHandler: PageHandler, TornadoVoilaTreeHandler: HomeHandler}
        handlers = super().init_handlers()
        return [(each[0], ours[each[1]], *_settings_of(each)) if each[1] in ours else each for each in handlers]

    def start(self) -> None:
        """Serve until the process is told to stop; closing its window stops it as Ctrl+C does, and ends every kernel."""
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, self._handle_signal_stop)
        super().start()

    def launch_browser(self) -> None:
        """Say where the page is, and open it: called once the port is bound."""
        hosting = self.hosting
        ask = f"?token={quote(hosting.token)}" if hosting.token else ""
        address = f"http://{_reached_at(hosting.host)}:{self.port}/voila/render/{quote(hosting.first_page)}{ask}"
        hosting.says(address)
        if hosting.opens_browser:
            webbrowser.open(address)


def serve_pages(folder: Path, hosting: Hosting) -> None:
    """Serve a folder of pages until the process is told to stop.

    Parameters
    ----------
    folder : Path
        With the pages, and nothing else: what is in it can be asked for.
    hosting : Hosting
        Where and for whom.
    """
    _use_our_template()
    os.environ["VOILA_APP_IP"] = _reached_at(hosting.host)  # where a kernel started ahead asks for its visitor
    PageServer.hosting = hosting
    server = PageServer(config=_settings(hosting))
    server.initialize([str(folder)])
    # a tab from before a restart asks again and again for a kernel that is gone: nothing for the terminal; what fails in here is
    for name in ("tornado.access", "tornado.application", "tornado.general"):
        logging.getLogger(name).setLevel(logging.ERROR)
    server.start()


def _settings_of(handler: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what a handler is set up with; the one of the bare address needs nothing of what the list of files did."""
    return () if handler[1] is TornadoVoilaTreeHandler else handler[2:]


def _settings(hosting: Hosting) -> Any:
    from traitlets.config import Config  # noqa: PLC0415 - comes with Voilà

    settings = Config()
    settings.Voila.ip = hosting.host
    settings.Voila.port = hosting.port
    settings.Voila.port_retries = 0  # pages started ahead ask for their visitor on this port and no other
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
    # nobody else on this computer reaches a kernel
    settings.KernelManager.transport = "tcp" if os.name == "nt" else "ipc"
    if os.name != "nt" and len(tempfile.gettempdir()) > LONGEST_FOLDER_OF_SOCKETS:
        settings.Voila.connection_dir_root = "/tmp"  # noqa: S108 - a folder of our own is made in it, closed to others
    settings.VoilaConfiguration.multi_kernel_manager_class = PageKernels
    settings.PageKernels.alone_timeout = hosting.ended_when_left
    settings.PageKernels.cull_idle_timeout = hosting.ended_when_idle
    settings.PageKernels.cull_interval = hosting.looked_every
    settings.PageKernels.cull_connected = True
    return settings


def _reached_at(host: str) -> str:
    """Return where this computer itself reaches a server that listens on a host."""
    here = "127.0.0.1" if host in {"", "0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    return f"[{here}]" if ":" in here else here


def _use_our_template() -> None:
    paths = [str(_TEMPLATES.parent.parent), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    os.environ["JUPYTER_PATH"] = os.pathsep.join(paths)
