"""Values that the examples of several operations share."""

JOB = "snowreel-dev-3f0c5d1e9b7a2c4d6e8f0a1b"
PIPELINE = "snowreel-dev-7d1e5a0c4b8f2e6d9a3c0b1f"
ARTIFACT = f"s3://snowreel-dev-artifacts/training/{JOB}/output/model.tar.gz"
COST = {
    "instance_type": "ml.m5.large",
    "instances": 1,
    "seconds": 96,
    "dollars": 0.0031,
    "prices_of": "2026-11-30",
}
TRAINED = {
    "status": "Completed",
    "training_job": JOB,
    "model_artifact": ARTIFACT,
    "metrics": {"ratings": 99693, "items": 1664, "rmse": 0.904, "mae": 0.712},
    "users": 943,
    "rows": 9430,
    "cost": COST,
}
BEST = {
    "item_id": "408",
    "rank": 1,
    "score": 1.12,
    "estimated_rating": 4.73,
    "reason": {"kind": "because_you_rated", "item_ids": ["50", "172"], "share": 0.41},
}
