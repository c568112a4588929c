"""TokenSequence and TokenSpan by themselves: fields, slices, merging, bare strings, plain data."""

import dataclasses
import json
import subprocess
import sys

import numpy as np
import pytest

from xai_widgets.errors import InputError
from xai_widgets.text import Token, TokenSequence, TokenSpan, is_right_to_left
from xai_widgets.text.characters import clusters, visible
from xai_widgets.text.words import word_labels


def test_room_imports_neither_torch_nor_transformers():
    program = "import sys, xai_widgets.text; print({'torch', 'transformers'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


class TestTokenSpan:
    def test_half_open(self):
        span = TokenSpan(2, 5)
        assert len(span) == 3
        assert list(span) == [2, 3, 4]
        assert 2 in span
        assert 5 not in span
        assert span.of("abcdef") == "cde"
        assert span.contains(TokenSpan(3, 5))
        assert not span.contains(TokenSpan(3, 6))
        assert span.overlaps(TokenSpan(4, 9))
        assert not span.overlaps(TokenSpan(5, 9))
        assert len(TokenSpan(3, 3)) == 0

    def test_numpy_bounds_become_plain(self):
        span = TokenSpan(np.int64(1), np.int32(2))
        assert type(span.start) is int
        assert span == TokenSpan(1, 2)

    @pytest.mark.parametrize("bounds", [(-1, 2), (3, 2), (0.5, 2), ("0", 1), (True, 2)])
    def test_refuses(self, bounds):
        with pytest.raises(InputError):
            TokenSpan(*bounds)

    def test_past_the_end(self):
        with pytest.raises(InputError, match="at most 3"):
            TokenSpan(0, 4).of("abc")


class TestFromStrings:
    def test_wordpiece(self):
        tokens = TokenSequence.from_strings(["[CLS]", "un", "##believ", "##able", "cats", "!", "[SEP]"])
        assert tokens.text == ("[CLS]", "un", "believ", "able", " cats", " !", "[SEP]")
        assert tokens.special == (True, False, False, False, False, False, True)
        assert tokens.words == (None, 0, 0, 0, 1, 2, None)
        assert tokens.sources == ("unbelievable cats !",)
        assert tokens.offsets[3] == (8, 12)
        assert tokens.ids == (-1,) * 7

    def test_byte_level(self):
        tokens = TokenSequence.from_strings(["The", "Ġcat", "Ċ", "ä½ł", "å¥", "½", "<|endoftext|>"])
        assert tokens.text == ("The", " cat", "↵", "你", "好", "…", "<|endoftext|>")
        assert tokens.words == (0, 1, None, 2, 3, 3, None)

    def test_byte_level_without_a_space(self):
        assert TokenSequence.from_strings(["ä½", "ł", "å¥½"]).text == ("你", "…", "好")

    def test_metaspace(self):
        tokens = TokenSequence.from_strings(["▁the", "▁ca", "ts", "<0xE4>", "<0xBD>", "<0xA0>", "</s>"])
        assert tokens.text == ("the", " ca", "ts", "你", "…", "…", "</s>")
        assert tokens.words == (0, 1, 1, 2, 2, 2, None)

    def test_word_ends_and_joiners(self):
        assert TokenSequence.from_strings(["lo", "w</w>", "er</w>"]).text == ("lo", "w", " er")
        assert TokenSequence.from_strings(["lo@@", "w", "er"]).text == ("lo", "w", " er")

    def test_plain_words(self):
        tokens = TokenSequence.from_strings(["The", "Wałęsa", "sat"])
        assert tokens.text == ("The", " Wałęsa", " sat")
        assert tokens.words == (0, 1, 2)

    def test_unknown_is_not_special(self):
        assert TokenSequence.from_strings(["[UNK]", "<unk>"]).special == (False, False)

    @pytest.mark.parametrize("piece", ["[MASK]", "<s>", "</s>", "<pad>", "<|im_start|>", "eng_Latn", "<extra_id_0>"])
    def test_special_spellings(self, piece):
        assert TokenSequence.from_strings([piece]).special == (True,)

    @pytest.mark.parametrize("piece", ["<div>", "[1]", "<img", "sep"])
    def test_ordinary_spellings(self, piece):
        assert TokenSequence.from_strings([piece]).special == (False,)

    def test_pair(self):
        tokens = TokenSequence.from_strings(["[CLS]", "a", "[SEP]", "b", "c", "[SEP]"], pair_start=3)
        assert tokens.segments == (None, 0, None, 1, 1, None)
        assert tokens.offsets == (None, (0, 1), None, (0, 1), (2, 3), None)
        assert tokens.words == (None, 0, None, 1, 2, None)

    def test_empty(self):
        assert len(TokenSequence.from_strings([])) == 0

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"tokens": "the cat"}, "one string"),
            ({"tokens": ["a", 3]}, "token 1"),
            ({"tokens": ["a"], "ids": [1, 2]}, "ids has 2"),
            ({"tokens": ["a"], "special": []}, "special has 0"),
            ({"tokens": ["a"], "pair_start": 2}, "pair_start"),
        ],
    )
    def test_refuses(self, arguments, message):
        with pytest.raises(InputError, match=message):
            TokenSequence.from_strings(**arguments)


