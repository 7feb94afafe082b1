"""Make a folder that installs on a 64-bit Windows PC without a network.

It holds the wheels for Python 3.11, 3.12 and 3.13 on Windows, the pinned list with hashes for each, a .bat each for
set-up, start and match, the guide, an empty workbook and the sample.

Usage: python tools/make_bundle.py --out dist/bundle [--python 3.12 ...]
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

import mistune

from matching.roster import write_template

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ("3.11", "3.12", "3.13")
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>使用说明</title>
<style>body{{max-width:46em;margin:2em auto;padding:0 1em;font:16px/1.7 "Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif}}
code,pre{{background:#f3f3f3;padding:.1em .3em}}table{{border-collapse:collapse}}td,th{{border:1px solid #999;padding:.3em .6em}}</style>
<body>{body}</body></html>
"""


def run(*command: str | Path) -> None:
    """Run a command and stop at its failure."""
    subprocess.run([sys.executable, "-m", *map(str, command)], check=True, cwd=ROOT)


def wheels_for(python: str, out: Path) -> None:
    """Pin and download what one version of Python needs on Windows."""
    listed = out / f"requirements-{python}.txt"
    run(
        "uv", "pip", "compile", "pyproject.toml", "--extra", "large", "--constraint", "requirements.lock",
        "--python-platform", "x86_64-pc-windows-msvc", "--python-version", python, "--generate-hashes",
        "--no-emit-index-url", "--no-header", "--no-annotate", "--only-binary", ":all:", "--quiet", "--output-file", listed,
    )  # fmt: skip
    run(
        "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "--requirement", listed,
        "--platform", "win_amd64", "--python-version", python, "--only-binary", ":all:", "--dest", out / "wheels",
    )  # fmt: skip


def main() -> int:
    """Make the bundle."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("dist/bundle"))
    parser.add_argument("--python", nargs="+", choices=PYTHONS, default=PYTHONS)
    options = parser.parse_args()
    out = options.out.resolve()
    shutil.rmtree(out, ignore_errors=True)
    (out / "wheels").mkdir(parents=True)
    run("pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", out / "wheels", ".")
    for python in options.python:
        wheels_for(python, out)
    for script in sorted((ROOT / "tools" / "bundle").glob("*.bat")):
        # cmd.exe wants CRLF; the repository keeps LF.
        (out / script.name).write_bytes(script.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    guide = (ROOT / "docs" / "how-to" / "windows.md").read_text(encoding="utf-8")
    (out / "使用说明.html").write_text(PAGE.format(body=mistune.html(guide)), encoding="utf-8")
    write_template(out / "空表.xlsx")
    shutil.copyfile(ROOT / "data" / "district" / "district.xlsx", out / "示例.xlsx")
    shutil.copyfile(ROOT / "LICENSE", out / "LICENSE.txt")
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 2**20
    print(f"{out}: {len(list((out / 'wheels').iterdir()))} wheels, {size:.0f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
