"""What was found, beside what was asked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.rounds import Figure


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One figure, and the most that it may be, if that was ever said."""

    name: str
    figure: Figure
    goal: float | None = None
    unit: str = "x"
    aside: str = ""
    peer: bool = False
    """Whether it tells of what people use instead, and not of the kit."""
    why: str = ""
    """What to say where the goal is missed: where the time goes, by a profile."""

    @property
    def missed(self) -> bool:
        """Whether the median is over the goal."""
        return self.goal is not None and self.figure.median > self.goal

    def line(self, *, judged: bool) -> str:
        """The row as text, with the verdict if there is to be one."""
        low, high = self.figure.low, self.figure.high
        spread = f"{low:.2f} to {high:.2f}" if low < high else ""
        line = f"  {self.name:<38} {self.figure.median:>7.2f} {self.unit}   {spread:<12}"
        if self.goal is not None:
            line += f"   at most {self.goal:g}"
        if judged and self.missed:
            line += ": MISSED"
        return f"{line}   ({self.aside})" if self.aside else line.rstrip()


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """The figures of one question."""

    question: str
    rows: Sequence[Row]

    def text(self, *, judged: bool) -> str:
        """The section as text; `judged` tells which goals were missed."""
        return "\n".join([self.question, *(row.line(judged=judged) for row in self.rows), ""])
