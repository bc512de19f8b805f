"""The bucket of the model artifacts, and the bucket of its access logs."""

from aws_cdk import Duration, RemovalPolicy
from aws_cdk.aws_s3 import BlockPublicAccess, Bucket, BucketEncryption, LifecycleRule
from constructs import Construct

from infra.constructs.bucket_content import BucketContent
from infra.constructs.log_bucket import log_bucket


class ArtifactBucket(Construct):
    """Encrypted, versioned, TLS only, closed to the public; every access is logged."""

    def __init__(self, scope: Construct, construct_id: str, content: BucketContent | None) -> None:
        """Make both buckets.

        Args:
            scope: Where they belong.
            construct_id: Their name there.
            content: Empties them when the stack is deleted; None: they are kept.
        """
        super().__init__(scope, construct_id)
        self.artifacts = Bucket(
            self,
            "Artifacts",
            encryption=BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            versioned=True,
            block_public_access=BlockPublicAccess.BLOCK_ALL,
            server_access_logs_bucket=log_bucket(self, "AccessLogs", content),
            # A deployed artifact may be old, so none expires; what was overwritten does.
            lifecycle_rules=[
                LifecycleRule(
                    abort_incomplete_multipart_upload_after=Duration.days(7),
                    noncurrent_version_expiration=Duration.days(30),
                )
            ],
            removal_policy=RemovalPolicy.DESTROY if content else RemovalPolicy.RETAIN,
        )
        #: Whatever writes artifacts has to be gone before these are emptied.
        self.content = [content.of(self.artifacts)] if content else []
