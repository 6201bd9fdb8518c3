"""Parsing a command line: numbers in their ranges, and errors of one line."""

from __future__ import annotations

import argparse
import math
import os
import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.geometry.table import TABLES, Table
from diffh2o_ros.synthesis.options import RequestOptions, SynthesizerOptions, option


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line, without the usage in front."""

    def error(self, message: str) -> NoReturn:
        raise CommandError(f"{message} (see {self.prog} --help)")


def number(
    kind: type[int] | type[float], low: float, high: float, above: bool = False
) -> Callable[[str], int | float]:
    """A type for arguments that are numbers from `low`, or only `above` it, to `high`."""

    def parse(text: str) -> int | float:
        try:
            found = kind(text)
        except ValueError:
            what = "whole number" if kind is int else "number"
            raise argparse.ArgumentTypeError(f"{text!r} is not a {what}") from None
        if not low <= found <= high or (above and found == low):
            bounds = f"above {low} and at most {high:g}" if above else f"from {low} to {high}"
            raise argparse.ArgumentTypeError(f"{text} is not {bounds}")
        return found

    return parse


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """A type for arguments that are whole numbers from `low` to `high`."""
    return number(int, low, high)


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


def add_path(parser: Any, flag: str, metavar: str, help: str, **others: Any) -> None:
    """Adds the path of a file or folder to a parser, or to a group of one."""
    parser.add_argument(flag, type=Path, metavar=metavar, help=help, **others)


def add_mano_dir(parser: argparse.ArgumentParser) -> None:
    """Adds the folder of MANO's files to a command that reads interaction files."""
    about = "folder with MANO's files, which slim interaction files of MANO hands need"
    add_path(parser, "--mano-dir", "DIR", about)


def add_option(
    parser: argparse.ArgumentParser, of: type, name: str, most: int | None = None, **others: Any
) -> None:
    """Adds the flag of an option of a dataclass of `synthesis.options`; a switch that is on gets
    the one that turns it off.

    Args:
        most: what a number of it is at most here, if that is less than the option allows.
        others: arguments of `add_argument` that stand instead of what the option says.
    """
    default, about = option(of, name)
    help = about.help
    flag = "--" + name.replace("_", "-")
    if isinstance(default, bool):
        settings = {"action": "store_false" if default else "store_true", "dest": name}
        flag = flag.replace("--", "--no-") if default else flag
    else:
        settings = {"default": default}
        if choices := about.choices():
            settings["choices"] = choices
        elif about.low is not None:
            settings["type"] = whole_number(about.low, most or about.high)
            help += f", {about.low} to {most}" if most else ""
        help += f" (default: {about.otherwise or default})"
    parser.add_argument(flag, **{**settings, "help": help, **others})


def add_generation(parser: argparse.ArgumentParser, refinement: bool = True) -> None:
    """Adds what decides how motions are generated: options of `Synthesizer` and of its requests;
    without --no-refine where `refinement` is False."""
    add_option(parser, RequestOptions, "seed", metavar="S")
    add_option(parser, RequestOptions, "steps", metavar="K")
    if refinement:
        unrefined = "leave contacts as the networks make them"
        add_option(parser, RequestOptions, "refine", help=unrefined)
    add_option(parser, SynthesizerOptions, "device", type=device_name)
    add_option(parser, SynthesizerOptions, "hand")
    for folder in ("mano_dir", "weights", "cache_dir"):
        add_option(parser, SynthesizerOptions, folder, type=Path, metavar="DIR")


Options = TypeVar("Options", SynthesizerOptions, RequestOptions)


def options_of(kind: type[Options], arguments: argparse.Namespace) -> Options:
    """The options of this kind that were given."""
    return kind(**{f.name: getattr(arguments, f.name) for f in fields(kind)})
