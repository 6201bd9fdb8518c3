"""English word forms: verbs in all persons, articles, pronouns."""

from __future__ import annotations

from diffh2o_ros.text.word_file import word_set, word_table

FORMS = ("base", "third", "ing", "past", "participle")


def inflect(verb: str, form: str) -> str:
    """A verb's `form` (one of FORMS) from its base form."""
    if form == "base":
        return verb
    if form == "third":
        if verb == "have":
            return "has"
        if verb.endswith("y") and verb[-2] not in "aeiou":
            return verb[:-1] + "ies"
        return verb + ("es" if verb.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")
    stem = verb + verb[-1] if verb in word_set("verbs", "doubled") else verb
    if form == "ing":
        return (verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else stem) + "ing"
    if form not in FORMS:
        raise ValueError(f"unknown verb form '{form}'; known: {', '.join(FORMS)}")
    irregular = word_table("verbs", "irregular")
    if verb in irregular:
        return irregular[verb][form == "participle"]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return stem + "ed"


def article(noun: str) -> str:
    """The indefinite article that fits the first sound of the noun."""
    word = noun.lower()
    if word.startswith(tuple(word_set("nouns", "like a vowel"))):
        return "an"
    consonant = word.startswith(tuple(word_set("nouns", "like a consonant")))
    return "an" if word[:1] in "aeiou" and not consonant else "a"


def is_plural(noun: str) -> bool:
    """Whether a noun takes "them" and no article: scissors, but not a pair of scissors."""
    return " of " not in noun and noun.split()[-1].lower() in word_set("nouns", "plural")
