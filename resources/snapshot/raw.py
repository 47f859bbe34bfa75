"""The text that the quarantine keeps of what could not be loaded. Pure; knows neither files nor tables."""

import hashlib

from resources.snapshot.lines import HEAD_BYTES, Oversized

MAX_RAW_BYTES = HEAD_BYTES


def raw_text(line: bytes) -> str:
    r"""Make the text of a line or entry as received, fit for PostgreSQL, at most 64 KiB of UTF-8.

    Bytes that are no UTF-8 and NUL bytes are escaped (`\xff`). Longer text is cut between two characters and ends
    with the length and the digest of the whole.
    """
    # Every byte yields at least one, so what lies behind the bound can only matter for the cut.
    text = _escaped(line[: MAX_RAW_BYTES + 1])
    if len(text) <= MAX_RAW_BYTES:
        return text.decode()
    return _cut(text, len(line), hashlib.sha256(line).hexdigest())


def oversized_text(line: Oversized) -> str:
    """Make the same text of a line that was too long to be held in memory."""
    if len(line.head) == line.length:
        return raw_text(line.head)
    return _cut(_escaped(line.head), line.length, line.sha256)


def _escaped(data: bytes) -> bytes:
    return data.decode(errors="backslashreplace").replace("\0", "\\x00").encode()


def _cut(text: bytes, length: int, sha256: str) -> str:
    note = f"…[cut: {length} bytes in all, sha256 {sha256}]"
    kept = text[: MAX_RAW_BYTES - len(note.encode())]
    # The text is valid, so all that there is to drop is a character that the cut went through.
    return kept.decode(errors="ignore") + note
