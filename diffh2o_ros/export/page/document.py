"""The page as one text: markup, style, script and data, and a policy that lets it ask nobody."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from typing import Any

_POLICY = (
    "default-src 'none'; script-src '{script}'; style-src '{style}'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def document(content: dict[str, Any], arrays: str) -> str:
    """The page.

    Args:
        content: what JSON can hold; texts in it are shown as text.
        arrays: `PackedArrays.text`.
    """
    folder = files("diffh2o_ros.export.page")
    markup = folder.joinpath("page.html").read_text("utf-8")
    script, style, licenses = (
        folder.joinpath("built", name).read_text("utf-8")
        for name in ("page.js", "page.css", "LICENSES.txt")
    )
    policy = _POLICY.format(script=_hash(script), style=_hash(style))
    # A script element ends at "</script", whatever is inside; JSON knows another way to say "<".
    data = json.dumps(content, ensure_ascii=True, allow_nan=False).replace("<", "\\u003c")
    parts = {
        "policy": policy,
        "style": style,
        "script": script,
        "licenses": licenses.replace("--", "- -"),
        "data": data,
        "arrays": arrays,
    }
    # Split before anything is put in: what is put in may look like a place, too.
    pieces = re.split(r"\{\{(\w+)\}\}", markup)
    pieces[1::2] = (parts[name] for name in pieces[1::2])
    return "".join(pieces)


def _hash(text: str) -> str:
    """As a policy names the only script, or style, that may run."""
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode("ascii")
