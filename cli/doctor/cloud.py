"""Checks of a cloud deployment, from SQL to the models.

The deployment is found from the external functions in the connection's schema: they name the
integration and the API, the integration names the role. Nothing is changed anywhere.
"""

import json
import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import unquote

import boto3
import snowflake.connector

from cli.doctor import actions, grants, image, quotas
from cli.doctor.checks import Check, CheckError, run_checks
from cli.errors import CommandError
from functions.routes import ROUTES, STAGE
from functions.snowflake_integration import scripts
from local.product_sql import VALUES

REFRESH = 'run `make cdk ARGS="deploy --all -c refresh=$(date +%s)"`, which asks Snowflake again.'
ASK_FOR_MORE = (
    "Ask for more in Service Quotas, service Amazon SageMaker, or lower `max_concurrency` or the "
    "instances in cdk.json; docs/deploy.md has the codes."
)
DEPLOY = f"Something was changed by hand: {REFRESH}"

_ADDRESS = re.compile(r"https://(\w+)\.execute-api\.([a-z0-9-]+)\.amazonaws\.com/")
#: Ends the name of the role that Snowflake assumes; before it stands the prefix.
_CALLER = "-snowflake-caller"
_Rows = list[dict[str, Any]]


class CloudChain:
    """A deployment, as its Snowflake connection and the AWS credentials in use show it."""

    def __init__(
        self,
        session: snowflake.connector.SnowflakeConnection,
        client: Callable[..., Any] = boto3.client,
    ) -> None:
        self._session = session
        self.client = client

    def rows(self, statement: str) -> _Rows:
        """The rows of a statement, by lower-case column name."""
        with self._session.cursor(snowflake.connector.DictCursor) as cursor:
            cursor.execute(statement)
            rows = cursor.fetchall()
        return [{name.lower(): value for name, value in dict(row).items()} for row in rows]

    def properties(self, statement: str) -> dict[str, str]:
        """The rows of a DESCRIBE as a mapping, names in lower case."""
        rows = self.rows(statement)
        value = "property_value" if rows and "property_value" in rows[0] else "value"
        return {str(row["property"]).lower(): str(row[value]) for row in rows}

    @cached_property
    def functions(self) -> dict[str, dict[str, str]]:
        """Properties of each external function, by name; those that are not there are left out.

        The signature is asked for with the types of the product's scripts, so that a function of
        another signature is not found either.
        """
        present = {str(row["name"]).lower() for row in self.rows("show external functions")}
        types = {each.name: ", ".join(each.types) for each in scripts.signatures()}
        return {
            route.sql_function: self.properties(
                f"describe function {route.sql_function}({types[route.sql_function]})"
            )
            for route in ROUTES
            if route.sql_function in present
        }

    @cached_property
    def api(self) -> tuple[str, str]:
        """Id and region of the REST API that the functions call."""
        addresses = {function["body"] for function in self.functions.values()}
        found = {match.groups() for match in map(_ADDRESS.match, addresses) if match}
        if len(found) != 1:
            raise CheckError(f"the functions call {len(found)} APIs of API Gateway, not one")
        api_id, region = found.pop()
        return str(api_id), str(region)

    @cached_property
    def integration(self) -> dict[str, str]:
        """The properties of the integration that the functions name."""
        names = {function["api_integration"] for function in self.functions.values()}
        if len(names) != 1:
            raise CheckError(f"the functions use {len(names)} integrations, not one")
        return self.properties(f"describe integration {names.pop()}")

    @cached_property
    def deployed(self) -> list[dict[str, Any]]:
        """The deployment's functions; the caller role's name tells which."""
        prefix = self.integration["api_aws_role_arn"].rpartition("/")[2].removesuffix(_CALLER)
        pages = self.client("lambda", region_name=self.api[1]).get_paginator("list_functions")
        found = [
            function
            for page in pages.paginate()
            for function in page["Functions"]
            if _variables_of(function).get("SNOWREEL_PREFIX") == prefix
        ]
        if not found:
            raise CheckError(f"no function of {prefix} is in the region {self.api[1]}")
        return found

    @cached_property
    def variables(self) -> dict[str, str]:
        """The variables of the deployment's functions."""
        found: dict[str, str] = {}
        for function in self.deployed:
            found |= _variables_of(function)
        return found


def run(connection_name: str) -> None:
    """Print the state of each link of the deployment behind a connection; nothing is changed.

    Args:
        connection_name: A connection of Snowflake's connections.toml.

    Raises:
        CommandError: The sign-in failed, or a link is broken.
    """
    try:
        session = snowflake.connector.connect(connection_name=connection_name)
    except (snowflake.connector.Error, ValueError) as error:
        raise CommandError(
            f"The connection {connection_name} cannot sign in to Snowflake ({error}): "
            "check it with `snow connection test`."
        ) from error
    try:
        run_checks(CHECKS, CloudChain(session))
    finally:
        session.close()


def _snowflake(chain: CloudChain) -> str:
    (row,) = chain.rows("select current_user() as name, current_role() as role")
    return f"signed in as {row['name']} with role {row['role']}"


def _aws(chain: CloudChain) -> str:
    return str(chain.client("sts").get_caller_identity()["Arn"])


