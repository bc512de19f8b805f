"""A service's refusal: callers tell one from another by code and text."""


class FaultError(Exception):
    """An error answer; the message is what AWS says in this situation."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
