"""What a person sees of a program's output: a terminal of so many columns, in a few lines."""

import os
import re
from contextlib import suppress

_PART = re.compile(r"\x1b\[(\d*)([A-Za-z])|([\r\n])|([^\x1b\r\n])")


def shown(output, *, columns=80):
    """The lines that stand on the screen in the end, without what is blank behind them.

    It knows what moves the cursor here, and no scrolling: a screen as high as it has to be.
    """
    lines, row, column = [[]], 0, 0
    for number, letter, control, character in _PART.findall(output):
        if control == "\n" or (character and column == columns):
            row, column = row + 1, 0
            if row == len(lines):
                lines.append([])
        if control == "\r":
            column = 0
        elif letter == "A":
            row -= int(number or 1)
        elif letter == "C":
            column = min(column + int(number or 1), columns - 1)
        elif letter == "K":
            del lines[row][column:]
        elif letter == "J":
            del lines[row][column:], lines[row + 1 :]
        elif character:
            lines[row] += " " * (column - len(lines[row]))
            lines[row][column : column + 1] = character
            column += 1
    return ["".join(line).rstrip() for line in lines]


def read_all(descriptor):
    """What a program writes to a terminal, until it ends."""
    written = b""
    with suppress(OSError):  # nobody holds the other end any more
        while more := os.read(descriptor, 65536):
            written += more
    return written.decode()
