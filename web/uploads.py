"""What people upload: told by its content and never by its name, looked into, and copied without metadata.

Whatever cannot be told, opened or copied is refused with a sentence; nothing is kept of it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import filetype
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

import files
from complaints import evidence
from complaints.errors import Invalid
from models.attachment import Attachment
from web import documents, pictures

PDF = "application/pdf"
PICTURES = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
    "image/heic": "HEIF",
    "image/heif": "HEIF",
}
ACCEPT = ",".join((*PICTURES, PDF))
REQUEST_LIMIT = evidence.LARGEST_TOGETHER + evidence.MEGABYTE
SNIFFED = 8192


@dataclass(frozen=True)
class Upload:
    """An original that was looked into, and the copy of it that others may see."""

    original: bytes
    shown: bytes
    content_type: str
    ending: str


def read(uploaded: Iterable[FileStorage]) -> list[Upload]:
    """Every file that was chosen, each looked into. Raises Invalid for `files`, before anything is kept."""
    chosen = [file for file in uploaded if file.filename]
    evidence.check_room([], [_size(file) for file in chosen])
    return [look_into(file.read(evidence.LARGEST_FILE + 1)) for file in chosen]


def look_into(content: bytes) -> Upload:
    """Tell what `content` is and make the copy to be shown. Raises Invalid for `files`."""
    if not content:
        raise Invalid("files", "file_empty")
    if len(content) > evidence.LARGEST_FILE:
        raise Invalid("files", "file_too_large", most=evidence.LARGEST_FILE // evidence.MEGABYTE)
    told = filetype.guess_mime(content[:SNIFFED])
    if told in PICTURES:
        return Upload(content, pictures.shown(content, PICTURES[told]), "image/jpeg", "jpg")
    if told == PDF:
        return Upload(content, documents.shown(content), PDF, "pdf")
    raise Invalid("files", "file_type")


def described(upload: Upload) -> evidence.Stored:
    """What its row will say of an upload, with new keys. Nothing is put away yet."""
    return evidence.Stored(
        content_type=upload.content_type,
        ending=upload.ending,
        size=len(upload.original),
        sha256=hashlib.sha256(upload.original).hexdigest(),
        original_key=files.new_key("original"),
        shown_key=files.new_key("shown"),
    )


def keep(rows: Iterable[Attachment], offered: Mapping[evidence.Stored, Upload]) -> None:
    """Put away, sealed, those of `offered` that came to have one of `rows`. The database must have taken the rows.

    What the rules or the tables refuse is thus never written; what loses its row after all goes with a sweep.
    """
    taken = {row.original_key for row in rows}
    for stored, upload in offered.items():
        if stored.original_key in taken:
            files.put(stored.original_key, upload.original)
            files.put(stored.shown_key, upload.shown)


def words(content_type: str) -> str:
    """What kind of file it is, for people."""
    return _("PDF file") if content_type == PDF else _("Photograph")


def _size(file: FileStorage) -> int:
    size = file.stream.seek(0, 2)
    file.stream.seek(0)
    return size
