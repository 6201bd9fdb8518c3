"""`retargeting.surface.ObjectSurface.query` in machine code."""

from __future__ import annotations

import math

from diffh2o_ros.contact.kernels.compiled import compiled


@compiled
def query_points(values, gradients, origin, spacing, points, distance, normal):
    """Fills signed distances (P,) and outward unit normals (P, 3) of points (P, 3).

    values: (X, Y, Z); gradients: (X, Y, Z, 3) at the nodes; origin: (3,); meters.
    """
    nx, ny, nz = values.shape
    for p in range(len(points)):
        u = (points[p, 0] - origin[0]) / spacing
        v = (points[p, 1] - origin[1]) / spacing
        w = (points[p, 2] - origin[2]) / spacing
        cu = min(max(u, 0.0), nx - 1.0)
        cv = min(max(v, 0.0), ny - 1.0)
        cw = min(max(w, 0.0), nz - 1.0)
        i, j, k = min(int(cu), nx - 2), min(int(cv), ny - 2), min(int(cw), nz - 2)
        a, b, c = cu - i, cv - j, cw - k
        found, x, y, z = 0.0, 0.0, 0.0, 0.0
        for corner in range(8):
            di, dj, dk = corner >> 2, (corner >> 1) & 1, corner & 1
            weight = (a if di else 1 - a) * (b if dj else 1 - b) * (c if dk else 1 - c)
            found += weight * values[i + di, j + dj, k + dk]
            gradient = gradients[i + di, j + dj, k + dk]
            x += weight * gradient[0]
            y += weight * gradient[1]
            z += weight * gradient[2]
        u, v, w = (u - cu) * spacing, (v - cv) * spacing, (w - cw) * spacing
        away = math.sqrt(u * u + v * v + w * w)
        far = max(away, 1e-9)
        x, y, z = x + u / far, y + v / far, z + w / far
        length = max(math.sqrt(x * x + y * y + z * z), 1e-9)
        distance[p] = found + away
        normal[p, 0], normal[p, 1], normal[p, 2] = x / length, y / length, z / length
