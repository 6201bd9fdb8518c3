"""One line of text in a corner of a picture."""

from __future__ import annotations

from bisect import bisect

from PIL import Image, ImageDraw, ImageFont

from diffh2o_ros.viz.palette import INK

SMALLEST = 13  # pixels that letters are high


def write(image: Image.Image, text: str, height: int, bottom: bool = False) -> None:
    """Writes a line into the upper or the lower left corner, cut where it would not fit.

    Args:
        height: of the letters, pixels; at least `SMALLEST`.
    """
    height = max(SMALLEST, height)
    font = ImageFont.load_default(size=height)
    draw, margin = ImageDraw.Draw(image), height // 2 + 2
    longest = image.width - 2 * margin
    if draw.textlength(text, font=font) > longest:
        lengths = range(len(text))
        keep = bisect(lengths, longest, key=lambda n: draw.textlength(text[:n] + " ...", font=font))
        text = text[: max(keep - 1, 0)] + " ..."
    y = image.height - height - margin if bottom else margin
    draw.text((margin, y), text, fill=INK, font=font)
