"""Time until a translation can be explored, beside ``model.generate`` alone.

The shape of an OPUS-MT model (Marian, 6 + 6 layers, 512 wide, 58,101 pieces; random weights: they do not change the
cost), 200 tokens translated into 200, in turn: ``generate`` alone, ``Explainer.generate``, and that with the attention
of all steps, exact, ready to be looked at. One process, one thread.
"""

from __future__ import annotations

from typing import Any

from memory import in_a_process
from tables import table
from timing import in_turn, spreads, words

TOKENS = 200
TO_REACH = 1.2
NAMES = {
    "generate": "`model.generate`",
    "explainer": "`Explainer.generate`",
    "ready": "`Explainer.generate(...).attention()`",
}


def _explainer() -> Any:
    import torch
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    import xai_widgets as xai

    torch.manual_seed(0)
    torch.set_num_threads(1)
    config = transformers.MarianConfig(
        vocab_size=58101, d_model=512, encoder_layers=6, decoder_layers=6, encoder_attention_heads=8,
        decoder_attention_heads=8, encoder_ffn_dim=2048, decoder_ffn_dim=2048, max_position_embeddings=512,
        pad_token_id=58100, eos_token_id=0, decoder_start_token_id=58100, forced_eos_token_id=0,
    )  # fmt: skip
    pieces = ["</s>", "<unk>", *(f"w{number}" for number in range(58098)), "<pad>"]
    backend = Tokenizer(models.WordLevel({piece: number for number, piece in enumerate(pieces)}, "<unk>"))
    backend.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    backend.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 0)])
    special = {"eos_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"}
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=backend, **special)
    return xai.Explainer(transformers.MarianMTModel(config).eval(), tokenizer)


def _times() -> dict[str, list[float]]:
    explainer = _explainer()
    text = " ".join(f"w{7 * number}" for number in range(TOKENS - 1))
    options = {"max_new_tokens": TOKENS, "min_new_tokens": TOKENS, "num_beams": 1}
    encoded = explainer.tokenizer(text, return_tensors="pt", return_token_type_ids=False)
    assert encoded["input_ids"].shape[1] == TOKENS
    explainer.generate(text, max_new_tokens=4).attention()
    return in_turn(
        {
            "generate": lambda: explainer.model.generate(**encoded, **options),
            "explainer": lambda: explainer.generate(text, **options),
            "ready": lambda: explainer.generate(text, **options).attention(),
        },
        warm=False,
    )


def measure() -> dict[str, Any]:
    """Seconds of each way, and ratios to ``generate`` alone."""
    return {"tokens": TOKENS, "to_reach": TO_REACH, **spreads(in_a_process(_times), "generate")}


def section(figures: dict[str, Any]) -> str:
    """The figures in a table."""
    lines = [
        [name, words(figures[way]["seconds"], "s"), words(figures[way]["ratio"]) if "ratio" in figures[way] else ""]
        for way, name in NAMES.items()
    ]
    return (
        "## Generating\n\n"
        f"{figures['tokens']} tokens translated into {figures['tokens']} by a model of OPUS-MT's shape, greedily: "
        f"until the translation is there, and until the attention of all its steps is. To reach: "
        f"{figures['to_reach']} times `model.generate`.\n\n{table(['', 'time', 'ratio'], lines)}"
    )
