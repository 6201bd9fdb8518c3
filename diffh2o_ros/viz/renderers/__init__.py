"""Renderers, one file each: `viz.backend` finds them by the names of the files."""
