"""Parsing a command line: numbers in their ranges, and errors of one line."""

from __future__ import annotations

import argparse
import math
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.geometry.table import TABLES, Table
from diffh2o_ros.hands.loading import AUTO, hand_choices
from diffh2o_ros.synthesis.limits import LARGEST_SEED, MOST_STEPS


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line, without the usage in front."""

    def error(self, message: str) -> NoReturn:
        raise CommandError(f"{message} (see {self.prog} --help)")


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A type for arguments that are whole numbers from `low` to `high`."""

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from None
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"{number} is not from {low} to {high}")
        return number

    return parse


def positive_number(highest: float) -> Callable[[str], float]:
    """A type for arguments that are numbers above 0, up to `highest`."""

    def parse(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
        if not 0 < number <= highest:
            raise argparse.ArgumentTypeError(f"{text} is not above 0 and at most {highest:g}")
        return number

    return parse


def sentence(text: str) -> str:
    """A type for arguments that people word: UTF-8, whatever the locale makes of it."""
    try:
        text.encode()
        return text
    except UnicodeError:  # bytes that are no letters in this locale
        pass
    try:
        return os.fsencode(text).decode()
    except UnicodeError:
        raise argparse.ArgumentTypeError(f"{text!r} is not UTF-8") from None


def share(text: str) -> float:
    """A type for arguments that are shares, 0 to 1."""
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not from 0 to 1")
    return number


def table(text: str) -> Table:
    """A type for arguments that say what an object stands on: a word, or a height in meters."""
    if text in TABLES:
        return text
    try:
        height = float(text)
    except ValueError:
        height = math.nan
    if not math.isfinite(height):
        raise argparse.ArgumentTypeError(f"{text!r} is neither {', '.join(TABLES)} nor a number")
    return height


def device_name(text: str) -> str:
    """A type for arguments that name a device; whether it is there is seen later."""
    if re.fullmatch(r"auto|cpu|cuda(:\d+)?", text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is none of auto, cpu, cuda, cuda:N")
    return text


def add_seed(parser: argparse.ArgumentParser) -> None:
    """Adds --seed."""
    parser.add_argument(
        "--seed",
        type=whole_number(0, LARGEST_SEED),
        default=0,
        metavar="S",
        help="the same seed gives the same result (default 0)",
    )


def add_generation(parser: argparse.ArgumentParser, refinement: bool = True) -> None:
    """Adds what decides how motions are generated: all that `make_synthesizer` and its caller
    read; without --no-refine where `refinement` is False."""
    add_seed(parser)
    parser.add_argument(
        "--steps",
        type=whole_number(1, MOST_STEPS),
        metavar="K",
        help="denoising steps of either stage (default: the library's)",
    )
    parser.add_argument(
        "--device",
        type=device_name,
        default="auto",
        help="where the networks run: cpu, cuda, cuda:N, or auto, CUDA if there is any (default)",
    )
    if refinement:
        parser.add_argument(
            "--no-refine", action="store_true", help="leave contacts as the networks make them"
        )
    parser.add_argument(
        "--hand",
        choices=hand_choices(),
        default=AUTO,
        help="auto: MANO if --mano-dir is given, else the embedded hand (default)",
    )
    parser.add_argument(
        "--mano-dir", type=Path, metavar="DIR", help="folder with MANO_RIGHT.pkl, MANO_LEFT.pkl"
    )
    parser.add_argument(
        "--weights",
        type=Path,
        metavar="DIR",
        help="folder with grasp.safetensors and interaction.safetensors (default: the package's)",
    )
    parser.add_argument(
        "--cache-dir", type=Path, metavar="DIR", help="keep prepared meshes here for the next run"
    )


def make_synthesizer(arguments: argparse.Namespace):
    """The `Synthesizer` that the flags of `add_generation` ask for."""
    from diffh2o_ros import Synthesizer

    return Synthesizer(
        device=arguments.device,
        hand=arguments.hand,
        weights=arguments.weights,
        mano_dir=arguments.mano_dir,
        cache_dir=arguments.cache_dir,
    )
