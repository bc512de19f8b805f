"""moto's server on one port: every AWS service but SageMaker."""

import json
import threading
from collections.abc import Iterable, Mapping
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from loopback.listeners import HOST
from loopback.service import listen
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import BaseWSGIServer, make_server

from aws_local.endpoint.authorized import Authorized
from aws_local.endpoint.role_calls import RoleCalls
from aws_local.iam.authority import Authority
from aws_local.s3.persistent_objects import PersistentObjects
from aws_local.settings import Account, S3Settings
from aws_local.wire.call import Service

#: By the name of their signatures.
NO_SERVICES: Mapping[str, Service] = {}


class MotoServer:
    """Every AWS service but SageMaker, on one loopback port."""

    def __init__(
        self, s3: S3Settings, account: Account, services: Mapping[str, Service] = NO_SERVICES
    ) -> None:
        """Restore the objects on disk; raise ServiceError on damaged files or a taken port.

        Args:
            s3: The port, and the objects.
            account: Whose services they are.
            services: Those that are answered here, not by moto, by the name of their signatures.
        """
        dispatcher = DomainDispatcherApplication(create_backend_app)
        application = PersistentObjects(s3.folder, account, dispatcher)
        application.restore(s3.buckets)
        authority = Authority(account)
        roles = RoleCalls(account, authority)
        authorized = Authorized(
            account,
            authority,
            InAccount(application, account.account_id),
            {"iam": roles, "sts": roles, **services},
        )
        self._listener = listen(s3.port, "AWS emulator")
        self._server: BaseWSGIServer = make_server(
            HOST,
            s3.port,
            SageMakerRefused(authorized),
            threaded=True,
            request_handler=QuietRequestHandler,
            fd=self._listener.fileno(),
        )
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def start(self) -> None:
        """Serve in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._listener.close()


class QuietRequestHandler(MotoRequestHandler):
    """Logs no line per request."""

    # Keep-alive saves boto3 a connection per call.
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing: errors are in the answers."""


class InAccount:
    """Direct each request to one account: moto keeps a state of its own for each."""

    def __init__(self, application: WSGIApplication, account_id: str) -> None:
        self._application = application
        self._account_id = account_id

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        account = {"HTTP_X_MOTO_ACCOUNT_ID": self._account_id}
        return self._application(environ | account, start_response)


class SageMakerRefused:
    """Keep SageMaker's calls from moto, which would answer them without doing anything."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (WSGI)."""
        scope = environ.get("HTTP_AUTHORIZATION", "").split(",")[0]
        if not scope.endswith("/sagemaker/aws4_request"):
            return self._application(environ, start_response)
        headers = [
            ("Content-Type", "application/x-amz-json-1.1"),
            ("x-amzn-ErrorType", "UnknownOperationException"),
        ]
        start_response("404 Not Found", headers)
        message = "SageMaker is served at AWS_ENDPOINT_URL_SAGEMAKER: point the client there."
        return [json.dumps({"__type": "UnknownOperationException", "message": message}).encode()]
