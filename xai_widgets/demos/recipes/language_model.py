"""The recipe of the ``language-model``: ``python -m xai_widgets.demos.recipes.language_model``."""

import random
from collections.abc import Sequence
from typing import Any

import tokenizers
import torch
from tokenizers import decoders, models, pre_tokenizers, processors, trainers
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from xai_widgets.demos.recipes.batches import Row, collate
from xai_widgets.demos.recipes.card import Description, share
from xai_widgets.demos.recipes.heads import attention_of, best_head
from xai_widgets.demos.recipes.recipe import Measured, Prepared, Recipe, main
from xai_widgets.demos.recipes.training import Schedule
from xai_widgets.demos.sentences import language_model as grammar
from xai_widgets.demos.sentences.language_model import AgreementSentence, RepetitionSentence

PAD, BEGIN, END, UNKNOWN = "<pad>", "<s>", "</s>", "<unk>"
VOCABULARY = 1050
LONGEST = 128
HELD_OUT_SEED = 1_000_003
IGNORED = -100
SHARE_OF_NOISE = 0.25
"""Rows of random tokens said three times, for each sentence to learn from."""


def make_tokenizer(texts: Sequence[str]) -> Any:
    """Train a byte-level BPE tokenizer; a text begins with ``<s>`` and, inside, with a space."""
    backend = tokenizers.Tokenizer(models.BPE(unk_token=UNKNOWN))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[PAD, BEGIN, END, UNKNOWN],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    backend.train_from_iterator(texts, trainer)
    backend.post_processor = processors.Sequence(
        [
            processors.ByteLevel(trim_offsets=True),
            processors.TemplateProcessing(
                single=f"{BEGIN} $A", pair=f"{BEGIN} $A $B", special_tokens=[(BEGIN, backend.token_to_id(BEGIN))]
            ),
        ]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        pad_token=PAD,
        bos_token=BEGIN,
        eos_token=END,
        unk_token=UNKNOWN,
        padding_side="left",
        model_max_length=LONGEST,
        model_input_names=["input_ids", "attention_mask"],
    )


def make_model(tokenizer: Any) -> Any:
    """Build the decoder with random weights."""
    ends = {
        "pad_token_id": tokenizer.pad_token_id,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
    }
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=96,
        intermediate_size=192,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=LONGEST,
        # Texts are short: slow rotations would tell their positions apart too little.
        rope_parameters={"rope_type": "default", "rope_theta": 100.0},
        attention_bias=True,
        initializer_range=0.05,
        tie_word_embeddings=True,
        **ends,
    )
    model = LlamaForCausalLM(config)
    # Random biases give each head some taste for distances from the start. Out of them the previous-token
    # head grows within minutes; from biases of zero it would take hours.
    for layer in model.model.layers:
        for projection in (layer.self_attn.q_proj, layer.self_attn.k_proj):
            torch.nn.init.normal_(projection.bias, std=1.5)
    model.generation_config = GenerationConfig(max_new_tokens=20, do_sample=False, **ends)
    return model


def random_repetitions(tokenizer: Any, count: int, seed: int, periods: tuple[int, int]) -> list[list[int]]:
    """Make sequences of different random tokens that are said three times.

    Args:
        tokenizer: gives the tokens; only those that begin a word take part.
        count: how many.
        seed: decides them.
        periods: the least and the most tokens that are repeated.

    Returns:
        Lists of ids: ``<s>`` and the tokens, three times.
    """
    source = random.Random(seed)
    ids = sorted(number for token, number in tokenizer.get_vocab().items() if token.startswith("Ġ"))
    rounds = (source.sample(ids, source.randint(*periods)) for _ in range(count))
    return [[tokenizer.bos_token_id, *tokens * 3] for tokens in rounds]


def _row(ids: list[int], first: int) -> Row:
    """Make a training row that learns to foretell the tokens from position ``first`` on."""
    return {"input_ids": ids, "attention_mask": [1] * len(ids), "labels": [IGNORED] * first + ids[first:]}


