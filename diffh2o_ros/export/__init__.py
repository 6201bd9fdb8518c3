"""Motions in the formats of other programs."""
