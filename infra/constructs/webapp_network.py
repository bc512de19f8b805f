"""The web app's network: public subnets alone, guarded by security groups."""

from aws_cdk.aws_ec2 import (
    FlowLogDestination,
    FlowLogTrafficType,
    IpAddresses,
    SubnetConfiguration,
    SubnetType,
    Vpc,
)
from aws_cdk.aws_iam import PolicyStatement, Role
from constructs import Construct

from infra.constructs.log_group import log_group
from infra.constructs.service_trust import own_account_service

_CIDR = "10.42.0.0/24"


class WebappNetwork(Construct):
    """Two zones without a NAT gateway: containers have addresses of their own.

    A NAT gateway in each zone would cost more than the app; what it would hide, the containers'
    security group closes.
    """

    def __init__(self, scope: Construct, construct_id: str, *, log_retention_days: int) -> None:
        super().__init__(scope, construct_id)
        self.vpc = Vpc(
            self,
            "Vpc",
            ip_addresses=IpAddresses.cidr(_CIDR),
            max_azs=2,
            nat_gateways=0,
            subnet_configuration=[
                SubnetConfiguration(
                    name="Public", subnet_type=SubnetType.PUBLIC, map_public_ip_on_launch=False
                )
            ],
            restrict_default_security_group=False,
        )
        log = log_group(self, "FlowLog", log_retention_days)
        service = own_account_service(self, "vpc-flow-logs.amazonaws.com")
        role = Role(self, "FlowLogRole", assumed_by=service)
        role.add_to_policy(
            PolicyStatement(
                actions=["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                resources=[log.log_group_arn],
            )
        )
        self.vpc.add_flow_log(
            "Rejected",
            destination=FlowLogDestination.to_cloud_watch_logs(log, role),
            traffic_type=FlowLogTrafficType.REJECT,
        )