def prepare(sentences: int, seed: int) -> Prepared:
    """Make the training sentences, the noise, the tokenizer and the model."""
    agreement = grammar.sample_agreement(sentences // 2, seed=seed, split="train")
    lists = grammar.sample_lists(sentences // 4, seed=seed, split="train")
    stories = grammar.sample_stories(sentences // 4, seed=seed, split="train")
    tokenizer = make_tokenizer([one.text for one in (*agreement, *lists, *stories)])
    end = tokenizer.eos_token_id
    rows = [_row([*tokenizer(one.text)["input_ids"], end], 1) for one in (*agreement, *stories)]
    # What cannot be foretold teaches nothing: lists and noise count from their second round on.
    rows += [_row(tokenizer(one.text)["input_ids"], _first_round(tokenizer, one)) for one in lists]
    rows += _noise(tokenizer, int(sentences * SHARE_OF_NOISE), seed, (3, 20))
    padding = {"input_ids": tokenizer.pad_token_id, "labels": IGNORED}
    # The induction head forms where nothing but repetition helps, and sooner from short ones.
    first_rows = _noise(tokenizer, sentences // 2, seed + 1, (3, 8))
    return Prepared(make_model(tokenizer), tokenizer, rows, padding, first_rows)


def _noise(tokenizer: Any, count: int, seed: int, periods: tuple[int, int]) -> list[Row]:
    """Make training rows of random tokens that learn from the second round on."""
    repetitions = random_repetitions(tokenizer, count, seed, periods)
    return [_row(ids, ids.index(ids[1], 2) + 1) for ids in repetitions]


def _first_round(tokenizer: Any, one: RepetitionSentence) -> int:
    """Give the number of tokens up to and with the first word that comes back."""
    end = one.spans[one.repeated][1]
    return len(tokenizer(one.text[:end])["input_ids"])


def agreement_right(model: Any, tokenizer: Any, sentence: AgreementSentence) -> bool:
    """Say whether the right form of the verb is more probable than the wrong one, given what is before it.

    The vocabulary holds every verb form whole, so the first token tells them apart.
    """
    before = tokenizer(sentence.text[: sentence.spans[sentence.verb][0]].rstrip())["input_ids"]
    right, wrong = (
        tokenizer(form, add_special_tokens=False)["input_ids"][0]
        for form in (sentence.words[sentence.verb], sentence.wrong)
    )
    with torch.no_grad():
        logits = model(**collate([{"input_ids": before}], {})).logits[0, -1]
    return bool(logits[right] > logits[wrong])


def continuation_right(model: Any, tokenizer: Any, one: RepetitionSentence) -> bool:
    """Say whether every token after the first repeated word is the most probable one."""
    ids = tokenizer(one.text)["input_ids"]
    first = _first_round(tokenizer, one)
    with torch.no_grad():
        best = model(**collate([{"input_ids": ids}], {})).logits[0].argmax(-1).tolist()
    return bool(best[first - 1 : -1] == ids[first:])


def head_tables(model: Any, tokenizer: Any, count: int = 64, period: int = 20) -> tuple[torch.Tensor, torch.Tensor]:
    """Measure each head on random tokens that are said twice.

    Args:
        model: the language model.
        tokenizer: its tokenizer.
        count: how many sequences.
        period: how many tokens are repeated.

    Returns:
        Two tables [layer, head] of mean attention weights, between 0 and 1: of each token to the
        token before it, and of each token of the second round to the token that followed it in the
        first round.
    """
    ids = torch.tensor(random_repetitions(tokenizer, count, HELD_OUT_SEED, (period, period)))[:, : 2 * period + 1]
    weights = attention_of(model, "attentions", input_ids=ids)
    previous = weights.diagonal(offset=-1, dim1=-2, dim2=-1)[..., 1:].mean((1, 3))
    followed = weights.diagonal(offset=1 - period, dim1=-2, dim2=-1)
    # Row i looks at i - period + 1; the second round begins at row period + 1.
    return previous, followed[..., 2:].mean((1, 3))


def measure(model: Any, tokenizer: Any, held_out: int) -> Measured:
    """Measure agreement, repetition and heads on held-out sentences."""
    agreement = grammar.sample_agreement(held_out, seed=HELD_OUT_SEED, split="held_out")
    lists = grammar.sample_lists(held_out // 2, seed=HELD_OUT_SEED, split="held_out")
    stories = grammar.sample_stories(held_out // 2, seed=HELD_OUT_SEED, split="held_out")

    agreed = [agreement_right(model, tokenizer, one) for one in agreement]
    scores = (
        share("agreement", "right form of the verb preferred, held-out sentences", agreed),
        share(
            "agreement_attractor",
            "right form of the verb preferred, those with an attractor",
            [good for good, one in zip(agreed, agreement, strict=True) if one.attractors],
        ),
        share(
            "lists",
            "held-out lists of words continued without a fault",
            [continuation_right(model, tokenizer, one) for one in lists],
        ),
        share(
            "stories",
            "held-out facts told again without a fault",
            [continuation_right(model, tokenizer, one) for one in stories],
        ),
    )
    previous, induction = head_tables(model, tokenizer)
    heads = (
        best_head("previous_token", "attention to the token before, on random tokens", previous),
        best_head("induction", "attention to what followed last time, on random tokens said twice", induction),
    )
    return Measured(scores, heads)


RECIPE = Recipe(
    name="language-model",
    seed=20,
    sentences=80_000,
    held_out=1_000,
    schedule=Schedule(steps=6000, batch_size=64, learning_rate=3e-3, easy=0.1, fading=0.1),
    prepare=prepare,
    measure=measure,
    description=Description(
        title="language-model: a demo model of xai_widgets",
        languages=("en",),
        task="text-generation",
        summary="It continues simple English sentences. Its verbs agree with their subjects across other nouns, and "
        "it continues what repeats itself, with a previous-token head and an induction head.",
        architecture="Llama: 4 layers of 4 heads, width 96, feed-forward 192, rotary positions, biases in the "
        f"attention, byte-level BPE vocabulary of {VOCABULARY}, at most {LONGEST} tokens",
        data="generated by the grammar in `xai_widgets/demos/sentences/language_model.py` (half of the sentences with "
        "subject and verb, a quarter lists of words that begin again, a quarter stories that tell a fact twice), and "
        "random tokens said three times; grammar and word lists were written for this project",
        examples=(
            "'The keys to the old cabinet' and 'The key to the old cabinets': is or are?",
            "'red kite lamp red kite' goes on with 'lamp': look at the induction head in the row of the last 'kite'",
            "'Mila likes the green kite. Tom sees the old drum. Mila likes the' goes on with 'green kite'",
        ),
        limits="It knows a few hundred words and the sentence patterns of its grammar. It knows nothing about the "
        "world, and what it says of names is chance.",
    ),
)

if __name__ == "__main__":
    main(RECIPE)
