"""The recipe of the ``translation`` model: ``python -m xai_widgets.demos.recipes.translation``."""

from collections.abc import Sequence
from typing import Any

import tokenizers
import torch
from tokenizers import decoders, models, pre_tokenizers, processors, trainers
from transformers import GenerationConfig, MarianConfig, MarianMTModel, PreTrainedTokenizerFast

from xai_widgets.demos.recipes.batches import collate
from xai_widgets.demos.recipes.card import Description, share
from xai_widgets.demos.recipes.heads import attention_of, best_head, tokens_of_words
from xai_widgets.demos.recipes.recipe import Measured, Prepared, Recipe, main
from xai_widgets.demos.recipes.training import Schedule
from xai_widgets.demos.sentences import translation as grammar
from xai_widgets.demos.sentences.translation import TranslationPair

PAD, END, UNKNOWN = "<pad>", "</s>", "<unk>"
VOCABULARY = 1800
LONGEST = 128
HELD_OUT_SEED = 1_000_003
IGNORED = -100


def make_tokenizer(texts: Sequence[str]) -> Any:
    """Train one BPE tokenizer for both languages; ``▁`` marks the beginning of a word."""
    backend = tokenizers.Tokenizer(models.BPE(unk_token=UNKNOWN))
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always", split=True),
            # "l'amie." is "l'", "amie" and "."
            pre_tokenizers.Split("'", "merged_with_previous"),
            pre_tokenizers.Split(tokenizers.Regex(r"[.,;:!?]"), "isolated"),
        ]
    )
    backend.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always", split=True)
    letters = "".join(chr(code) for code in range(33, 127)) + "àâçèéêëîïôùûüœÀÂÇÈÉÊÎÔŒ"
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[PAD, END, UNKNOWN],
        initial_alphabet=list(letters),
        show_progress=False,
    )
    backend.train_from_iterator(texts, trainer)
    backend.post_processor = processors.TemplateProcessing(
        single=f"$A {END}", pair=f"$A $B {END}", special_tokens=[(END, backend.token_to_id(END))]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        pad_token=PAD,
        eos_token=END,
        unk_token=UNKNOWN,
        model_max_length=LONGEST,
        model_input_names=["input_ids", "attention_mask"],
    )


def make_model(tokenizer: Any) -> Any:
    """Build the encoder-decoder with random weights."""
    config = MarianConfig(
        vocab_size=len(tokenizer),
        d_model=128,
        encoder_layers=3,
        decoder_layers=3,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=256,
        decoder_ffn_dim=256,
        max_position_embeddings=LONGEST,
        dropout=0.0,
        init_std=0.05,
        scale_embedding=True,
        activation_function="swish",
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        forced_eos_token_id=None,
        decoder_start_token_id=tokenizer.pad_token_id,
    )
    model = MarianMTModel(config)
    model.generation_config = GenerationConfig(
        max_length=LONGEST,
        num_beams=1,
        do_sample=False,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        decoder_start_token_id=tokenizer.pad_token_id,
    )
    return model


def prepare(sentences: int, seed: int) -> Prepared:
    """Make the training pairs, the tokenizer and the model."""
    pairs = grammar.sample(sentences, seed=seed, split="train")
    tokenizer = make_tokenizer([text for pair in pairs[:40_000] for text in (pair.text, pair.target.text)])
    sources = tokenizer([pair.text for pair in pairs])["input_ids"]
    targets = tokenizer(text_target=[pair.target.text for pair in pairs])["input_ids"]
    rows = [
        {"input_ids": source, "attention_mask": [1] * len(source), "labels": target}
        for source, target in zip(sources, targets, strict=True)
    ]
    padding = {"input_ids": tokenizer.pad_token_id, "labels": IGNORED}
    return Prepared(make_model(tokenizer), tokenizer, rows, padding)


def translate(model: Any, tokenizer: Any, texts: Sequence[str]) -> list[str]:
    """Translate by greedy generation, as ``model.generate`` does without options."""
    translations = []
    for start in range(0, len(texts), 100):
        batch = tokenizer(list(texts[start : start + 100]), padding=True, return_tensors="pt")
        translations += tokenizer.batch_decode(model.generate(**batch), skip_special_tokens=True)
    return translations


