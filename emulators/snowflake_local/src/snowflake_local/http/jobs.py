"""Statements under way: each on a thread of its own, found again by request id and query id.

A statement that waits for an external function may take ten minutes. The client is told to ask
again before its own socket gives up, and a request that it repeats finds the statement running
instead of starting it twice.
"""

import logging
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from snowflake.connector.errors import Error

from snowflake_local.engine.interruption import interruptible
from snowflake_local.engine.session import Session
from snowflake_local.http import protocol
from snowflake_local.http.protocol import Submission
from snowflake_local.model.errors import SqlError
from snowflake_local.model.query import Query

if TYPE_CHECKING:
    from collections.abc import Callable

_LOG = logging.getLogger(__name__)
#: A finished statement is kept so long, in seconds, for a client that lost its answer.
_KEPT_SECONDS = 120.0


class Job:
    """One submitted statement."""

    def __init__(self, session: Session, submission: Submission) -> None:
        self.session = session
        self.submission = submission
        self.query = Query(submission.statement, {})
        self.response: Future[dict[str, Any]] = Future()
        self.finished_at: float | None = None
        self._stop: Callable[[], None] | None = None
        self._thread = threading.Thread(target=self._run, name=self.query.id, daemon=True)

    def start(self) -> None:
        """Begin, after the session's earlier statements."""
        self._thread.start()

    def cancel(self) -> None:
        """Stop the statement, its wait for a remote service included."""
        self.query.cancelled.set()
        if self._stop is not None:
            self._stop()

    def wait(self, seconds: float) -> None:
        """Wait for the end, at most so long."""
        self._thread.join(seconds)

    def status(self) -> str:
        """The status as clients ask for it."""
        if not self.response.done():
            return "RUNNING"
        return "SUCCESS" if self.response.result()["success"] else "FAILED_WITH_ERROR"

    def _run(self) -> None:
        with self.session.lock:
            limit = self.session.parameters.statement_timeout
            with interruptible(self.session, self.query, limit) as self._stop:
                document = self._document()
            self._stop = None
        self.finished_at = time.monotonic()
        self.response.set_result(document)

    def _document(self) -> dict[str, Any]:
        try:
            self.query.check()
            self.query.context = self.session.context(self.submission.statement)
            return self.submission.run(self.session, self.query)
        except Error as error:
            return protocol.failure(error, self.query)
        except Exception:  # noqa: BLE001 - a boundary: at an HTTP 500 the client would run it again
            _LOG.exception("The statement %s failed unexpectedly", self.query.id)
            unexpected = SqlError.unsupported(
                "The local warehouse cannot run this statement; its log says why."
            )
            return protocol.failure(unexpected, self.query)


class Jobs:
    """All statements under way or finished a short while ago."""

    def __init__(self) -> None:
        self._by_request: dict[str, Job] = {}
        self._by_query: dict[str, Job] = {}
        self._lock = threading.Lock()

    def submit(self, session: Session, request_id: str, submission: Submission) -> Job:
        """Start a statement, or find the one that the same request started before."""
        with self._lock:
            self._forget_old()
            job = self._by_request.get(request_id)
            if job is not None:
                return job
            job = Job(session, submission)
            self._by_request[request_id] = job
            self._by_query[job.query.id] = job
        job.start()
        return job

    def by_request(self, request_id: str) -> Job | None:
        """The statement that a request started."""
        return self._by_request.get(request_id)

    def by_query(self, query_id: str) -> Job | None:
        """The statement with this query id."""
        return self._by_query.get(query_id)

    def cancel_all(self, session: Session | None = None) -> list[Job]:
        """Cancel what runs, of one session or of all, and give it."""
        with self._lock:
            running = [
                job
                for job in self._by_query.values()
                if not job.response.done() and session in {None, job.session}
            ]
        for job in running:
            job.cancel()
        return running

    def _forget_old(self) -> None:
        limit = time.monotonic() - _KEPT_SECONDS
        for request_id, job in list(self._by_request.items()):
            if job.finished_at is not None and job.finished_at < limit:
                del self._by_request[request_id]
                del self._by_query[job.query.id]
