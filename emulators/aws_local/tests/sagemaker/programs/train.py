"""A training program that behaves as its hyperparameters say."""

import json
import os
import pathlib
import signal
import sys
import time

base = pathlib.Path(os.environ["SAGEMAKER_BASE_DIR"])
hyperparameters = json.loads((base / "input/config/hyperparameters.json").read_text())
behaviour = hyperparameters["behaviour"]


def save(*_):
    (base / "model/manifest.json").write_text(
        json.dumps({"hyperparameters": hyperparameters, "environment": dict(os.environ)})
    )
    if behaviour == "save-when-stopped":
        sys.exit(0)


if behaviour == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if behaviour == "save-when-stopped":
    signal.signal(signal.SIGTERM, save)
print("metric rmse=0.95")
print("progress 0.50 half way", flush=True)
if behaviour in {"wait", "stubborn", "save-when-stopped"}:
    time.sleep(120)
if behaviour == "fail":
    (base / "model/half.npz").write_text("half")
    (base / "output/failure").write_text("The table has no rows.")
    sys.exit(1)
if behaviour == "crash":
    os._exit(3)
print("metric rmse=0.9345e0 mae=7")
save()
