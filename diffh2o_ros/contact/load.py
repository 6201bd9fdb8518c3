"""What moves a hand that holds: the weight that comes on it, and the unrest of a living hand.

A hand is soft. Weight that it takes up, and what is added while the object is accelerated or
tilted, move it on the object until its skin and tendons bear the difference; grip force rises in
step with load, so that how far depends little on how heavy the object is (Johansson & Westling,
"Roles of glabrous skin receptors and sensorimotor memory in automatic control of precision grip
when lifting rougher or more slippery objects", 1984). Beside that no held posture is kept for long:
it wanders slowly, each finger a little by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.ndimage import gaussian_filter1d

from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.skeleton import FINGERS

GRAVITY = 9.81
#: Seconds (standard deviations of Gaussian filters) by which an acceleration is smoothed, a hand
#: answers a load, and a wrist and fingers wander.
MEASURED, ANSWER, WRIST_WANDER, WANDER = 0.05, 0.12, 0.45, 0.32
#: How far a hand gives under the object's weight: meters, radians where its center lies `ARM`
#: meters from the grip, and at most; radians of a finger that squeezes.
GIVE, TILT, ARM, MOST_TILT, SQUEEZE = 0.005, 0.08, 0.05, 0.12, 0.12
#: How far it wanders: standard deviations in meters, radians of the wrist, radians of a finger.
DRIFT, ROLL, FIDGET = 0.012, 0.20, 0.28
#: Share of the fingers' wander that all do together.
TOGETHER = 0.5
#: Seconds in which both come on and, before a hand lets go, fade; meters and radians from where it
#: was taken up at which an object is borne by the hand.
FADE, BORNE, BORNE_TILT = 0.4, 0.01, 0.1
#: Frames at either end that are the grasp's own.
STILL = 4
#: A finger that presses harder flexes in the middle and gives way at the end, its tip where it was;
#: one that is idle curls.
PRESSING, CURLING = (-0.6, 1.0, -0.9), (0.35, 0.5, 0.3)


@dataclass(frozen=True)
class Carry:
    """Where the object goes while a hand holds it; as that hand sees it, a right one."""

    position: np.ndarray  #: (T, 3) meters, z up
    rotation: np.ndarray  #: (T, 3, 3) from the object's frame
    fps: float
    released: bool  #: whether the hand lets go after the last frame, as it took hold

    def load(self) -> np.ndarray:
        """(T, 3) what bears the object, in the object's frame, in weights: upwards at rest."""
        acceleration = np.zeros_like(self.position)
        if len(self.position) > 2:
            smoothed = self._smooth(self.position, MEASURED)
            acceleration[1:-1] = np.diff(smoothed, 2, axis=0) * self.fps**2
        up = acceleration / GRAVITY + [0.0, 0.0, 1.0]
        return np.einsum("tji,tj->ti", self.rotation, up)

    def borne(self) -> np.ndarray:
        """(T,) share of the motion that a hand has while it bears the object: 0 until that moves,
        and again before it is let go of."""
        away = np.linalg.norm(self.position - self.position[0], axis=1) / BORNE
        # |R1 - R2| in the Frobenius norm is 2 sqrt(2) sin(angle / 2).
        turned = np.linalg.norm(self.rotation - self.rotation[0], axis=(1, 2)) / np.sqrt(2)
        stirred = np.maximum(away, turned / BORNE_TILT) > 1
        if not stirred.any():
            return np.zeros(len(away))
        frames = np.arange(len(away))
        start = max(stirred.argmax() - self._frames(FADE) / 2, STILL)
        share = _rise((frames - start) / self._frames(FADE))
        if self.released:
            share = share * _rise((len(away) - 1 - STILL - frames) / self._frames(FADE))
        return share

    def wander(self, rng: np.random.Generator, count: int, seconds: float) -> np.ndarray:
        """(T, count) of unit variance, slower than a hertz."""
        sigma = self._frames(seconds)
        margin = int(np.ceil(3 * sigma))
        noise = rng.standard_normal((len(self.position) + 2 * margin, count))
        # White noise of unit variance through a Gaussian has variance 1 / (2 sqrt(pi) sigma).
        slow = gaussian_filter1d(noise, sigma, axis=0) * np.sqrt(2 * np.sqrt(np.pi) * sigma)
        return slow[margin : margin + len(self.position)]

    def answered(self, values: np.ndarray) -> np.ndarray:
        """Values (T, ...) as a hand answers them: smoothed."""
        return self._smooth(values, ANSWER)

    def _smooth(self, values: np.ndarray, seconds: float) -> np.ndarray:
        return gaussian_filter1d(values, seconds * self.fps, axis=0, mode="nearest")

    def _frames(self, seconds: float) -> float:
        return seconds * self.fps


def drive(
    carry: Carry,
    grip: np.ndarray,
    touching: np.ndarray,
    rng: np.random.Generator,
    amount: float = 1.0,
) -> np.ndarray:
    """What a hand tends to, relative to its grasp in the object's frame.

    Args:
        grip: (3,) the middle of its contacts, seen from the object's center, about which it rolls.
        touching: (5,) which fingers touch, in the order of `skeleton.FINGERS`.
        amount: of all of it.

    Returns:
        (T, 6 + D): translation of the grip, meters, rotation about it, a rotation vector, and
        flexion, radians.
    """
    borne = amount * carry.borne()[:, None]
    load = carry.answered(carry.load())
    wander = carry.wander(rng, 6, WRIST_WANDER)
    fingers = carry.wander(rng, 1 + len(touching), WANDER)
    # The object sags, and its heavy side goes down; the hand stays.
    translation = borne * (GIVE * load + DRIFT * wander[:, :3])
    tilt = -TILT * np.cross(grip / ARM, load)
    size = np.linalg.norm(tilt, axis=1, keepdims=True)
    tilt = tilt / np.maximum(size / MOST_TILT, 1.0)
    rotation = borne * (tilt + ROLL * wander[:, 3:])
    common, own = fingers[:, :1], fingers[:, 1:]
    fidget = np.sqrt(TOGETHER) * common + np.sqrt(1 - TOGETHER) * own
    strength = np.linalg.norm(load, axis=1, keepdims=True)
    pressing = borne * (FIDGET * fidget + SQUEEZE * strength * touching)
    return np.concatenate([translation, rotation, pressing @ synergies(touching)], 1)


def synergies(touching: np.ndarray) -> np.ndarray:
    """(5, D) how the joints of each finger move together, by whether it touches (5,)."""
    names = _names()
    rows = np.zeros((len(FINGERS), len(names)))
    for i, finger in enumerate(FINGERS):
        joints = [n for n in names if n.startswith(finger) and n.endswith("flexion")]
        for name, share in zip(joints, PRESSING if touching[i] else CURLING, strict=True):
            rows[i, names.index(name)] = share
    return rows


@cache
def _names() -> tuple[str, ...]:
    return tuple(anatomy.degrees_of_freedom()[0])


def _rise(tau: np.ndarray) -> np.ndarray:
    """The minimum-jerk step from 0 (tau <= 0) to 1 (tau >= 1)."""
    tau = np.clip(tau, 0, 1)
    return tau**3 * (10 - 15 * tau + 6 * tau**2)
