"""How wide texts are: held beside what a typesetter measures with the fonts themselves."""

from __future__ import annotations

import json

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from xai_widgets.export.drawing.letters import cut, font_stack, text_width, wrapped
from xai_widgets.text import is_right_to_left
from xai_widgets.text.characters import clusters

HELVETICAS = ("Helvetica", "Arial", "Liberation Sans", "Arimo")
LATIN = [
    "The quick brown fox jumps over the lazy dog.",
    "0123456789 +−×= <>[]{}()",
    "naïve façade ÀÉÎÕÜ ßøæ",
    "“quotes” – dashes — …",
    "@#$%&*!?/\\|_^~",
]
OTHERS = [
    "Привет, мир",
    "Ελληνικά γράμματα",
    "العربية جميلة جدا",
    "中文字符",
    "ひらがな",
    "한국어 문장",
    "हिन्दी भाषा",
    "বাংলা ভাষা",
    "தமிழ் மொழி",
    "😀👍🏽",
    "ภาษาไทย",
]


def measured(texts: list[str], *, family: str | None = None) -> list[float]:
    """Widths in em of texts that are set in some family, or in whatever a picture is set in."""
    source = """
    #let given = json("/given.json")
    #set text(size: 100pt, font: given.fonts)
    #context [#metadata(given.texts.map(words => measure(text(words)).width / 100pt)) <widths>]
    """
    installed = {name.lower() for name in typst.Fonts().families()}
    stack = [family] if family else [name for name in font_stack("".join(texts)) if name.lower() in installed]
    given = json.dumps({"texts": texts, "fonts": stack})
    compiler = typst.Compiler({"main.typ": source.encode(), "given.json": given.encode()})
    return json.loads(compiler.query("<widths>", field="value", one=True))


@pytest.fixture(scope="module")
def helvetica() -> str:
    installed = set(typst.Fonts().families())
    found = [family for family in HELVETICAS if family in installed]
    if not found:
        pytest.skip(f"none of {', '.join(HELVETICAS)} is installed here")
    return found[0]


def test_latin_is_as_wide_as_in_helvetica_and_its_kin(helvetica: str) -> None:
    for words, width in zip(LATIN, measured(LATIN, family=helvetica), strict=True):
        # Kerning, which a browser may or may not do, is what is left: under two hundredths.
        assert text_width(words, 1.0) == pytest.approx(width, rel=0.02), words


def test_other_scripts_are_guessed_within_a_fifth(helvetica: str) -> None:
    assert helvetica
    for words, width in zip(OTHERS, measured(OTHERS), strict=True):
        assert text_width(words, 1.0) == pytest.approx(width, rel=0.2), words


def test_marks_and_what_is_joined_take_no_room_of_their_own() -> None:
    assert text_width("e\u0301", 10) == text_width("é", 10) == text_width("e", 10)
    assert text_width("👩\u200d👩\u200d👧", 10) == text_width("👩", 10)
    assert text_width("👍🏽", 10) == text_width("👍", 10)
    assert text_width("🇩🇪", 10) == text_width("😀", 10)


@given(st.text(max_size=40), st.floats(0, 60))
def test_what_is_cut_fits_or_is_one_character(words: str, room: float) -> None:
    short = cut(words, 8, room)
    assert short == words or short.endswith("…")
    kept = len(set(clusters(short.removesuffix("…"))[1]))
    assert text_width(short, 8) <= room + 0.011 or kept <= 1 or short == words


@pytest.mark.parametrize("character", ["👩\u200d👩\u200d👧", "e\u0301", "कि", "🇩🇪", "👍🏽"])
def test_a_character_is_not_cut_in_two(character: str) -> None:
    found = {cut(character * 4, 10, room) for room in range(1, 90)}
    assert len(found) > 2
    assert found <= {f"{character * count}…" for count in range(1, 4)} | {character * 4}


@given(st.text(alphabet="ab cde", max_size=80), st.integers(20, 90))
def test_wrapped_lines_fit_and_lose_no_word(words: str, room: int) -> None:
    lines = wrapped(words, 8, room)
    assert all(text_width(line, 8) <= room + 0.011 or " " not in line for line in lines)
    if not any(line.endswith("…") for line in lines):
        assert " ".join(lines).split() == words.split()


@pytest.mark.parametrize(
    ("words", "backwards"), [("", False), ("12 a", False), ("!مرحبا a", True), ("a مرحبا", False), ("12 שלום", True)]
)
def test_direction_is_that_of_the_first_letter_that_has_one(words: str, backwards: bool) -> None:
    assert is_right_to_left(words) is backwards


def test_a_picture_names_the_fonts_of_its_own_language_first() -> None:
    def first(text: str) -> str:
        return next(family for family in font_stack(text) if "CJK" in family)

    assert [first(text) for text in ("中文", "中文のテスト", "中文 한국어")] == [
        "Noto Sans CJK SC",
        "Noto Sans CJK JP",
        "Noto Sans CJK KR",
    ]
