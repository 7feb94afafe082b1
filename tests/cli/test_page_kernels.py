"""What stands behind a page: a kernel for each tab, which ends with it and runs nothing that a visitor sends."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import psutil
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from cli.small_pages import TOKEN
from lab_server import FLAGS

SCRIPT = Path(__file__).parent / "small_pages.py"
V1 = "v1.kernel.websocket.jupyter.org"
ASKED_TO_RUN = ("execute_request", "complete_request", "inspect_request", "is_complete_request", "history_request",
                "debug_request", "interrupt_request", "shutdown_request", "input_reply")  # fmt: skip


class Server:
    def __init__(self, process, port):
        self.process, self.port = process, port

    def open(self, page="one.ipynb", *, token=TOKEN):
        """Load a page as a browser does, without connecting to its kernel; gives the text and the kernel's name."""
        ask = f"?token={token}" if token else ""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/voila/render/{page}{ask}", timeout=60) as answer:
            text = answer.read().decode()
        found = re.search(r'"kernelId": "([^"]+)"', text)
        return text, found[1] if found else ""

    def channel(self, kernel_id, *, token=TOKEN, protocol=None):
        ask = f"session_id={uuid.uuid4().hex}" + (f"&token={token}" if token else "")
        address = f"ws://127.0.0.1:{self.port}/api/kernels/{kernel_id}/channels?{ask}"
        return connect(
            address, subprotocols=[protocol] if protocol else None, proxy=None, open_timeout=30, close_timeout=1
        )

    def kernels(self):
        """The kernels that run, by name."""
        running = psutil.Process(self.process.pid).children(recursive=True)
        return {Path(each.cmdline()[-1]).stem.removeprefix("kernel-"): each for each in running if is_kernel(each)}


def is_kernel(process):
    try:
        return process.status() != psutil.STATUS_ZOMBIE and "ipykernel_launcher" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


@contextlib.contextmanager
def serving(tmp_path, *, preheated=0, left=3600, idle=3600, **settings):
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    folder = tmp_path / "pages"
    folder.mkdir()
    command = [sys.executable, str(SCRIPT), str(folder), *map(str, (port, preheated, left, idle))]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=os.environ | settings)
    try:
        assert process.stdout.readline().startswith(b"http://127.0.0.1"), (tmp_path / "log").read_text()
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()


def until(condition, *, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("pages"), preheated=1, left=2) as opened:
        yield opened


@pytest.fixture(scope="module")
def kernel_id(server):
    """The kernel of a tab that stays open."""
    text, kernel_id = server.open()
    assert "roster roster" in text
    with server.channel(kernel_id):
        yield kernel_id


def message(kind, content):
    header = {"msg_id": uuid.uuid4().hex, "username": "", "session": uuid.uuid4().hex, "msg_type": kind,
              "version": "5.3", "date": "2024-08-01T09:00:00Z"}  # fmt: skip
    return {"header": header, "parent_header": {}, "metadata": {}, "content": content, "buffers": []}


def in_one_piece(sent, channel):
    """The newer of the two ways to write a message: offsets, then the parts."""
    parts = [
        channel.encode(),
        *(json.dumps(sent[name]).encode() for name in ("header", "parent_header", "metadata", "content")),
    ]
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return b"".join(number.to_bytes(8, "little") for number in (len(offsets), *offsets)) + b"".join(parts)


def answers_until(line, asked, *, is_binary):
    """Read what comes until the answer to a message that is allowed; nothing sent before it can still be on its way."""
    kinds = []
    while True:
        got = line.recv(timeout=30)
        text = got.decode("utf-8", "replace") if is_binary else got
        kinds += re.findall(r'"msg_type": ?"(\w+)"', text)
        if "kernel_info_reply" in text and asked in text:
            return kinds


