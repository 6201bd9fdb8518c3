"""How a missing side of a mesh may be completed. Imports nothing, for help texts."""

NONE, HULL, MIRROR = "none", "hull", "mirror"
COMPLETION_METHODS = (NONE, HULL, MIRROR)
