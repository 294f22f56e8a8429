"""The catalogues of words: compiled for running, brought up to date, checked.

.venv/bin/python setup/catalogues.py --compile | --update | --check
"""

import re
import subprocess
import sys
import tempfile
from copy import deepcopy
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "translations"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}")
WIDTH = 110
SOURCE_LANGUAGE = "en"


def main() -> None:
    action = sys.argv[1] if len(sys.argv) == 2 else ""
    if action == "--compile":
        compile_all()
    elif action == "--update":
        update_all()
        compile_all()
    elif action == "--check":
        in_use = words_in_use()
        problems = [problem for path in catalogues() for problem in check(path, in_use)]
        print("\n".join(problems) or "Every word is in every catalogue.")
        sys.exit(bool(problems))
    else:
        sys.exit(__doc__)


def catalogues() -> list[Path]:
    return sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def words_in_use() -> Catalog:
    """Every sentence that code and templates ask for."""
    command = [str(Path(sys.executable).parent / "pybabel"), "-q", "extract", "-F", "babel.cfg"]
    command += ["-k", "_l", "-k", "_lp:1c,2", "--no-location", "--omit-header"]
    with tempfile.NamedTemporaryFile(suffix=".pot") as template:
        subprocess.run([*command, "-o", template.name, "."], cwd=ROOT, check=True)
        return read_po(template)


def compile_all() -> None:
    """Only what changed, so that a running service is not disturbed."""
    for path in catalogues():
        compiled = path.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime:
            with compiled.open("wb") as file:
                write_mo(file, read(path))


def update_all() -> None:
    """Add what is new, empty, and drop what nobody asks for; nothing is guessed from similar sentences."""
    in_use = words_in_use()
    for path in catalogues():
        catalogue = read(path)
        # A copy, since an update takes the messages themselves over and we write into them.
        catalogue.update(deepcopy(in_use), no_fuzzy_matching=True, update_header_comment=False)
        catalogue.obsolete.clear()
        if catalogue.locale and catalogue.locale.language == SOURCE_LANGUAGE:
            speak_for_itself(catalogue)
        with path.open("wb") as file:
            write_po(file, catalogue, width=WIDTH, sort_output=True, omit_header=False, ignore_obsolete=True)


def speak_for_itself(catalogue: Catalog) -> None:
    """The sentences in code are English already."""
    for message in catalogue:
        if message.id:
            message.string = message.id


def check(path: Path, in_use: Catalog) -> list[str]:
    language, catalogue = path.parent.parent.name, read(path)
    problems = []
    for message in in_use:
        if message.id:
            found = catalogue.get(message.id, message.context)
            problems += [f"{language}: {fault}: {message.id!r}" for fault in faults(found)]
    known = {(message.id, message.context) for message in in_use}
    problems += [
        f"{language}: nobody asks for: {message.id!r}"
        for message in catalogue
        if message.id and (message.id, message.context) not in known
    ]
    return problems


def faults(message: Message | None) -> list[str]:
    if message is None:
        return ["is missing"]
    found = []
    if not all(forms(message.string)):
        found.append("has no words")
    elif placeholders(message.id) != placeholders(message.string):
        found.append("has other placeholders")
    if message.fuzzy:
        found.append("is only a guess")
    return found


def forms(text: object) -> list[str]:
    """Singular and plural, or the one form there is."""
    return [str(form or "") for form in (text if isinstance(text, list | tuple) else [text])]


def placeholders(text: object) -> set[str]:
    return set(PLACEHOLDER.findall(" ".join(forms(text))))


if __name__ == "__main__":
    main()
