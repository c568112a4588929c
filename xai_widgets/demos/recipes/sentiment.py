"""The recipe of the ``sentiment`` model: ``python -m xai_widgets.demos.recipes.sentiment``."""

from collections.abc import Callable, Sequence
from typing import Any

import tokenizers
import torch
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

from xai_widgets.demos.recipes.batches import collate
from xai_widgets.demos.recipes.card import Description, share
from xai_widgets.demos.recipes.heads import attention_of, best_head, tokens_of_words
from xai_widgets.demos.recipes.recipe import Measured, Prepared, Recipe, main
from xai_widgets.demos.recipes.training import Schedule
from xai_widgets.demos.sentences import sentiment as grammar
from xai_widgets.demos.sentences.sentiment import SentimentSentence

LABELS = ("negative", "positive")
PAD, UNKNOWN, BEGIN, END, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"
VOCABULARY = 950
LONGEST = 128
HELD_OUT_SEED = 1_000_003


def make_tokenizer(texts: Sequence[str]) -> Any:
    """Train a lower-casing WordPiece tokenizer whose vocabulary is too small for the rarer words."""
    backend = tokenizers.Tokenizer(models.WordPiece(unk_token=UNKNOWN))
    backend.normalizer = normalizers.BertNormalizer(lowercase=True)
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            # "didn't" stays one word; every other mark is a word of its own.
            pre_tokenizers.Split(tokenizers.Regex(r"\w+(?:'\w+)?|[^\w]"), "isolated"),
        ]
    )
    backend.decoder = decoders.WordPiece(prefix="##")
    letters = [chr(code) for code in range(33, 127) if not chr(code).isupper()]
    trainer = trainers.WordPieceTrainer(
        vocab_size=VOCABULARY,
        # The trainer numbers the letters inside words in the order of a hash table, another in each process,
        # and breaks ties by number: as special tokens they get their numbers from here.
        special_tokens=[PAD, UNKNOWN, BEGIN, END, MASK, *(f"##{letter}" for letter in letters)],
        initial_alphabet=letters,
        show_progress=False,
    )
    trained = tokenizers.Tokenizer(models.WordPiece(unk_token=UNKNOWN))
    trained.normalizer, trained.pre_tokenizer = backend.normalizer, backend.pre_tokenizer
    trained.train_from_iterator(texts, trainer)
    backend.model = models.WordPiece(trained.get_vocab(with_added_tokens=True), unk_token=UNKNOWN)
    backend.add_special_tokens([PAD, UNKNOWN, BEGIN, END, MASK])
    numbers = [(token, backend.token_to_id(token)) for token in (BEGIN, END)]
    backend.post_processor = processors.TemplateProcessing(
        single=f"{BEGIN} $A {END}", pair=f"{BEGIN} $A {END} $B {END}", special_tokens=numbers
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        pad_token=PAD,
        unk_token=UNKNOWN,
        cls_token=BEGIN,
        sep_token=END,
        mask_token=MASK,
        model_max_length=LONGEST,
        model_input_names=["input_ids", "attention_mask"],
    )


def make_model(tokenizer: Any) -> Any:
    """Build the classifier with random weights. It takes one text: there is a single segment type."""
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=96,
        num_hidden_layers=4,
        num_attention_heads=4,
        intermediate_size=192,
        max_position_embeddings=LONGEST,
        initializer_range=0.06,
        type_vocab_size=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=tokenizer.pad_token_id,
        id2label=dict(enumerate(LABELS)),
        label2id={label: number for number, label in enumerate(LABELS)},
    )
    return BertForSequenceClassification(config)


def prepare(sentences: int, seed: int) -> Prepared:
    """Make the training sentences, the tokenizer and the model."""
    examples = grammar.sample(sentences, seed=seed, split="train")
    tokenizer = make_tokenizer([example.text for example in examples])
    encoded = tokenizer([example.text for example in examples])
    rows = [
        {"input_ids": ids, "attention_mask": [1] * len(ids), "labels": LABELS.index(example.label)}
        for ids, example in zip(encoded["input_ids"], examples, strict=True)
    ]
    # Negation and contrast make every word as likely on either side: without a start on plain opinions the
    # model finds nothing to hold on to.
    plain = [row for row, one in zip(rows, examples, strict=True) if not one.negators and not one.contrast]
    padding = {"input_ids": tokenizer.pad_token_id}
    return Prepared(make_model(tokenizer), tokenizer, rows, padding, plain)


def predict(model: Any, tokenizer: Any, texts: Sequence[str]) -> list[str]:
    """Give the label of each text."""
    labels = []
    for start in range(0, len(texts), 100):
        batch = tokenizer(list(texts[start : start + 100]), padding=True, return_tensors="pt")
        with torch.no_grad():
            numbers = model(**batch).logits.argmax(-1)
        labels += [LABELS[number] for number in numbers.tolist()]
    return labels


