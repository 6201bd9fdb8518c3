"""The table: whether there is one, how high it is, and what becomes of a target grasp below it."""

from __future__ import annotations

import math
from numbers import Real

from diffh2o_ros.errors import OptionError

#: What an object stands on; a number is a table of that height.
UNDER_OBJECT, NO_TABLE = "under_object", "none"
TABLES = (UNDER_OBJECT, NO_TABLE)
#: What becomes of a target grasp below the table.
DROP_TABLE, REFUSE, LIFT = "drop_table", "refuse", "lift"
BELOW_TABLE = (DROP_TABLE, REFUSE, LIFT)
#: A target grasp is not below the table, and an object does not sink into it, up to here (meters):
#: perception errs by as much, and the hand is pushed above it.
TOLERANCE = 0.01

Table = str | float
"""`under_object`: the plane through the object's lowest point. `none`: the object is held up in the
air. A number: the z of the table in the result's frame, meters."""


class TableError(OptionError):
    """A table that cannot be. The message is one line and says how to mend it."""


def check_table(table: Table) -> None:
    """Raises TableError for what is no table."""
    words = f"{' or '.join(TABLES)} or a height"
    if isinstance(table, str):
        if table not in TABLES:
            raise TableError(f"table must be {words}, not {table!r}")
    elif isinstance(table, bool) or not isinstance(table, Real):
        raise TableError(f"table must be {words}, not {table!r}")
    elif not math.isfinite(table):
        raise TableError(f"the table's height is {table}: give meters, or {NO_TABLE!r}")


def table_height(table: Table, lowest: float) -> float | None:
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
