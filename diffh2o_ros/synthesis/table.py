"""The table's plane under an object."""

from __future__ import annotations

from diffh2o_ros.options import NO_TABLE, UNDER_OBJECT, Table, TableError

#: A target grasp is not below the table, and an object does not sink into it, up to here (meters):
#: perception errs by as much, and the hand is pushed above it.
TOLERANCE = 0.01


def support_of(table: Table, lowest: float) -> float | None:
    """z of the plane that nothing may go below, meters; None where there is none.

    Args:
        lowest: z of the object's lowest point, meters.

    Raises TableError for an object in the table.
    """
    if table == NO_TABLE:
        return None
    if table == UNDER_OBJECT:
        return lowest
    depth = float(table) - lowest
    if depth > TOLERANCE:
        raise TableError(
            f"the object reaches {100 * depth:.1f} cm below the table at z = {float(table):.3f} m: "
            f"correct the table's height or the object's pose, or let the table be {UNDER_OBJECT}"
        )
    return min(float(table), lowest)
