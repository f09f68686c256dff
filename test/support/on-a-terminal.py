"""Runs a command on a pseudo-terminal of its own and plays a person: waits for words, types an answer.

usage: on-a-terminal.py SCRIPT.json COMMAND ARGUMENT...
SCRIPT.json: [["words to wait for", "what to type"], ...]. Prints what the terminal showed; ends with the command's code.
"""

import json
import os
import pty
import select
import sys

LIMIT_SECONDS = 30


def main():
    with open(sys.argv[1], encoding="utf-8") as script:
        steps = json.load(script)
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(sys.argv[2], sys.argv[2:])
    shown = b""
    seen = 0
    while True:
        ready, _, _ = select.select([terminal], [], [], LIMIT_SECONDS)
        if not ready:
            os.kill(child, 9)
            break
        try:
            data = os.read(terminal, 4096)
        except OSError:
            break
        if not data:
            break
        shown += data
        if steps and steps[0][0].encode() in shown[seen:]:
            seen = len(shown)
            os.write(terminal, steps.pop(0)[1].encode())
    _, status = os.waitpid(child, 0)
    sys.stdout.buffer.write(shown)
    if steps:
        sys.exit("never asked: " + steps[0][0])
    sys.exit(os.waitstatus_to_exitcode(status) & 0xFF)


main()