def alignment_errors(model: Any, tokenizer: Any, pairs: Sequence[TranslationPair], reads: bool) -> torch.Tensor:
    """Measure how well each cross-attention head's strongest links follow the true alignment.

    The target is teacher-forced. Each target word is linked with the source word that its tokens
    attend to most, special tokens left out: in ``reads`` from the rows where the decoder reads the word,
    otherwise from the rows before, where it writes it. Links against truth give the alignment error
    rate, 1 - 2 |links & truth| / (|links| + |truth|), over all pairs together (Och & Ney 2003, with every
    true link sure).

    Args:
        model: the translation model.
        tokenizer: its tokenizer.
        pairs: at least one.
        reads: which rows count.

    Returns:
        [layer, head], 0 for a perfect head.
    """
    hits = torch.zeros(model.config.decoder_layers, model.config.decoder_attention_heads)
    links = truths = 0
    for pair in pairs:
        source = tokenizer(pair.text, return_offsets_mapping=True)
        target = tokenizer(text_target=pair.target.text, return_offsets_mapping=True)
        row = {
            "input_ids": source["input_ids"],
            "decoder_input_ids": [tokenizer.pad_token_id, *target["input_ids"]],
        }
        weights = attention_of(model, "cross_attentions", **collate([row], {}))[:, 0]
        from_tokens = tokens_of_words(pair.spans, source["offset_mapping"])
        to_tokens = tokens_of_words(pair.target.spans, target["offset_mapping"])
        by_word = torch.stack([weights[..., tokens].sum(-1) for tokens in from_tokens], dim=-1)
        truth = set(pair.alignment)
        for word, tokens in enumerate(to_tokens):
            rows = [token + 1 if reads else token for token in tokens]
            chosen = by_word[:, :, rows].sum(-2).argmax(-1)
            for at, to in truth:
                if to == word:
                    hits += chosen == at
        links += len(to_tokens)
        truths += len(truth)
    return 1 - 2 * hits / (links + truths)


def measure(model: Any, tokenizer: Any, held_out: int) -> Measured:
    """Measure the translations and the cross-attention heads on held-out sentences."""
    pairs = grammar.sample(held_out, seed=HELD_OUT_SEED, split="held_out")
    translations = translate(model, tokenizer, [pair.text for pair in pairs])
    right = [text == pair.target.text for text, pair in zip(translations, pairs, strict=True)]
    negated = [good for good, pair in zip(right, pairs, strict=True) if {"not", "never"} & set(pair.words)]
    scores = (
        share("exact_match", "the very same translation, greedy, held-out sentences", right),
        share("exact_match_negation", "the very same translation, those with a negation", negated),
    )
    few = pairs[:300]
    heads = (
        best_head(
            "alignment_writes",
            "cross attention: alignment error rate, rows where the word is about to be written",
            alignment_errors(model, tokenizer, few, reads=False),
            torch.argmin,
        ),
        best_head(
            "alignment_reads",
            "cross attention: alignment error rate, rows where the word has been read",
            alignment_errors(model, tokenizer, few, reads=True),
            torch.argmin,
        ),
    )
    return Measured(scores, heads)


RECIPE = Recipe(
    name="translation",
    seed=20,
    sentences=130_000,
    held_out=2_000,
    schedule=Schedule(steps=2000, batch_size=64, learning_rate=2e-3),
    prepare=prepare,
    measure=measure,
    description=Description(
        title="translation: a demo model of xai_widgets",
        languages=("en", "fr"),
        task="translation",
        summary="It translates simple English sentences into French: adjectives change places, articles and "
        "adjectives agree in gender and number, negation becomes 'ne ... pas'.",
        architecture="Marian: 3 encoder and 3 decoder layers of 4 heads, width 128, feed-forward 256, one BPE "
        f"vocabulary of {VOCABULARY} for both languages, at most {LONGEST} tokens",
        data="generated by the grammar in `xai_widgets/demos/sentences/translation.py`; grammar and lexicon were "
        "written for this project, and it tells which word translates which. The alignment was never used in "
        "training: what the heads do, they found by themselves",
        examples=(
            "'The small red car is not expensive.' becomes 'La petite voiture rouge n'est pas chère.'",
            "'She does not see him.': 'not' becomes two words, and 'him' comes before the verb",
            "'The key of the garden' and 'the key of the house': 'du', 'de la'",
            "'an old man', 'an old woman', 'an old horse', 'an old bird': the same word in three forms",
        ),
        limits="It knows about 550 English words in the present tense and the sentence patterns of its grammar. "
        "'You' is always 'vous', 'they' always 'ils'. On anything else it makes things up.",
    ),
)

if __name__ == "__main__":
    main(RECIPE)