@pytest.mark.parametrize("protocol", [None, V1], ids=["old protocol", "new protocol"])
def test_a_visitor_with_the_token_cannot_run_code(server, kernel_id, tmp_path, protocol):
    trap = tmp_path / "ran"
    code = f"open({str(trap)!r}, 'w').close()"
    content = {"code": code, "silent": False, "store_history": False, "user_expressions": {"x": code}, "allow_stdin": False,
               "stop_on_error": False, "cursor_pos": len(code), "detail_level": 1, "command": "evaluate", "value": code,
               "arguments": {"expression": code}}  # fmt: skip
    with server.channel(kernel_id, protocol=protocol) as line:
        for channel in ("shell", "control", "stdin"):
            for kind in ASKED_TO_RUN:
                sent = message(kind, content)
                line.send(in_one_piece(sent, channel) if protocol else json.dumps(sent | {"channel": channel}))
        allowed = message("kernel_info_request", {})
        line.send(in_one_piece(allowed, "shell") if protocol else json.dumps(allowed | {"channel": "shell"}))
        kinds = answers_until(line, allowed["header"]["msg_id"], is_binary=bool(protocol))
    assert not trap.exists()
    assert not {kind.replace("_request", "_reply") for kind in ASKED_TO_RUN} & set(kinds)
    assert not {"execute_input", "execute_result", "error", "stream"} & set(kinds)
    assert kernel_id in server.kernels(), "nobody ends a kernel by message"


def test_a_visitor_cannot_make_an_object_of_a_module_that_he_names(server, kernel_id, tmp_path):
    trap = tmp_path / "ran"
    (tmp_path / "trap_module.py").write_text(f"open({str(trap)!r}, 'w').close()")
    state = {"_model_module": "trap_module", "_model_name": "Trap", "_view_name": "Trap", "_view_module": "trap_module"}
    with server.channel(kernel_id) as line:
        for target in ("jupyter.widget", "jupyter.widget.control", "trap_module", "os.system"):
            content = {"comm_id": uuid.uuid4().hex, "target_name": target, "target_module": "trap_module",
                       "data": {"state": state, "widget_class": "trap_module.Trap", "buffer_paths": []}}  # fmt: skip
            line.send(json.dumps(message("comm_open", content) | {"channel": "shell"}))
        allowed = message("kernel_info_request", {})
        line.send(json.dumps(allowed | {"channel": "shell"}))
        answers_until(line, allowed["header"]["msg_id"], is_binary=False)
    assert not trap.exists()


def test_a_stranger_reaches_neither_page_nor_kernel_nor_files(server, kernel_id):
    text, found = server.open(token="")
    assert not found
    assert "roster roster" not in text
    with pytest.raises(Exception, match="403"):
        server.channel(kernel_id, token="")
    for path in (f"/api/kernels/{kernel_id}", "/voila/api/contents", "/api/contents", "/api/kernels", "/api/sessions",
                 "/api/terminals", "/voila/files/one.ipynb", "/files/one.ipynb", "/nbconvert/html/one.ipynb"):  # fmt: skip
        with pytest.raises(urllib.error.HTTPError, match=r"403|404"):
            urllib.request.urlopen(f"http://127.0.0.1:{server.port}{path}", timeout=30)


def test_even_with_the_token_there_is_no_other_way_to_a_kernel_than_a_page(server):
    asked = f"?token={TOKEN}"
    for path in ("/api/kernels", "/api/sessions", "/api/terminals", "/api/contents", "/terminals/1", "/lab", "/tree",
                 "/voila/files/one.ipynb", "/voila/render/../../etc/passwd", "/voila/files/%2e%2e/%2e%2e/etc/passwd"):  # fmt: skip
        request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}{asked}", method="GET")
        with pytest.raises(urllib.error.HTTPError, match=r"40[0345]|500"):
            urllib.request.urlopen(request, timeout=30)


def test_a_tab_from_before_a_restart_leaves_no_lines_in_the_terminal(tmp_path):
    with serving(tmp_path) as server:
        for token in ("", "the-token-of-before", TOKEN):
            with pytest.raises(InvalidStatus, match=r"HTTP 40[34]"), server.channel(uuid.uuid4(), token=token):
                pass
        goodbye = f"http://127.0.0.1:{server.port}/voila/api/shutdown/{uuid.uuid4()}"
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(urllib.request.Request(goodbye, method="POST", data=b"{}"))
    assert (tmp_path / "log").read_text() == ""


