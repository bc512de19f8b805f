"""What a request can end in besides an answer: each error knows its status and its code."""


class ServiceError(Exception):
    """An end of a request that the caller is told about; the message is one safe sentence."""

    status = 500
    code = "InternalError"


class RefusedError(ServiceError):
    """What was asked cannot be done, and asking again will not help.

    Functions that return VARIANT answer it in the row; functions that return FLOAT fail with it.
    """

    status = 400

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class BusyError(ServiceError):
    """Not now: Snowflake sends the batch again, so the query waits and then answers."""

    status = 429
    code = "Busy"


class UnknownBatchError(ServiceError):
    """Nothing is under way under this batch id."""

    status = 404
    code = "UnknownBatch"


class AnswerTooLargeError(ServiceError):
    """The answer does not fit what a Lambda function may return."""

    status = 413
    code = "AnswerTooLarge"
