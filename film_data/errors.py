"""The error of a data set that cannot be loaded, in one sentence for a person."""


class DatasetError(Exception):
    """A data set cannot be loaded; the database is as it was, the message is one sentence."""
