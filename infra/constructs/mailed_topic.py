"""A topic whose messages are mailed to one address, if there is one."""

from aws_cdk.aws_sns import Topic
from aws_cdk.aws_sns_subscriptions import EmailSubscription
from constructs import Construct

from infra.constructs.nag import acknowledge


def mailed_topic(scope: Construct, construct_id: str, email: str | None, *, lost: str) -> Topic:
    """A topic over TLS alone, and its subscription; `lost` is why a lost mail does no harm."""
    topic = Topic(scope, construct_id, enforce_ssl=True)
    if email:
        topic.add_subscription(EmailSubscription(email))
        acknowledge(topic, {"Serverless-SNSRedrivePolicy": lost})
    return topic
