"""`python -m chalicelib.local`, which is `make run`."""

import signal
import sys

# Until there is something to undo, Ctrl-C just ends us: an exception that comes up in the middle
# of an import can get lost.
signal.signal(signal.SIGINT, signal.SIG_DFL)

from .server import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
