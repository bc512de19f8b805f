"""Ends of a request besides an answer; each knows its code."""

from functions import error_codes
from functions.error_codes import ErrorCode


class ApiError(Exception):
    """An end of a request that the caller is told about; the message is one safe sentence."""

    error: ErrorCode = error_codes.INTERNAL_ERROR

    @property
    def code(self) -> str:
        """The code as callers see it."""
        return self.error.name


class RefusedError(ApiError):
    """A row that cannot be answered, however often it is sent.

    Functions that return VARIANT answer it in the row; functions that return FLOAT fail with it.
    """

    def __init__(self, error: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.error = error


class BusyError(ApiError):
    """Not now: Snowflake sends the batch again, so the query waits and then answers."""

    error = error_codes.BUSY


class UnknownBatchError(ApiError):
    """Nothing is under way under this batch id."""

    error = error_codes.UNKNOWN_BATCH


class AnswerTooLargeError(ApiError):
    """The answer does not fit what a Lambda function may return."""

    error = error_codes.ANSWER_TOO_LARGE
