"""Those tutorials that take longer, in a file of their own for the suite's second process."""

from pathlib import Path

import pytest
from tutorial_pages import LONG, run_page

TUTORIALS = Path(__file__).parents[2] / "docs/tutorials"


@pytest.mark.parametrize("name", LONG)
def test_a_tutorial_does_what_it_says(name, environment):
    pytest.importorskip("mujoco")
    pytest.importorskip("coacd")
    run_page(TUTORIALS / f"{name}.md", environment)
