"""Fingerprint the sentences of a document, so that a rule can point at its sentence without holding it."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_END = re.compile(r"(?<=[。；！？;!?])")


def sentences(text: str) -> list[str]:
    """Split a document into sentences; lines are joined first, because pages and columns break them."""
    joined = "".join(line.strip() for line in text.splitlines())
    return [part for part in _END.split(joined) if normalised(part)]


def normalised(sentence: str) -> str:
    """Fold full-width forms and drop everything but letters, digits and characters."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", sentence)).lower()


def anchor(sentence: str) -> str:
    """Give a sentence's fingerprint: 16 hexadecimal digits of SHA-256 over its normalised form."""
    return hashlib.sha256(normalised(sentence).encode()).hexdigest()[:16]