def test_a_kernel_ends_when_its_tab_is_gone_and_one_never_connected_to_too(server, kernel_id):
    _, left = server.open("two.ipynb")
    with server.channel(left):
        _, never = server.open("two.ipynb")
        until(lambda: never not in server.kernels())
        time.sleep(2)
        assert {left, kernel_id} <= set(server.kernels()), "a tab that is open keeps its kernel"
    until(lambda: left not in server.kernels())
    assert kernel_id in server.kernels()


def test_a_kernel_started_ahead_waits_for_its_visitor_and_is_not_ended_meanwhile(server, kernel_id):
    until(lambda: set(server.kernels()) - {kernel_id})
    (waiting,) = set(server.kernels()) - {kernel_id}
    time.sleep(4)
    text, came = server.open()
    assert came == waiting
    assert "roster roster" in text
    until(lambda: waiting not in server.kernels())


def test_a_tab_left_open_and_idle_for_long_loses_its_kernel_and_one_that_waits_does_not(tmp_path):
    with serving(tmp_path, preheated=1, idle=2) as server:
        _, kernel_id = server.open("two.ipynb")
        with server.channel(kernel_id):
            until(lambda: kernel_id not in server.kernels())
        assert len(server.kernels()) == 1
        (waiting,) = server.kernels().values()
        place = Path(waiting.cmdline()[-1]).parent
        server.process.terminate()
        server.process.wait(timeout=30)
        until(lambda: not is_kernel(waiting))
        assert not place.exists()


@pytest.mark.parametrize("how", [signal.SIGHUP, signal.SIGKILL])
def test_no_kernel_outlives_the_server(tmp_path, how):
    """Also in a folder for temporary files whose name is too long for sockets, as a Mac's is."""
    scratch = tmp_path / ("long" * 20)
    scratch.mkdir()
    with serving(tmp_path, preheated=1, TMPDIR=str(scratch)) as server:
        _, kernel_id = server.open("two.ipynb")
        with server.channel(kernel_id):
            until(lambda: len(server.kernels()) == 2)
            kernels = list(server.kernels().values())
            places = {Path(each.cmdline()[-1]).parent for each in kernels}
            server.process.send_signal(how)
            server.process.wait(timeout=30)
            until(lambda: not any(is_kernel(each) for each in kernels))
    (place,) = places
    assert place.exists() == (how == signal.SIGKILL)
    shutil.rmtree(place, ignore_errors=True)


@pytest.mark.browser
def test_a_closing_tab_ends_its_kernel_at_once_and_a_page_without_one_says_so(tmp_path):
    from playwright.sync_api import sync_playwright

    with serving(tmp_path) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        address = f"http://127.0.0.1:{server.port}/voila/render/one.ipynb?token={TOKEN}"
        first, second = (browser.new_context().new_page() for _ in range(2))
        for page in (first, second):
            page.goto(address)
            page.get_by_text("roster roster").wait_for(timeout=60_000)
            page.wait_for_function(
                "performance.getEntriesByType('resource').some((each) => each.name.includes('labextensions'))"
            )
            page.wait_for_load_state("networkidle")
            page.evaluate("look()")
            assert not page.locator("#away").is_visible()
        assert len(server.kernels()) == 2
        first.close(run_before_unload=True)
        until(lambda: len(server.kernels()) == 1, seconds=10)
        (name,) = server.kernels()
        again = second.context.new_page()
        again.goto(address)
        again.evaluate("(name) => fetch(`/voila/api/shutdown/${name}`, {method: 'POST', headers: {'X-XSRFToken': "
                       "document.cookie.match('_xsrf=([^;]*)')[1]}})", name)  # fmt: skip
        until(lambda: name not in server.kernels(), seconds=10)
        second.evaluate("look()")
        second.get_by_text("已经停下").wait_for(timeout=5000)
        server.process.terminate()
        server.process.wait(timeout=30)
        second.evaluate("look()")
        second.get_by_text("连不上了").wait_for(timeout=5000)
        browser.close()
