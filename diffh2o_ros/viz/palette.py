"""The colors, lights and edges of everything that is drawn; colors are (r, g, b) of 0..1."""

from __future__ import annotations

import numpy as np

SKIN = {"right": (0.87, 0.66, 0.55), "left": (0.80, 0.58, 0.48)}
#: Of robot hands.
METAL = {"right": (0.72, 0.73, 0.76), "left": (0.60, 0.62, 0.66)}
OBJECT = (0.22, 0.47, 0.62)
GLASS = 0.4  # opacity of hands through which contacts are to be seen
TOUCHED = (0.95, 0.42, 0.12)  #: where hands touch the object
TABLE = np.array((0.845, 0.825, 0.795))
BACKGROUND = np.array((0.965, 0.960, 0.950))
SHADOW = np.array((0.36, 0.33, 0.32))
INK = (64, 60, 58)  #: of captions, 0..255

#: Lights as (direction towards the light, strength); the last comes from the camera.
LIGHTS = (((1.0, 0.7, 2.2), 0.98), ((-1.5, -1.2, 1.0), 0.36))
HEADLIGHT = 0.30
AMBIENT, DIFFUSE = 0.24, 0.82  # how much of the light all surfaces return
SHARP_EDGE = 40.0  # degrees between surfaces beyond which an edge is drawn as one
