"""Values of intrinsic functions in synthesised templates, with names as local mode gives them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Template = Mapping[str, Any]

#: CDK ends a logical id with a hash.
_HASH = re.compile(r"[0-9A-F]{8}$")
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_PLACE = re.compile(r"\$\{([\w:]+)\}")
#: ARN of a resource, by its type in CloudFormation.
_ARNS = {
    "AWS::ECR::Repository": "arn:aws:ecr:{region}:{account}:repository/{name}",
    "AWS::Events::Rule": "arn:aws:events:{region}:{account}:rule/{name}",
    "AWS::IAM::OIDCProvider": "arn:aws:iam::{account}:oidc-provider/{name}",
    "AWS::IAM::Role": "arn:aws:iam::{account}:role/{name}",
    "AWS::Lambda::Function": "arn:aws:lambda:{region}:{account}:function:{name}",
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html
    "AWS::Logs::LogGroup": "arn:aws:logs:{region}:{account}:log-group:{name}:*",
    "AWS::S3::Bucket": "arn:aws:s3:::{name}",
    "AWS::SNS::Topic": "arn:aws:sns:{region}:{account}:{name}",
    "AWS::StepFunctions::StateMachine": "arn:aws:states:{region}:{account}:stateMachine:{name}",
}
#: Kinds of which a reference is the ARN.
_BY_ARN = frozenset(
    {"AWS::IAM::OIDCProvider", "AWS::SNS::Topic", "AWS::StepFunctions::StateMachine"}
)
_STATED_NAMES = (
    *("RoleName", "BucketName", "FunctionName", "RepositoryName", "StageName"),
    "StateMachineName",
)


@dataclass(frozen=True, kw_only=True)
class PhysicalNames:
    """Names and addresses of the resources of one deployment's templates."""

    templates: Mapping[str, Template]
    account: str
    region: str
    #: Begins the names that neither the template nor `known` states.
    prefix: str
    #: Names and attributes by logical id without its hash, `Bucket` or `Integration.UserArn`.
    known: Mapping[str, str]

    def value(self, source: Any, stack: str) -> Any:
        """A part of a template with its intrinsic functions evaluated."""
        if isinstance(source, list):
            return [self.value(each, stack) for each in source]
        if not isinstance(source, Mapping):
            return source
        evaluate: dict[str, Callable[[Any, str], Any]] = {
            "Ref": self._reference,
            "Fn::GetAtt": self._attribute,
            "Fn::Join": self._join,
            "Fn::Sub": self._substituted,
            "Fn::ImportValue": self._import,
        }
        for function in source.keys() & evaluate.keys():
            return evaluate[function](source[function], stack)
        return {key: self.value(each, stack) for key, each in source.items()}

    def arn(self, logical_id: str, stack: str) -> str:
        """ARN of a resource."""
        resource = self.templates[stack]["Resources"][logical_id]
        form = _ARNS.get(resource["Type"])
        if form is None:
            raise ValueError(f"The ARN of {resource['Type']} is not known: add it to _ARNS.")
        name = self.name(logical_id, stack)
        return form.format(region=self.region, account=self.account, name=name)

    def name(self, logical_id: str, stack: str) -> str:
        """Name of a resource: the template's, one that is known, or one made from its id."""
        short = _HASH.sub("", logical_id)
        if short in self.known:
            return self.known[short]
        properties = self.templates[stack]["Resources"][logical_id].get("Properties", {})
        for key in _STATED_NAMES:
            if key in properties:
                return str(self.value(properties[key], stack))
        words = "-".join(word.lower() for word in _WORD.findall(short))
        return f"{self.prefix}-{words}"

    def _reference(self, logical_id: str, stack: str) -> str:
        pseudo = {
            "AWS::AccountId": self.account,
            "AWS::Region": self.region,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
        }
        if logical_id in pseudo:
            return pseudo[logical_id]
        kind = self.templates[stack]["Resources"][logical_id]["Type"]
        return (self.arn if kind in _BY_ARN else self.name)(logical_id, stack)

    def _attribute(self, path_parts: list[str], stack: str) -> str:
        logical_id, attribute = path_parts
        path = f"{_HASH.sub('', logical_id)}.{attribute}"
        if path in self.known:
            return self.known[path]
        if attribute != "Arn":
            raise ValueError(f"The attribute {path} is not known: name it in local mode's names.")
        return self.arn(logical_id, stack)

    def _join(self, parts: list[Any], stack: str) -> str:
        separator, values = parts
        return str(separator).join(map(str, self.value(values, stack)))

    def _substituted(self, text: str, stack: str) -> str:
        return _PLACE.sub(lambda match: self._reference(match[1], stack), text)

    def _import(self, export: str, _: str) -> Any:
        for stack, template in self.templates.items():
            for output in template.get("Outputs", {}).values():
                if output.get("Export", {}).get("Name") == export:
                    return self.value(output["Value"], stack)
        raise ValueError(f"No stack exports {export}.")
