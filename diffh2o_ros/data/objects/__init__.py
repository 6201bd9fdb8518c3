"""Procedural graspable objects: families, parameters, meshes.

`sample_object` draws one, `build_object` rebuilds the very same mesh from its recipe.
"""

from .catalogue import FAMILIES, ProceduralObject, build_object, sample_object

__all__ = ["FAMILIES", "ProceduralObject", "build_object", "sample_object"]
