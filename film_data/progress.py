"""How a load tells the person who waits what it is doing."""

from collections.abc import Callable

#: Told the step, how many of its units are done, and how many it has.
Progress = Callable[[str, int, int], None]
