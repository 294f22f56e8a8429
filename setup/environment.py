"""Makes .venv with exactly the locked packages. Runs on any Python from 3.11 before anything is installed.

    python3 setup/environment.py [--dev]

Does nothing when the last run left it right. Once the tools of `--dev` are there, they stay.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "packages"
RUNTIME, DEVELOPMENT, INSTALLER = (
    ROOT / "requirements.txt",
    ROOT / "requirements-dev.txt",
    ROOT / "setup" / "uv.txt",
)

NO_VENV = """
This Python cannot make virtual environments: {error}
Its package `ensurepip` is missing. On Debian and Ubuntu: apt-get install python3-venv
"""


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - the one file that an older Python may be given
        raise SystemExit(f"Python 3.11 or later is needed; {sys.executable} is {sys.version.split()[0]}.")
    wanted = [RUNTIME, DEVELOPMENT] if "--dev" in sys.argv or "dev" in stamp() else [RUNTIME]
    described = describe(wanted)
    if PYTHON.exists() and stamp() == described:
        return
    make_venv()
    STAMP.unlink(missing_ok=True)
    install(wanted)
    STAMP.write_text(described)


def stamp() -> str:
    return STAMP.read_text() if STAMP.exists() else ""


def describe(files: list[Path]) -> str:
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    return f"{'dev' if DEVELOPMENT in files else 'runtime'} {digest}\n"


def make_venv() -> None:
    right = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    if PYTHON.exists() and succeeds(PYTHON, "-c", right, quiet=True):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    print("Making .venv", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False)
    if made.returncode == 0:
        return
    # Without ensurepip the environment comes empty, and a pip of the system can still fill it.
    bare = [sys.executable, "-m", "venv", "--clear", "--without-pip", VENV]
    pip = [sys.executable, "-m", "pip", "--python", PYTHON, "install", "pip"]
    if not (succeeds(*bare, quiet=True) and succeeds(*pip, quiet=True)):
        shutil.rmtree(VENV, ignore_errors=True)
        raise SystemExit(NO_VENV.format(error=(made.stdout + made.stderr).strip().splitlines()[-1]))


def succeeds(*command: object, quiet: bool = False) -> bool:
    output = subprocess.DEVNULL if quiet else None
    parts = [str(part) for part in command]
    return subprocess.run(parts, cwd=ROOT, check=False, stdout=output, stderr=output).returncode == 0


def install(files: list[Path]) -> None:
    """By uv, which takes seconds; where uv does not work, by pip. Both check every hash."""
    print("Installing the locked packages", flush=True)
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes"]
    uv = [VENV / "bin" / "uv", "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", *files]
    if succeeds(*pip, "-r", INSTALLER) and (
        succeeds(*uv, "--system-certs", quiet=True) or succeeds(*uv)  # its own list of authorities
    ):
        return
    print("uv could not; trying pip", flush=True)
    if not succeeds(*pip, *(part for path in files for part in ("-r", path))):
        raise SystemExit("The packages could not be installed; the lines above say why.")


if __name__ == "__main__":
    main()
