"""Verbs that say what is done with a thing: those that the networks know, and others.

Whole words are looked up, in all forms of a verb, so that neither "movie" nor "bitter" is one.
"""

from __future__ import annotations

from functools import cache

from diffh2o_ros.text.word_file import word_set, word_table
from diffh2o_ros.text.word_forms import FORMS, inflect


def forms(verb: str) -> set[str]:
    """All forms of a verb from its base form, in every spelling."""
    own = set(word_table("verbs", "also irregular").get(verb, ()))
    regular = (
        FORMS if verb in word_table("verbs", "irregular") or not own else ("base", "third", "ing")
    )
    found = {inflect(verb, form) for form in regular} | own
    if verb.endswith("ie"):
        found = found - {verb[:-1] + "ing"} | {verb[:-2] + "ying"}
    if _doubles(verb):
        plain = {verb + ending for ending in ("ing", "ed")} & found
        found = found - plain | {verb + verb[-1] + form.removeprefix(verb) for form in plain}
    if verb.endswith("el"):  # swivelled in Britain
        found |= {verb + "ling", verb + "led"}
    return found


def _doubles(verb: str) -> bool:
    """Whether its last letter is doubled before -ing: one vowel before one consonant, and the
    stress on that syllable, as all have that consist of one."""
    if len(verb) < 3 or verb[-1] in "aeiouwxy" or verb[-2] not in "aeiou" or verb[-3] in "aeiou":
        return False
    before = " " + verb
    syllables = sum(a not in "aeiou" and b in "aeiouy" for a, b in zip(before, verb, strict=False))
    return syllables == 1 or verb in ("transfer", "unplug", "unwrap")


@cache
def taught_forms() -> dict[str, str]:
    """Every form of the verbs that the networks know, and its base form."""
    return _base_forms("taught")


@cache
def untaught_forms() -> dict[str, str]:
    """The same of what else hands do with things, or people ask for."""
    return {f: verb for f, verb in _base_forms("untaught").items() if f not in taught_forms()}


def _base_forms(name: str) -> dict[str, str]:
    return {form: verb for verb in sorted(word_set("verbs", name)) for form in forms(verb)}
