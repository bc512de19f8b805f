"""Kinds of settings that several groups share: each a type with its rule."""

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator

from infra.settings.checks import number, one_of, text
from infra.settings.regions import PARTITION, served_region, x86_type

PLAIN_NAME = "a plain Snowflake name (letters, digits and underscores)"
PRINCIPAL = "the ARN of an IAM role or user"

Region = Annotated[
    str, text(r"[a-z]{2}(-[a-z]+)+-\d", "an AWS region"), AfterValidator(served_region)
]
AccountNumber = Annotated[str, text(r"\d{12}", "an AWS account number of 12 digits")]
SnowflakeAccount = Annotated[
    str, text(r"[A-Za-z0-9_]+-[A-Za-z0-9_]+", "an identifier ORGANISATION-ACCOUNT")
]
Identifier = Annotated[str, text(r"[A-Za-z_][A-Za-z0-9_]{0,127}", PLAIN_NAME)]
SecretArn = Annotated[
    str,
    text(
        rf"arn:{PARTITION}:secretsmanager:[a-z0-9-]+:\d{{12}}:secret:[\w/+=.@-]+",
        "the ARN of a secret in Secrets Manager",
    ),
]
ImageUri = Annotated[
    str,
    text(
        r"\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com/[a-z0-9/_.-]+@sha256:[0-9a-f]{64}",
        "an image in ECR by digest, ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME@sha256:...",
    ),
]
CertificateArn = Annotated[
    str,
    text(
        rf"arn:{PARTITION}:acm:[a-z0-9-]+:\d{{12}}:certificate/[0-9a-f-]+",
        "the ARN of a certificate in Certificate Manager",
    ),
]
InstanceType = Annotated[
    str,
    text(r"ml\.[a-z0-9-]+\.[a-z0-9]+", "a SageMaker type such as ml.m5.large"),
    AfterValidator(x86_type),
]
ModelName = Annotated[
    str,
    text(
        r"(?=.{1,40}$)[a-z0-9](-?[a-z0-9])*",
        "a model's name: lower-case letters, digits and single hyphens, at most 40 characters",
    ),
]
PrincipalArn = Annotated[
    str, text(rf"arn:{PARTITION}:iam::\d{{12}}:(role|user)/[\w+=,.@/-]+", PRINCIPAL)
]
Email = Annotated[str, text(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address")]
Address = Annotated[
    str, text(r"https://[a-z0-9.-]+", "an address such as https://films.example.org")
]
_OWNER, _NAME = "[A-Za-z0-9-]+", "[A-Za-z0-9._-]+"
Repository = Annotated[
    str,
    text(
        rf"{_OWNER}(/{_NAME}|@\d+/{_NAME}@\d+)",
        "a repository on GitHub, OWNER/NAME or OWNER@ID/NAME@ID",
    ),
]
ProviderArn = Annotated[
    str,
    text(
        rf"arn:{PARTITION}:iam::\d{{12}}:oidc-provider/token\.actions\.githubusercontent\.com",
        "the ARN of GitHub's identity provider in IAM",
    ),
]
GithubEnvironment = Annotated[
    str, text(r"[A-Za-z0-9_.-]{1,255}", "the name of an environment on GitHub")
]
Machines = Annotated[int, number(1, 100)]
_TIMES = r"cron\([^\s()]+( [^\s()]+){5}\)|rate\([1-9]\d{0,4} (minute|hour|day)s?\)"
#: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
ScheduleExpression = Annotated[
    str, text(_TIMES, "a schedule of EventBridge, such as cron(0 3 * * ? *) or rate(7 days)")
]
TimeZone = Annotated[
    str, one_of(available_timezones, "a time zone of the IANA database, such as Europe/Paris")
]
_PART = r"[A-Za-z_][A-Za-z0-9_$]{0,254}"
TableName = Annotated[
    str, text(rf"({_PART}\.)?{_PART}", "the name of a table of the database, TABLE or SCHEMA.TABLE")
]
