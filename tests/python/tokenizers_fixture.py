"""Small tokenizers of every family, made on the spot: the oracles of the tests of the text room."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path

from tokenizers import (
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)
from transformers import PreTrainedTokenizerFast

CORPUS = [
    "the cat sat on the mat",
    "hello world, it isn't unbelievable",
    "unbelievable cats are sitting on well-known mats",
    "你好 世界",
    "naïve café",
] * 3
_BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
# What a trainer makes of the corpus, once: among equals it chooses by chance, another in every process.
_WORDPIECES = "##at ##el cat mat on th un ##ev ##bl ##bel ##iev ##abl ##ell the unbel ##ievabl unbelievabl unbelievable"
_WORDPIECES += " ar ca hell it is kn na si sat wo well ##ng ##ld ##iv"


@functools.cache
def byte_level(*, prefix: bool = False, trim: bool = True) -> PreTrainedTokenizerFast:
    """GPT-2's kind: bytes written with a printable alphabet, end of text also as unknown token."""
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=prefix)
    backend.decoder = decoders.ByteLevel()
    backend.post_processor = processors.ByteLevel(trim_offsets=trim)
    backend.train_from_iterator(
        CORPUS,
        trainers.BpeTrainer(
            vocab_size=330,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            special_tokens=["<|endoftext|>"],
            show_progress=False,
        ),
    )
    end = "<|endoftext|>"
    return PreTrainedTokenizerFast(tokenizer_object=backend, unk_token=end, bos_token=end, eos_token=end)


@functools.cache
def wordpiece(*, lowercase: bool = True) -> PreTrainedTokenizerFast:
    """BERT's kind, with [CLS] and [SEP] put around."""
    backend = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    backend.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    backend.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    backend.decoder = decoders.WordPiece()
    special = ["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]
    text = backend.normalizer.normalize_str(" ".join(CORPUS))
    inside = {"##" + letter for letter in re.findall(r"(?<=[a-zéï])[a-zéï]", text)}
    pieces = [*special, *sorted(set(text) - {" "}), *sorted(inside), *_WORDPIECES.split()]
    backend.model = models.WordPiece({piece: rank for rank, piece in enumerate(pieces)}, unk_token="[UNK]")
    backend.add_special_tokens(special)
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 1), ("[SEP]", 2)],
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        pad_token="[PAD]",
        mask_token="[MASK]",
    )


@functools.cache
def unigram() -> PreTrainedTokenizerFast:
    """T5's and XLM-R's kind: ▁ for spaces, bytes for what is not in the vocabulary, </s> put behind."""
    backend = Tokenizer(models.Unigram())
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    special = ["<unk>", "<s>", "</s>"]
    trainer = trainers.UnigramTrainer(vocab_size=60, special_tokens=special, unk_token="<unk>", show_progress=False)
    backend.train_from_iterator(CORPUS, trainer)
    trained = [(piece, round(score, 3)) for piece, score in json.loads(backend.to_str())["model"]["vocab"]]
    # Equals come in any order from the trainer.
    pieces = [*trained[:3], *sorted(trained[3:], key=lambda pair: (-pair[1], pair[0]))]
    vocabulary = [*pieces, *((byte, -20.0) for byte in _BYTES)]
    backend = Tokenizer(models.Unigram(vocabulary, unk_id=0, byte_fallback=True))
    backend.pre_tokenizer = pre_tokenizers.Metaspace()
    backend.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    backend.add_special_tokens(special)
    backend.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 2)]
    )
    return PreTrainedTokenizerFast(tokenizer_object=backend, unk_token="<unk>", bos_token="<s>", eos_token="</s>")


@functools.cache
def byte_fallback_bpe() -> PreTrainedTokenizerFast:
    """Llama's kind: a normalizer that writes ▁, merges, and byte pieces; nothing that puts them together."""
    letters = sorted(set("".join(CORPUS[:3])) - {" "})
    pieces = ["<unk>", "<s>", "</s>", *_BYTES, "▁", *letters, "▁t", "he", "▁the"]
    merges = [("▁", "t"), ("h", "e"), ("▁t", "he")]
    backend = Tokenizer(
        models.BPE(
            {piece: rank for rank, piece in enumerate(pieces)},
            merges,
            unk_token="<unk>",
            fuse_unk=True,
            byte_fallback=True,
        )
    )
    backend.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    return PreTrainedTokenizerFast(tokenizer_object=backend, unk_token="<unk>", bos_token="<s>", eos_token="</s>")


@functools.cache
def word_level() -> PreTrainedTokenizerFast:
    """Whole words between white space and punctuation, one unknown token for all others."""
    backend = Tokenizer(models.WordLevel({"[UNK]": 0, "the": 1, "cat": 2, "sat": 3, ".": 4}, "[UNK]"))
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=backend, unk_token="[UNK]")


FAST = {
    "byte-level": byte_level,
    "byte-level-untrimmed": functools.partial(byte_level, trim=False),
    "byte-level-prefix": functools.partial(byte_level, prefix=True),
    "wordpiece-uncased": wordpiece,
    "wordpiece-cased": functools.partial(wordpiece, lowercase=False),
    "unigram": unigram,
    "byte-fallback-bpe": byte_fallback_bpe,
    "word-level": word_level,
}


def sentencepiece_model(folder: Path, *, byte_fallback: bool = False) -> Path:
    """Train a sentencepiece model of a few pieces into ``folder``."""
    import sentencepiece

    path = folder / "pieces.model"
    with path.open("wb") as stream:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(CORPUS),
            model_writer=stream,
            vocab_size=320 if byte_fallback else 64,
            byte_fallback=byte_fallback,
            character_coverage=0.99,
            hard_vocab_limit=False,
            minloglevel=2,
        )
    return path
