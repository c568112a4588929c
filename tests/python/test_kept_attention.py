"""AttentionMaps in files and as JSON: what comes back is what went in, and what is something else is refused."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import kept_maps
import numpy as np
import pytest
from damage import WRONG, refusals
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from kept_maps import MAPS, assert_same

import xai_widgets as xai
from xai_widgets.attention.weight_bytes import NOT_A_NUMBER, UNSEEN
from xai_widgets.models.attention_call import AttentionCall
from xai_widgets.widgets import AttentionWidget


@pytest.mark.parametrize("suffix", ["npz", "json"])
@pytest.mark.parametrize("name", MAPS)
def test_what_comes_back_is_what_went_in(name, suffix, tmp_path):
    attention = MAPS[name]()
    attention.save(tmp_path / f"map.{suffix}")
    loaded = xai.AttentionMap.load(tmp_path / f"map.{suffix}")
    assert_same(loaded, attention)
    assert loaded.rerun is None
    loaded.save(tmp_path / f"again.{suffix}")
    assert (tmp_path / f"again.{suffix}").read_bytes() == (tmp_path / f"map.{suffix}").read_bytes()


def test_the_strange_map_is_strange():
    # Else the test above would not show that such things survive.
    strange = kept_maps.strange()
    assert np.isnan(strange.weights(1, 0)[6, 6])
    assert 0 < strange.weights(1, 1)[0, 0] < np.finfo(np.float32).tiny
    assert [len(strange.seen(layer)) for layer in strange.layers()] == [1, 2]
    assert [strange.heads(layer) for layer in strange.layers()] == [5, 2]
    assert strange.tokens()[0].segments == (None, 0, 0, 0, 1, 1, None)


@settings(deadline=None)
@given(arrays(np.uint32, (2, 4, 4)))
def test_json_gives_every_float32_back_bit_for_bit(bits):
    weights = bits.view(np.float32)
    weights[np.isinf(weights)] = 0
    weights[np.isnan(weights)] = np.nan
    attention = xai.AttentionMap.from_tensors([weights], list("abcd"))
    assert xai.AttentionMap.from_json(attention.to_json()).weights(0).tobytes() == weights.tobytes()


@settings(deadline=None)
@given(arrays(np.float32, (2, 4, 4), elements=st.floats(0, 1, width=32)))
def test_bytes_are_within_what_is_promised(weights):
    attention = xai.AttentionMap.from_tensors([weights], list("abcd"))
    with tempfile.TemporaryDirectory() as folder:
        attention.save(Path(folder, "map.npz"), weights="uint8")
        loaded = xai.AttentionMap.load(Path(folder, "map.npz"))
    assert np.abs(loaded.weights(0) - weights).max() <= 0.004


@pytest.mark.parametrize("name", MAPS)
def test_bytes_keep_nan_and_what_cannot_be_seen(name, tmp_path):
    attention, path = MAPS[name](), tmp_path / "map.npz"
    attention.save(path, weights="uint8")
    loaded = xai.AttentionMap.load(path)
    for kind in attention.kinds:
        for layer in attention.layers(kind):
            exact, kept = attention.weights(layer, kind=kind), loaded.weights(layer, kind=kind)
            assert kept.dtype == np.float32
            assert (np.isnan(kept) == np.isnan(exact)).all()
            assert np.nanmax(np.abs(kept - exact)) <= 0.004
            assert kept_maps.same_mask(loaded.seen(layer, kind), attention.seen(layer, kind))
            rows = loaded.weights(layer, kind=kind, rows=slice(1, 3))
            assert np.array_equal(rows, kept[:, 1:3], equal_nan=True)
    assert loaded.notes == (
        *attention.notes,
        "Kept as one byte each: what is shown is within 0.004 of the exact weight.",
    )
    loaded.save(tmp_path / "again.npz", weights="uint8")
    assert (tmp_path / "again.npz").read_bytes() == path.read_bytes()


def test_an_archive_is_plain_numbers_and_json(tmp_path):
    attention, path = kept_maps.strange(), tmp_path / "map.npz"
    attention.save(path)
    with np.load(path, allow_pickle=False) as archive:
        assert set(archive.files) == {"weights/self/1", "weights/self/4", "masks/0", "masks/1", "meta"}
        assert archive["weights/self/4"].dtype == np.float32
        assert np.array_equal(archive["weights/self/4"], attention.weights(4))
        assert archive["masks/1"].dtype == bool
        meta = json.loads(archive["meta"].item())
    # The archive's description is the JSON with the names of arrays in the place of numbers.
    text = json.loads(attention.to_json())
    assert meta["kinds"][0]["layers"][1] == {"layer": 4, "weights": "weights/self/4", "mask": 1}
    for layer, named in zip(text["kinds"][0]["layers"], meta["kinds"][0]["layers"], strict=True):
        named["weights"] = layer["weights"]
    meta["masks"] = text["masks"]
    assert meta == text
    assert text["format"] == "xai_widgets/AttentionMap"
    assert text["version"] == 1


def test_bytes_are_the_bytes_of_the_boundary(tmp_path):
    attention, path = kept_maps.strange(), tmp_path / "map.npz"
    attention.save(path, weights="uint8")
    with np.load(path, allow_pickle=False) as archive:
        coded = archive["weights/self/1"]
    assert coded.dtype == np.uint8
    assert coded[0, 6, 6] == NOT_A_NUMBER
    assert ((coded == UNSEEN) == ~attention.seen(1)).all()


def test_masks_that_layers_share_are_kept_once(tmp_path):
    attention, path = MAPS["gpt2"](), tmp_path / "map.npz"
    attention.save(path)
    with np.load(path, allow_pickle=False) as archive:
        assert [name for name in archive.files if name.startswith("masks")] == ["masks/0"]
    loaded = xai.AttentionMap.load(path)
    assert loaded.seen(0) is loaded.seen(1)


def test_some_layers_of_one_kind(tmp_path):
    attention, path = MAPS["bart"](), tmp_path / "map.npz"
    attention.save(path, layers=[2, 0, 2], kind="decoder")
    loaded = xai.AttentionMap.load(path)
    assert loaded.kinds == ("decoder",)
    assert loaded.layers() == (0, 2)
    assert np.array_equal(loaded.weights(2), attention.weights(2, kind="decoder"))
    assert loaded.notes == ("Of kind 'decoder', layers 0, 2 of 3 were kept.",)
    assert "layers 0, 2 of 3" in loaded.source
    assert xai.AttentionMap.from_json(attention.to_json(1, "cross")).layers() == (1,)


def watched(compute, asked, fail_at=None):
    """AttentionCall.weights, which notes the heads that it is asked for and fails at one of them."""

    def weights(self, heads, rows=None):
        asked.append(list(heads))
        if fail_at in heads:
            raise MemoryError("no more")
        return compute(self, heads, rows)

    return weights


def test_a_head_at_a_time_is_computed(tmp_path, monkeypatch):
    asked = []
    attention = MAPS["gpt2"]()
    monkeypatch.setattr(AttentionCall, "weights", watched(AttentionCall.weights, asked))
    attention.save(tmp_path / "map.npz")
    assert asked == [[0], [1], [2], [3]] * 2


@pytest.mark.parametrize("suffix", ["npz", "json"])
def test_a_loaded_map_shows_itself_without_torch(suffix, tmp_path):
    path = tmp_path / f"map.{suffix}"
    attention = MAPS["gpt2"]()
    attention.save(path)
    code = (
        "import sys, json, xai_widgets as xai; a = xai.AttentionMap.load(sys.argv[1]); "
        "shown = a._repr_mimebundle_(); shown = shown[0] if isinstance(shown, tuple) else shown; "
        "print(json.dumps([a.source, sorted(shown), sorted({'torch', 'transformers'} & set(sys.modules))]))"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    source, shown, heavy = json.loads(done.stdout)
    assert source == "exact weights, computed from query and key"
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert heavy == []
    loaded, live = (AttentionWidget(attention=a).payload for a in (xai.AttentionMap.load(path), attention))
    assert loaded["arrays"] == live["arrays"]
    assert loaded["tokens"] == live["tokens"]
    assert (loaded["meta"]["live"], live["meta"]["live"]) == (False, True)


# What is refused


def changed(path: Path, **entries) -> None:
    """The archive with some entries of its description changed."""
    with np.load(path) as archive:
        arrays = dict(archive)
    meta = json.loads(arrays.pop("meta").item()) | entries
    np.savez(path, meta=np.array(json.dumps(meta).encode()), **arrays)


def test_a_file_of_a_newer_version_is_refused_in_words(tmp_path):
    path = tmp_path / "map.npz"
    kept_maps.tensors().save(path)
    changed(path, version=2, software="xai-widgets 9.0")
    words = (
        rf"map\.npz was kept by xai-widgets 9\.0 in format 2; xai-widgets {xai.__version__} reads formats up to 1\. "
        "Upgrade xai-widgets to read it"
    )
    with pytest.raises(xai.InputError, match=words):
        xai.AttentionMap.load(path)
    text = json.dumps(json.loads(kept_maps.tensors().to_json()) | {"version": 2})
    with pytest.raises(xai.InputError, match=r"The JSON was kept by xai-widgets .* in format 2"):
        xai.AttentionMap.from_json(text)


def test_a_file_of_today_with_entries_that_nobody_knows_yet_is_read(tmp_path):
    path = tmp_path / "map.npz"
    kept_maps.tensors().save(path)
    changed(path, colour="red")
    assert_same(xai.AttentionMap.load(path), kept_maps.tensors())


def test_what_is_something_else_is_refused(tmp_path):
    path = tmp_path / "map.npz"
    np.savez(path, a=np.zeros(3))
    with pytest.raises(xai.InputError, match=r"map\.npz is not a kept AttentionMap: it is an archive of other arrays"):
        xai.AttentionMap.load(path)
    np.savez(path, meta=np.array(b'{"format": "other"}'))
    with pytest.raises(xai.InputError, match="does not say 'format': 'xai_widgets/AttentionMap'"):
        xai.AttentionMap.load(path)
    np.savez(path, meta=np.array(b'{"format": "xai_widgets/Attribution", "version": 1}'))
    with pytest.raises(xai.InputError, match="holds Attribution, not AttentionMap: read it with Attribution"):
        xai.AttentionMap.load(path)
    for content in (b"", b"text", (tmp_path / "map.npz").read_bytes()[:-30]):
        path.write_bytes(content)
        with pytest.raises(xai.InputError, match=r"no \.npz archive, or a part of it is missing"):
            xai.AttentionMap.load(path)
    with pytest.raises(xai.FileError, match=r"nowhere\.npz cannot be read: No such file"):
        xai.AttentionMap.load(tmp_path / "nowhere.npz")
    with pytest.raises(xai.InputError, match=r"the suffix '\.pt': name a file that ends with \.npz or \.json"):
        xai.AttentionMap.load(tmp_path / "map.pt")
    for text in ("", "{", "[]", "null", "3", "\udc80", b"\xff"):
        with pytest.raises(xai.InputError, match="The JSON"):
            xai.AttentionMap.from_json(text)


class Trap:
    """Leaves a mark when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


