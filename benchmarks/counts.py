"""What a clock cannot spoil: bytes, passes, allocations and bundles, held against ``benchmarks/counts.json``.

    python benchmarks/counts.py [--update]

``make bench-quick``; a part of ``make test``. A count that is larger than the kept one by more than its tolerance
fails; ``--update`` keeps the counts of now. Random or demo weights, the same numbers on any machine; no clock.

- payload: bytes of a widget's first payload, and of the answer to one request (5%: words about the map are in it);
- bundle: bytes of what the front end is, minified and as gzip sends it (5%);
- passes: texts that go forward through the model, and calls backward, by method (0%);
- kept, made, peak: bytes of tensors that a map keeps (0%), that are made for it beyond those of a plain pass, and that
  numpy holds at its peak (10%: libraries differ).
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import subjects
import torch
from torch.nn.modules.module import register_module_forward_hook
from torch.utils._python_dispatch import TorchDispatchMode

import xai_widgets as xai
from xai_widgets.attention.thumbnails import layer_thumbnails
from xai_widgets.models.attention_call import AttentionCall
from xai_widgets.models.capture import capture
from xai_widgets.widgets.head_requests import answer_heads

FILE = Path(__file__).parent / "counts.json"
STATIC = Path(__file__).parents[1] / "xai_widgets" / "static"
TOLERANCE = {"payload": 0.05, "bundle": 0.05, "passes": 0.0, "kept": 0.0, "made": 0.1, "peak": 0.1}
LENGTHS = (32, 128, 512, 1024)
SENTENCE = "the film was not good but the music was wonderful"

Counts = dict[str, int]


def explainer() -> xai.Explainer:
    """12 layers x 12 heads, as small as can be: what is counted depends on the shape alone."""
    return xai.Explainer(subjects.gpt2(max(LENGTHS), width=96), subjects.word_tokenizer())


def payloads(subject: xai.Explainer) -> Iterator[tuple[str, int]]:
    """Of every widget, by length where that matters."""
    for length in LENGTHS:
        attention = subject.attention(subjects.words(length))
        yield f"attention, {length} tokens", _sent(xai.AttentionWidget(attention=attention))
    part = {"query": [512, 768], "key": [256, 512]}
    request = {"kind": "self", "layer": 3, "heads": [7], "part": part}
    yield "one head's part of a long text", sum(array.nbytes for array in answer_heads(attention, request))
    sentiment = xai.demo("sentiment")
    yield "attribution", _sent(xai.AttributionWidget(explainer=sentiment, text=SENTENCE))
    translation = xai.demo("translation")
    yield "translation", _sent(xai.TranslationWidget(explainer=translation, source="the cat sees the dog"))


def _sent(widget: Any) -> int:
    """Bytes of a widget's payload: its arrays, and the rest as JSON."""
    arrays: list[bytes] = []

    def taken(value: Any) -> Any:
        if isinstance(value, bytes | memoryview):
            arrays.append(bytes(value))
            return None
        if isinstance(value, dict):
            return {name: taken(one) for name, one in value.items()}
        return [taken(one) for one in value] if isinstance(value, list | tuple) else value

    words = json.dumps(taken(widget.payload), default=str)
    widget.close()
    return len(words.encode()) + sum(map(len, arrays))


def bundles() -> Iterator[tuple[str, int]]:
    """Of every file that the front end is built into."""
    for file in sorted(STATIC.glob("*.*s*")):
        if file.suffix in {".js", ".css"}:
            content = file.read_bytes()
            yield file.name, len(content)
            yield f"{file.name}, gzip", len(gzip.compress(content, mtime=0))


class Passes:
    """Counts the texts that go forward through models of one class, and the calls backward."""

    def __init__(self, model: Any) -> None:
        self.forward = self.backward = 0
        self._class = type(model)

    def of(self, run: Callable[[], object]) -> tuple[int, int]:
        """(texts forward, calls backward) of one call."""
        self.forward = self.backward = 0
        hook = register_module_forward_hook(self._went)
        try:
            with mock.patch.object(torch.autograd, "grad", self._back(torch.autograd.grad)):
                run()
        finally:
            hook.remove()
        return self.forward, self.backward

    def _went(self, module: Any, _inputs: Any, output: Any) -> None:
        if type(module) is self._class:
            self.forward += len(output[0])

    def _back(self, grad: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **options: Any) -> Any:
            self.backward += 1
            return grad(*arguments, **options)

        return counted


