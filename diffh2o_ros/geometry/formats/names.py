"""The mesh files that are read: the one place that lists them. Imports nothing, for help texts."""

READABLE = {
    "PLY": ".ply",
    "STL": ".stl",
    "OBJ": ".obj",
    "GLB": ".glb",
    "glTF": ".gltf",
    "DAE": ".dae",
}
"""The suffix of each format."""

SUFFIXES = tuple(READABLE.values())

FORMATS = ", ".join([*READABLE][:-1]) + f" or {[*READABLE][-1]}"
"""Their names, in a sentence."""

UPS = ("auto", "z", "y", "x")
"""Which axis of a file points up; auto: what its format says, z where that says nothing."""

UP_HELP = (
    "the axis of the mesh file that points up; auto (default) is y for GLB and glTF, what the file "
    "says for DAE, and z for all others"
)
