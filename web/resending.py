"""A form whose proof of origin ran out: what it carried, so that it can be sent again with nothing lost."""

from typing import Any
from urllib.parse import urlsplit

from flask import request

# Typed again by hand rather than written into a page.
SECRET = ("password", "secret", "code", "token")


def is_from_here() -> bool:
    """Whether the browser itself says that the form stood on a page of ours. Silence counts as no."""
    fetched_from = request.headers.get("Sec-Fetch-Site")
    if fetched_from is not None:
        return fetched_from == "same-origin"
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return urlsplit(origin).netloc == request.host


def carried() -> dict[str, Any]:
    """Where it was going and what it held, without the old proof. Files stay with the browser."""
    pairs = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    return {
        "url": request.full_path.rstrip("?"),
        "kept": [(name, value) for name, value in pairs if not _is_secret(name)],
        "retyped": sorted({name for name, _ in pairs if _is_secret(name)}),
        "had_files": any(file.filename for file in request.files.values()),
        "multipart": request.mimetype == "multipart/form-data",
    }


def _is_secret(name: str) -> bool:
    return any(part in name for part in SECRET)
