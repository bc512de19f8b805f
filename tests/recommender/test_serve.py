"""The inference program as SageMaker runs it: a process, a port, a model folder."""

import json
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import made_manifest
import numpy as np
import pytest
from recommender import serve
from recommender.artifact import artifact
from recommender.artifact.artifact import Artifact
from recommender.rating.svd import fit
from recommender.serve import BODY_BYTES, INLINE_BYTES

SERVE = Path(sys.executable).parent / "serve"
JOB = "snowreel-job"
ADDRESS = f"s3://bucket/training/{JOB}/output/model.tar.gz"


@pytest.fixture(scope="module")
def trained(made_up, options, artifact_of) -> Artifact:
    chosen = options()
    counts = {"users": 60, "items": 40, "factors": 8, "ratings": len(made_up)}
    manifest = made_manifest.manifest(
        hyperparameters=chosen.as_dict(),
        rating_scale=made_up.scale,
        counts=counts,
        training_job=JOB,
        model_artifact=ADDRESS,
    )
    model = fit(made_up, chosen, lambda share: None)
    return artifact_of(manifest, made_up, model)


@pytest.fixture(scope="module")
def base(tmp_path_factory, trained) -> Path:
    """The container's file tree with the model unpacked in it."""
    base = tmp_path_factory.mktemp("ml")
    artifact.save(trained, base / "model")
    return base


