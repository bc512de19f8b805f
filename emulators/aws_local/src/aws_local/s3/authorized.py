"""IAM before moto's services: who signed a call, and whether policies allow it."""

import json
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment
from xml.sax.saxutils import escape

from aws_local.iam.action_catalogue import ActionCatalogue
from aws_local.iam.authority import AccessDeniedError, Authority
from aws_local.iam.request import Caller
from aws_local.s3.object_calls import ObjectCall
from aws_local.s3.role_calls import RoleCallError, RoleCalls
from aws_local.s3.signed_call import Signature, object_call, operation, signature
from aws_local.settings import Account

_OWN_PATH = "/moto-api/"
#: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: no permission.
_FREE = "sts:GetCallerIdentity"


class Authorized:
    """WSGI middleware; moto's own pages, which no SDK asks for, are let through."""

    def __init__(self, account: Account, application: WSGIApplication) -> None:
        self._application = application
        self._authority = Authority(account)
        self._catalogue = ActionCatalogue(account)
        self._roles = RoleCalls(account, self._authority)
        self._names = {
            each.credentials.aws_access_key_id: name for name, each in account.principals.items()
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        if environ["PATH_INFO"].startswith(_OWN_PATH):
            return self._application(environ, start_response)
        signed = signature(environ)
        refuse = _Refusal(environ, start_response, signed)
        if signed is None:
            return refuse("AccessDenied", "Access Denied: the request is not signed.")
        if signed.key_id not in self._names:
            return refuse(
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
            )
        caller = self._authority.caller(self._names[signed.key_id])
        try:
            answered = self._of_s3 if signed.service == "s3" else self._of_another
            return answered(environ, start_response, signed, caller)
        except AccessDeniedError as error:
            return refuse("AccessDenied", str(error))
        except RoleCallError as error:
            return refuse(error.code, str(error))

    def _of_s3(
        self, environ: WSGIEnvironment, start_response: StartResponse, _: Signature, caller: Caller
    ) -> Iterable[bytes]:
        call = object_call(environ)
        self._authority.require(caller, call.requests())
        return self._answer(environ, start_response, call, caller)

    def _of_another(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        signed: Signature,
        caller: Caller,
    ) -> Iterable[bytes]:
        """The answer of another service than S3, once it is allowed."""
        name, parameters = operation(environ)
        needed = self._catalogue.requests(signed.service, name, parameters)
        self._authority.require(caller, [each for each in needed if each.action != _FREE])
        answer = self._roles.answer(environ, name, parameters)
        if answer is None:
            return self._application(environ, start_response)
        content = answer.encode()
        headers = [("Content-Type", "text/xml"), ("Content-Length", str(len(content)))]
        start_response("200 OK", headers)
        return [content]

    def _answer(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        call: ObjectCall,
        caller: Caller,
    ) -> Iterable[bytes]:
        """Moto's answer; who may not list a bucket is not told which objects it lacks.

        https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html, "Permissions".
        """
        started: list[Any] = []

        def remember(*arguments: Any) -> Any:
            started.extend(arguments)
            return lambda _: None

        answer = self._application(environ, remember)
        if call.key and started[0].startswith("404"):
            try:
                self._authority.require(caller, [call.listing])
            except AccessDeniedError as error:
                return _Refusal(environ, start_response, Signature("", "s3"))(
                    "AccessDenied", str(error)
                )
        start_response(*started)
        return answer


class _Refusal:
    """A refusal in the shape of the service that was called."""

    def __init__(
        self, environ: WSGIEnvironment, start_response: StartResponse, signed: Signature | None
    ) -> None:
        self._is_head = environ["REQUEST_METHOD"] == "HEAD"
        self._start_response = start_response
        self._is_json = "HTTP_X_AMZ_TARGET" in environ
        self._is_s3 = signed is None or signed.service == "s3"

    def __call__(self, code: str, message: str) -> list[bytes]:
        if self._is_json:
            return self._send(
                "400 Bad Request", "application/x-amz-json-1.1", _as_json(code, message)
            )
        error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
        if not self._is_s3:
            error = f"<ErrorResponse>{error}</ErrorResponse>"
        return self._send("403 Forbidden", "application/xml", error)

    def _send(self, status: str, content_type: str, text: str) -> list[bytes]:
        content = b"" if self._is_head else text.encode()
        headers = [("Content-Type", content_type), ("Content-Length", str(len(content)))]
        self._start_response(status, headers)
        return [content]


def _as_json(code: str, message: str) -> str:
    return json.dumps({"__type": f"{code}Exception", "message": message})