def passes() -> Iterator[tuple[str, int]]:
    """Of every method on the sentiment demo model, and of what needs no gradients."""
    subject = xai.demo("sentiment")
    count = Passes(subject.model)
    options = {"shap": {"evaluations": 64}, "lime": {"samples": 64}}
    runs: dict[str, Callable[[], object]] = {"attention": lambda: subject.attention(SENTENCE)}
    for card in xai.methods():
        # BatchSize asks how much memory is free: a batch of 8 is the same everywhere.
        given = options.get(card.name, {}) | {"batch_size": 8}
        runs[card.name] = lambda name=card.name, given=given: subject.attribute(SENTENCE, method=name, **given)  # type: ignore[misc]
    runs["gradient_x_input with attention"] = lambda: subject.attribute(SENTENCE, with_attention=True)
    for name, run in runs.items():
        forward, backward = count.of(run)
        yield f"{name}, forward", forward
        yield f"{name}, backward", backward


class Made(TorchDispatchMode):  # type: ignore[misc]  # torch is untyped here
    """Adds up the bytes of tensors that own their memory, as they are made."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = function(*args, **(kwargs or {}))
        known = {one.untyped_storage().data_ptr() for one in _tensors(args)}
        for one in _tensors(result if isinstance(result, tuple | list) else [result]):
            if one.untyped_storage().data_ptr() not in known:
                self.bytes += one.untyped_storage().nbytes()
        return result


def _tensors(values: Any) -> Iterator[torch.Tensor]:
    return (one for one in values if isinstance(one, torch.Tensor))


def memory(subject: xai.Explainer) -> Iterator[tuple[str, int]]:
    """Of capturing, of one head and of thumbnails, at 512 tokens."""
    text = subjects.words(512)
    plain, captured, looked = Made(), Made(), Made()
    encoding = subject.tokenizer(text, return_tensors="pt")
    with plain, torch.no_grad():
        subject.model(**encoding, use_cache=False)
    with captured:
        attention = subject.attention(text)
    layers = capture(subject.model, encoding, encoder_decoder=False, tick=lambda *_: None).layers["self"]
    calls = [layer.source for layer in layers if isinstance(layer.source, AttentionCall)]
    kept = {one.untyped_storage().data_ptr(): one.untyped_storage() for call in calls for one in (call.query, call.key)}
    yield "kept by a map", sum(storage.nbytes() for storage in kept.values())
    yield "made by capturing, beyond a plain pass", captured.bytes - plain.bytes
    with looked:
        attention.weights(5, 3)
    yield "made by looking at a head", looked.bytes
    tracemalloc.start()
    layer_thumbnails(attention, "self", attention.layers())
    yield "peak of numpy, thumbnails of all heads", tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


def counted() -> Counts:
    """Every count, by kind and name."""
    torch.set_num_threads(1)
    np.random.seed(0)  # noqa: NPY002 - of the libraries that draw from it
    subject = explainer()
    found = {f"payload: {name}": count for name, count in payloads(subject)}
    found |= {f"bundle: {name}": count for name, count in bundles()}
    found |= {f"passes: {name}": count for name, count in passes()}
    return found | {f"{name.split()[0]}: {name}": count for name, count in memory(subject)}


def regressions(found: Counts, kept: Counts) -> list[str]:
    """What is larger than it was by more than its tolerance, or was not counted before, or no longer is; in words."""
    said = [f"{name}: not kept yet" for name in found.keys() - kept.keys()]
    said += [f"{name}: kept, but no longer counted" for name in kept.keys() - found.keys()]
    for name in found.keys() & kept.keys():
        tolerance = TOLERANCE[name.partition(":")[0]]
        if found[name] > kept[name] * (1 + tolerance):
            said.append(f"{name}: {found[name]:,} now, {kept[name]:,} kept, {tolerance:.0%} more is allowed")
    return sorted(said)


def main() -> int:
    """Counts, compares or keeps; 1 where something grew."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="keep the counts of now")
    update = parser.parse_args().update
    found = counted()
    if update:
        FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        print(f"kept {len(found)} counts")
        return 0
    said = regressions(found, json.loads(FILE.read_text(encoding="utf-8")))
    for line in said:
        print(line)
    print(f"{len(found)} counts, {len(said)} too large" if said else f"{len(found)} counts, none too large")
    if said:
        print("Where that is meant: python benchmarks/counts.py --update, and commit benchmarks/counts.json.")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
