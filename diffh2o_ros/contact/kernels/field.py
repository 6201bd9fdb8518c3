"""Signed distances of a grid, as `geometry.sdf` has them, a point at a time."""

from __future__ import annotations

import math

from diffh2o_ros.contact.kernels.compiled import compiled


@compiled
def distance(values, origin, spacing, x, y, z, gradient):
    """Signed distance at a point, by trilinear interpolation; beyond the box, the value at its
    nearest point plus the way there. Fills its gradient (3,).

    A grid comes as its parts: taking a tuple apart counts references, each time a point is asked.
    """
    nx, ny, nz = values.shape
    u, v, w = (x - origin[0]) / spacing, (y - origin[1]) / spacing, (z - origin[2]) / spacing
    cu, cv, cw = min(max(u, 0.0), nx - 1.0), min(max(v, 0.0), ny - 1.0), min(max(w, 0.0), nz - 1.0)
    i, j, k = min(int(cu), nx - 2), min(int(cv), ny - 2), min(int(cw), nz - 2)
    a, b, c = cu - i, cv - j, cw - k
    d000, d001 = values[i, j, k], values[i, j, k + 1]
    d010, d011 = values[i, j + 1, k], values[i, j + 1, k + 1]
    d100, d101 = values[i + 1, j, k], values[i + 1, j, k + 1]
    d110, d111 = values[i + 1, j + 1, k], values[i + 1, j + 1, k + 1]
    e00, e01 = d000 + c * (d001 - d000), d010 + c * (d011 - d010)
    e10, e11 = d100 + c * (d101 - d100), d110 + c * (d111 - d110)
    f0, f1 = e00 + b * (e01 - e00), e10 + b * (e11 - e10)
    gradient[0] = (f1 - f0) / spacing if cu == u else 0.0
    gradient[1] = ((1 - a) * (e01 - e00) + a * (e11 - e10)) / spacing if cv == v else 0.0
    gradient[2] = (
        (
            (1 - a) * ((1 - b) * (d001 - d000) + b * (d011 - d010))
            + a * ((1 - b) * (d101 - d100) + b * (d111 - d110))
        )
        / spacing
        if cw == w
        else 0.0
    )
    found = f0 + a * (f1 - f0)
    if cu == u and cv == v and cw == w:
        return found
    u, v, w = (u - cu) * spacing, (v - cv) * spacing, (w - cw) * spacing
    beyond = math.sqrt(u * u + v * v + w * w)
    gradient[0] += u / beyond
    gradient[1] += v / beyond
    gradient[2] += w / beyond
    return found + beyond
