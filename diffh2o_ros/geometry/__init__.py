"""Rotations, meshes, signed distances and basis point sets."""
