"""Input channels of jobs: what SageMaker copies into the container before its program begins."""

from typing import Any


def model_channel(name: str, artifact: str) -> dict[str, Any]:
    """The channel that holds one model.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Channel.html

    Args:
        name: Of the channel, and of its folder.
        artifact: S3 address of the model's archive.
    """
    return {
        "ChannelName": name,
        "DataSource": {
            "S3DataSource": {
                "S3DataType": "S3Prefix",
                "S3Uri": artifact,
                "S3DataDistributionType": "FullyReplicated",
            }
        },
    }
