"""Headers of a request that API Gateway lets in: Snowflake's batch id and the signature."""

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials, ReadOnlyCredentials

from functions.external_function import BATCH_ID_HEADER


def signed_headers(
    url: str, body: str, batch_id: str, *, key: ReadOnlyCredentials, region: str
) -> dict[str, str]:
    """The headers of a POST of a batch of rows to the API, signed with a key."""
    headers = {"Content-Type": "application/json", BATCH_ID_HEADER: batch_id}
    request = AWSRequest("POST", url, headers, data=body)
    credentials = Credentials(key.access_key, key.secret_key, key.token)
    SigV4Auth(credentials, "execute-api", region).add_auth(request)
    return dict(request.headers.items())
