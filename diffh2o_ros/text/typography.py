"""A sentence as typed on any keyboard, in plain letters."""

from __future__ import annotations

import re
import unicodedata

_QUOTES = dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9\uff07\u00b4`"), "'")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2043\u2212\ufe63\uff0d"), "-")
_LONG_DASHES = dict.fromkeys(map(ord, "\u2013\u2014\u2015"), " - ")
_SIGNS = _QUOTES | _DASHES | _LONG_DASHES


def plain(text: str) -> str:
    """The text with compatible characters made one (NFKC: wide letters, ligatures, blanks of all
    widths), typographic quotes and dashes made plain, and without what has no width of its own.

    A sentence in plain letters stays as it is.
    """
    if text.isascii():
        return text.replace("`", "'")
    # Before NFKC, which makes a blank and an accent of the acute that stands for an apostrophe.
    text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return re.sub(r"\s+", " ", text).strip()
