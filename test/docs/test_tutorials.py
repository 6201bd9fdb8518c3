"""The tutorials are run as they are written, and all links of the front pages lead somewhere."""

import re
from pathlib import Path

import pytest
from tutorial_pages import LONG, blocks, run_page

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TUTORIALS = sorted((DOCS / "tutorials").glob("*.md"))
LINK = re.compile(r"\]\(([^)#:]*)(?:#([^)]*))?\)")


@pytest.mark.parametrize(
    "page", [page for page in TUTORIALS if page.stem not in LONG], ids=lambda page: page.stem
)
def test_a_tutorial_does_what_it_says(page, environment):
    run_page(page, environment)


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_every_block_says_what_it_is(page):
    """`console` is for what needs ROS, a data set of yours or hours, and is not run."""
    languages = [language for language, _ in blocks(page)]
    assert set(languages) <= {"bash", "python", "text", "console"}
    assert page.read_text("utf-8").count("```") == 2 * len(languages)
    for before, language in zip([None, *languages], languages, strict=False):
        assert language != "text" or before in ("bash", "python"), "printed by what?"


def anchors(page):
    """Of the headings of a page, as GitHub makes them."""
    heads = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize(
    "page",
    [DOCS / "index.md", ROOT / "README.md", DOCS / "pictures.md", *TUTORIALS],
    ids=lambda p: p.stem,
)
def test_links_lead_somewhere(page):
    for path, anchor in LINK.findall(page.read_text("utf-8")):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


def test_the_front_page_leads_to_every_page():
    linked = {
        (DOCS / path).resolve() for path, _ in LINK.findall((DOCS / "index.md").read_text("utf-8"))
    }
    pages = {*DOCS.glob("*.md"), *TUTORIALS} - {DOCS / "index.md"}
    assert {page.name for page in pages - linked} == set()