def start(base: Path, port: int) -> subprocess.Popen[str]:
    environ = {
        "PATH": os.environ["PATH"],
        "SAGEMAKER_BASE_DIR": str(base),
        "SAGEMAKER_BIND_TO_PORT": str(port),
        "SNOWREEL_SERVE_HOST": "127.0.0.1",
    }
    return subprocess.Popen(
        [SERVE], env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/ping").status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def client(base, free_port, eventually):
    port = free_port()
    process = start(base, port)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
            eventually(lambda: process.poll() is not None or answers(client), "serve to answer")
            yield client
    finally:
        process.terminate()
        process.communicate(timeout=20)


def invoke(client: httpx.Client, document: dict) -> dict:
    response = client.post("/invocations", json=document)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    return response.json()


def test_estimates_equal_the_models_own(client, trained):
    users, items = ["u0", "u59", "nobody", "u1", "nobody"], ["i0", "i7", "i7", "none", "none"]
    answer = invoke(client, {"estimate": {"user_ids": users, "item_ids": items}})
    indices = [
        [np.flatnonzero(ids == id_)[0] if id_ in ids else -1 for id_ in wanted]
        for ids, wanted in ((trained.user_ids, users), (trained.item_ids, items))
    ]
    expected = trained.model.estimate(*map(np.array, indices))
    assert answer == {
        "estimates": pytest.approx(expected.tolist(), rel=1e-7),
        "known_users": [True, True, False, True, False],
        "known_items": [True, True, True, False, False],
        "training_job": JOB,
        "model_artifact": ADDRESS,
    }
    assert answer["estimates"][4] == pytest.approx(trained.model.global_mean, rel=1e-7)


def test_numbers_are_as_short_as_their_meaning(client):
    """Single precision: what sixteen digits say beyond seven is no knowledge."""
    pairs = {"user_ids": ["u0"] * 20, "item_ids": [f"i{n}" for n in range(20)]}
    estimates = invoke(client, {"estimate": pairs})["estimates"]
    few = invoke(client, {"estimate_for": {"ratings": [{"i1": 4}] * 3, "item_ids": ["i2"] * 3}})
    asked = {"recommend": {"user_ids": ["u3", "nobody"], "counts": [20, 20]}}
    lists = invoke(client, asked)["recommendations"]
    entries = [entry for found in lists for entry in found]
    numbers = [entry[name] for entry in entries for name in ("score", "estimated_rating")]
    for number in (*estimates, *few["estimates"], *numbers):
        assert len(repr(number)) <= len("-1.2345678")
    shares = [entry["reason"]["share"] for entry in entries if "share" in entry["reason"]]
    assert all(round(share, 4) == share for share in shares)


def test_recommendations_are_ranked_unseen_and_as_many_as_asked(client, trained, made_up):
    asked = {"user_ids": ["u3", "nobody", "u3"], "counts": [5, 3, 1000]}
    answer = invoke(client, {"recommend": asked})
    mine, anyone, everything = answer["recommendations"]
    assert [len(mine), len(anyone)] == [5, 3]
    assert everything[:5] == mine
    seen = set(made_up.item_ids[made_up.items[made_up.user_ids[made_up.users] == "u3"]])
    assert {entry["item_id"] for entry in everything} == set(made_up.item_ids) - seen
    assert [entry["rank"] for entry in everything] == list(range(1, len(everything) + 1))
    scores = [entry["score"] for entry in everything]
    assert scores == sorted(scores, reverse=True)
    assert all(e["estimated_rating"] == min(5, max(1, e["score"])) for e in everything)
    best = trained.item_ids[np.argsort(-trained.model.item_biases[:-1])[:3]]
    assert [entry["item_id"] for entry in anyone] == best.tolist()
    assert answer["known_users"] == [True, False, True]


def test_no_rows_get_no_answers(client):
    assert invoke(client, {"estimate": {"user_ids": [], "item_ids": []}})["estimates"] == []
    assert invoke(client, {"recommend": {"user_ids": [], "counts": []}})["recommendations"] == []


def test_csv_gives_the_estimates_of_json(client):
    response = client.post(
        "/invocations",
        content='u0,i0\n"nobody",i7\n',
        headers={"content-type": "text/csv; charset=utf-8"},
    )
    assert response.headers["content-type"].startswith("text/csv")
    pairs = {"user_ids": ["u0", "nobody"], "item_ids": ["i0", "i7"]}
    expected = invoke(client, {"estimate": pairs})["estimates"]
    assert [float(line) for line in response.text.splitlines()] == expected


@pytest.mark.parametrize(
    ("content", "content_type", "status", "sentence"),
    [
        (b"{", "application/json", 400, "The body is not JSON"),
        (b"1\n", "text/csv", 400, "Line 1 has 1 fields"),
        (b"<a/>", "application/xml", 415, "'application/xml' is not served"),
        (b"x" * (BODY_BYTES + 1), "text/csv", 413, "The body is larger than"),
    ],
)
def test_refusals_are_one_sentence(client, content, content_type, status, sentence):
    response = client.post("/invocations", content=content, headers={"content-type": content_type})
    assert response.status_code == status
    assert set(response.json()) == {"error"}
    assert sentence in response.json()["error"]


def test_only_the_two_paths_are_served(client):
    assert client.get("/").status_code == 404
    assert client.get("/invocations").status_code == 405


def test_a_large_batch_keeps_no_ping_waiting(client):
    count = 150_000
    pairs = {"user_ids": ["u0"] * count, "item_ids": [f"i{n % 50}" for n in range(count)]}
    body = json.dumps({"estimate": pairs}).encode()
    assert len(body) > INLINE_BYTES
    with ThreadPoolExecutor(1) as pool:
        large = pool.submit(
            client.post,
            "/invocations",
            content=body,
            headers={"content-type": "application/json"},
        )
        pings = 0
        while not large.done():
            # SageMaker gives a ping two seconds
            assert client.get("/ping", timeout=2).status_code == 200
            pings += 1
    assert pings > 0
    assert len(large.result().json()["estimates"]) == count


def test_a_request_on_its_way_is_answered_before_the_program_ends(base, free_port, eventually):
    port = free_port()
    process = start(base, port)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        eventually(lambda: answers(client), "serve to answer")
        arrived = threading.Event()

        def body():
            yield b'{"estimate": {"user_ids": ["u0"], '
            arrived.set()
            process.send_signal(signal.SIGTERM)
            yield b'"item_ids": ["i0"]}}'

        headers = {"content-type": "application/json"}
        response = client.post("/invocations", content=body(), headers=headers)
    log, _ = process.communicate(timeout=20)
    assert arrived.is_set()
    assert len(response.json()["estimates"]) == 1
    assert process.returncode == 0, log


def test_connections_are_kept_while_others_keep_them(base, monkeypatch):
    """A front keeps them for a minute or two; closed here first, they swallow a request."""
    served: dict[str, Any] = {}
    monkeypatch.setenv("SAGEMAKER_BASE_DIR", str(base))
    monkeypatch.setattr("uvicorn.run", lambda _, **options: served.update(options))
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert serve.main() == 0
    assert served["timeout_keep_alive"] > 120


def test_a_broken_model_is_one_sentence_and_exit_code_1(tmp_path, free_port):
    (tmp_path / "model").mkdir()
    process = start(tmp_path, free_port())
    log, _ = process.communicate(timeout=20)
    assert process.returncode == 1
    assert log == "The model has no manifest.json: it is no artifact of a finished training.\n"


def test_the_serving_process_loads_no_training_library(base):
    program = (
        "import sys; from pathlib import Path;"
        "from recommender import serve; from recommender.artifact import artifact;"
        "serve.Application(serve.Predictor(artifact.load(Path(sys.argv[1]) / 'model')));"
        "print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program, base], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "recommender.serve" in loaded
    heavy = ("surprise", "pandas", "snowflake", "pyarrow", "scipy", "joblib", "numba", "implicit")
    assert [name for name in loaded if name.partition(".")[0] in heavy] == []
