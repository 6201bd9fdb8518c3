"""Word files are read as they are written, and refused in one line where they are not."""

from pathlib import Path

import pytest

from diffh2o_ros.text import word_file
from diffh2o_ros.text.word_file import WordFileError, read_word_file, word_set, word_table


@pytest.fixture
def read(tmp_path):
    def read(text):
        path = tmp_path / "words.txt"
        path.write_text(text, encoding="utf-8")
        return read_word_file(path)

    return read


def test_lists_entries_and_weights(read):
    lists = read(
        "one of no list *12\n\n# a comment\n[to left]\n  to the left *3\na 2*2 box\n"
        "[pass left]\n+ to left\ntowards Zoë\n[none]\n"
    )
    assert {name: [(e.text, e.weight) for e in entries] for name, entries in lists.items()} == {
        "": [("one of no list", 12)],
        "to left": [("to the left", 3), ("a 2*2 box", 1)],
        "pass left": [("to the left", 3), ("a 2*2 box", 1), ("towards Zoë", 1)],
        "none": [],
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a]\nleft\nright *x", r"words\.txt, line 3: 'right \*x' has a bad weight: write \*2"),
        ("left *0", "bad weight"),
        ("left *-1", "bad weight"),
        ("left *1.5", "bad weight"),
        ("left *2 *3", "bad weight"),
        ("left * 2", "bad weight"),
        ("[a]\n[b]\n[a]", r"line 3: '\[a\]' is there twice"),
        ("[a]\n+ b\n[b]", "names no list further up"),
    ],
)
def test_what_does_not_follow_the_notation(read, text, message):
    with pytest.raises(WordFileError, match=message) as error:
        read(text)
    assert "\n" not in str(error.value)


def test_a_word_that_is_in_a_list_twice(tmp_path, monkeypatch):
    (tmp_path / "verbs.txt").write_text("[taught]\nlift grab\ntake lift\n")
    monkeypatch.setattr(word_file, "_ENGLISH", tmp_path)
    for function in (word_file._english, word_set):
        function.cache_clear()
    with pytest.raises(WordFileError, match=r"line 3: 'take lift' has 'lift', which the list has"):
        word_set("verbs", "taught")
    word_file._english.cache_clear()


@pytest.mark.parametrize("path", sorted(word_file._ENGLISH.glob("*.txt")), ids=lambda p: p.stem)
def test_the_lists_of_the_package(path: Path):
    for name, entries in read_word_file(path).items():
        assert name and entries
        if name == "contractions":
            assert {len(rest) for rest in word_table(path.stem, name).values()} == {0, 1}
        elif path.stem in ("hands", "idioms"):  # regular expressions, which the room compiles
            assert all(entry.weight == 1 for entry in entries)
        elif "irregular" in name:
            assert {len(forms) for forms in word_table(path.stem, name).values()} == {2}
        else:
            assert word_set(path.stem, name)
            assert all(entry.text == entry.text.lower() for entry in entries)
