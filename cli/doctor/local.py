"""Checks of the local stack, from SQL to the models."""

import json
from functools import cached_property
from typing import Any

import boto3
import httpx
import snowflake.connector
from botocore.credentials import ReadOnlyCredentials

from cli.doctor import grants
from cli.doctor.checks import Check, CheckError, run_checks
from cli.signed_headers import signed_headers
from functions.routes import ROUTES
from local.product_sql import VALUES
from local.stack import API_URL_IN_SQL, BUCKET, DATABASE, SCHEMA

RESTART = "Stop the stack and start it again with `snowreel up`; see the logs in its folder `logs`."
TIMEOUT_SECONDS = 30


class Chain:
    """The running stack, as its clients see it."""

    def __init__(self, description: dict[str, Any]) -> None:
        self.description = description

    @cached_property
    def session(self) -> snowflake.connector.SnowflakeConnection:
        """A Snowflake session of the owner, who alone sees the integration."""
        return snowflake.connector.connect(**self.description["loader"])

    def rows(self, statement: str) -> list[dict[str, Any]]:
        """The rows of a statement, by lower-case column name."""
        with self.session.cursor(snowflake.connector.DictCursor) as cursor:
            cursor.execute(statement)
            return [
                {name.lower(): value for name, value in row.items()} for row in cursor.fetchall()
            ]

    def client(self, service: str) -> Any:
        """An AWS client pointed at the stack."""
        address = "sagemaker_endpoint_url" if service == "sagemaker" else "aws_endpoint_url"
        return boto3.client(
            service,
            endpoint_url=self.description[address],
            region_name=self.description["region"],
            **self.description["credentials"],
        )

    def close(self) -> None:
        """End the session, if one was opened."""
        if "session" in self.__dict__:
            self.session.close()


def run(description: dict[str, Any]) -> None:
    """Print the state of each link of the stack that is described.

    Raises:
        CommandError: A link is broken.
    """
    chain = Chain(description)
    try:
        run_checks(CHECKS, chain)
    finally:
        chain.close()


def _warehouse(chain: Chain) -> str:
    row = chain.rows("select current_user() as name, current_database() as place")[0]
    return f"signed in as {row['name']}, database {row['place']}"


def _tables(chain: Chain) -> str:
    ratings = chain.rows("select count(*) as n from ratings")[0]["n"]
    films = chain.rows("select count(*) as n from film")[0]["n"]
    return f"{films} films, {ratings} ratings"


def _integration(chain: Chain) -> str:
    rows = chain.rows("describe integration snowreel_api")
    properties = {row["property"].upper(): row["property_value"] for row in rows}
    if properties.get("ENABLED") != "true":
        raise CheckError("the API integration SNOWREEL_API is disabled")
    if not f"{API_URL_IN_SQL}/".startswith(properties["API_ALLOWED_PREFIXES"]):
        raise CheckError(f"its allowed prefix is {properties['API_ALLOWED_PREFIXES']}")
    return f"enabled, may call {properties['API_ALLOWED_PREFIXES']}"


def _functions(chain: Chain) -> str:
    rows = chain.rows(f"show external functions in schema {DATABASE}.{SCHEMA}")
    present = {row["name"].lower() for row in rows}
    missing = [route.sql_function for route in ROUTES if route.sql_function not in present]
    if missing:
        raise CheckError(f"missing: {', '.join(missing)}")
    return f"{len(ROUTES)} external functions"


def _grants(chain: Chain) -> str:
    return grants.probe_grants(chain.rows, VALUES)


def _refusal(chain: Chain) -> str:
    answer = httpx.post(
        f"{chain.description['api_url']}/models",
        json={"data": []},
        timeout=TIMEOUT_SECONDS,
        trust_env=False,
    )
    if answer.status_code != httpx.codes.FORBIDDEN:
        raise CheckError(f"an unsigned request got {answer.status_code}, not 403")
    return "refuses an unsigned request"


def _api(chain: Chain) -> str:
    body = json.dumps({"data": []})
    url = f"{chain.description['api_url']}/models"
    found = chain.description["credentials"]
    key = ReadOnlyCredentials(found["aws_access_key_id"], found["aws_secret_access_key"], None)
    answer = httpx.post(
        url,
        content=body,
        headers=signed_headers(url, body, "doctor", key=key, region=chain.description["region"]),
        timeout=TIMEOUT_SECONDS,
        trust_env=False,
    )
    if answer.status_code != httpx.codes.OK or answer.json() != {"data": []}:
        raise CheckError(f"a signed request got {answer.status_code}: {answer.text[:200]}")
    return f"answers a signed request at {chain.description['api_url']}"


def _bucket(chain: Chain) -> str:
    objects = chain.client("s3").list_objects_v2(Bucket=BUCKET).get("KeyCount", 0)
    return f"{objects} objects in {BUCKET}"


def _sagemaker(chain: Chain) -> str:
    endpoints = chain.client("sagemaker").list_endpoints()["Endpoints"]
    failed = [one["EndpointName"] for one in endpoints if one["EndpointStatus"] == "Failed"]
    if failed:
        raise CheckError(f"failed endpoints: {', '.join(failed)}")
    return f"{len(endpoints)} endpoints"


def _probe_call(chain: Chain) -> str:
    models = json.loads(chain.rows("select list_models() as models")[0]["models"])
    if isinstance(models, dict) and "error" in models:
        raise CheckError(models["error"]["message"])
    return "select list_models() answers"


CHECKS = (
    Check("warehouse", _warehouse, RESTART),
    Check("tables", _tables, RESTART),
    Check("API integration", _integration, RESTART),
    Check("external functions", _functions, RESTART),
    Check("grants", _grants, RESTART),
    Check("API gateway, unsigned", _refusal, RESTART),
    Check("API gateway, signed", _api, RESTART),
    Check("artifact bucket", _bucket, RESTART),
    Check(
        "SageMaker",
        _sagemaker,
        "Remove a failed endpoint with `select undeploy_model('NAME')` and deploy again.",
    ),
    Check("SQL to SageMaker", _probe_call, RESTART),
)
