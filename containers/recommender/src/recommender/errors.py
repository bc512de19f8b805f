"""Base of the errors that the caller of a program can do something about."""


class RecommenderError(Exception):
    """Base of every expected failure; its message is one sentence made for the caller."""
