"""Refusals of files of ratings."""


class RatingsFileError(Exception):
    """The file cannot be read; `reason` is the key of a sentence for the viewer."""

    def __init__(self, reason: str, columns: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        #: The columns that the file names, where that is what is wrong.
        self.columns = columns
