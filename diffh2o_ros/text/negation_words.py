"""The words with which a negation begins: not, without, anything but ..."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from diffh2o_ros.text.hand_words import LEFT, RIGHT, Mention
from diffh2o_ros.text.verbs import taught_forms, untaught_forms
from diffh2o_ros.text.word_file import word_set, word_table


@dataclass
class Negation:
    """One negation: where its words stand, what stands for them where it is taken out, and where
    what it governs ends."""

    start: int
    end: int
    instead: str = ""
    whole: bool = False  #: of a clause, not of the one thing that follows
    stop: int = 0
    hand_end: int = 0  #: of the last hand that it governs
    verbs: list[Verb] = field(default_factory=list)
    of_hand: bool = False  #: it is a hand that it negates, not what is done
    subject: Mention | None = None  #: the hand of which it says what that does not


@dataclass
class Verb:
    """A verb in a sentence, and the negations it stands under."""

    start: int
    end: int
    base: str
    taught: bool
    negations: list[Negation]

    @property
    def negated(self) -> bool:
        return sum(not negation.of_hand for negation in self.negations) % 2 == 1


def listed(name: str) -> frozenset[str]:
    """A list of `text/words/negation.txt`."""
    return word_set("negation", name)


@cache
def _contractions() -> dict[str, str]:
    """Contractions, with or without the apostrophe, and what stays of them."""
    found = {word: " ".join(rest) for word, rest in word_table("negation", "contractions").items()}
    bare = {word.replace("'", ""): rest for word, rest in found.items()}
    return found | {word: rest for word, rest in bare.items() if word != "shant"}


@dataclass(frozen=True)
class Position:
    """Token i of a sentence, and what stands beside it; words go on with three empty ones."""

    i: int
    tokens: list[tuple[str, int, int]]
    words: list[str]

    def word(self, step: int = 0) -> str:
        """The word so many tokens further on or, if negative, before; "" where there is none."""
        return self.words[self.i + step] if self.i + step >= 0 else ""

    def span(self, count: int, instead: str = "", whole: bool = False, back: int = 0) -> Negation:
        """A negation of `count` tokens from here, and of `back` before."""
        first, last = max(self.i - back, 0), min(self.i + count - 1, len(self.tokens) - 1)
        return Negation(self.tokens[first][1], self.tokens[last][2], instead, whole)


def negation_at(at: Position) -> Negation | None:
    """The negation that starts at a place."""
    word, following = at.word(), at.word(1)
    more = 2 if following in ("ever", "even") else 1
    if word in _contractions():
        if following in ("you", "we", "they") or at.word(-1) == "why":
            return None  # can't you lift it? why don't you?
        return at.span(more, _contractions()[word], whole=True)
    if word == "not":
        return _not(at)
    if word in ("never", "nobody", "neither"):
        return at.span(more, whole=True)
    if word == "no":
        return _no(at)
    if word == "nothing" and following in ("but", "except", "other"):
        return None if _is_form(at.word(2)) else at.span(1)
    if word == "non" and following == "-" and at.word(2) in (LEFT, RIGHT):
        return at.span(2)
    return _of_one_thing(at) or _exception(at)


def _not(at: Position) -> Negation | None:
    before, following = at.word(-1), at.word(1)
    if following in ("only", "just", "merely", "solely", "necessarily", "too", "so", "very"):
        return None
    if before == "why":
        return None
    if following == "-":
        return at.span(2)
    more = 2 if following in ("ever", "even") else 1
    if before in ("do", "does", "did"):
        return at.span(more, whole=True, back=1)
    if before in listed("auxiliaries") or _is_form(following) or following == "to":
        return at.span(more, whole=True)
    back = 1 if before in ("but", "and") else 0
    leads = before in ("with", "using", "use", "in", "by", "")
    bare = following not in ("with", "using", "in", "by", "from") and not leads
    return at.span(more, "with" if bare else "", back=back)


def _no(at: Position) -> Negation | None:
    before, following = at.word(-1), at.word(1)
    if (before, following) == ("in", "time"):
        return None  # at once
    if before in ("under", "by", "in", "on", "at") and following in listed("no way"):
        return at.span(2, whole=True, back=1)
    if following in ("matter", "problem", "longer", "doubt", ",", "", "."):
        return None
    if following in ("need", "one"):
        return at.span(1, whole=True)
    return at.span(1, "with the" if following in ("left", "right") else "")


def _of_one_thing(at: Position) -> Negation | None:
    """Without tilting it; avoid the left hand; instead of lifting it."""
    word, following = at.word(), at.word(1)
    if word in ("without", "sans"):
        return at.span(1, "" if following.endswith("ing") else "with")
    if word in listed("gerund follows") and word not in taught_forms():
        count = 2 if following == "from" else 1
        gerund = at.word(count).endswith("ing")
        if word.startswith(("stop", "quit", "skip", "cease")) and not gerund:
            return None
        return at.span(count, "" if gerund else "use")
    if word in listed("to follows") and following == "to":
        return at.span(2, whole=True)
    if f"{word} {following}" in ("instead of", "rather than", "in lieu", "opposed to"):
        held = at.word(2) in ("with", "using", "in", "by") or at.word(2).endswith("ing")
        return at.span(2, "" if held else "with")
    return None


def _exception(at: Position) -> Negation | None:
    """Anything but the left hand; all except for tilting it."""
    word, following = at.word(), at.word(1)
    pair = f"{word} {following}"
    if word not in ("but", "except") and pair not in ("other than", "apart from", "aside from"):
        return None
    back = next((b for b in (1, 2, 3) if at.word(-b) in listed("but follows")), 0)
    if word == "but" and (not back or following in ("not", "never", "do", "don't")):
        return None
    if back and at.word(-back) == "nothing" and _is_form(following):
        return None  # do nothing but lift it
    count = 1 if word == "but" or (word == "except" and following != "for") else 2
    # Nothing but, no hand except: the first word is a negation of its own.
    double = back and at.word(-back) in ("nothing", "no", "none", "neither")
    return at.span(count, back=0 if double else back)


def _is_form(word: str) -> bool:
    return word in taught_forms() or word in untaught_forms()
