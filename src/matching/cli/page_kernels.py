"""The kernels behind the pages: one for each tab, ended when the tab is gone."""

import time
from typing import Any

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets import Float

# What draws widgets and hears their buttons; nothing here makes a kernel run what a visitor sends.
ALLOWED_MESSAGES = ("comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request")


class PageKernels(AsyncMappingKernelManager):
    """Kernels that no tab is connected to are ended after a short while, and those of idle tabs after a long one.

    A closing tab ends its kernel itself; this is for the tabs that could not: a browser that was killed, a page that was left
    while it loaded, a network that went away. What a visitor may send is a short list, whatever a server's settings say.
    """

    alone_timeout = Float(60.0, config=True, help="Seconds that a kernel may be idle with no tab connected to it.")

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"allowed_message_types": list(ALLOWED_MESSAGES)})  # type: ignore[no-untyped-call]  # the Jupyter server's
        self._alone_since: dict[str, float] = {}

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel that nobody is connected to, or that has long been idle.

        Parameters
        ----------
        kernel_id : str
            Of a kernel that has left the pool, if it was started ahead.
        """
        if self._is_left(kernel_id):
            del self._alone_since[kernel_id]
            await self.shutdown_kernel(kernel_id)  # type: ignore[no-untyped-call]  # the Jupyter server's
        else:
            await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]  # the Jupyter server's

    def _is_left(self, kernel_id: str) -> bool:
        # A page is drawn before its tab connects: a kernel at work is left alone, and so is one that has just finished.
        is_alone = not self._kernel_connections.get(kernel_id)
        if not is_alone or getattr(self._kernels[kernel_id], "execution_state", "") != "idle":
            self._alone_since.pop(kernel_id, None)
            return False
        since = self._alone_since.setdefault(kernel_id, time.monotonic())
        return time.monotonic() - since >= self.alone_timeout
