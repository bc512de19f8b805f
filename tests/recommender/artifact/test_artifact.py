import json
import zipfile
from dataclasses import replace

import made_manifest
import numpy as np
import pytest
from recommender.artifact import artifact
from recommender.artifact.manifest import ArtifactError
from recommender.content import content_fit
from recommender.content.columns import NumberColumn, TextColumn
from recommender.data.features import ItemFeatures, Labels
from recommender.data.ratings import Ratings
from recommender.ranking.new_items import NewItems
from recommender.rating.factors import FactorModel
from recommender.serving.content_search import ContentSearch


@pytest.fixture
def saved(tmp_path, artifact_of):
    """A small artifact and the folder it was saved to."""
    random = np.random.default_rng(0)
    manifest = made_manifest.manifest(
        hyperparameters={"n_factors": 2},
        metrics={"rmse": 0.9},
        counts={"users": 3, "items": 4, "factors": 2, "ratings": 5},
        library_versions={"numpy": "2"},
    )
    model = FactorModel.of(
        3.5,
        (0.5, 5.0),
        biases=(random.normal(size=3), random.normal(size=4)),
        factors=(random.normal(size=(3, 2)), random.normal(size=(4, 2))),
    )
    ratings = Ratings(
        np.array(["1", "2", "vé"]),
        np.array(list("abcd")),
        np.array([0, 0, 2, 2, 2], np.int32),
        np.array([0, 3, 1, 2, 3], np.int32),
        np.array([1.0, 2.0, 3.0, 4.0, 5.0]),
        np.full(5, "NaT", "datetime64[s]"),
        (0.5, 5.0),
    )
    made = artifact_of(manifest, ratings, model)
    artifact.save(made, tmp_path)
    return made, tmp_path


def rewrite_arrays(folder, **changed):
    with np.load(folder / "arrays.npz") as archive:
        arrays = {name: archive[name] for name in archive.files} | changed
    np.savez(folder / "arrays.npz", **{name: a for name, a in arrays.items() if a is not None})


def rewrite_manifest(folder, **changed):
    document = json.loads((folder / "manifest.json").read_text()) | changed
    (folder / "manifest.json").write_text(json.dumps(document))


def test_a_saved_artifact_loads_equal(saved):
    made, folder = saved
    assert sorted(path.name for path in folder.iterdir()) == ["arrays.npz", "manifest.json"]
    loaded = artifact.load(folder)
    assert loaded.manifest == made.manifest
    assert loaded.user_ids.tolist() == made.user_ids.tolist()
    assert loaded.item_ids.tolist() == made.item_ids.tolist()
    users, items = np.array([0, 1, 2, -1]), np.array([3, -1, 0, -1])
    assert np.array_equal(loaded.model.estimate(users, items), made.model.estimate(users, items))
    assert np.array_equal(loaded.users.items, made.users.items)


def test_other_ids_of_items_are_kept_and_may_be_missing(saved, tmp_path):
    made, folder = saved
    assert artifact.load(folder).other_ids == {}
    artifact.save(replace(made, other_ids={"x": 1, "été": 3}), tmp_path / "twins")
    assert artifact.load(tmp_path / "twins").other_ids == {"x": 1, "été": 3}


@pytest.fixture
def with_content(saved, tmp_path):
    """The artifact with one new item and the content of all five, and the folder of it."""
    content = content_fit.fit(
        [
            TextColumn("TITLE", ("a robot", "a robot", "", "village", "the village")),
            NumberColumn("YEAR", np.array([1990.0, 1991, np.nan, 1954, 1955])),
        ]
    )
    assert content is not None
    nothing = ItemFeatures.none(1)
    names = saved[0].item_features
    new_items = NewItems(
        np.array(["e"]),
        replace(nothing, genres=Labels(names.genres.names, nothing.genres.carried)),
        biases=np.array([0.25]),
        factors=np.array([[0.5, -0.5]]),
        popularity=np.array([1.5]),
        affinities=np.ones((1, 3)),
        directions=np.ones((5, 3)),
    )
    made = saved[0].with_new_items(new_items, content)
    artifact.save(made, tmp_path / "content")
    return made, tmp_path / "content"


def test_content_is_kept_and_may_be_missing(saved, with_content):
    assert artifact.load(saved[1]).content is None
    made, folder = with_content
    loaded = artifact.load(folder)
    assert loaded.catalogue_ids == list("abcde")
    assert loaded.rated_items == 4
    someone, new = np.array([0]), np.array([4])
    assert loaded.model.estimate(someone, new) == made.model.estimate(someone, new)
    assert loaded.prior.popularity[4] == 1.5
    assert loaded.content is not None
    assert len(loaded.content) == 5
    vector = ContentSearch(loaded.content).of_text("village")
    found = ContentSearch(loaded.content).cosines(vector)
    assert np.flatnonzero(found > 0.1).tolist() == [3, 4]
    assert found.tolist() == ContentSearch(made.content).cosines(vector).tolist()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"new_item_ids": np.array(["e", "f"])}, r"new_item_genres is bool\[1, 0\], not b\[2, 0\]"),
        ({"taste_directions": np.ones((4, 3))}, r"not f\[5, 3\]"),
        ({"content_idf": None}, "lack or add content_idf"),
        ({"content_indptr": np.array([0, 9, 3, 3, 5, 9])}, "content_indptr does not fit"),
        ({"content_starts": np.array([0, 99, 3])}, "content_starts does not fit"),
        ({"content_meaning_terms": np.array([99, 0, 1], np.int32)}, "terms that do not exist"),
    ],
)
def test_wrong_content_is_refused(with_content, changed, sentence):
    _, folder = with_content
    rewrite_arrays(folder, **changed)
    with pytest.raises(ArtifactError, match=sentence):
        artifact.load(folder)