def _functions(chain: CloudChain) -> str:
    missing = [route.sql_function for route in ROUTES if route.sql_function not in chain.functions]
    if missing:
        raise CheckError(f"missing in the connection's schema: {', '.join(missing)}")
    for route in ROUTES:
        body = chain.functions[route.sql_function]["body"]
        if not body.endswith(f"/{STAGE}{route.path}"):
            raise CheckError(f"{route.sql_function} calls {body}")
    return f"{len(ROUTES)} external functions with the expected signatures"


def _region(chain: CloudChain) -> str:
    _, region = chain.api
    (row,) = chain.rows("select current_region() as region")
    home = str(row["region"]).rsplit(".", 1)[-1].removeprefix("AWS_").lower().replace("_", "-")
    if home != region:
        raise CheckError(f"the API is in {region}, the Snowflake account in {home}")
    return f"API and Snowflake account are in {region}"


def _integration(chain: CloudChain) -> str:
    properties = chain.integration
    if properties["enabled"] != "true":
        raise CheckError("the API integration is disabled")
    return f"enabled, assumes {properties['api_aws_role_arn']}"


def _prefixes(chain: CloudChain) -> str:
    allowed = _listed(chain.integration["api_allowed_prefixes"])
    blocked = _listed(chain.integration.get("api_blocked_prefixes", ""))
    for name, function in chain.functions.items():
        url = function["body"]
        if not url.startswith(tuple(allowed)) or (blocked and url.startswith(tuple(blocked))):
            raise CheckError(f"{name} calls {url}, which the integration does not allow")
    return f"allow {', '.join(allowed)}"


def _grants(chain: CloudChain) -> str:
    (row,) = chain.rows("select current_database() as database, current_schema() as schema")
    place = {"database": str(row["database"]), "schema": str(row["schema"])}
    return grants.probe_grants(chain.rows, VALUES | place)


def _trust(chain: CloudChain) -> str:
    properties = chain.integration
    name = properties["api_aws_role_arn"].rpartition("/")[2]
    document = chain.client("iam").get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    if isinstance(document, str):
        document = json.loads(unquote(document))
    (statement,) = document["Statement"]
    external_id = statement.get("Condition", {}).get("StringEquals", {}).get("sts:ExternalId")
    _require_equal("Snowflake user", statement["Principal"]["AWS"], properties, "iam_user_arn")
    _require_equal("external id", external_id, properties, "external_id")
    return f"{name} trusts Snowflake's user with the integration's external id"


def _require_equal(what: str, trusted: Any, properties: Mapping[str, str], key: str) -> None:
    expected = properties[f"api_aws_{key}"]
    if trusted != expected:
        raise CheckError(
            f"the role trusts the {what} {trusted}, but the integration presents {expected}"
        )


def _policy(chain: CloudChain) -> str:
    api_id, region = chain.api
    api = chain.client("apigateway", region_name=region).get_rest_api(restApiId=api_id)
    # API Gateway gives the policy with its quotes escaped
    policy = str(api.get("policy", "")).replace("\\", "")
    role_arn = chain.integration["api_aws_role_arn"]
    if role_arn not in policy:
        raise CheckError(f"the policy of the API {api_id} does not let {role_arn} in")
    return f"the API {api_id} lets the role in"


def _actions(chain: CloudChain) -> str:
    return actions.probe_actions(chain.deployed, chain.variables, chain.api[1], chain.client("iam"))


def _image(chain: CloudChain) -> str:
    return image.probe_image(chain.variables, chain.client)


def _quotas(chain: CloudChain) -> str:
    client = chain.client("service-quotas", region_name=chain.api[1])
    return quotas.compare(quotas.Demand.of_variables(chain.variables), quotas.ask(client))


def _probe_call(chain: CloudChain) -> str:
    (row,) = chain.rows("select list_models() as models")
    models = json.loads(row["models"])
    if isinstance(models, dict) and "error" in models:
        raise CheckError(str(models["error"]["message"]))
    return f"select list_models() answers: {len(models)} models"


def _variables_of(function: Mapping[str, Any]) -> dict[str, str]:
    variables: dict[str, str] = function.get("Environment", {}).get("Variables", {})
    return variables


def _listed(text: str) -> list[str]:
    return [item.strip() for item in text.strip("[]").split(",") if item.strip()]


CHECKS = (
    Check("Snowflake", _snowflake, "Check the connection with `snow connection test`."),
    Check("AWS identity", _aws, "Set AWS_PROFILE, or sign in with `aws sso login`."),
    Check("external functions", _functions, DEPLOY),
    Check("grants", _grants, DEPLOY),
    Check("region", _region, "Deploy in the Snowflake account's region: set `region` in cdk.json."),
    Check("API integration", _integration, "Run `alter api integration NAME set enabled = true`."),
    Check("allowed prefixes", _prefixes, DEPLOY),
    Check("role trust", _trust, "The integration was made anew: " + REFRESH),
    Check("API policy", _policy, DEPLOY),
    Check("actions", _actions, actions.FIX),
    Check("image", _image, image.FIX),
    Check("quotas", _quotas, ASK_FOR_MORE),
    Check("probe call", _probe_call, "Read the API's access log and the function's log."),
)
