"""The time of day and the monotonic clock, which pass as a test says."""


class Clock:
    """A stand-in for the module `time`."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def time(self) -> float:
        return self.now

    monotonic = time
