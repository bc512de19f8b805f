"""The caller of an invocation: work is done as long as somebody waits for it."""

import math
import re
import time

from recommender.errors import RecommenderError

#: Header in which SageMaker hands on `CustomAttributes` of InvokeEndpoint, word for word:
#: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
HEADER = b"x-amzn-sagemaker-custom-attributes"
_SECONDS = re.compile(r"(?:^|[;,])\s*seconds=(\d{1,6}(?:\.\d{1,6})?)\s*(?:$|[;,])")


class NobodyWaitsError(RecommenderError):
    """The caller has left, or the time that it gave is over."""


class Caller:
    """One caller; asked by the thread that works, told by the one that listens."""

    def __init__(self, seconds: float = math.inf) -> None:
        self._until = time.monotonic() + seconds

    @classmethod
    def of(cls, attributes: str) -> "Caller":
        """The caller who says `seconds=12.5` among the custom attributes; all else is not ours."""
        said = _SECONDS.search(attributes)
        return cls(float(said[1])) if said else cls()

    def leave(self) -> None:
        """Note that the connection is closed."""
        self._until = -math.inf

    def require(self) -> None:
        """Make sure that somebody waits.

        Raises:
            NobodyWaitsError: Nobody does.
        """
        if time.monotonic() > self._until:
            raise NobodyWaitsError("Nobody waits for this answer any more: the work was stopped.")
