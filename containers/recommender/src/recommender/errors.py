"""What the training and inference programs raise when the caller can do something about it."""


class RecommenderError(Exception):
    """Base of every expected failure; its message is one sentence made for the caller."""
