"""The web app's front: HTTPS with a certificate from the context, WebSockets kept to their task."""

from aws_cdk import Duration, Stack
from aws_cdk.aws_ec2 import Peer, Port, SecurityGroup, Vpc
from aws_cdk.aws_ecs import FargateService
from aws_cdk.aws_elasticloadbalancingv2 import (
    ApplicationLoadBalancer,
    ApplicationProtocol,
    HealthCheck,
    ListenerCertificate,
    SslPolicy,
)
from aws_cdk.aws_iam import PolicyStatement, ServicePrincipal
from aws_cdk.aws_s3 import Bucket
from constructs import Construct

from infra.constructs.bucket_content import bucket_content
from infra.constructs.log_bucket import log_bucket
from infra.constructs.nag import acknowledge
from infra.constructs.webapp_service import PORT
from infra.settings.model import WebappSettings
from infra.settings.settings import Settings

_DELIVERY = "logdelivery.elasticloadbalancing.amazonaws.com"


class WebappBalancer(Construct):
    """The only entry to the containers; HTTP is redirected to HTTPS."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        webapp: WebappSettings,
        vpc: Vpc,
    ) -> None:
        super().__init__(scope, construct_id)
        self.balancer = ApplicationLoadBalancer(
            self,
            "Balancer",
            vpc=vpc,
            internet_facing=True,
            security_group=_open_to_browsers(self, vpc),
            drop_invalid_header_fields=True,
            deletion_protection=settings.keep_data,
            # a page that nobody touches keeps its WebSocket by a ping every 20 seconds; the
            # containers keep a connection longer still, or the balancer would use a closed one
            idle_timeout=Duration.seconds(120),
        )
        _log_to(log_bucket(self, "AccessLogs", bucket_content(self, settings)), self.balancer)
        self.balancer.add_redirect(open=False)
        self._listener = self.balancer.add_listener(
            "Https",
            port=443,
            open=False,
            certificates=[ListenerCertificate.from_arn(webapp.certificate_arn)],
            ssl_policy=SslPolicy.RECOMMENDED_TLS,
        )

    def send_to(self, service: FargateService) -> None:
        """Send requests to the containers of `service`, each browser's to one of them."""
        self._listener.add_targets(
            "Containers",
            port=PORT,
            protocol=ApplicationProtocol.HTTP,
            targets=[service],
            health_check=HealthCheck(path="/_stcore/health", interval=Duration.seconds(15)),
            deregistration_delay=Duration.seconds(20),
            # uploads and downloads are in the memory of the container that the page came from
            stickiness_cookie_duration=Duration.days(1),
        )


def _log_to(bucket: Bucket, balancer: ApplicationLoadBalancer) -> None:
    """Have access logged, and let in the service that delivers, for this account's balancers alone.

    CDK's own policy is the earlier one: it lets an account of AWS in, on nobody's behalf.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    stack = Stack.of(balancer)
    balancers = stack.format_arn(
        service="elasticloadbalancing", resource="loadbalancer", resource_name="*"
    )
    bucket.add_to_resource_policy(
        PolicyStatement(
            principals=[ServicePrincipal(_DELIVERY)],
            actions=["s3:PutObject"],
            resources=[bucket.arn_for_objects(f"AWSLogs/{stack.account}/*")],
            conditions={"ArnLike": {"aws:SourceArn": balancers}},
        )
    )
    balancer.set_attribute("access_logs.s3.enabled", "true")
    balancer.set_attribute("access_logs.s3.bucket", bucket.bucket_name)
    if bucket.policy:
        # a file is written to try it out while the balancer is made
        balancer.node.add_dependency(bucket.policy)


def _open_to_browsers(scope: Construct, vpc: Vpc) -> SecurityGroup:
    group = SecurityGroup(
        scope,
        "Browsers",
        vpc=vpc,
        description="Browsers to the load balancer of the web app",
        allow_all_outbound=False,
    )
    for port in (80, 443):
        group.add_ingress_rule(Peer.any_ipv4(), Port.tcp(port), "Browsers")
    acknowledge(group, {"AwsSolutions-EC23": "A site for viewers is open to everybody."})
    return group
