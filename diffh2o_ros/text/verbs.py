"""Verbs that say what is done with a thing: those that the networks know, and others.

Whole words are looked up, in all forms of a verb, so that neither "movie" nor "bitter" is one.
"""

from __future__ import annotations

from collections.abc import Iterable

from diffh2o_ros.text.word_forms import FORMS, IRREGULAR, inflect

#: What the sentences of training say that is done.
TAUGHT = """
    agitate answer approach bang beat bite bring brush call carry change check cheer chew clean
    consume decant deliver deposit dispense displace drag drink dust eat elevate erase examine
    explore extend fetch fill find flip gaze get give glance gnaw grab grasp grip gulp hammer hand
    heave hit hoist hold inspect invert jiggle jolt knock lay lift listen look lower move munch
    nibble observe offer orient overturn pass peek peer phone photograph pick pickup pivot place
    point polish position pound pour present press propose pull push put quench raise rattle reach
    relocate remove reorient reposition return rotate rub salute scoop scrub scrutinize scrutinise
    seize serve set shake shift show sip slide snack speak spin stamp stand strike stroke study
    survey swap sweep swig swing swipe switch swivel take talk tap taste telephone tilt tip toast
    transfer transport turn twist upend use view watch wave wiggle wipe
""".split()

#: What else hands do with things, or people ask for.
UNTAUGHT = """
    assemble bake balance bend bounce break bury caress catch chop climb connect cook crack crumple
    crush cut dance disassemble draw drill drop dunk fling flick fly fold hide hug hurl insert
    juggle jump kick kiss knead knit lick loosen mend mix open pat peel pet pinch plug poke pop
    punch rip roll screw scratch sculpt sew shatter shave sing slam slap slice smash sniff spray
    spread sprinkle squeeze stab stack staple steal stir stuff swallow tear throw tie tickle
    tighten toss touch type unfold unlock unplug unscrew untie unwrap walk weave weigh write zip
    dig dip explain feed hang kill mop nudge paint play prod read refill rinse scan sharpen shoot
    shut sign sit smoke solve think tidy wash wear
""".split()

#: base: (past, past participle), beside those of the training sentences.
_IRREGULAR = {
    "break": ("broke", "broken"),
    "catch": ("caught", "caught"),
    "cut": ("cut", "cut"),
    "draw": ("drew", "drawn"),
    "find": ("found", "found"),
    "fling": ("flung", "flung"),
    "fly": ("flew", "flown"),
    "hide": ("hid", "hidden"),
    "knit": ("knit", "knit"),
    "sew": ("sewed", "sewn"),
    "show": ("showed", "shown"),
    "sing": ("sang", "sung"),
    "spread": ("spread", "spread"),
    "steal": ("stole", "stolen"),
    "tear": ("tore", "torn"),
    "throw": ("threw", "thrown"),
    "weave": ("wove", "woven"),
    "write": ("wrote", "written"),
    "lay": ("laid", "lain"),
    "bend": ("bent", "bent"),
    "bite": ("bit", "bitten"),
    "get": ("got", "gotten"),
    "hang": ("hung", "hung"),
    "read": ("read", "read"),
    "shut": ("shut", "shut"),
    "wear": ("wore", "worn"),
    "feed": ("fed", "fed"),
    "shoot": ("shot", "shot"),
    "dig": ("dug", "dug"),
    "sit": ("sat", "sat"),
    "think": ("thought", "thought"),
}


def forms(verb: str) -> set[str]:
    """All forms of a verb from its base form, in every spelling."""
    own = set(_IRREGULAR.get(verb, ()))
    regular = FORMS if verb in IRREGULAR or not own else ("base", "third", "ing")
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


def lookup(verbs: Iterable[str]) -> dict[str, str]:
    """Every form of the verbs, and its base form."""
    return {form: verb for verb in verbs for form in forms(verb)}


TAUGHT_FORMS = lookup(TAUGHT)
UNTAUGHT_FORMS = {form: verb for form, verb in lookup(UNTAUGHT).items() if form not in TAUGHT_FORMS}
