"""The warehouse over HTTP: sign-in, statements, results, cancelling."""

import asyncio
import contextlib
import gzip
import json
import os
import secrets
import time
import warnings
from collections.abc import AsyncIterator
from typing import Any

import duckdb
from loopback.service import run
from snowflake.connector.errors import Error
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from snowflake_local.engine.fakesnow_adapter import SERVER_VERSION, normalise_ident
from snowflake_local.engine.session import Session, SessionOptions
from snowflake_local.engine.task_clock import ticking
from snowflake_local.engine.warehouse import Warehouse
from snowflake_local.http import protocol, sign_in
from snowflake_local.http.jobs import Job, Jobs
from snowflake_local.http.protocol import Submission
from snowflake_local.settings import Settings

#: The client is told to ask again after this long; its socket gives up after 60 seconds.
ANSWER_SECONDS = 40.0
#: A session that is not used for this long is closed, as in Snowflake.
_IDLE_SECONDS = 4 * 3600
#: What a closing session's last statement gets to notice that it is cancelled.
_CLOSING_SECONDS = 3.0


def serve(settings: Settings) -> None:
    """Serve the account that `settings` describe until told to end."""
    warehouse = Warehouse(settings)
    # fakesnow asks DuckDB for Arrow through the DB-API cursor on every statement
    warnings.filterwarnings("ignore", "Arrow output on a DB-API result")
    try:
        with ticking(warehouse.scheduler.fire_due):
            run(application(warehouse), settings.port, "warehouse")
    finally:
        if warehouse.is_busy:
            # A thread that waits for a remote service cannot be stopped, and the engine cannot be
            # closed under it; whatever was committed is on disk.
            os._exit(0)
        warehouse.close()


def application(warehouse: Warehouse, answer_seconds: float = ANSWER_SECONDS) -> Starlette:
    """The ASGI application of a warehouse."""
    server = _Server(warehouse, answer_seconds)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        yield
        await run_in_threadpool(server.close)

    return Starlette(
        lifespan=lifespan,
        routes=[
            Route("/_health", server.health),
            Route("/session/v1/login-request", server.sign_on, methods=["POST"]),
            Route("/session", server.session, methods=["POST"]),
            Route("/session/heartbeat", server.session, methods=["POST"]),
            Route("/queries/v1/query-request", server.submit, methods=["POST"]),
            Route("/queries/v1/abort-request", server.abort, methods=["POST"]),
            Route("/queries/{query_id}/abort-request", server.abort, methods=["POST"]),
            Route("/queries/{query_id}/result", server.result),
            Route("/monitoring/queries/{query_id}", server.status),
            # as connector 5 asks
            Route("/monitoring/queries//{query_id}", server.status),
            Route("/telemetry/send", server.health, methods=["POST"]),
        ],
    )


class _SessionEntry:
    def __init__(self, session: Session) -> None:
        self.session = session
        self.used_at = time.monotonic()


