"""Procedural graspable objects: families, parameters, meshes, and where they are held and work.

`sample_object` draws one, `build_object` rebuilds the very same mesh from its recipe.
"""

from .anatomy import Part, Region
from .catalog import FAMILIES, PURPOSEFUL, ProceduralObject, build_object, sample_object
from .family import AFFORDANCES

__all__ = [
    "AFFORDANCES",
    "FAMILIES",
    "PURPOSEFUL",
    "Part",
    "ProceduralObject",
    "Region",
    "build_object",
    "sample_object",
]
