"""Whether a text encoder is the one that networks were trained on: some read the user's weights."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.text.encoder import EncoderError, TextEncoder

_SENTENCE = "pick up the mug with the left hand"
_NUMBERS = 16
#: Relative difference: half precision and other devices stay below a hundredth, other weights are
#: above 1.
_TOLERANCE = 0.05


def probe(encoder: TextEncoder) -> list[float]:
    """A few numbers of what `encoder` makes of one sentence, the same wherever its weights are."""
    tokens = encoder.encode([_SENTENCE]).tokens[0]
    return [round(float(x), 5) for x in tokens.mean(0)[:_NUMBERS]]


def check_probe(encoder: TextEncoder, known: list[float], user: str) -> None:
    """Raises EncoderError where `known`, a `probe`, is not `encoder`'s.

    Args:
        user: what was made with the known one, such as a file, for the message.
    """
    if not encoder.brings_weights:
        return
    known_numbers, own = np.asarray(known, float), np.asarray(probe(encoder))
    same = known_numbers.shape == own.shape
    if not same or not np.linalg.norm(own - known_numbers) < _TOLERANCE * np.linalg.norm(own):
        raise EncoderError(
            f"{user} was made with other weights of the text encoder {encoder.name} than are "
            f"loaded here: {encoder.remedy}"
        )
