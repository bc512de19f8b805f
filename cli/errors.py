"""The error that ends a command of `snowreel` with exit code 1 and one sentence."""


class CommandError(Exception):
    """The work cannot be done; the message is one sentence that says why and what to do."""
