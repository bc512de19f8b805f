"""The app of the CDK CLI, as `cdk.json` names it."""

from infra.app import synthesise

synthesise()
