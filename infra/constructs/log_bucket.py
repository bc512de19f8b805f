"""Buckets of access logs, which AWS's own services fill."""

from aws_cdk import CfnOutput, Duration, RemovalPolicy
from aws_cdk.aws_s3 import BlockPublicAccess, Bucket, BucketEncryption, LifecycleRule
from constructs import Construct

from infra.constructs.bucket_content import BucketContent
from infra.constructs.nag import acknowledge


def log_bucket(scope: Construct, construct_id: str, content: BucketContent | None) -> Bucket:
    """A bucket whose objects expire after 90 days.

    Logs are delivered for hours after the last request, so a bucket that was emptied would fill
    again: the policy that lets the service write is made after the content and so goes before it.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html

    Args:
        scope: Where it belongs.
        construct_id: Its name there.
        content: Empties it when the stack is deleted; None: it is kept.
    """
    bucket = Bucket(
        scope,
        construct_id,
        encryption=BucketEncryption.S3_MANAGED,
        enforce_ssl=True,
        block_public_access=BlockPublicAccess.BLOCK_ALL,
        lifecycle_rules=[LifecycleRule(expiration=Duration.days(90))],
        removal_policy=RemovalPolicy.DESTROY if content else RemovalPolicy.RETAIN,
    )
    acknowledge(
        bucket, {"AwsSolutions-S1": "It holds access logs; logging its own would never end."}
    )
    if content and bucket.policy:
        bucket.policy.node.add_dependency(content.of(bucket))
    else:
        CfnOutput(bucket, "Name", value=bucket.bucket_name, description="Kept by cdk destroy")
    return bucket
