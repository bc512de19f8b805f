"""Progress of a load, told to the person who waits."""

from collections.abc import Callable

#: Told the step, how many of its units are done, and how many it has.
Progress = Callable[[str, int, int], None]
