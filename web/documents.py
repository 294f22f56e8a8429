"""PDF files: opened, and written anew without scripts, attachments, forms' actions and who made them."""

import threading
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.errors import DependencyError, FileNotDecryptedError
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

from complaints.errors import Invalid

MOST_PAGES = 100
# What a page may do beyond lying there.
PAGE_DOINGS = ("/AA", "/PieceInfo", "/Metadata", "/B", "/AF")
ANNOTATION_DOINGS = ("/A", "/AA", "/PA", "/FS", "/AF", "/Dest")
# Notes that only carry words or marks; films, sounds, attached files and solid bodies are left out.
HARMLESS = frozenset(
    {
        *("/Text", "/FreeText", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Stamp", "/Ink"),
        *("/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Caret", "/Widget"),
    }
)

_turn = threading.Lock()


def shown(content: bytes) -> bytes:
    """The same pages as an inert document.

    Raises Invalid for `files`: document_locked where a password is asked for, document_too_long,
    document_broken.
    """
    with _turn:
        try:
            return _copied(content)
        except Invalid:
            raise
        except (FileNotDecryptedError, DependencyError) as error:
            raise Invalid("files", "document_locked") from error
        except Exception as error:  # a parser may fail in any way on bytes made to break it
            raise Invalid("files", "document_broken") from error


def _copied(content: bytes) -> bytes:
    reader = PdfReader(BytesIO(content), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Invalid("files", "document_locked")
    pages = len(reader.pages)
    if pages > MOST_PAGES:
        raise Invalid("files", "document_too_long", most=MOST_PAGES)
    if not pages:
        raise Invalid("files", "document_broken")
    writer = PdfWriter()
    for page in reader.pages:
        _make_inert(page)
        writer.add_page(page)
    writer.metadata = None
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _make_inert(page: DictionaryObject) -> None:
    for name in PAGE_DOINGS:
        page.pop(name, None)
    notes = page.get("/Annots", ArrayObject()).get_object()
    if not isinstance(notes, ArrayObject):
        page.pop("/Annots", None)
        return
    kept = [note for note in notes if note.get_object().get("/Subtype") in HARMLESS]
    for note in kept:
        inner = note.get_object()
        for name in ANNOTATION_DOINGS:
            inner.pop(name, None)
    page[NameObject("/Annots")] = ArrayObject(kept)