class _Server:
    def __init__(self, warehouse: Warehouse, answer_seconds: float) -> None:
        self._warehouse = warehouse
        self._answer_seconds = answer_seconds
        self._jobs = Jobs()
        self._sessions: dict[str, _SessionEntry] = {}

    async def health(self, _request: Request) -> JSONResponse:
        return JSONResponse({"success": True})

    # --- sessions ---------------------------------------------------------------------------------

    async def sign_on(self, request: Request) -> JSONResponse:
        login = (await _document(request))["data"]
        try:
            session = await run_in_threadpool(self._new_session, login, request)
        except (Error, duckdb.Error) as error:
            message = error.msg if isinstance(error, Error) else str(error)
            code = f"{getattr(error, 'errno', None) or 390100:06d}"
            return JSONResponse({"data": {}, "code": code, "message": message, "success": False})
        token = secrets.token_urlsafe(32)
        self._sessions[token] = _SessionEntry(session)
        return JSONResponse({"data": _login_data(token, session), "success": True})

    def _new_session(self, login: dict[str, Any], request: Request) -> Session:
        self._close_idle()
        catalog = self._warehouse.catalog
        user = sign_in.user_of(login, catalog, self._warehouse.settings)
        parameters = login.get("SESSION_PARAMETERS") or {}
        session = self._warehouse.sign_on(
            user,
            SessionOptions(
                database=_named(request, "databaseName"),
                schema=_named(request, "schemaName"),
                role=sign_in.role_of(
                    user, _named(request, "roleName"), catalog, self._warehouse.access
                ),
                warehouse=_named(request, "warehouse")
                or sign_in.default_of(user, "DEFAULT_WAREHOUSE", catalog),
                autocommit=bool(parameters.get("AUTOCOMMIT", True)),
            ),
        )
        try:
            for name, value in parameters.items():
                session.parameters.set_at_sign_in(name, value)
        except Error:
            session.close()
            raise
        return session

    async def session(self, request: Request) -> JSONResponse:
        token = _token(request)
        if token not in self._sessions:
            return _unknown_session()
        if request.query_params.get("delete"):
            entry = self._sessions.pop(token)
            await run_in_threadpool(self._close, entry.session)
        return JSONResponse({"data": None, "code": None, "message": None, "success": True})

    def _close(self, session: Session) -> None:
        self._jobs.cancel_all(session)
        if session.lock.acquire(timeout=_CLOSING_SECONDS):
            try:
                session.close()
            finally:
                session.lock.release()

    def _close_idle(self) -> None:
        limit = time.monotonic() - _IDLE_SECONDS
        for token, entry in list(self._sessions.items()):
            if entry.used_at < limit:
                del self._sessions[token]
                self._close(entry.session)

    def close(self) -> None:
        """End every statement and every session that will."""
        for job in self._jobs.cancel_all():
            job.wait(_CLOSING_SECONDS)
        for entry in self._sessions.values():
            if entry.session.lock.acquire(blocking=False):
                entry.session.close()

    # --- statements -------------------------------------------------------------------------------

    async def submit(self, request: Request) -> JSONResponse:
        entry = self._sessions.get(_token(request))
        if entry is None:
            return _unknown_session()
        entry.used_at = time.monotonic()
        submission = Submission.from_document(await _document(request))
        request_id = request.query_params.get("requestId") or secrets.token_hex(16)
        job = self._jobs.submit(entry.session, request_id, submission)
        if submission.asynchronous:
            return JSONResponse(protocol.in_progress(job.query, asynchronous=True))
        return await self._answer(job)

    async def result(self, request: Request) -> JSONResponse:
        job = self._jobs.by_query(request.path_params["query_id"])
        return _unknown_query() if job is None else await self._answer(job)

    async def status(self, request: Request) -> JSONResponse:
        job = self._jobs.by_query(request.path_params["query_id"])
        if job is None:
            return JSONResponse({"data": {"queries": []}, "success": True})
        query: dict[str, Any] = {"id": job.query.id, "status": job.status()}
        if query["status"] == "FAILED_WITH_ERROR":
            document = job.response.result()
            query |= {"errorCode": document["code"], "errorMessage": document["message"]}
        return JSONResponse({"data": {"queries": [query]}, "success": True})

    async def abort(self, request: Request) -> JSONResponse:
        query_id = request.path_params.get("query_id")
        if query_id is not None:
            job = self._jobs.by_query(query_id)
        else:
            job = self._jobs.by_request(str((await _document(request)).get("requestId")))
        if job is None:
            return _unknown_query()
        await run_in_threadpool(job.cancel)
        return JSONResponse({"data": None, "success": True})

    async def _answer(self, job: Job) -> JSONResponse:
        waiting = asyncio.shield(asyncio.wrap_future(job.response))
        try:
            document = await asyncio.wait_for(waiting, self._answer_seconds)
        except TimeoutError:
            document = protocol.in_progress(job.query, asynchronous=False)
        return JSONResponse(document)


def _login_data(token: str, session: Session) -> dict[str, Any]:
    return {
        "token": token,
        "masterToken": token,
        "validityInSeconds": _IDLE_SECONDS,
        "masterValidityInSeconds": _IDLE_SECONDS,
        "displayUserName": session.user,
        "serverVersion": SERVER_VERSION,
        "sessionId": int(session.id),
        "parameters": [
            {"name": "AUTOCOMMIT", "value": session.connection.autocommits},
            {"name": "CLIENT_SESSION_KEEP_ALIVE_HEARTBEAT_FREQUENCY", "value": 3600},
            # Array bindings travel in the request, never by way of a stage.
            {"name": "CLIENT_STAGE_ARRAY_BINDING_THRESHOLD", "value": 0},
        ],
        "sessionInfo": {
            "databaseName": session.database,
            "schemaName": session.schema,
            "warehouseName": session.warehouse_name,
            "roleName": session.role,
        },
    }


def _named(request: Request, parameter: str) -> str | None:
    value = request.query_params.get(parameter)
    return str(normalise_ident(value)) if value else None


def _token(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition("Token=")
    return token.strip('"') if scheme.startswith("Snowflake") else ""


async def _document(request: Request) -> Any:
    body = await request.body()
    if request.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return json.loads(body or b"{}")


def _unknown_session() -> JSONResponse:
    return _refusal("390104", "The session does not exist any more: log in again.", 401)


def _unknown_query() -> JSONResponse:
    return _refusal("000709", "The statement is not known: it may have ended long ago.", 200)


def _refusal(code: str, message: str, status: int) -> JSONResponse:
    return JSONResponse(
        {"data": None, "code": code, "message": message, "success": False}, status_code=status
    )
