"""English word forms: verbs in all persons, articles, pronouns."""

from __future__ import annotations

IRREGULAR = {  # base: (past, past participle)
    "beat": ("beat", "beaten"),
    "bite": ("bit", "bitten"),
    "bring": ("brought", "brought"),
    "drink": ("drank", "drunk"),
    "eat": ("ate", "eaten"),
    "get": ("got", "got"),
    "give": ("gave", "given"),
    "have": ("had", "had"),
    "hit": ("hit", "hit"),
    "hold": ("held", "held"),
    "keep": ("kept", "kept"),
    "lay": ("laid", "laid"),
    "let": ("let", "let"),
    "make": ("made", "made"),
    "put": ("put", "put"),
    "run": ("ran", "run"),
    "say": ("said", "said"),
    "see": ("saw", "seen"),
    "set": ("set", "set"),
    "shake": ("shook", "shaken"),
    "slide": ("slid", "slid"),
    "speak": ("spoke", "spoken"),
    "spin": ("spun", "spun"),
    "stand": ("stood", "stood"),
    "strike": ("struck", "struck"),
    "sweep": ("swept", "swept"),
    "swing": ("swung", "swung"),
    "take": ("took", "taken"),
}
DOUBLED = set(
    "drag flip get grab grip hit let put rub run scrub set sip spin swap swig tap tip transfer "
    "wrap".split()
)
FORMS = ("base", "third", "ing", "past", "participle")
PLURAL_HEADS = {"scissors", "shears", "pliers", "tongs", "glasses", "binoculars", "tweezers"}
LIKE_CONSONANT = ("uni", "use", "usb", "ute", "eu", "one", "once")  # spoken "yoo", "won"
LIKE_VOWEL = ("hour", "honest", "heir")


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
    stem = verb + verb[-1] if verb in DOUBLED else verb
    if form == "ing":
        return (verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else stem) + "ing"
    if form not in FORMS:
        raise ValueError(f"unknown verb form '{form}'; known: {', '.join(FORMS)}")
    if verb in IRREGULAR:
        return IRREGULAR[verb][form == "participle"]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ied"
    return stem + "ed"


def article(noun: str) -> str:
    """The indefinite article that fits the first sound of the noun."""
    word = noun.lower()
    if word.startswith(LIKE_VOWEL):
        return "an"
    return "an" if word[:1] in "aeiou" and not word.startswith(LIKE_CONSONANT) else "a"


def is_plural(noun: str) -> bool:
    """Whether a noun takes "them" and no article: scissors, but not a pair of scissors."""
    return " of " not in noun and noun.split()[-1].lower() in PLURAL_HEADS
