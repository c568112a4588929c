"""Writes the files of this folder with inseq itself, and beside them what inseq reads in them.

    pip install inseq==0.7.1   # into an environment of its own: it is not one of this package's dependencies
    python tests/python/inseq_files/make.py

The files are what ``FeatureAttributionOutput.save`` writes; ``expected.json`` holds what ``aggregate()`` makes of the
same outputs, which is what inseq shows.
"""

from __future__ import annotations

import json
from pathlib import Path

import inseq
import transformers

import xai_widgets.demos

FOLDER = Path(__file__).parent
MODELS = Path(xai_widgets.demos.__file__).parent / "models"


def demo(name: str, auto: type, method: str) -> inseq.AttributionModel:
    model = auto.from_pretrained(MODELS / name, attn_implementation="eager")
    model.config.name_or_path = name
    model.name_or_path = name
    tokenizer = transformers.AutoTokenizer.from_pretrained(MODELS / name)
    tokenizer.name_or_path = name
    if name == "language_model":
        # inseq wants the text back that it gave, without a token that begins it.
        tokenizer.backend_tokenizer.post_processor = None
    return inseq.load_model(model, method, tokenizer=tokenizer)


def plain(scores) -> list | None:
    return None if scores is None else [[None if x != x else x for x in row] for row in scores.tolist()]


def main() -> None:
    seq2seq, causal = transformers.AutoModelForSeq2SeqLM, transformers.AutoModelForCausalLM
    made = {
        "gradient": demo("translation", seq2seq, "input_x_gradient").attribute(
            ["red cars", "the cat"],
            generation_args={"max_new_tokens": 4},
            step_scores=["probability", "logit"],
            attribute_target=True,
            show_progress=False,
        ),
        "occlusion": demo("translation", seq2seq, "occlusion").attribute(
            "the cat", generation_args={"max_new_tokens": 3}, show_progress=False
        ),
        "causal": demo("language_model", causal, "input_x_gradient").attribute(
            "the cat",
            "the cat has the dog",
            attributed_fn="logit",
            step_scores=["logit"],
            show_progress=False,
        ),
        "attention": demo("language_model", causal, "attention").attribute(
            "the cat", "the cat has the dog", show_progress=False
        ),
    }
    expected = {}
    for name, output in made.items():
        zipped = name == "gradient"
        output.save(FOLDER / f"{name}.json{'.gz' * zipped}", overwrite=True, compress=zipped)
        expected[name] = [
            {
                "source": [token.token for token in shown.source],
                "target": [token.token for token in shown.target],
                "attributed": [shown.attr_pos_start, shown.attr_pos_end],
                "source_attributions": plain(shown.source_attributions),
                "target_attributions": plain(shown.target_attributions),
                "step_scores": {name: scores.tolist() for name, scores in shown.step_scores.items()},
            }
            for shown in output.aggregate().sequence_attributions
        ]
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
