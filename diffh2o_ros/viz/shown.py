"""A motion and how it is to be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from diffh2o_ros.geometry.table import UNDER_OBJECT, Table
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.viz.palette import SKIN

Colors = Mapping[str, tuple[float, float, float]]


@dataclass(frozen=True)
class Shown:
    """A motion, and how pictures of it look."""

    interaction: Interaction
    hand_colors: Colors = field(default_factory=lambda: SKIN)
    """(r, g, b) of 0..1 by side."""
    close: bool = False
    """The camera goes with the object, so near that it and the hands that hold it fill the picture;
    else it stands still and has the whole motion in view."""
    contacts: bool = False
    """The object is orange where hands touch it while they hold it: `viz.contact_colors`."""
    table: Table = UNDER_OBJECT
    """What the object stands on at first: a plane below it, the z of one in meters, or "none"."""
    caption: str | None = None
    """A line above; the motion's sentence by default."""

    @property
    def title(self) -> str:
        return self.interaction.text if self.caption is None else self.caption


def as_shown(motions: Interaction | Shown | Sequence[Interaction | Shown]) -> list[Shown]:
    """One motion or several, each as it is shown."""
    several = motions if isinstance(motions, Sequence) else [motions]
    return [motion if isinstance(motion, Shown) else Shown(motion) for motion in several]