def test_no_array_needs_pickle(saved):
    _, folder = saved
    with np.load(folder / "arrays.npz", allow_pickle=False) as archive:
        assert all(archive[name].dtype.kind in "Uifub" for name in archive.files)


def test_a_pickle_is_not_opened(saved):
    _, folder = saved
    rewrite_arrays(folder, user_ids=np.array(["1", "2", "3"], dtype=object))
    with pytest.raises(ArtifactError, match=r"arrays\.npz is damaged.*allow_pickle=False"):
        artifact.load(folder)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"user_ids": None}, "lack or add user_ids"),
        ({"extra": np.zeros(1)}, "lack or add extra"),
        ({"item_biases": np.zeros(5)}, r"item_biases is float64\[5\], not f\[4\]"),
        ({"user_factors": np.zeros((2, 3))}, r"user_factors is float64\[2, 3\], not f\[3, 2\]"),
        ({"user_ids": np.arange(3)}, r"user_ids is int64\[3\], not U\[3\]"),
        ({"rated_indices": np.array([0, 3, 1, 2, 4])}, "items that do not exist"),
        ({"rated_indices": np.array([0, -1, 1, 2, 3])}, "items that do not exist"),
        ({"rated_indptr": np.array([0, 3, 2, 5])}, "does not fit its ratings"),
        ({"rated_indptr": np.array([0, 2, 2, 4])}, "does not fit its ratings"),
        ({"item_factors": np.full((4, 2), np.nan)}, "not finite"),
        ({"global_mean": np.float64(np.inf)}, "not finite"),
        ({"other_ids": np.array(["x"])}, "lack or add other_items"),
        ({"other_ids": np.array(["x"]), "other_items": np.array([4])}, "other_items names items"),
        ({"other_ids": np.array(["x"]), "other_items": np.array([0, 1])}, r"not i\[1\]"),
    ],
)
def test_wrong_arrays_are_refused(saved, changed, sentence):
    _, folder = saved
    rewrite_arrays(folder, **changed)
    with pytest.raises(ArtifactError, match=sentence):
        artifact.load(folder)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"format_version": 1}, "has format version 1, this program reads 2"),
        ({"extra": 1}, "lacks or adds extra"),
        ({"counts": {"users": 3}}, "counts"),
        ({"counts": {"users": 3, "items": 4, "factors": 2, "ratings": "5"}}, "counts"),
        ({"rating_scale": [5, 0.5]}, "rating_scale"),
        ({"rating_scale": ["a", "b"]}, "rating_scale"),
        ({"rating_scale": None}, "rating_scale"),
        ({"training_job": 7}, "training_job"),
    ],
)
def test_a_wrong_manifest_is_refused(saved, changed, sentence):
    _, folder = saved
    rewrite_manifest(folder, **changed)
    with pytest.raises(ArtifactError, match=sentence):
        artifact.load(folder)


def test_damaged_and_missing_files_are_refused(saved):
    _, folder = saved
    whole = (folder / "arrays.npz").read_bytes()
    (folder / "arrays.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ArtifactError, match=r"arrays\.npz is damaged"):
        artifact.load(folder)
    (folder / "arrays.npz").unlink()
    with pytest.raises(ArtifactError, match=r"has no arrays\.npz"):
        artifact.load(folder)
    (folder / "manifest.json").write_text("{")
    with pytest.raises(ArtifactError, match=r"manifest\.json is damaged"):
        artifact.load(folder)


def test_a_flipped_bit_is_noticed(saved):
    _, folder = saved
    with zipfile.ZipFile(folder / "arrays.npz") as archive:
        offset = archive.getinfo("user_factors.npy").header_offset + 200
    content = bytearray((folder / "arrays.npz").read_bytes())
    content[offset] ^= 1
    (folder / "arrays.npz").write_bytes(content)
    with pytest.raises(ArtifactError, match="damaged"):
        artifact.load(folder)


def test_sizes_are_limited_before_anything_is_unpacked(saved, monkeypatch):
    _, folder = saved
    with zipfile.ZipFile(folder / "arrays.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("user_ids.npy", b"\0" * 1_000_000)
    monkeypatch.setattr(artifact, "ARRAYS_BYTES", 100_000)
    assert (folder / "arrays.npz").stat().st_size < 100_000
    with pytest.raises(ArtifactError, match="larger than"):
        artifact.load(folder)
    monkeypatch.setattr(artifact, "MANIFEST_BYTES", 10)
    with pytest.raises(ArtifactError, match=r"manifest\.json is larger than 10 bytes"):
        artifact.load(folder)


def test_a_failed_save_leaves_nothing_complete_and_discard_removes_it(saved, tmp_path):
    made, _ = saved
    folder = tmp_path / "other"
    broken = replace(made, manifest=replace(made.manifest, metrics={"rmse": object()}))
    with pytest.raises(TypeError):
        artifact.save(broken, folder)
    with pytest.raises(ArtifactError):
        artifact.load(folder)
    artifact.discard(folder)
    assert list(folder.iterdir()) == []
    artifact.discard(tmp_path / "never made")