class TestSequence:
    tokens = TokenSequence.from_strings(["[CLS]", "don", "'", "t", "[MASK]", "é"], ids=[9, 1, 2, 3, 8, 4])

    def test_is_a_sequence_of_tokens(self):
        assert self.tokens[1] == Token(1, "don", "don", (0, 3), 0, False, 0)
        assert self.tokens[-1].id == 4
        assert [token.id for token in self.tokens] == [9, 1, 2, 3, 8, 4]
        with pytest.raises(IndexError):
            self.tokens[6]

    def test_slice(self):
        part = self.tokens[1:3]
        assert isinstance(part, TokenSequence)
        assert part.text == ("don", " '")
        assert part.sources == self.tokens.sources
        assert self.tokens[:] == self.tokens
        assert hash(self.tokens[:]) == hash(self.tokens)

    def test_immutable(self):
        with pytest.raises(dataclasses.FrozenInstanceError):
            self.tokens.ids = ()

    def test_refuses_what_does_not_fit(self):
        with pytest.raises(InputError, match="differ in length"):
            dataclasses.replace(self.tokens, ids=(1,))
        with pytest.raises(InputError, match="source"):
            dataclasses.replace(self.tokens, sources=())
        with pytest.raises(InputError, match="outside of its text"):
            dataclasses.replace(self.tokens, offsets=(None, (0, 99), None, None, None, None))

    def test_as_dict_is_json(self):
        data = self.tokens.as_dict()
        assert json.loads(json.dumps(data)) == data
        assert list(data) == ["text", "ids", "pieces", "offsets", "words", "special", "segments", "direction"]
        assert data["offsets"][:2] == [None, [0, 3]]

    def test_word_spans_cover_everything_once(self):
        tokens = TokenSequence.from_strings(["[CLS]", "un", "##able", "[MASK]", "##ly", "cat", "##s", "[SEP]"])
        spans = tokens.word_spans()
        assert [position for span in spans for position in span] == list(range(8))
        assert [tokens.text_of(span) for span in spans] == [
            "[CLS]", "unable", "[MASK]", "ly", " cats", "[SEP]",
        ]  # fmt: skip

    def test_text_of_joins_a_split_character(self):
        tokens = TokenSequence.from_strings(["Ġhi", "Ġä", "½", "łå¥½", "Ċ"])
        assert tokens.text == (" hi", " 你", "…", "…好", "↵")
        assert tokens.text_of(TokenSpan(0, 5)) == " hi 你好↵"
        assert tokens.text_of(TokenSpan(2, 3)) == "你"
        with pytest.raises(InputError):
            tokens.text_of(TokenSpan(3, 9))

    def test_direction(self):
        assert TokenSequence.from_strings(["1", "مرحبا", "cat"]).direction == "rtl"
        assert self.tokens.direction == "ltr"
        assert is_right_to_left("«שלום»")
        assert not is_right_to_left("123 !")


class TestCharacters:
    @pytest.mark.parametrize(
        ("text", "parts"),
        [
            ("e\u0301a", ["e\u0301", "a"]),
            ("हिन्दी", ["हि", "न्", "दी"]),
            ("👩\u200d🚀!", ["👩\u200d🚀", "!"]),
            ("👍🏽👍", ["👍🏽", "👍"]),
            ("🇫🇷🇩🇪", ["🇫🇷", "🇩🇪"]),
            ("\u1100\u1161\u11a8가", ["\u1100\u1161\u11a8", "가"]),
            ("a\r\nb", ["a", "\r\n", "b"]),
            (" \u0301", [" ", "\u0301"]),
        ],
    )
    def test_clusters(self, text, parts):
        starts, stops = clusters(text)
        assert [text[start:stop] for start, stop in dict.fromkeys(zip(starts, stops, strict=True))] == parts

    def test_visible(self):
        assert visible("a\nb\tc\r\n") == "a↵b⇥c↵"
        assert visible("\u202eabc\u200b\x00") == "⟨U+202E⟩abc⟨U+200B⟩⟨U+0000⟩"
        assert visible("👩\u200d🚀 می\u200cخواهم") == "👩\u200d🚀 می\u200cخواهم"
        assert visible("\u0301") == "◌\u0301"

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("I don't know.", ["I", "don't", "know", "."]),
            ("well-known 3,000.50 a.b", ["well-known", "3,000.50", "a", ".", "b"]),
            ("你好 world", ["你", "好", "world"]),
            ("'tis-", ["'", "tis", "-"]),
            ("snake_case ... x", ["snake_case", ".", ".", ".", "x"]),
            ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
            ("é e\u0301 👩\u200d🚀", ["é", "e\u0301", "👩\u200d🚀"]),
        ],
    )
    def test_words(self, text, words):
        found = {}
        for char, label in zip(text, word_labels(text), strict=True):
            if label is not None:
                found[label] = found.get(label, "") + char
        assert list(found.values()) == words
