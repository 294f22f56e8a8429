"""What is uploaded is told by its content, looked into, and shown only as a copy of our own making."""

import base64
import io
import zipfile

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject
from werkzeug.datastructures import FileStorage

from complaints.errors import Invalid
from complaints.evidence import LARGEST_FILE
from web import pictures, uploads

GPS = 0x8825
ORIENTATION = 0x0112
# A picture of 64 by 48, red and blue, to be turned by a quarter, with a description.
HEIC = (
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAchtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ADRpbG9jAAAAAERAAAIAAQAAAAAB7AABAAAAAAAAAGoAAgAAAAACVgABAAAAAAAAAEAAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAA"
    "AAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAABB2lwcnAAAADmaXBjbwAAAHZodmNDAQNwAAAA"
    "kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq"
    "5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xh"
    "cAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAAAlpcm90AwAAABlpcG1hAAAAAAAAAAEA"
    "AQaBAgMFhIYAAAAaaXJlZgAAAAAAAAAOY2RzYwACAAEAAQAAALJtZGF0AAAAZigBrxOA+BDhp//8TSj/+nXPD9PMiYn/+tNSR/hU"
    "O//WicPySkWzrHl9nv8H4h1KpEq3xpK+HfM2sf+d4tvFAhneIy6JZXLEP+zlxMa+qdw77mN6fapRbf83mqG4xuGn3Gx6O58SuAAA"
    "AAZFeGlmAABNTQAqAAAACAACAQ4AAgAAAA8AAAAmARIAAwAAAAEABgAAAAAAAGEgc2VjcmV0IHBsYWNlAAA="
)


def a_picture(size=(400, 300), form="JPEG", mode="RGB", colour="orange", **options):
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, form, **options)
    return out.getvalue()


def a_document(change=lambda writer: None, pages=1):
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def refusal(content):
    with pytest.raises(Invalid) as refused:
        uploads.look_into(content)
    assert refused.value.field == "files"
    return refused.value.code


@pytest.mark.parametrize(
    ("form", "mode", "colour"),
    [
        ("JPEG", "RGB", "orange"),
        ("JPEG", "CMYK", (0, 100, 200, 0)),
        ("JPEG", "L", 128),
        ("PNG", "RGBA", (255, 0, 0, 128)),
        ("PNG", "P", 3),
        ("PNG", "1", 1),
        ("PNG", "I;16", 3000),
        ("PNG", "LA", (10, 20)),
        ("WEBP", "RGB", "orange"),
        ("WEBP", "RGBA", (255, 0, 0, 0)),
    ],
)
def test_every_kind_of_picture_is_shown_as_a_plain_jpeg(form, mode, colour):
    seen = uploads.look_into(a_picture(form=form, mode=mode, colour=colour))

    copy = Image.open(io.BytesIO(seen.shown))
    assert (seen.content_type, seen.ending) == ("image/jpeg", "jpg")
    assert (copy.format, copy.mode, copy.size) == ("JPEG", "RGB", (400, 300))


def test_where_and_with_what_it_was_taken_is_gone_from_the_copy_and_kept_in_the_original():
    exif = Image.Exif()
    exif[0x010F] = "Camera of a consumer"
    exif.get_ifd(GPS)[1] = "N"
    original = a_picture(exif=exif, comment=b"my home")

    seen = uploads.look_into(original)

    assert seen.original == original
    assert b"Camera" in original
    assert not Image.open(io.BytesIO(seen.shown)).getexif()
    for word in (b"Camera", b"my home", b"Exif"):
        assert word not in seen.shown


def test_a_picture_taken_sideways_is_shown_upright():
    exif = Image.Exif()
    exif[ORIENTATION] = 6

    seen = uploads.look_into(a_picture((400, 300), exif=exif))

    assert Image.open(io.BytesIO(seen.shown)).size == (300, 400)


def test_a_telephones_photograph_becomes_a_jpeg_that_everybody_can_open():
    original = base64.b64decode(HEIC)

    seen = uploads.look_into(original)

    copy = Image.open(io.BytesIO(seen.shown))
    assert (seen.content_type, seen.ending, copy.format) == ("image/jpeg", "jpg", "JPEG")
    assert copy.size == (48, 64)  # upright: it was taken sideways, red on the left and blue on the right
    assert copy.getpixel((24, 8))[0] > 200
    assert copy.getpixel((24, 56))[2] > 200
    assert b"a secret place" in original
    for word in (b"secret", b"Exif"):
        assert word not in seen.shown


def test_one_of_too_many_dots_for_its_form_is_refused(monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST_HEIC", 3_000)

    assert refusal(base64.b64decode(HEIC)) == "picture_too_large"


def test_what_was_transparent_looks_as_on_paper():
    seen = uploads.look_into(a_picture(form="PNG", mode="RGBA", colour=(255, 0, 0, 0)))

    assert Image.open(io.BytesIO(seen.shown)).getpixel((5, 5)) == (255, 255, 255)


def test_a_script_hidden_in_a_picture_is_not_in_the_copy():
    polyglot = a_picture() + b"<script>alert(1)</script>"

    seen = uploads.look_into(polyglot)

    assert b"script" not in seen.shown


def test_a_photograph_of_fifty_megapixels_is_made_smaller():
    seen = uploads.look_into(a_picture((8660, 5774), quality=20))

    width, height = Image.open(io.BytesIO(seen.shown)).size
    assert width * height <= 6_010_000
    assert width / height == pytest.approx(8660 / 5774, rel=0.01)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            lambda: a_picture((8660, 5774), "PNG", "L", 0), id="fifty megapixels that cannot be scaled"
        ),
        pytest.param(
            lambda: a_picture((6000, 5000), progressive=True, quality=5), id="thirty in a progressive JPEG"
        ),
        pytest.param(lambda: a_picture((20_001, 10), "PNG", "1", 0), id="a ribbon"),
    ],
)
def test_what_cannot_be_decoded_safely_is_refused(content):
    assert refusal(content()) == "picture_too_large"


