"""One worked example for each operation: a body, and the answer it may get. Tests check both."""

from typing import Any

_JOB = "snowreel-dev-3f0c5d1e9b7a2c4d6e8f0a1b"
_ARTIFACT = f"s3://snowreel-dev-artifacts/training/{_JOB}/output/model.tar.gz"
_TRAINED = {
    "status": "Completed",
    "training_job": _JOB,
    "model_artifact": _ARTIFACT,
    "metrics": {"ratings": 100000, "items": 1682, "rmse": 0.934, "mae": 0.737},
    "users": 943,
    "rows": 9430,
}

_BEST = {
    "item_id": "408",
    "rank": 1,
    "score": 1.12,
    "estimated_rating": 4.73,
    "reason": {"kind": "because_you_rated", "item_ids": ["50", "172"], "share": 0.41},
}

#: Path to the rows of a request, and of its answer.
EXAMPLES: dict[str, tuple[list[Any], list[Any]]] = {
    "/train": ([[0, "marts.ratings", "marts.recommendations"]], [[0, _TRAINED]]),
    "/start-training": (
        [[0, "marts.ratings", "marts.recommendations", {"n_factors": 50, "lr_all": 0.01}]],
        [[0, {"status": "InProgress", "training_job": _JOB}]],
    ),
    "/training-status": (
        [[0, _JOB], [1, "no-such-job"]],
        [
            [0, _TRAINED],
            [
                1,
                {
                    "error": {
                        "code": "UnknownTrainingJob",
                        "message": "There is no training job 'no-such-job' in this stack.",
                    }
                },
            ],
        ],
    ),
    "/deploy": (
        [[0, "films", _JOB]],
        [
            [
                0,
                {
                    "status": "InService",
                    "model_name": "films",
                    "training_job": _JOB,
                    "model_artifact": _ARTIFACT,
                },
            ]
        ],
    ),
    "/undeploy": ([[0, "films"]], [[0, {"status": "Undeployed", "model_name": "films"}]]),
    "/models": (
        [[0]],
        [
            [
                0,
                [
                    {
                        "model_name": "films",
                        "status": "InService",
                        "training_job": _JOB,
                        "model_artifact": _ARTIFACT,
                        "created_at": "2026-01-02T03:04:05+00:00",
                        "updated_at": "2026-01-02T03:09:05+00:00",
                    }
                ],
            ]
        ],
    ),
    "/invoke": (
        [[0, "films", "196", "242"], [1, "films", 196, None]],
        [[0, 3.9172], [1, None]],
    ),
    "/invoke-details": (
        [[0, "films", "196", "242"]],
        [
            [
                0,
                {
                    "estimate": 3.9172,
                    "known_user": True,
                    "known_item": True,
                    "model_artifact": _ARTIFACT,
                },
            ]
        ],
    ),
    "/recommend": (
        [[0, "films", "196", 2]],
        [
            [
                0,
                [
                    _BEST,
                    {
                        "item_id": "318",
                        "rank": 2,
                        "score": 0.97,
                        "estimated_rating": 4.41,
                        "reason": {"kind": "popularity"},
                    },
                ],
            ]
        ],
    ),
    "/estimate-for": ([[0, "films", {"50": 5, "172": 4}, "408"]], [[0, 4.21]]),
    "/recommend-for": (
        [
            [0, "films", {"50": 5, "172": 4}, 1, {"exclude_genres": ["Horror"]}],
            [1, "films", None, 1, {"viewer": {"favourite_genres": ["Animation"]}}],
        ],
        [
            [0, {"recommendations": [_BEST]}],
            [
                1,
                {
                    "recommendations": [
                        {
                            "item_id": "588",
                            "rank": 1,
                            "score": 0.1,
                            "estimated_rating": 3.82,
                            "reason": {"kind": "genres"},
                        }
                    ]
                },
            ],
        ],
    ),
}
