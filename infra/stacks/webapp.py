"""The web app: containers without servers behind a load balancer that speaks HTTPS alone.

Fargate rather than App Runner, which closes to new customers and holds no WebSocket open, or
Streamlit in Snowflake, whose viewers would all need Snowflake users. It is made only where the
context has a `webapp`.
"""

import json
from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from infra.constructs.webapp_balancer import WebappBalancer
from infra.constructs.webapp_network import WebappNetwork
from infra.constructs.webapp_service import PORT, WebappService
from infra.settings.connections import webapp_connection
from infra.settings.model import WebappSettings
from infra.settings.settings import Settings


class WebappStack(Stack):
    """Network, containers and load balancer of the web app; only where `webapp` is set."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        webapp: WebappSettings,
        **options: Any,
    ) -> None:
        super().__init__(scope, construct_id, **options)
        network = WebappNetwork(self, "Network", log_retention_days=settings.log_retention_days)
        service = WebappService(
            self,
            "Service",
            settings=settings,
            webapp=webapp,
            vpc=network.vpc,
            environment={
                "SNOWREEL_SNOWFLAKE_CONNECTION": json.dumps(webapp_connection(settings)),
                "SNOWREEL_WEBAPP_URL": webapp.public_url,
                "SNOWREEL_WEBAPP_PORT": str(PORT),
                # the load balancer, whose addresses change, is all that reaches the containers
                "SNOWREEL_TRUSTED_PROXIES": network.vpc.vpc_cidr_block,
            },
        )
        balancer = WebappBalancer(
            self, "Balancer", settings=settings, webapp=webapp, vpc=network.vpc
        )
        balancer.send_to(service.service)
        CfnOutput(
            self,
            "WebappAddress",
            value=balancer.balancer.load_balancer_dns_name,
            description=f"Point the DNS name of {webapp.public_url} here (CNAME or alias)",
        )
