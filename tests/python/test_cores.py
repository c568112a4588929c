import threading

import numpy as np
import pytest
import torch

import xai_widgets as xai
from xai_widgets.models.cores import leaving_a_core, on_one_core


@pytest.fixture(autouse=True)
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def elsewhere():
    seen = []
    thread = threading.Thread(target=lambda: seen.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    return seen[0]


def test_few_numbers_are_made_on_one_core_and_other_threads_go_on_as_before():
    with on_one_core(1000):
        assert (torch.get_num_threads(), elsewhere()) == (1, 2)
    assert torch.get_num_threads() == 2


def test_many_numbers_are_spread():
    with on_one_core(10**8):
        assert torch.get_num_threads() == 2


def test_a_core_is_left_in_a_new_thread_whatever_was_set_before():
    torch.set_num_threads(3)
    seen = []

    def work():
        with leaving_a_core():
            torch.ones(4).sum()
            seen.append(torch.get_num_threads())
        seen.append(torch.get_num_threads())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [2, 3]


def test_the_only_core_is_worked_on():
    with on_one_core(1), leaving_a_core():
        assert torch.get_num_threads() == 1


def test_what_fails_leaves_the_cores_as_they_were():
    with pytest.raises(ValueError, match="no"), on_one_core(1000):
        raise ValueError("no")
    assert torch.get_num_threads() == 2


def test_a_short_texts_weights_are_made_on_one_core(monkeypatch):
    attention = xai.demo("sentiment").attention("A fine film")
    cores = []
    softmax = torch.softmax

    def noted(*args, **kwargs):
        cores.append(torch.get_num_threads())
        return softmax(*args, **kwargs)

    monkeypatch.setattr(torch, "softmax", noted)
    weights = attention.weights(0)
    assert cores == [1]
    assert torch.get_num_threads() == 2
    np.testing.assert_allclose(weights.sum(-1), 1, atol=1e-6)
