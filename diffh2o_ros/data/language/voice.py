"""The words one sentence uses for the hand, the hold, the object and all other slots."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from diffh2o_ros.data.language.facts import Facts
from diffh2o_ros.data.language.nouns import Noun
from diffh2o_ros.data.language.phrases import BODILY
from diffh2o_ros.data.language.subjects import Subject
from diffh2o_ros.data.language.words import kinds, pick, ways, words
from diffh2o_ros.text.word_forms import article, inflect, is_plural


@dataclass(frozen=True)
class Voice:
    """Who is said to do it (subject) with what (name, said as noun); terse: lift mug with right
    hand."""

    facts: Facts
    subject: Subject
    name: str
    terse: bool
    noun: Noun
    rng: np.random.Generator

    @property
    def plural(self) -> bool:
        """Whether the name is one of scissors, pliers ..."""
        return is_plural(self.name)

    def _owner(self) -> str:
        """The word before a hand: the, your, their ..."""
        own = "the" if self.subject.passive else self.subject.possessive
        return own if self.rng.random() < 0.6 else "the"

    def hand_noun(self, hand: str) -> str:
        """Words for left, right or both: your left hand."""
        if hand == "both":
            return pick(words("both hands"), self.rng)
        return f"{hand} hand" if self.terse else f"{self._owner()} {hand} hand"

    def hand_phrase(self) -> str:
        """An adverbial for the hand: with your left hand."""
        hand, chance = self.facts.hand, self.rng.random()
        hands_over = self.facts.action == "offhand"
        if hand == "both" and chance < 0.1:
            return pick(words("bimanually"), self.rng)
        sideways = self.facts.direction in ("left", "right")  # not: to the left left-handed
        if hand != "both" and chance < 0.05 and not hands_over and not sideways:
            return f"{hand}-handed"
        if hand != "both" and chance < 0.1 and not self.terse and not hands_over:
            return f"with only {self._owner()} {hand} hand"
        if self.subject.passive and chance > 0.85 and self.facts.action not in BODILY:
            return f"by {self.hand_noun(hand)}"
        return f"{'with' if chance < 0.78 else 'using'} {self.hand_noun(hand)}"

    def one_hand(self) -> str:
        """A phrase for one hand that does not say which, mostly empty."""
        hands_over = self.facts.action == "offhand"
        if self.facts.hand == "both" or self.rng.random() > (0.3 if hands_over else 0.03):
            return ""
        return pick(words("by one hand" if hands_over else "one hand"), self.rng)

    def taken(self, told_hold: bool, hand_phrase: str) -> str:
        """How the object is taken: by the handle, with the left hand, or both."""
        if not told_hold:
            return hand_phrase
        hold = pick(kinds("hold")[self.facts.hold], self.rng)
        if not hand_phrase:
            return hold
        unnamed = hand_phrase in (*words("one hand"), *words("by one hand"))
        if self.facts.hold == "pinch" and not unnamed:
            return pick(words("pinch with"), self.rng).replace(
                "<hand>", self.hand_noun(self.facts.hand)
            )
        first, second = (hold, hand_phrase) if self.rng.random() < 0.75 else (hand_phrase, hold)
        return f"{first} {second}"

    def fill(self, text: str) -> str:
        """The text with all slots but those of the object filled, verbs not yet inflected."""
        facts, direction = self.facts, self.facts.direction
        directions = {"to": ways(facts.action), "at": kinds("at"), "receiver": kinds("receiver")}
        for slot, said in directions.items():
            if f"<{slot}>" in text:
                text = text.replace(f"<{slot}>", pick(said[direction], self.rng))
        others = words("someone")
        if self.subject.possessive == "my":
            others = [other for other in others if other != "to me"]
        text = text.replace("<someone>", pick(others, self.rng))
        if "<level>" in text:
            text = text.replace("<level>", pick(kinds("level")[facts.level], self.rng))
        text = text.replace("<liquid>", pick(words("liquid"), self.rng))
        if "<hand>" in text:
            text = text.replace("<hand>", self.hand_noun(facts.hand))
        if "<other>" in text:
            text = text.replace("<other>", self._other_noun(text))
        text = text.replace("<side>", facts.hand).replace("<far>", facts.other_hand)
        text = text.replace("<poss>", self.subject.possessive)
        return text.replace("<self>", self.subject.reflexive)

    def _other_noun(self, text: str) -> str:
        """The receiving hand; "hand" may be left out where the first one is named before."""
        noun = self.hand_noun(self.facts.other_hand)
        named = f"{self.facts.hand} hand" in text and "<other>," not in text
        return noun.removesuffix(" hand") if named and self.rng.random() < 0.35 else noun

    def inflected(self, text: str, form: str | None = None) -> str:
        """The text with its verbs in a form, if not told which the subject's."""
        chosen = form or self.subject.form
        return re.sub(r"\{(\w+)\}", lambda match: inflect(match[1], chosen), text)

    def name_object(self, text: str) -> str:
        """The text with the object in it."""
        text = text.replace("<obj>", self._named())
        several = self.plural
        for slot, one, many in (
            ("<it>", "it", "them"),
            ("<its>", "its", "their"),
            ("<was>", "it was", "they were"),
        ):
            text = text.replace(slot, many if several else one)
        single, _, plural = self.subject.words.partition("/")
        text = text.replace("<poss>", self.subject.possessive)
        text = text.replace("<self>", self.subject.reflexive)
        text = re.sub(r"\bthe table\b", f"the {pick(words('surfaces'), self.rng)}", text)
        return text.replace("[is]", (plural if several else single) or "[is]")

    def times(self) -> str:
        """How often it is done."""
        return pick(kinds("times")[str(self.facts.count)], self.rng)

    def _named(self) -> str:
        if self.noun.place:
            return f"the {self.noun.words} {self.noun.place}"
        return self.noun.words if self.terse else self._determiner() + self.noun.words

    def _determiner(self) -> str:
        chance = self.rng.random()
        if chance < 0.84:
            return "the "
        if chance < 0.94:
            return "some " if self.plural else article(self.noun.words) + " "
        near = chance < 0.97
        if self.plural:
            return "these " if near else "those "
        return "this " if near else "that "
