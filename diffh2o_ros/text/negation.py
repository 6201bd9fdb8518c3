"""What a sentence says not, and how far that goes.

English negates in two ways. "Do not", "never" and "must not" negate a clause, to its end;
"without", "avoid", "instead of" and "anything but" negate the one thing that follows. Two negations
make a "yes": never forget to lift it, nothing but the left hand.
"""

from __future__ import annotations

import re

from diffh2o_ros.text.hand_words import OTHER, Mention
from diffh2o_ros.text.negation_words import Negation, Position, Verb, listed, negation_at

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[^\w\s]")
_LEAD = re.compile(
    r"(?:[\s,;.:-]|\b(?:and|but|or|while|whereas|then|also|please|just|there is|there's|"
    r"so (?:that )?(?:it|they))\b)*$"
)


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
    passed: list[Verb] = []

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
        negation = negation_at(Position(i, tokens, words))
        if negation is not None:
            negation.subject = _subject(text, mentions, negation)
            if negation.subject is not None:
                negation.subject.negated = True
        exceptive = negation is not None and word in ("but", "except", "other", "apart", "aside")
        if word in listed("breaks") and not exceptive and not _leads_on(word, words[i + 1]):
            close(start)
        elif (
            word in listed("joints")
            and active
            and not _goes_on(i, tokens, words, passed, mentions, word)
        ):
            close(start)
        if negation is not None:
            found.append(negation)
            active.append(negation)
        elif start in verbs:
            base, taught = verbs[start]
            if not word.endswith("ing") and words[i - 1] not in listed("joints"):
                # Without tilting it lift it; but: rather than lift it.
                close(start, [n for n in active if not n.whole and n.end < start - 1])
            verb = Verb(start, end, base, taught, list(active))
            if words[i + 1] == "nothing" and words[i + 2] not in ("but", "except", "else"):
                verb.negations.append(Negation(start, tokens[i + 1][2], whole=True, stop=end))
                found.append(verb.negations[-1])
            for governing in verb.negations:
                governing.verbs.append(verb)
            passed.append(verb)
    close(len(text))
    _mark_hands(found, mentions)
    return found, passed


def _mark_hands(negations: list[Negation], mentions: list[Mention]) -> None:
    """Marks those that say what a hand does not do: it is the hand that they negate, unless the
    sentence names another one."""
    named = {m.kind for m in mentions if not m.negated and m.kind not in (None, OTHER)}
    for negation in negations:
        if negation.subject is not None:
            negation.of_hand = not named


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
    passed: list[Verb],
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
    last = passed[-1] if passed else None
    if last is None or not last.negations or words[i + 1] in ("then", "use", "only", "but"):
        return False
    between = words[[t[1] for t in tokens].index(last.start) + 1 : i]
    return all(word in listed("particles") for word in between)


def _subject(text: str, mentions: list[Mention], negation: Negation) -> Mention | None:
    """The hand that is the subject of a negation: the left hand must not be used."""
    auxiliary = "|".join(sorted(listed("auxiliaries")))
    for mention in mentions:
        between = text[mention.end : negation.start]
        plain = re.fullmatch(rf"\s+(?:(?:{auxiliary})\s+)*", between) is not None
        led = re.search(r"\b(?:with|using|in|by|use|to|from|of)\s+$", text[: mention.start])
        if plain and negation.whole and not led and not mention.unused and mention.kind:
            return mention
    return None


def lead_in(text: str, at: int) -> int:
    """Where the signs and joints before a place begin, which go with what is taken out there."""
    return at - len(_LEAD.search(text[:at])[0])