def test_a_picture_that_claims_to_be_immense_is_refused_unread():
    png = bytearray(a_picture(form="PNG"))
    png[16:24] = (60_000).to_bytes(4, "big") * 2

    assert refusal(bytes(png)) in {"picture_too_large", "picture_broken"}


def test_a_long_screenshot_stays_legible():
    seen = uploads.look_into(a_picture((1080, 12_000), "PNG"))

    assert Image.open(io.BytesIO(seen.shown)).size[0] >= 700


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "file_empty", id="nothing"),
        pytest.param(b"MZ\x90\x00" + b"\0" * 100, "file_type", id="a program"),
        pytest.param(b"\x7fELF" + b"\0" * 100, "file_type", id="another program"),
        pytest.param(
            b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "file_type", id="an SVG"
        ),
        pytest.param(b"<!doctype html><script>alert(1)</script>", "file_type", id="a page"),
        pytest.param(b"#!/bin/sh\nrm -rf /", "file_type", id="a script"),
        pytest.param(b"GIF89a" + b"\0" * 50, "file_type", id="a GIF"),
        pytest.param(b"plain text", "file_type", id="text"),
        pytest.param(b"\xff\xd8\xff\xe0" + b"\0" * 200, "picture_broken", id="the head of a JPEG alone"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "picture_broken", id="the head of a PNG alone"),
        pytest.param(
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 50,
            "picture_broken",
            id="the head of a HEIC alone",
        ),
        pytest.param(b"%PDF-1.7\nnothing more", "document_broken", id="the head of a PDF alone"),
        pytest.param(b"%PDF-1.7\n" + b"\0" * (LARGEST_FILE + 1), "file_too_large", id="too many bytes"),
    ],
)
def test_what_it_is_not_is_refused(content, code):
    assert refusal(content) == code


def test_a_picture_cut_short_is_refused():
    whole = a_picture((1200, 900), quality=90)

    assert refusal(whole[: len(whole) // 2]) == "picture_broken"


def test_an_archive_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("receipt.jpg", a_picture())

    assert refusal(out.getvalue()) == "file_type"


def test_a_document_loses_its_scripts_attachments_and_author():
    def booby_trap(writer):
        script = DictionaryObject(
            {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
        )
        writer.root_object[NameObject("/OpenAction")] = script
        writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})
        link = {NameObject("/Subtype"): NameObject("/Link"), NameObject("/A"): script}
        stamp = {NameObject("/Subtype"): NameObject("/Stamp"), NameObject("/AA"): script}
        notes = [DictionaryObject(link), DictionaryObject(stamp)]
        writer.pages[0][NameObject("/Annots")] = ArrayObject(notes)
        writer.add_attachment("invoice.exe", b"MZ")
        writer.add_metadata({"/Author": "The consumer's own name"})

    original = a_document(booby_trap)
    seen = uploads.look_into(original)

    assert b"JavaScript" in original
    assert seen.original == original
    for word in (b"JavaScript", b"app.alert", b"EmbeddedFile", b"invoice.exe", b"OpenAction", b"own name"):
        assert word not in seen.shown
    copy = PdfReader(io.BytesIO(seen.shown))
    assert len(copy.pages) == 1
    assert [note.get_object()["/Subtype"] for note in copy.pages[0]["/Annots"]] == ["/Stamp"]


@pytest.mark.parametrize("notes", [TextStringObject("no list"), DictionaryObject()])
def test_a_document_with_odd_annotations_is_shown_without_them(notes):
    def odd(writer):
        writer.pages[0][NameObject("/Annots")] = notes

    assert uploads.look_into(a_document(odd)).ending == "pdf"


def test_a_document_with_a_password_is_refused():
    assert refusal(a_document(lambda writer: writer.encrypt("secret"))) == "document_locked"


def test_a_document_that_only_forbids_printing_is_shown():
    seen = uploads.look_into(a_document(lambda writer: writer.encrypt("", "owner")))

    assert not PdfReader(io.BytesIO(seen.shown)).is_encrypted


def test_a_document_without_end_is_refused():
    assert refusal(a_document(pages=101)) == "document_too_long"


def test_a_document_without_pages_is_refused():
    assert refusal(a_document(pages=0)) == "document_broken"


def test_the_name_of_a_file_does_not_matter(app):
    with app.test_request_context():
        disguised = FileStorage(
            io.BytesIO(b"MZ\x90\x00" + b"\0" * 100), "photo.jpg", content_type="image/jpeg"
        )
        honest = FileStorage(io.BytesIO(a_picture()), "../../evil.exe", content_type="application/x-dosexec")

        with pytest.raises(Invalid):
            uploads.read([disguised])
        assert uploads.read([honest])[0].ending == "jpg"


def test_a_field_left_empty_is_no_file(app):
    with app.test_request_context():
        assert uploads.read([FileStorage(io.BytesIO(), "")]) == []
