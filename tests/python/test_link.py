"""link: text and pins travel, and nothing is told back."""

from __future__ import annotations

import pytest
import tiny_models

import xai_widgets as xai

TEXT = "the cat sat on the mat"


@pytest.fixture
def linked():
    explainer = tiny_models.explainer("gpt2")
    attention = xai.AttentionWidget(explainer=explainer, text=TEXT)
    attribution = xai.AttributionWidget(explainer=explainer, text=TEXT)
    return attention, attribution, xai.link(attention, attribution)


def test_they_share_what_is_pointed_at(linked):
    attention, attribution, _ = linked
    assert attention.group == attribution.group != ""


def test_pins_travel_both_ways(linked):
    attention, attribution, _ = linked
    attention.selection = [{"side": "query", "start": 1, "stop": 3}]
    assert attribution.selection == [{"side": 0, "start": 1, "stop": 3}]
    assert attention.selection == [{"side": "query", "start": 1, "stop": 3}]
    attribution.selection = [{"side": 0, "start": 2, "stop": 4}]
    assert attention.selection == [{"side": "key", "start": 2, "stop": 4}]


def test_a_text_that_changes_in_one_is_asked_of_the_other(linked):
    attention, attribution, _ = linked
    attention.text = "cats are sitting"
    assert attribution.text == "cats are sitting"
    assert attribution.attributions[0].tokens == attention.attention.tokens()[0]
    attribution.run("the mat")
    assert attention.text == "the mat"
    assert attention.payload["meta"]["run"] == 3


def test_an_ended_link_tells_nothing(linked):
    attention, attribution, end = linked
    end()
    attention.text = "cats are sitting"
    attention.selection = [{"side": "key", "start": 0, "stop": 1}]
    assert (attribution.text, attribution.selection, attribution.group) == (TEXT, [], "")


def test_pins_of_a_translation_go_to_the_text_they_are_of():
    explainer = tiny_models.explainer("bart")
    attention = xai.AttentionWidget(explainer=explainer, text=TEXT, text_pair="the mat", kind="cross")
    attribution = xai.AttributionWidget(explainer=explainer, text=TEXT, text_pair="the mat")
    xai.link(attention, attribution)
    attention.selection = [{"side": "query", "start": 1, "stop": 2}, {"side": "key", "start": 4, "stop": 5}]
    assert attribution.selection == [{"side": 1, "start": 1, "stop": 2}, {"side": 0, "start": 4, "stop": 5}]
    attention.kind = "encoder"
    attribution.selection = [{"side": 0, "start": 2, "stop": 3}, {"side": 1, "start": 0, "stop": 1}]
    assert attention.selection == [{"side": "key", "start": 2, "stop": 3}]


def test_bad_links():
    attention = xai.AttentionWidget(explainer=tiny_models.explainer("gpt2"), text=TEXT)
    with pytest.raises(xai.InputError, match="It takes two"):
        xai.link(attention)
    with pytest.raises(xai.InputError, match="NoneType came"):
        xai.link(attention, None)
    other = xai.AttentionWidget(explainer=tiny_models.explainer("gpt2"), text="cats")
    with pytest.raises(xai.InputError, match="different texts"):
        xai.link(attention, other)
