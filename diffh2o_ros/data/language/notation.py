"""The notation of phrases, clauses and words in the files of this folder.

A file has lists of entries with weights, see `text/word_file.py`. In an entry, {verb} is inflected
with its subject; <obj> is the object and <it> its pronoun (<its> the possessive, <was> "it was"),
<poss> the actor's possessive and <self> the reflexive. @ follows the words with which the object is
taken: a phrase for the hand or for the hold may stand there (the one for the hand at the end, too,
unless it says @!). <hand> is a hand named inside the phrase, <other> the one that gets the object
from it, "<side> to <far>" their bare names; <to>, <at> and <receiver> are direction phrases,
<someone> is a receiver without a direction, <liquid> what is poured or drunk and <level> how high
the object is held. A phrase that
starts with "<obj> [is]" is passive.

Marks before a phrase, in this order: ~ the object cannot come back to its place after this; both:
two hands do it, and the phrase says so; ?word|word only said of an object whose name holds one of
the words.
"""

from __future__ import annotations

import re

from diffh2o_ros.text.word_file import Entry

_DIRECTIONS = ("to", "at", "receiver")
_SLOTS = (
    *_DIRECTIONS,
    *"obj it its was poss self hand other side far someone liquid level".split(),
)
_PARTS = re.compile(r"<(\w+)>|\{[a-z]+\}")
_PASSIVE = "<obj> [is] "


def check_notation(entry: Entry) -> None:
    """Raises WordFileError for an entry with an unknown slot, or one that is not written out."""
    for slot in re.findall(r"<(.*?)>", entry.text):
        if slot not in _SLOTS:
            raise entry.error(f"has an unknown slot <{slot}>: use one of {', '.join(_SLOTS)}")
    rest = _PARTS.sub("", entry.text.replace(_PASSIVE, "", 1))
    if wrong := re.search(r"[<>{}\[\]]", rest):
        raise entry.error(f"has a stray {wrong[0]}: write {{verb}}, <slot> or <obj> [is]")
    if entry.text.count("@") > 1:
        raise entry.error("has @ twice: the object is taken once")
