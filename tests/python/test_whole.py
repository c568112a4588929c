import numpy as np
import pytest
import torch

import xai_widgets as xai
from xai_widgets.whole import bounds, whole


@pytest.mark.parametrize("given", [3, np.int64(3), np.uint8(3), np.array(3), torch.tensor(3)])
def test_whole_numbers_of_all_kinds(given):
    number = whole(given)
    assert number == 3
    assert type(number) is int


@pytest.mark.parametrize(
    "given", [True, 3.0, np.float32(3), torch.tensor(3.0), torch.tensor([1, 2]), np.array([3, 4]), "3", None, [3]]
)
def test_what_is_none(given):
    assert whole(given) is None


def test_bounds_are_two_of_them():
    assert bounds([1, np.int64(4)]) == bounds((torch.tensor(1), 4)) == (1, 4)
    for given in ([1], [1, 2, 3], [1, 2.5], "12", 12, None):
        assert bounds(given) is None


def test_what_a_model_says_is_a_target_a_head_and_a_step():
    explainer = xai.demo("sentiment")
    text = "a fine film"
    logits = explainer.model(**explainer.tokenizer(text, return_tensors="pt")).logits[0]
    likeliest = int(logits.argmax())
    by_tensor = explainer.attribute(text, target=logits.argmax())
    assert by_tensor.target == explainer.attribute(text, target=likeliest).target
    attention = explainer.attention(text)
    head = torch.tensor(1)
    np.testing.assert_array_equal(attention.weights(head, head), attention.weights(1, 1))