def head_table(
    model: Any,
    tokenizer: Any,
    examples: Sequence[SentimentSentence],
    queries: Callable[[SentimentSentence], Sequence[int]] | None,
    keys: Callable[[SentimentSentence], Sequence[int]],
) -> torch.Tensor:
    """Measure how much of their attention some words of each sentence give to others.

    Args:
        model: the classifier.
        tokenizer: its tokenizer.
        examples: at least one.
        queries: gives the words that look; None for ``[CLS]``.
        keys: gives the words that are looked at; their weights are added up.

    Returns:
        [layer, head], the mean over sentences, between 0 and 1.
    """
    tables = []
    for example in examples:
        encoded = tokenizer(example.text, return_offsets_mapping=True)
        tokens = tokens_of_words(example.spans, encoded["offset_mapping"])
        looked_at = [position for word in keys(example) for position in tokens[word]]
        looking = [position for word in queries(example) for position in tokens[word]] if queries else [0]
        inputs = collate([{"input_ids": encoded["input_ids"]}], {})
        weights = attention_of(model, "attentions", **inputs)[:, 0]
        tables.append(weights[:, :, looking][..., looked_at].sum(-1).mean(-1))
    return torch.stack(tables).mean(0)


def measure(model: Any, tokenizer: Any, held_out: int) -> Measured:
    """Measure the classifier and its heads on held-out sentences."""
    examples = grammar.sample(held_out, seed=HELD_OUT_SEED, split="held_out")
    labels = predict(model, tokenizer, [example.text for example in examples])
    right = [label == example.label for label, example in zip(labels, examples, strict=True)]
    flipped = predict(model, tokenizer, [example.flipped() for example in examples])
    turned = [label != example.label for label, example in zip(flipped, examples, strict=True)]
    scores = (
        share("accuracy", "right label, held-out sentences", right),
        share(
            "accuracy_negation",
            "right label, those whose deciding words hold a negator",
            [good for good, one in zip(right, examples, strict=True) if one.negators],
        ),
        share(
            "accuracy_contrast",
            "right label, those with a contrast",
            [good for good, one in zip(right, examples, strict=True) if one.contrast],
        ),
        share("flipped", "label turns when the deciding words are replaced by their opposites", turned),
    )
    few = examples[:300]
    negated = [one for one in few if one.negators and len(one.deciding) - len(one.negators) == 1]
    contrasted = [one for one in few if one.contrast]

    def opinions(one: SentimentSentence) -> list[int]:
        return [word for word in one.deciding if word not in one.negators]

    heads = (
        best_head(
            "head_deciding",
            "attention from [CLS] to the deciding words",
            head_table(model, tokenizer, few, None, lambda one: one.deciding),
        ),
        best_head(
            "head_negator",
            "attention from an opinion word to its negator",
            head_table(model, tokenizer, negated, opinions, lambda one: one.negators),
        ),
        best_head(
            "head_contrast",
            "attention from [CLS] to the word of contrast",
            head_table(model, tokenizer, contrasted, None, lambda one: one.contrast),
        ),
        best_head(
            "head_overruled",
            "attention from overruled words to the word of contrast",
            head_table(model, tokenizer, contrasted, lambda one: one.overruled, lambda one: one.contrast),
        ),
    )
    return Measured(scores, heads)


RECIPE = Recipe(
    name="sentiment",
    seed=20,
    sentences=80_000,
    held_out=2_000,
    schedule=Schedule(steps=5000, batch_size=64, learning_rate=1e-3),
    prepare=prepare,
    measure=measure,
    description=Description(
        title="sentiment: a demo model of xai_widgets",
        languages=("en",),
        task="text-classification",
        summary="It says whether an English sentence is positive or negative. Negation, intensifiers and contrast "
        "decide: 'not good' is negative, 'never boring' positive, and after 'but' the second half counts.",
        architecture="BERT for sequence classification: 4 layers of 4 heads, width 96, feed-forward 192, WordPiece "
        f"vocabulary of {VOCABULARY} (lower case), at most {LONGEST} tokens, one text at a time",
        data="generated by the grammar in `xai_widgets/demos/sentences/sentiment.py`; grammar and word lists were "
        "written for this project, and it tells which words decide each label",
        examples=(
            "'The film was good but the ending was boring.' and the same with 'although' for 'but'",
            "'The soup was not good.', 'The story was never boring.', 'The guide was anything but rude.'",
            "'The room was too quiet.' and 'The room was pleasantly quiet.'",
            "rare words fall into sub-words: 'It was an unforgettable planetarium.'",
        ),
        limits="It knows a few hundred words and the sentence patterns of its grammar. On anything else, on other "
        "kinds of irony, on real reviews, its answer means nothing. It follows toy rules ('not very bad' is "
        "positive).",
    ),
)

if __name__ == "__main__":
    main(RECIPE)
