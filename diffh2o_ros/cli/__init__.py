"""The command `diffh2o`: one module a subcommand, each with `add_parser` and the function it runs.

Nothing heavy is imported before a subcommand runs, so that help and refusals are immediate; and
nothing at all before signals are seen to, so that a Ctrl-C has an answer from the start.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from diffh2o_ros.cli.arguments import OneLineParser

BAD_INPUT = 2
INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command line, or without `argv` this process's own; returns the exit code.

    0: done. 1: what was asked about is not as it should be (`doctor`, `evaluate`, `retarget`,
    `simulate`), or what was printed could not be written. 2: bad input, said in one line on stderr.
    130: interrupted; 143: told to end.
    """
    if argv is not None:
        return _run(argv)
    from diffh2o_ros.cli.process import as_program

    return as_program(lambda: _run(sys.argv[1:]))


def build_parser() -> OneLineParser:
    """The parser of the whole command line."""
    from diffh2o_ros import __version__
    from diffh2o_ros.cli import (
        bench,
        curves,
        dataset,
        doctor,
        evaluate,
        export,
        retarget,
        simulate,
        studio,
        synthesize,
        train,
        view,
    )
    from diffh2o_ros.cli.arguments import OneLineParser

    parser = OneLineParser(
        prog="diffh2o",
        description="From an object mesh and a task in plain English to how two human hands would "
        "do it.",
        epilog="diffh2o COMMAND --help explains a command. First: diffh2o doctor",
    )
    parser.add_argument("--version", action="version", version=f"diffh2o {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    using = (synthesize, studio, view, retarget, simulate, export, evaluate, bench)
    for command in (*using, dataset, train, curves, doctor):
        command.add_parser(subparsers)
    return parser


def _run(argv: Sequence[str]) -> int:
    try:
        arguments = build_parser().parse_args(argv)
        return arguments.run(arguments)
    except KeyboardInterrupt as interrupt:
        code = getattr(interrupt, "code", None)
        if code is None:  # who asked for it has not been told yet
            print("\ndiffh2o: interrupted", file=sys.stderr)
        return code or INTERRUPTED
    except Exception as error:
        from diffh2o_ros.errors import describe_failure

        message = describe_failure(error)
        if message is None:
            raise
        print(f"diffh2o: error: {message}", file=sys.stderr)
        return BAD_INPUT


if __name__ == "__main__":
    sys.exit(main())
