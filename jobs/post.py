"""Takes letters to the world: by SMTP, or into the outbox folder where no server is set."""

import os
import smtplib
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

from jobs.letters import Letter
from settings import Settings

PATIENCE = 15  # seconds


def send(letter: Letter, address: str, key: str, settings: Settings) -> None:
    """Deliver `letter`. The same `key` gives the same Message-ID and file, so that a second try is known as one.

    Raises OSError (smtplib's errors among them) when it could not be handed over.
    """
    message = EmailMessage()
    message["Subject"] = letter.subject
    message["From"] = settings.mail_from
    message["To"] = address
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{key}@{urlsplit(settings.base_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    if settings.smtp_url:
        _by_smtp(message, settings)
    else:
        _into_folder(message, key, settings)


def _by_smtp(message: EmailMessage, settings: Settings) -> None:
    """`smtp_url` is smtp://user:password@host:port for STARTTLS, or smtps:// for TLS from the start."""
    url = urlsplit(settings.smtp_url)
    kind = smtplib.SMTP_SSL if url.scheme == "smtps" else smtplib.SMTP
    with kind(url.hostname or "localhost", url.port or 0, timeout=PATIENCE) as server:
        if url.scheme == "smtp" and url.username:
            server.starttls()
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
        server.send_message(message)


def _into_folder(message: EmailMessage, key: str, settings: Settings) -> None:
    settings.outbox_dir.mkdir(parents=True, exist_ok=True)
    target = settings.outbox_dir / f"{key}.eml"
    draft = target.with_suffix(f".{os.getpid()}.part")
    draft.write_bytes(message.as_bytes())
    draft.replace(target)
