"""Objects to begin with, for who has no mesh at hand: of those that the data set is made of."""

from __future__ import annotations

from functools import cache

import numpy as np

from diffh2o_ros.data.objects.catalog import sample_object
from diffh2o_ros.geometry.intake import check_mesh
from diffh2o_ros.geometry.mesh import Mesh

#: By name: the family that each is drawn from, and what can be done with it.
EXAMPLES = {
    "mug": ("mug", "drink from the mug with the right hand"),
    "bottle": ("bottle", "pour from the bottle with the right hand"),
    "hammer": ("hammer", "hammer with the right hand"),
    "apple": ("apple", "eat the apple with the left hand"),
    "bowl": ("bowl", "lift the bowl with both hands"),
    "box": ("box", "pick up the box"),
}


@cache
def example_mesh(name: str) -> Mesh:
    """The mesh of one of `EXAMPLES`, always the same."""
    family, _ = EXAMPLES[name]
    drawn = sample_object(np.random.default_rng(3), family).mesh
    return check_mesh(drawn.vertices, drawn.faces)
