"""Promises of the training stack: where artifacts are kept, and what goes with the stack."""

import json

from functions.lambdas import HANDLERS


def buckets(deployment):
    return deployment.resources("AWS::S3::Bucket")


def test_every_bucket_refuses_plain_http(deployment):
    protected = set()
    for policy in deployment.resources("AWS::S3::BucketPolicy").values():
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            insecure = {"Bool": {"aws:SecureTransport": "false"}}
            if statement["Effect"] == "Deny" and statement.get("Condition") == insecure:
                assert statement["Action"] == "s3:*"
                assert statement["Principal"] == {"AWS": "*"}
                protected.add(policy["Properties"]["Bucket"]["Ref"])
    assert protected == {name.split("/")[1] for name in buckets(deployment)}


def test_every_bucket_is_encrypted_and_closed_to_the_public(deployment):
    for name, bucket in buckets(deployment).items():
        properties = bucket["Properties"]
        assert properties["BucketEncryption"]["ServerSideEncryptionConfiguration"], name
        blocks = properties["PublicAccessBlockConfiguration"]
        assert len(blocks) == 4, name
        assert set(blocks.values()) == {True}, name


def artifacts(deployment):
    (bucket,) = (b for n, b in buckets(deployment).items() if "Artifacts" in n.split("/")[1][14:])
    return bucket


def test_artifacts_are_versioned_and_their_access_is_logged(deployment):
    properties = artifacts(deployment)["Properties"]
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert properties["LoggingConfiguration"]["DestinationBucketName"]
    (rule,) = properties["LifecycleConfiguration"]["Rules"]
    assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] == 30
    assert rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] == 7
    assert "ExpirationInDays" not in rule


def test_dev_takes_its_data_along_and_prod_keeps_it(dev, prod):
    assert {bucket["DeletionPolicy"] for bucket in buckets(dev).values()} == {"Delete"}
    assert {bucket["DeletionPolicy"] for bucket in buckets(prod).values()} == {"Retain"}
    outputs = prod.templates["Training"]["Outputs"].values()
    assert "Kept by cdk destroy" in {output.get("Description") for output in outputs}


def test_run_time_resources_are_removed_after_the_api(deployment):
    """The remover stands in the stack that the API's stack needs, so it is deleted later."""
    assert deployment.resources("Custom::RunTimeResources", "Training")
    manifest = json.loads((deployment.folder / "manifest.json").read_text())["artifacts"]
    assert "Training" in manifest["Api"]["dependencies"]


def test_training_and_inference_have_different_roles_and_rights(deployment):
    actions: dict[str, set[str]] = {}
    for name, statement in deployment.statements():
        for role in ("TrainingRole", "InferenceRole"):
            if name.startswith(f"Training/{role}"):
                some = statement["Action"]
                actions.setdefault(role, set()).update([some] if isinstance(some, str) else some)
    assert "s3:PutObject" in actions["TrainingRole"]
    assert "s3:PutObject" not in actions["InferenceRole"]
    assert {a for a in actions["InferenceRole"] if a.startswith("s3:")} == {
        "s3:GetObject",
        "s3:ListBucket",
    }


def test_the_functions_get_roles_bucket_and_image(prod):
    variables = {
        function["Properties"]["Handler"]: function["Properties"]["Environment"]["Variables"]
        for function in prod.resources("AWS::Lambda::Function", "Api").values()
    }
    train, deploy = variables[HANDLERS["train"]], variables[HANDLERS["deploy"]]
    assert "TrainingRole" in json.dumps(train["SNOWREEL_TRAINING_ROLE_ARN"])
    assert "InferenceRole" in json.dumps(deploy["SNOWREEL_INFERENCE_ROLE_ARN"])
    assert train["SNOWREEL_IMAGE_URI"] == deploy["SNOWREEL_IMAGE_URI"]
    assert "@sha256:" in train["SNOWREEL_IMAGE_URI"]
    assert train["SNOWREEL_ALLOWED_SCHEMAS"] == "MARTS,SCRATCH"


def test_an_artifact_that_is_gone_is_seen_to_be(deployment):
    """Without s3:ListBucket S3 answers 403 for what does not exist; nothing else may be listed."""
    (statement,) = (
        statement
        for name, statement in deployment.statements()
        if "InferenceRole" in name and statement["Action"] == "s3:ListBucket"
    )
    assert statement["Condition"] == {"StringLike": {"s3:prefix": "training/*"}}
    assert "/*" not in json.dumps(statement["Resource"])


def test_the_default_models_versions_are_a_group_that_goes_after_them(deployment):
    """Named as the endpoint; the remover empties it, so it must still be there then."""
    group = deployment.the("AWS::SageMaker::ModelPackageGroup", "Training")["Properties"]
    prefix = group["ModelPackageGroupName"].removesuffix("-movielens-model-v1")
    assert prefix in {"snowreel-dev", "snowreel-prod"}
    template = deployment.templates["Training"]["Resources"]
    (remover,) = (each for each in template.values() if each["Type"] == "Custom::RunTimeResources")
    assert any(name.startswith("DefaultModel") for name in remover["DependsOn"])
