"""Where a playback is: a clock that can be paused, moved, sped up and run in a loop."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Playback:
    """Time within a motion of `num_frames` frames, `fps` a second."""

    num_frames: int
    fps: float
    running: bool = True
    time: float = 0.0
    """Seconds from the start of the motion."""

    @property
    def duration(self) -> float:
        """Of the motion, seconds."""
        return self.num_frames / self.fps

    @property
    def frame(self) -> int:
        """The frame that is due."""
        return min(int(self.time * self.fps + 1e-6), self.num_frames - 1)

    def advance(self, seconds: float, loop: bool) -> None:
        """Goes on by so much of the motion's time. Without `loop` it stays in the last frame."""
        if self.running:
            self.seek(self.time + seconds, loop)

    def seek(self, time: float, loop: bool = False) -> None:
        """Goes to a time, kept within the motion."""
        self.time = time % self.duration if loop else min(max(time, 0.0), self.duration)
