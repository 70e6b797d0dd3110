"""The command `dlcourse`. Each subcommand is a module here with `add_arguments(parser)` and `run(args) -> exit status`.

A module is imported when its command is called, and its docstring is its help.
"""

import argparse
import difflib
import importlib
import os
import sys

COMMANDS = {
    "lab": "open the course in JupyterLab",
    "grade": "grade an exercise notebook, or a folder of submissions",
    "progress": "the course map, with what you have passed",
    "new": "a fresh copy of an exercise (the old one is kept)",
    "data": "list, fetch and verify the data sets",
    "doctor": "what is installed, what is missing and what to do",
}
EPILOG = """
`dlcourse lab --help`, and so on, tells more and shows examples.
A mistake in the call is answered with a sentence; DLCOURSE_TRACEBACK=1 shows where in the code it was noticed.
"""


def main(argv=None):
    """Run one command line (default: this process's own); return the exit status, 2 when the call was at fault."""
    try:
        return _dispatch(sys.argv[1:] if argv is None else list(argv))
    except BrokenPipeError:  # `dlcourse data list | head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (ValueError, OSError) as error:
        if os.environ.get("DLCOURSE_TRACEBACK"):
            raise
        return _complain(error)
    except KeyboardInterrupt:
        return 130


def _dispatch(argv):
    if not argv or argv[0].startswith("-"):
        _overview().parse_args(argv)  # answers --help and --version, and refuses other options
        _overview().print_help()
        return 2
    name, *rest = argv
    if name not in COMMANDS:
        raise ValueError(_unknown(name))
    command = importlib.import_module(f"dlcourse.cli.{name}")
    return command.run(_parser(name, command).parse_args(rest))


def _overview():
    width = max(map(len, COMMANDS)) + 2
    lines = [f"  {name:{width}}{summary}" for name, summary in COMMANDS.items()]
    parser = argparse.ArgumentParser(
        prog="dlcourse",
        usage="dlcourse COMMAND ...",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="\n".join(["Deep learning from one neuron to GPT.", "", "commands:", *lines]),
        epilog=EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"dlcourse {_version()}")
    return parser


def _parser(name, command):
    summary, _, details = command.__doc__.partition("\n")
    parser = argparse.ArgumentParser(
        prog=f"dlcourse {name}", formatter_class=argparse.RawDescriptionHelpFormatter, description=summary, epilog=details.strip()
    )
    command.add_arguments(parser)
    return parser


def _unknown(name):
    close = difflib.get_close_matches(name, COMMANDS, n=1)
    hint = f"Did you mean `dlcourse {close[0]}`?" if close else f"The commands are {', '.join(COMMANDS)}."
    return f"There is no command {name!r}. {hint}"


def _version():
    from dlcourse import __version__

    return __version__


def _complain(error):
    print(f"dlcourse: {error}", file=sys.stderr)
    return 2
