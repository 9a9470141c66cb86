"""The command line: what it takes, what it shows, how it ends."""

from __future__ import annotations

import signal
import sys


def main() -> int:
    """Runs the command to its end, or until someone stops it; the exit status."""
    # Until we listen ourselves, ctrl-c ends the program without a word: imports take a while.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from . import arguments, commands, show
    from .stopping import until_stopped

    given = arguments.parse(sys.argv[1:])
    show.prepare()
    ending = until_stopped(lambda: commands.run(given))
    # The last thing that is done is to remove the checkpoint: whoever is stopped before goes on from it,
    # and publishes nothing twice.
    if ending.status == 0 and ending.checkpoint is not None:
        try:
            ending.checkpoint.remove()
        except OSError as error:
            file, reason = ending.checkpoint.path, error.strerror or error
            show.line(
                f"The checkpoint {file} can't be removed ({reason}): remove it before you publish again."
            )
    return ending.status
