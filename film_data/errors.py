"""What goes wrong with a data set, in one sentence for the person who loads it."""


class DatasetError(Exception):
    """The data set cannot be loaded; the database is as it was. The message is one sentence."""
