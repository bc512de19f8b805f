"""The bucket of the model artifacts, and the bucket of its access logs."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk.aws_s3 import BlockPublicAccess, Bucket, BucketEncryption, LifecycleRule
from constructs import Construct

from infra.constructs.nag import acknowledge


class ArtifactBucket(Construct):
    """Encrypted, versioned, TLS only, closed to the public; every access is logged."""

    def __init__(self, scope: Construct, construct_id: str, *, keep_data: bool) -> None:
        super().__init__(scope, construct_id)
        removal = RemovalPolicy.RETAIN if keep_data else RemovalPolicy.DESTROY
        self.access_logs = Bucket(
            self,
            "AccessLogs",
            encryption=BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            block_public_access=BlockPublicAccess.BLOCK_ALL,
            lifecycle_rules=[LifecycleRule(expiration=Duration.days(90))],
            removal_policy=removal,
        )
        acknowledge(
            self.access_logs,
            {"AwsSolutions-S1": "It holds the access logs; logging its own would never end."},
        )
        self.artifacts = Bucket(
            self,
            "Artifacts",
            encryption=BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            versioned=True,
            block_public_access=BlockPublicAccess.BLOCK_ALL,
            server_access_logs_bucket=self.access_logs,
            # A deployed artifact may be old, so none expires; what was overwritten does.
            lifecycle_rules=[
                LifecycleRule(
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                    noncurrent_version_expiration=Duration.days(30),
                )
            ],
            removal_policy=removal,
        )
