"""A widget in a real browser without a notebook around it: its script gets a model whose other end is this process."""

import base64
import contextlib
import json
import shutil

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run")  # fmt: skip

_MODEL = """
window.values = JSON.parse(VALUES);
const heard = {};
const tell = (name, ...said) => (heard[name] || []).forEach((act) => act(...said));
window.model = {
  get: (name) => window.values[name],
  on: (name, act) => { (heard[name] = heard[name] || []).push(act); },
  off: (name, act) => { heard[name] = (heard[name] || []).filter((each) => each !== act); },
  send: async (message) => {
    const { changed, sent } = JSON.parse(await window.toKernel(JSON.stringify(message)));
    Object.assign(window.values, changed);
    Object.keys(changed).forEach((name) => tell(`change:${name}`));
    for (const [content, buffers] of sent) {
      const views = buffers.map((text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer));
      tell("msg:custom", content, views);
    }
  },
};
"""


@contextlib.contextmanager
def open_browser(*, width=1366, height=768):
    """A page of an installed Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
        yield context.new_page()
        browser.close()


def listening(kind):
    """A widget of a kind that keeps what it sends, in place of a kernel's channel."""

    class Listening(kind):
        def send(self, content, buffers=None):
            self.__dict__.setdefault("sent", []).append((content, buffers or []))

    return Listening


def show(page, widget, *, style=""):
    """Draw a widget on a page."""
    names = [name for name in widget.trait_names(sync=True) if not name.startswith("_")]
    names = [name for name in names if isinstance(getattr(widget, name), dict)]

    def to_kernel(text):
        before = {name: getattr(widget, name) for name in names}
        widget.__dict__["sent"] = []
        widget._hear(widget, json.loads(text), [])
        changed = {name: getattr(widget, name) for name in names if getattr(widget, name) is not before[name]}
        sent = [(content, [base64.b64encode(each).decode() for each in data]) for content, data in widget.sent]
        return json.dumps({"changed": changed, "sent": sent})

    page.expose_function("toKernel", to_kernel)
    page.route("http://page.test/", lambda route: route.fulfill(
        content_type="text/html; charset=utf-8",
        body="<!doctype html><html lang='zh-CN'><head><title>page</title><meta charset='utf-8'></head><body style='margin:0'><main id='here'></main></body></html>"))  # fmt: skip
    page.goto("http://page.test/")
    page.add_style_tag(content=widget._css + style)
    values = json.dumps(json.dumps({name: getattr(widget, name) for name in names}))
    page.add_script_tag(content=_MODEL.replace("VALUES", values))
    page.add_script_tag(content=widget._esm.replace("export default", "window.widget ="))
    page.evaluate("() => { window.widget.render({ model: window.model, el: document.getElementById('here') }); }")


def settled(page):
    """Wait until everything that was asked of the kernel is answered and drawn."""
    page.locator(".lm-explorer[data-pending='0']").first.wait_for(timeout=60_000)
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 0)))")
