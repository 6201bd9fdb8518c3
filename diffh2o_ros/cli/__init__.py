"""The command `diffh2o`: one module a subcommand, each with `add_parser` and the function it runs.

Nothing heavy is imported before a subcommand runs, so that help and refusals are immediate.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from diffh2o_ros import __version__
from diffh2o_ros.cli import bench, curves, dataset, doctor, evaluate, synthesize, train, view
from diffh2o_ros.cli.arguments import OneLineParser
from diffh2o_ros.cli.failures import describe_failure

COMMANDS = (synthesize, view, evaluate, bench, dataset, train, curves, doctor)
BAD_INPUT = 2
INTERRUPTED = 130


def build_parser() -> OneLineParser:
    """The parser of the whole command line."""
    parser = OneLineParser(
        prog="diffh2o",
        description="From an object mesh and a task in plain English to how two human hands would "
        "do it.",
        epilog="diffh2o COMMAND --help explains a command. First: diffh2o doctor",
    )
    parser.add_argument("--version", action="version", version=f"diffh2o {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command line; returns the exit code.

    0: done. 1: what was asked about is not as it should be (`doctor`, `evaluate`). 2: bad input,
    said in one line on stderr. 130: interrupted.
    """
    try:
        arguments = build_parser().parse_args(argv)
        return arguments.run(arguments)
    except KeyboardInterrupt:
        print("\ndiffh2o: interrupted", file=sys.stderr)
        return INTERRUPTED
    except Exception as error:
        message = describe_failure(error)
        if message is None:
            raise
        print(f"diffh2o: error: {message}", file=sys.stderr)
        return BAD_INPUT


if __name__ == "__main__":
    sys.exit(main())
