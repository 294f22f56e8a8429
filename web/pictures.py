"""Photographs: decoded under a limit, turned upright, made small, and written anew without metadata."""

import threading
import warnings
from io import BytesIO

import pi_heif
from PIL import Image, ImageOps

from complaints.errors import Invalid

MEGAPIXEL = 1_000_000
# A JPEG can be decoded at a half or a quarter of its size; progressive ones and others need every pixel.
LARGEST_JPEG = 120 * MEGAPIXEL
LARGEST = 25 * MEGAPIXEL
LARGEST_HEIC = 16 * MEGAPIXEL  # its decoder holds every pixel three times
SHOWN = 6 * MEGAPIXEL  # enough to read a long screenshot
LONGEST_SIDE = 20_000
QUALITY = 82

Image.MAX_IMAGE_PIXELS = LARGEST_JPEG
pi_heif.register_heif_opener()  # reads what telephones write, and writes nothing itself
warnings.simplefilter("error", Image.DecompressionBombWarning)

# One at a time in a process: a decoded photograph is the largest thing it ever holds.
_turn = threading.Lock()


def shown(content: bytes, form: str) -> bytes:
    """A JPEG of what `content`, a picture in the `form` Pillow knows, looks like, and nothing else of it.

    Raises Invalid for `files`: picture_too_large for more pixels than can be decoded safely, picture_broken
    for what is no picture or a damaged one.
    """
    with _turn:
        try:
            return _copied(content, form)
        except Invalid:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise _too_large(LARGEST) from error
        except Exception as error:  # a decoder may fail in any way on bytes made to break it
            raise Invalid("files", "picture_broken") from error


def _copied(content: bytes, form: str) -> bytes:
    with Image.open(BytesIO(content), formats=[form]) as image:
        _check(image)
        if form == "JPEG":
            image.draft("RGB", _fitting(image.size))
        image.load()
        small = _shrunk(image)
        flat = _flattened(ImageOps.exif_transpose(small))
    flat.info = {}  # a comment, a profile or a description would be written along
    out = BytesIO()
    flat.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _check(image: Image.Image) -> None:
    width, height = image.size
    is_scalable = image.format in {"JPEG", "MPO"} and not image.info.get("progressive")
    most = LARGEST_JPEG if is_scalable else LARGEST_HEIC if image.format == "HEIF" else LARGEST
    if width * height > most or max(width, height) > LONGEST_SIDE:
        raise _too_large(most)


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    """The largest size of the same shape that is shown."""
    width, height = size
    scale = min(1.0, (SHOWN / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _shrunk(image: Image.Image) -> Image.Image:
    """Small first and everything else afterwards: each further step copies every pixel."""
    if image.size == _fitting(image.size):
        return image
    if image.mode in {"P", "1"}:  # an index of colours cannot be averaged
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    image.thumbnail(_fitting(image.size), Image.Resampling.LANCZOS)
    return image


def _flattened(image: Image.Image) -> Image.Image:
    """Opaque and in three colours: what was transparent becomes white, as it looks on paper."""
    if "transparency" not in image.info and image.mode not in {"RGBA", "LA", "PA", "La", "RGBa"}:
        return image.convert("RGB")
    coloured = image.convert("RGBA")
    paper = Image.new("RGB", coloured.size, "white")
    paper.paste(coloured, mask=coloured.getchannel("A"))
    return paper


def _too_large(most: int) -> Invalid:
    return Invalid("files", "picture_too_large", most=most // MEGAPIXEL)