def test_nothing_is_ever_unpickled(tmp_path):
    path, mark = tmp_path / "map.npz", tmp_path / "mark"
    kept_maps.tensors().save(path)
    with np.load(path) as archive:
        arrays = dict(archive)
    arrays["weights/self/0"] = np.array([Trap(mark)], object)
    np.savez(path, **arrays)
    with np.load(path, allow_pickle=True) as archive:
        assert archive["weights/self/0"].size
    assert mark.exists()
    mark.unlink()
    with pytest.raises(xai.InputError, match=r"map\.npz is damaged \(Object arrays cannot be loaded"):
        xai.AttentionMap.load(path)
    assert not mark.exists()


@pytest.mark.parametrize("wrong", WRONG)
def test_whatever_is_wrong_in_the_json_is_said_in_words(wrong):
    text = MAPS["bart"]().to_json(1, "cross")
    assert refusals(xai.AttentionMap, text, wrong) > 20


def test_whatever_is_wrong_in_the_archive_is_said_in_words(tmp_path):
    path = tmp_path / "map.npz"
    MAPS["gpt2"]().save(path)
    sound = path.read_bytes()
    generator = np.random.default_rng(0)
    refused = 0
    for _ in range(300):
        damaged = bytearray(sound)
        for place in generator.integers(0, len(sound), size=3):
            damaged[place] ^= int(generator.integers(1, 256))
        path.write_bytes(damaged)
        try:
            xai.AttentionMap.load(path)
        except xai.InputError as error:
            assert "map.npz" in str(error)  # noqa: PT017
            refused += 1
    assert refused > 200


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"weights": "int8"}, "Weights are kept as 'float32' or 'uint8'; 'int8' came"),
        ({"layers": [5]}, "There is no layer 5 with attention of kind 'self': layers are 0 to 1"),
        ({"layers": []}, "No layer or head is named"),
        ({"layers": [0.5]}, r"named by whole numbers; \[0\.5\] came"),
        ({"kind": "cross"}, "There is no attention of kind 'cross' here"),
        ({"colour": 1}, r"A \.npz file has no option 'colour'; it takes layers=, kind=, weights=\."),
    ],
)
def test_options_that_cannot_be(options, words, tmp_path):
    with pytest.raises(xai.InputError, match=words):
        kept_maps.tensors().save(tmp_path / "map.npz", **options)
    assert list(tmp_path.iterdir()) == []


