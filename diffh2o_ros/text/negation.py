"""What a sentence says not, and how far that goes.

English negates in two ways. "Do not", "never" and "must not" negate a clause, to its end;
"without", "avoid", "instead of" and "anything but" negate the one thing that follows. Two negations
make a "yes": never forget to lift it, nothing but the left hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from diffh2o_ros.text.hand_words import LEFT, OTHER, RIGHT, Mention
from diffh2o_ros.text.verbs import TAUGHT_FORMS, UNTAUGHT_FORMS

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[^\w\s]")
AUXILIARIES = (
    "do does did must should shall will would can could may might is are was were be been has have "
    "had need ought let's you"
).split()
_SHORT = {  # contractions, with or without the apostrophe, and what stays of them
    "don't": "",
    "doesn't": "",
    "didn't": "",
    "can't": "can",
    "cannot": "can",
    "won't": "will",
    "shouldn't": "should",
    "wouldn't": "would",
    "couldn't": "could",
    "mustn't": "must",
    "needn't": "need",
    "isn't": "is",
    "aren't": "are",
    "wasn't": "was",
    "weren't": "were",
    "hasn't": "has",
    "haven't": "have",
    "shan't": "shall",
    "ain't": "is",
    "mightn't": "might",
}
_SHORT |= {
    word.replace("'", ""): rest
    for word, rest in _SHORT.items()
    if word.replace("'", "") not in ("cant", "wont", "shant")
} | {"cant": "can", "wont": "will"}
_GERUND_AFTER = set(
    "avoid avoids avoiding stop stops stopping quit quitting cease refrain "
    "refrains skip resist prevent forbid".split()
)
_TO_AFTER = set(
    "forget forgets hesitate fail fails neglect refuse refuses omit afraid scared "
    "shy reluctant hesitant".split()
)
_BUT_AFTER = set(
    "anything anyone nothing any no everything every all none neither whatever "
    "whichever either".split()
)
_BREAKS = set(
    ". ; ! ? : but however then when while whilst as after before because since so if "
    "unless until which although though instead just rather".split()
)
_NO_WAY = set("circumstance circumstances condition conditions means case account time way".split())
_JOINTS = (",", "and", "or", "nor", "&", "/")
_PARTICLES = set("up down over out away back off".split())
_LEAD = re.compile(
    r"(?:[\s,;.:-]|\b(?:and|but|or|while|whereas|then|also|please|just|there is|there's|"
    r"so (?:that )?(?:it|they))\b)*$"
)


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


def find_negations(
    text: str, verbs: dict[int, tuple[str, bool]], mentions: list[Mention]
) -> tuple[list[Negation], list[Verb]]:
    """The negations of a sentence in small letters, and its verbs; marks the mentions that are
    negated.

    Args:
        verbs: base form, and whether it is taught, by where in the text the verb starts.
    """
    tokens = [(match[0], match.start(), match.end()) for match in WORD.finditer(text)]
    words = [word for word, _, _ in tokens] + ["", "", ""]
    mention_at = {m.start: m for m in mentions}
    found: list[Negation] = []
    active: list[Negation] = []
    told: list[Verb] = []

    def close(at: int, which: list[Negation] | None = None) -> None:
        for negation in active[:] if which is None else which:
            negation.stop = at
            active.remove(negation)

    for i, (word, start, end) in enumerate(tokens):
        mention = mention_at.get(start)
        if mention is not None and not mention.unused:
            close(start, [n for n in active if not n.whole and _has_its_hand(n, mention, text)])
            _govern(mention, active)
        if any(m.start <= start < m.end for m in mentions) and start not in verbs:
            continue  # within a hand's name
        negation = _negation(i, tokens, words)
        if negation is not None:
            negation.subject = _subject(text, mentions, negation)
            if negation.subject is not None:
                negation.subject.negated = True
        exceptive = negation is not None and word in ("but", "except", "other", "apart", "aside")
        if word in _BREAKS and not exceptive and not _leads_on(word, words[i + 1]):
            close(start)
        elif word in _JOINTS and active and not _goes_on(i, tokens, words, told, mentions, word):
            close(start)
        if negation is not None:
            found.append(negation)
            active.append(negation)
        elif start in verbs:
            base, taught = verbs[start]
            if not word.endswith("ing") and words[i - 1] not in _JOINTS:
                # Without tilting it lift it; but: rather than lift it.
                close(start, [n for n in active if not n.whole and n.end < start - 1])
            verb = Verb(start, end, base, taught, list(active))
            if words[i + 1] == "nothing" and words[i + 2] not in ("but", "except", "else"):
                verb.negations.append(Negation(start, tokens[i + 1][2], whole=True, stop=end))
                found.append(verb.negations[-1])
            for governing in verb.negations:
                governing.verbs.append(verb)
            told.append(verb)
    close(len(text))
    named = {m.kind for m in mentions if not m.negated and m.kind not in (None, OTHER)}
    for negation in found:
        if negation.subject is not None:  # else another hand does it, and this one does not
            negation.of_hand = not named
    return found, told


def _leads_on(word: str, following: str) -> bool:
    """Whether a word that may begin something else does not: rather than it, with just one."""
    if word == "just":
        return following in ("one", "a", "the", "your", "my", "left", "right", "with", "using")
    return word == "rather" and following == "than"


def _govern(mention: Mention, active: list[Negation]) -> None:
    if not active or mention.kind in (None, OTHER):
        return
    mention.negated = sum(negation.subject is None for negation in active) % 2 == 1
    for negation in active:
        if negation.subject is None:
            negation.of_hand, negation.hand_end = True, mention.end


def _has_its_hand(negation: Negation, mention: Mention, text: str) -> bool:
    """Whether a negation of one thing has governed another hand, which no "or" joins to this."""
    between = text[negation.hand_end : mention.start]
    return negation.hand_end > 0 and re.match(r"\s*(?:,|&|/|and\b|or\b|nor\b)", between) is None


def _goes_on(
    i: int,
    tokens: list[tuple[str, int, int]],
    words: list[str],
    told: list[Verb],
    mentions: list[Mention],
    word: str,
) -> bool:
    """Whether a list goes on after a comma or an "and", and with it what negates it: do not lift,
    tilt or shake it; neither with the left nor with the right hand."""
    start = tokens[i][1]
    if word in ("or", "nor"):
        return True
    after = next((m for m in mentions if 0 <= m.start - start <= 12), None)
    before = next((m for m in mentions if 0 <= start - m.end <= 1), None)
    if before is not None and after is not None:
        return word != ","  # not the left, the right one
    if word == "," and not {"or", "nor"} & set(words[i + 1 : i + 6]):
        return False
    last = told[-1] if told else None
    if last is None or not last.negations or words[i + 1] in ("then", "use", "only", "but"):
        return False
    between = words[[t[1] for t in tokens].index(last.start) + 1 : i]
    return all(word in _PARTICLES for word in between)


def _negation(i: int, tokens: list[tuple[str, int, int]], words: list[str]) -> Negation | None:
    """The negation that starts with token i."""
    word = words[i]
    before = words[i - 1] if i else ""
    following, later = words[i + 1], words[i + 2]

    def span(count: int, instead: str = "", whole: bool = False, back: int = 0) -> Negation:
        first, last = max(i - back, 0), min(i + count - 1, len(tokens) - 1)
        return Negation(tokens[first][1], tokens[last][2], instead, whole)

    if word in _SHORT:
        if following in ("you", "we", "they") or before == "why":
            return None  # can't you lift it? why don't you?
        more = 2 if following in ("ever", "even") else 1
        return span(more, _SHORT[word], whole=True)
    if word == "not":
        if following in ("only", "just", "merely", "solely", "necessarily", "too", "so", "very"):
            return None
        if before == "why":
            return None
        if following == "-":
            return span(2)
        more = 2 if following in ("ever", "even") else 1
        if before in ("do", "does", "did"):
            return span(more, whole=True, back=1)
        verb = _is_form(following) or following == "to"
        if before in AUXILIARIES or verb:
            return span(more, whole=True)
        back = 1 if before in ("but", "and") else 0
        leads = before in ("with", "using", "use", "in", "by", "")
        bare = following not in ("with", "using", "in", "by", "from") and not leads
        return span(more, "with" if bare else "", back=back)
    if word in ("never", "nobody", "neither", "nor"):
        more = 2 if following in ("ever", "even") else 1
        return span(more, whole=True) if word != "nor" else None
    if word == "no" and before in ("under", "by", "in", "on", "at") and following in _NO_WAY:
        return span(2, whole=True, back=1)
    if word == "no" and following not in ("matter", "problem", "longer", "doubt", ",", "", "."):
        if following in ("need", "one"):
            return span(1, whole=True)
        return span(1, "with the" if following in ("left", "right") else "")
    if word == "nothing" and following in ("but", "except", "other"):
        return None if _is_form(later) else span(1)
    if word == "non" and following == "-" and later in (LEFT, RIGHT):
        return span(2)
    if word in ("without", "sans"):
        gerund = following.endswith("ing")
        return span(1, "" if gerund else "with")
    if word in _GERUND_AFTER and word not in TAUGHT_FORMS:
        counts = 2 if following in ("from",) else 1
        thing = words[i + counts]
        if word.startswith(("stop", "quit", "skip", "cease")) and not thing.endswith("ing"):
            return None
        return span(counts, "" if thing.endswith("ing") else "use")
    if word in _TO_AFTER and following == "to":
        return span(2, whole=True)
    pair = f"{word} {following}"
    if pair in ("instead of", "rather than", "in lieu", "opposed to"):
        held = later in ("with", "using", "in", "by") or later.endswith("ing")
        return span(2, "" if held else "with")
    excepting = word == "except" or pair in ("other than", "apart from", "aside from")
    if excepting or word == "but":
        back = next((b for b in (1, 2, 3) if i >= b and words[i - b] in _BUT_AFTER), 0)
        if word == "but" and (not back or following in ("not", "never", "do", "don't")):
            return None
        if back and words[i - back] == "nothing" and _is_form(following):
            return None  # do nothing but lift it
        count = 1 if word == "but" or (word == "except" and following != "for") else 2
        # Nothing but, no hand except: the first word is a negation of its own.
        double = back and words[i - back] in ("nothing", "no", "none", "neither")
        return span(count, back=0 if double else back)
    return None


def _is_form(word: str) -> bool:
    return word in TAUGHT_FORMS or word in UNTAUGHT_FORMS


def _subject(text: str, mentions: list[Mention], negation: Negation) -> Mention | None:
    """The hand that is the subject of a negation: the left hand must not be used."""
    for mention in mentions:
        between = text[mention.end : negation.start]
        plain = re.fullmatch(rf"\s+(?:(?:{'|'.join(AUXILIARIES)})\s+)*", between) is not None
        led = re.search(r"\b(?:with|using|in|by|use|to|from|of)\s+$", text[: mention.start])
        if plain and negation.whole and not led and not mention.unused and mention.kind:
            return mention
    return None


def lead_in(text: str, at: int) -> int:
    """Where the signs and joints before a place begin, which go with what is taken out there."""
    return at - len(_LEAD.search(text[:at])[0])
