"""One example at the end of a pipe, as Lambda's sandbox runs it: every line is an event.

    python sandbox.py examples/NAME

An event is answered with what the handler returned, `{"answer": …}`, or with what it raised,
`{"raised": …}`.  What the function prints goes to standard error, and logging is at its loudest.
"""

import json
import logging
import os
import sys

if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    logging.basicConfig(level=logging.DEBUG)
    sys.path.insert(0, sys.argv[1])
    from function import handler  # type: ignore[import-not-found]

    for line in sys.stdin:
        try:
            said = {"answer": handler(json.loads(line), None)}
        except Exception as crash:  # Lambda, too, makes an answer of it
            logging.exception("raised")
            said = {"raised": repr(crash)}
        print(json.dumps(said), file=answers, flush=True)