def test_a_map_cannot_be_saved_as_anything(tmp_path):
    with pytest.raises(xai.InputError, match=r"the suffix '\.pickle': name a file that ends with \.npz"):
        kept_maps.tensors().save(tmp_path / "map.pickle")
    with pytest.raises(xai.FileError, match="there is no folder"):
        kept_maps.tensors().save(tmp_path / "nowhere" / "map.npz")
    assert list(tmp_path.iterdir()) == []


def test_what_fails_half_way_leaves_no_file(tmp_path, monkeypatch):
    attention = MAPS["gpt2"]()
    monkeypatch.setattr(AttentionCall, "weights", watched(AttentionCall.weights, [], fail_at=3))
    for name in ("map.npz", "map.json"):
        with pytest.raises(MemoryError, match="no more"):
            attention.save(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_json_has_no_infinite_numbers_and_no_mountains():
    weights = kept_maps.random_weights(3)
    weights[0, 0, 0] = np.inf
    with pytest.raises(xai.InputError, match=r"weights/self/0 has infinite numbers, which JSON cannot write"):
        xai.AttentionMap.from_tensors([weights], kept_maps.TOKENS).to_json()
    words = r"6 heads x 7 x 7 tokens are 294 numbers in JSON text \(about 0 MB\); 293 are allowed\. .*max_weights=294"
    with pytest.raises(xai.InputError, match=words):
        kept_maps.tensors().to_json(max_weights=293)
    assert kept_maps.tensors().to_json(max_weights=294)


def test_an_archive_is_small(tmp_path):
    # Weights are noise to any compression, but what a mask forbids costs nothing.
    attention, path = MAPS["gpt2"](), tmp_path / "map.npz"
    attention.save(path, weights="uint8")
    with zipfile.ZipFile(path) as archive:
        sizes = {info.filename: info for info in archive.infolist()}
    assert all(info.compress_type == zipfile.ZIP_DEFLATED for info in sizes.values())
    assert sizes["weights/self/0.npy"].compress_size < sizes["weights/self/0.npy"].file_size
