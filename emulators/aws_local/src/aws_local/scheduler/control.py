"""`/_control`: the schedules' clock, for tests and demonstrations."""

import asyncio
import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from aws_local.scheduler.service import Scheduler


class ClockControl:
    """Shows the clock, or sets it: `{"now": "2027-01-31T03:00:00+01:00"}`, or null."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    async def answer(self, request: Request) -> Response:
        """The time that the clock shows, and after a change what that has fired."""
        if request.method == "GET":
            return JSONResponse(self._scheduler.clock())
        # The content type keeps web pages out: a browser asks before it sends this one.
        if request.headers.get("content-type", "").split(";")[0] != "application/json":
            return PlainTextResponse("Send application/json.\n", 415)
        try:
            wanted = _object(await request.body())
            return JSONResponse(await asyncio.to_thread(self._scheduler.set_clock, wanted))
        except ValueError as error:
            return PlainTextResponse(f"{error}\n", 400)


def _object(body: bytes) -> dict[str, Any]:
    document = json.loads(body)
    if isinstance(document, dict):
        return document
    raise ValueError("The body must be a JSON object.")
