"""One tiny random model of each family that generates, with a tokenizer that fits."""

from __future__ import annotations

import copy
import functools
import json
from pathlib import Path

import sentencepiece
import tiny_models
import torch
import transformers
from tiny_models import VOCAB, scaled
from tokenizers_fixture import CORPUS, unigram, wordpiece

import xai_widgets as xai

TEXT = "the cat sat on the mat"

_BART = {"d_model": 32, "encoder_layers": 2, "decoder_layers": 2, "encoder_ffn_dim": 37, "decoder_ffn_dim": 37}
_BART |= {"encoder_attention_heads": 4, "decoder_attention_heads": 4, "max_position_embeddings": 64}
_IDS = {"pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2, "decoder_start_token_id": 2}


def _bartish(family: str, vocabulary: int = VOCAB, **config) -> transformers.PreTrainedModel:
    made = getattr(transformers, f"{family}Config")(vocab_size=vocabulary, **(_BART | _IDS | config))
    head = "MTModel" if family == "Marian" else "ForConditionalGeneration"
    return scaled(getattr(transformers, f"{family}{head}")(made))


def bart() -> xai.Explainer:
    return xai.Explainer(tiny_models.bart(max_position_embeddings=64), wordpiece())


def gpt2() -> xai.Explainer:
    return xai.Explainer(tiny_models.gpt2(n_positions=64), wordpiece())


def llama(**config) -> xai.Explainer:
    sizes = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2}
    sizes |= {"intermediate_size": 48, "max_position_embeddings": 64, "vocab_size": 400}
    made = transformers.LlamaConfig(**(sizes | {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0} | config))
    return xai.Explainer(scaled(transformers.LlamaForCausalLM(made)), unigram())


def t5() -> xai.Explainer:
    config = transformers.T5Config(
        vocab_size=400, d_model=32, d_kv=8, d_ff=37, num_layers=2, num_heads=4,
        pad_token_id=0, eos_token_id=2, decoder_start_token_id=0,
    )  # fmt: skip
    return xai.Explainer(scaled(transformers.T5ForConditionalGeneration(config)), unigram())


def marian() -> xai.Explainer:
    return xai.Explainer(_bartish("Marian", 400, decoder_start_token_id=1, forced_eos_token_id=2), unigram())


def pegasus() -> xai.Explainer:
    return xai.Explainer(_bartish("Pegasus", 400, decoder_start_token_id=1, forced_eos_token_id=2), unigram())


def _pieces() -> list[tuple[str, float]]:
    letters = sorted(set("".join(CORPUS[:2])) - {" "})
    return [*((f"▁{word}", -1.0) for word in ("the", "cat", "sat", "on", "mat")), *((x, -4.0) for x in letters)]


_SPECIAL = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -3.0)]


def mbart() -> xai.Explainer:
    """The decoder starts with the language that it writes."""
    tokenizer = transformers.MBartTokenizer(vocab=[*_SPECIAL, *_pieces()])
    start = tokenizer.lang_code_to_id["ro_RO"]
    return xai.Explainer(_bartish("MBart", len(tokenizer), decoder_start_token_id=start), tokenizer)


def mbart50() -> xai.Explainer:
    """The decoder starts with the end, and writes the language first."""
    tokenizer = transformers.MBart50Tokenizer(vocab=[("<unk>", 0.0), ("<s>", 0.0), ("</s>", 0.0), *_pieces()])
    return xai.Explainer(_bartish("MBart", len(tokenizer)), tokenizer)


def nllb(**options) -> xai.Explainer:
    words = {piece: number for number, (piece, _) in enumerate([*_SPECIAL, *_pieces()])}
    tokenizer = transformers.NllbTokenizer(vocab=words, merges=[], **options)
    return xai.Explainer(_bartish("M2M100", len(tokenizer), forced_eos_token_id=None), tokenizer)


def _sentencepiece(folder: Path) -> Path:
    path = folder / "pieces.model"
    with path.open("wb") as stream:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(CORPUS), model_writer=stream, vocab_size=64, character_coverage=0.99,
            hard_vocab_limit=False, minloglevel=2,
        )  # fmt: skip
    return path


def _vocabulary(folder: Path, path: Path, more: tuple[str, ...] = ()) -> Path:
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(path))
    names = ["<s>", "<pad>", "</s>", "<unk>", *more, *(pieces.IdToPiece(n) for n in range(3, len(pieces)))]
    file = folder / "vocab.json"
    file.write_text(json.dumps({name: number for number, name in enumerate(names)}))
    return file


def m2m100(folder: Path) -> xai.Explainer:
    path = _sentencepiece(folder)
    tokenizer = transformers.M2M100Tokenizer(str(_vocabulary(folder, path)), str(path))
    return xai.Explainer(_bartish("M2M100", 400, forced_eos_token_id=None), tokenizer)


def marian_of_many(folder: Path) -> xai.Explainer:
    """A Marian that is told the target's language at the beginning of the text."""
    path = _sentencepiece(folder)
    file = _vocabulary(folder, path, (">>fra<<", ">>ron<<"))
    tokenizer = transformers.MarianTokenizer(str(path), str(path), str(file))
    return xai.Explainer(_bartish("Marian", len(tokenizer), decoder_start_token_id=1), tokenizer)


ENCODER_DECODERS = {"bart": bart, "t5": t5, "marian": marian, "pegasus": pegasus, "mbart": mbart, "nllb": nllb}
DECODERS = {"gpt2": gpt2, "llama": llama}
FAMILIES = {**ENCODER_DECODERS, **DECODERS}


@functools.cache
def explainer(family: str) -> xai.Explainer:
    return FAMILIES[family]()


def read_by_the_model(generation: xai.Generation, explainer: xai.Explainer, **options):
    """The model's own output, by eager attention, where it reads the prompt and the tokens of a generation."""
    model = copy.deepcopy(explainer.model)
    model.set_attn_implementation("eager")
    prompt = torch.tensor([generation.prompt.ids])
    with torch.no_grad():
        if generation.start:
            target = torch.tensor([[*generation.start, *generation.ids]])
            return model(input_ids=prompt, decoder_input_ids=target, **options)
        return model(input_ids=torch.tensor([[*generation.prompt.ids, *generation.ids]]), **options)
