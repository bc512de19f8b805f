"""IAM before the services: who signed a call, whether policies allow it, and who answers."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from aws_local.endpoint.error_answer import error_answer
from aws_local.endpoint.signed_call import Signature, object_call, service_call, signature
from aws_local.iam.action_catalogue import ActionCatalogue
from aws_local.iam.authority import AccessDeniedError, Authority
from aws_local.iam.request import Caller
from aws_local.s3.object_calls import ObjectCall
from aws_local.settings import Account
from aws_local.wire.call import Answer, Service
from aws_local.wire.fault import FaultError

_OWN_PATH = "/moto-api/"
#: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: no permission.
_FREE = "sts:GetCallerIdentity"


class Authorized:
    """WSGI middleware; moto's own pages, which no SDK asks for, are let through."""

    def __init__(
        self,
        account: Account,
        authority: Authority,
        application: WSGIApplication,
        services: Mapping[str, Service],
    ) -> None:
        """Stand before `services`, by the name that calls are signed for, and before moto."""
        self._application = application
        self._services = services
        self._authority = authority
        self._catalogue = ActionCatalogue(account)
        self._names = {
            each.credentials.aws_access_key_id: name for name, each in account.principals.items()
        }

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        if environ["PATH_INFO"].startswith(_OWN_PATH):
            return self._application(environ, start_response)
        signed = signature(environ)
        try:
            return self._answered(environ, start_response, signed)
        except AccessDeniedError as error:
            fault = FaultError("AccessDenied", str(error), 403)
        except FaultError as error:
            fault = error
        return _send(error_answer(environ, signed, fault), start_response)

    def _answered(
        self, environ: WSGIEnvironment, start_response: StartResponse, signed: Signature | None
    ) -> Iterable[bytes]:
        caller = self._caller(signed)
        if signed is None or signed.service == "s3":
            return self._of_s3(environ, start_response, caller)
        return self._of_another(environ, start_response, signed, caller)

    def _caller(self, signed: Signature | None) -> Caller:
        if signed is None:
            raise FaultError("AccessDenied", "Access Denied: the request is not signed.", 403)
        if signed.key_id not in self._names:
            raise FaultError(
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
                403,
            )
        return self._authority.caller(self._names[signed.key_id])

    def _of_another(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        signed: Signature,
        caller: Caller,
    ) -> Iterable[bytes]:
        """The answer of another service than S3, once it is allowed."""
        call = service_call(environ, signed.service)
        needed = self._catalogue.requests(signed.service, call.operation, call.parameters)
        self._authority.require(caller, [each for each in needed if each.action != _FREE])
        service = self._services.get(signed.service)
        answer = service.answer(call) if service else None
        if answer is None:
            return self._application(environ, start_response)
        return _send(answer, start_response)

    def _of_s3(
        self, environ: WSGIEnvironment, start_response: StartResponse, caller: Caller
    ) -> Iterable[bytes]:
        call = object_call(environ)
        self._authority.require(caller, call.requests())
        return self._object(environ, start_response, call, caller)

    def _object(
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
            self._authority.require(caller, [call.listing])
        start_response(*started)
        return answer


def _send(answer: Answer, start_response: StartResponse) -> list[bytes]:
    headers = {
        "Content-Type": answer.content_type,
        "Content-Length": str(len(answer.content)),
        **answer.headers,
    }
    start_response(f"{answer.status} {HTTPStatus(answer.status).phrase}", list(headers.items()))
    return [answer.content]
