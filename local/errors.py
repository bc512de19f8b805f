"""The error of local mode, one sentence for a person."""


class LocalError(Exception):
    """The work cannot be done; the message is one sentence that says why and what to do."""
