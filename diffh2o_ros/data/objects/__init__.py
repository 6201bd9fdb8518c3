"""Procedural graspable objects: families, parameters, meshes, and where they are held and work.

`sample_object` draws one, `build_object` rebuilds the very same mesh from its recipe.
"""

from diffh2o_ros.data.objects.anatomy import Part, Region
from diffh2o_ros.data.objects.catalog import (
    FAMILIES,
    USES,
    ProceduralObject,
    build_object,
    sample_object,
)
from diffh2o_ros.data.objects.family import AFFORDANCES

__all__ = [
    "AFFORDANCES",
    "FAMILIES",
    "USES",
    "Part",
    "ProceduralObject",
    "Region",
    "build_object",
    "sample_object",
]
