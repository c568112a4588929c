"""Tokens: their ids, readable text, character offsets, words and special tokens."""

from xai_widgets.text.characters import is_right_to_left
from xai_widgets.text.token_sequence import Token, TokenSequence
from xai_widgets.text.token_span import TokenSpan
from xai_widgets.text.tokenizer import Tokenizer, sequence_from_tokenizer

__all__ = [
    "Token",
    "TokenSequence",
    "TokenSpan",
    "Tokenizer",
    "is_right_to_left",
    "sequence_from_tokenizer",
]
