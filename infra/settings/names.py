"""Prints, as JSON, a deployment's names and machines, for programs that look at it from outside."""

import argparse
import json
import sys
from collections.abc import Sequence

from infra.settings.context import ContextError, context_in, read
from infra.settings.settings import Settings


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the names; exit 1 with what is wrong with the context."""
    parser = argparse.ArgumentParser(prog="infra.settings.names", description=__doc__)
    parser.add_argument("--environment", default="dev", help="as in cdk.json")
    parser.add_argument("--context", default="cdk.json", help="where the context is")
    options = parser.parse_args(arguments)
    try:
        settings = read(context_in(options.context, options.environment).get)
    except ContextError as error:
        sys.exit(str(error))
    json.dump({"names": names(settings), "demand": demand(settings)}, sys.stdout)


def names(settings: Settings) -> dict[str, str]:
    """Names of the deployment in Snowflake and AWS; the owner of its tables is its deployer."""
    snowflake = settings.snowflake
    return {
        "environment": settings.environment,
        "prefix": settings.prefix,
        "region": settings.region,
        "database": snowflake.database,
        "schema": snowflake.schema_name,
        "warehouse": snowflake.warehouse,
        "api_integration": snowflake.api_integration,
        "owner_role": snowflake.deployer_role,
        "deployer_role": snowflake.deployer_role,
        "training_role": snowflake.training_role,
        "operator_role": snowflake.operator_role,
        "analyst_role": snowflake.analyst_role,
    }


def demand(settings: Settings) -> dict[str, object]:
    """The machines that quotas must leave room for: of one training and one model."""
    inference = settings.inference
    instances = inference.instances
    return {
        "training_instance_type": settings.training.instance_type,
        "max_concurrency": inference.max_concurrency,
        "instance_type": instances.type if instances else None,
        "least_instances": instances.at_least if instances else 1,
    }


if __name__ == "__main__":
    main()
