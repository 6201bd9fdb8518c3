"""All forms of a verb, and nothing else."""

import pytest

from diffh2o_ros.text.verbs import forms, taught_forms, untaught_forms
from diffh2o_ros.text.word_file import word_set


@pytest.mark.parametrize(
    ("verb", "all_forms"),
    [
        ("lift", "lift lifts lifting lifted"),
        ("wipe", "wipe wipes wiping wiped"),
        ("grab", "grab grabs grabbing grabbed"),
        ("tip", "tip tips tipping tipped"),
        ("transfer", "transfer transfers transferring transferred"),
        ("answer", "answer answers answering answered"),
        ("carry", "carry carries carrying carried"),
        ("polish", "polish polishes polishing polished"),
        ("wave", "wave waves waving waved"),
        ("bite", "bite bites biting bit bitten"),
        ("put", "put puts putting"),
        ("swing", "swing swings swinging swung"),
        ("take", "take takes taking took taken"),
        ("swivel", "swivel swivels swiveling swiveled swivelling swivelled"),
        ("tie", "tie ties tying tied"),
        ("throw", "throw throws throwing threw thrown"),
        ("get", "get gets getting got gotten"),
        ("unplug", "unplug unplugs unplugging unplugged"),
    ],
)
def test_forms(verb, all_forms):
    assert forms(verb) == set(all_forms.split())


def test_no_verb_is_both_taught_and_not():
    taught, untaught = (word_set("verbs", name) for name in ("taught", "untaught"))
    assert len(taught) > 100 < len(untaught) and not taught & untaught
    assert not taught_forms().keys() & untaught_forms().keys()
    assert set(taught_forms().values()) == taught
