"""Stacks that are deployed already, held against `cdk.json`: `make deploy` begins here.

CloudFormation and the CDK CLI know nothing of stacks that the app does not have any more, because
the region, the environment's name or a setting changed. Such a change is refused until they are
removed, and `make destroy` ends with what it left.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from boto3.session import Session
from botocore.exceptions import BotoCoreError, ClientError

from infra.settings.context import ContextError, context_in, read
from infra.settings.model import STACKS
from infra.settings.regions import PARTITION
from infra.settings.settings import Settings

_OURS = re.compile(rf"snowreel-([a-z][a-z0-9]*)-({'|'.join(STACKS)})")


def stacks_in_the_way(
    session: Session, settings: Settings, environments: Iterable[str]
) -> Iterator[str]:
    """Stacks that must be removed before `settings` are deployed, a sentence for each.

    Args:
        session: Reads the account, in the deployment's region.
        settings: The deployment that is asked for.
        environments: The names of all environments in `cdk.json`.
    """
    found = _stack_names(session)
    yield from _stacks_that_are_not_asked_for(found, settings, environments)
    if f"{settings.prefix}-training" not in found and _has_role(
        session, settings.training_role_name
    ):
        yield (
            f"The role {settings.training_role_name} exists and its stack is not in "
            f"{settings.region}: set `region` in cdk.json to where the environment "
            f"{settings.environment} is deployed and run `make destroy` first, or give the "
            "environment another name."
        )


def _stacks_that_are_not_asked_for(
    found: Mapping[str, str], settings: Settings, environments: Iterable[str]
) -> Iterator[str]:
    for name in sorted(found):
        environment = found[name]
        if environment not in environments:
            yield (
                f"The stack {name} in {settings.region} belongs to an environment {environment!r} "
                "that cdk.json does not have any more: add it again and run "
                f"`make destroy ENVIRONMENT={environment}` first."
            )
        elif environment == settings.environment and name not in settings.stack_names:
            yield (
                f"The stack {name} is deployed and cdk.json does not have it any more: "
                f"{_removal(name, settings)} first."
            )


def stacks_left(session: Session, settings: Settings) -> Iterator[str]:
    """Stacks that are still deployed of an environment, a sentence for each stack."""
    for name, environment in sorted(_stack_names(session).items()):
        if environment == settings.environment:
            yield f"The stack {name} is still there: {_removal(name, settings)}."


def _removal(name: str, settings: Settings) -> str:
    return (
        "remove it with `aws cloudformation delete-stack "
        f"--region {settings.region} --stack-name {name}`"
    )


def reading_session(region: str, qualifier: str) -> Session:
    """A session of CDK's lookup role, which reads, or of the caller where that is not to be had.

    The CDK CLI does the same, so that a role that deploys needs no rights of its own:
    https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
    """
    sts = Session().client("sts", region_name=region)
    account = sts.get_caller_identity()["Account"]
    role = f"role/cdk-{qualifier}-lookup-role-{account}-{region}"
    try:
        answer = sts.assume_role(
            RoleArn=f"arn:{PARTITION}:iam::{account}:{role}", RoleSessionName="snowreel-deployed"
        )
    except ClientError:
        # not bootstrapped yet, or not allowed: the caller's own rights then suffice, or AWS says so
        return Session(region_name=region)
    credentials = answer["Credentials"]
    return Session(
        credentials["AccessKeyId"],
        credentials["SecretAccessKey"],
        credentials["SessionToken"],
        region_name=region,
    )


def _stack_names(session: Session) -> dict[str, str]:
    """Names of the project's stacks in the session's region, each with its environment.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
    """
    pages = session.client("cloudformation").get_paginator("describe_stacks")
    names = (stack["StackName"] for page in pages.paginate() for stack in page["Stacks"])
    return {match[0]: match[1] for match in map(_OURS.fullmatch, names) if match}


def _has_role(session: Session, name: str) -> bool:
    try:
        session.client("iam").get_role(RoleName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchEntity":
            return False
        raise
    return True


def main(arguments: Sequence[str] | None = None) -> None:
    """Exit 1 with what is in the way of a deployment, or what a removal left."""
    parser = argparse.ArgumentParser(prog="infra.deployed", description=__doc__)
    parser.add_argument("step", choices=("before-deploy", "after-destroy"))
    parser.add_argument("--environment", default="dev", help="as in cdk.json")
    parser.add_argument("--context", default="cdk.json", help="where the context is")
    options = parser.parse_args(arguments)
    try:
        values = context_in(options.context, options.environment)
        sentences = list(_sentences(options.step, read(values.get), values))
    except ContextError as error:
        sys.exit(str(error))
    except (BotoCoreError, ClientError) as error:
        sys.exit(
            f"AWS does not say what is deployed ({error}): set AWS_PROFILE, or sign in with "
            "`aws sso login`."
        )
    if sentences:
        sys.exit("\n".join(sentences))


def _sentences(step: str, settings: Settings, context: Mapping[str, Any]) -> Iterator[str]:
    qualifier = context.get("@aws-cdk/core:bootstrapQualifier", "hnb659fds")
    session = reading_session(settings.region, qualifier)
    if step == "before-deploy":
        return stacks_in_the_way(session, settings, context["environments"])
    return stacks_left(session, settings)


if __name__ == "__main__":
    main()
