"""What cannot be generated says why; what was generated before a person stopped it can be explored."""

from __future__ import annotations

import generation_models as models
import pytest
import tiny_models
from generation_models import TEXT
from tokenizers_fixture import wordpiece

import xai_widgets as xai

CHAT = (
    "{% for m in messages %}[CLS] {{ m['role'] }} {{ m['content'] }} [SEP] {% endfor %}"
    "{% if add_generation_prompt %}the{% endif %}"
)


def stopping_at(count: int, error: BaseException):
    def progress(what: str, done: int, total: int) -> None:
        assert what == "writing"
        assert total == 8
        if done >= count:
            raise error

    return progress


@pytest.mark.parametrize("options", [{}, {"num_beams": 3}, {"do_sample": True}], ids=["greedy", "beams", "sampling"])
@pytest.mark.parametrize("family", ["bart", "gpt2"])
def test_what_was_written_before_a_person_stopped_it_can_be_explored(family, options):
    explainer = models.explainer(family)
    whole = explainer.generate(TEXT, max_new_tokens=8, seed=2, **options)
    for error in (xai.Cancelled("enough"), KeyboardInterrupt()):
        stopped = explainer.generate(TEXT, max_new_tokens=8, seed=2, progress=stopping_at(4, error), **options)
        assert not stopped.finished
        assert len(stopped.ids) == len(stopped.steps) == 4
        assert "stopped" in repr(stopped)
        if "num_beams" not in options:
            assert stopped.ids == whole.ids[:4]
            assert [s.log_prob for s in stopped.steps] == [s.log_prob for s in whole.steps[:4]]
        assert stopped.attention().n_layers
        assert len(stopped.attribute().value) == 4
        assert stopped.force(4, stopped.ids[0]).finished


def test_nothing_to_explore_where_nothing_was_written():
    with pytest.raises(xai.Cancelled, match="before anything was written"):
        models.explainer("bart").generate(TEXT, max_new_tokens=8, progress=stopping_at(0, xai.Cancelled("no")))


@pytest.mark.parametrize("error", [xai.StaleError("newer"), ZeroDivisionError("a fault")])
def test_other_errors_of_the_callback_are_not_hidden(error):
    with pytest.raises(type(error)):
        models.explainer("bart").generate(TEXT, max_new_tokens=8, progress=stopping_at(4, error))


def test_a_source_that_is_too_long_says_by_how_much():
    explainer = models.explainer("bart")
    with pytest.raises(xai.InputError, match=r"has 82 tokens, 18 more than the 64 positions") as caught:
        explainer.generate("cat " * 80)
    assert caught.value.offer == "truncate"
    assert len(explainer.generate("cat " * 80, truncate=True, max_new_tokens=2).prompt) == 64


@pytest.mark.parametrize("family", ["bart", "gpt2"])
def test_a_generation_ends_where_there_are_no_more_positions(family):
    generation = models.explainer(family).generate(TEXT, max_new_tokens=100, suppress_tokens=[2])
    before = len(generation.start) or len(generation.prompt)
    assert before + len(generation.ids) == 64
    assert "no more positions: it has 64" in generation.notes[0]
    assert generation.attention().n_layers


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_prompt_and_an_empty_target(text):
    explainer = models.explainer("bart")
    with pytest.raises(xai.InputError, match="text is empty"):
        explainer.generate(text)
    for family, what in (("bart", "target"), ("gpt2", "continuation")):
        with pytest.raises(xai.InputError, match=f"{what} is empty"):
            models.explainer(family).generate(TEXT, max_new_tokens=2).score(text)


def test_a_target_that_is_too_long():
    generation = models.explainer("bart").generate(TEXT, max_new_tokens=2)
    with pytest.raises(xai.InputError, match="more than the 64 positions"):
        generation.score("cat " * 80)


@pytest.mark.parametrize("make", [tiny_models.bert, lambda: tiny_models.bart("BartForSequenceClassification")])
def test_a_model_that_cannot_generate(make):
    with pytest.raises(xai.UnsupportedModelError, match="cannot generate: it has no language-model head"):
        xai.Explainer(make(), wordpiece()).generate(TEXT)


def test_a_forced_token_must_be_one_token():
    generation = models.explainer("bart").generate(TEXT, max_new_tokens=4)
    with pytest.raises(xai.InputError, match=r"'unbelievable cats' is \d tokens.*' cat' \+ 's'.*can be the target"):
        generation.force(1, "unbelievable cats")
    with pytest.raises(xai.InputError, match="There is no token 120: ids are 0 to 119"):
        generation.force(1, 120)
    with pytest.raises(xai.InputError, match="no step 5: steps are 0 to 3"):
        generation.force(5, "cat")
    with pytest.raises(xai.InputError, match="no step 4"):
        generation.attribute(4)


def test_no_room_for_a_token_behind_the_last_position():
    generation = models.explainer("bart").generate(TEXT, max_new_tokens=100)
    with pytest.raises(xai.InputError, match="no room for 64 tokens"):
        generation.force(len(generation.ids), "cat")


def test_beams_that_are_not_there():
    explainer = models.explainer("bart")
    with pytest.raises(xai.InputError, match="num_beams of at least 2"):
        explainer.generate(TEXT, max_new_tokens=2).follow(0)
    with pytest.raises(xai.InputError, match="no beam 999"):
        explainer.generate(TEXT, max_new_tokens=2, num_beams=2).follow(999)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"num_return_sequences": 2}, "one text is explored at a time"),
        ({"output_attentions": True}, "attention\\(\\) of all"),
        ({"input_ids": [1]}, "makes the model's inputs"),
        ({"no_such_option": 1}, "cannot generate so: .*no_such_option"),
        ({"penalty_alpha": 0.6, "top_k": 4}, "cannot generate so"),
        ({"top": 0}, "at least one candidate"),
    ],
)
def test_options_that_have_no_place(options, words):
    with pytest.raises(xai.InputError, match=words):
        models.explainer("bart").generate(TEXT, **options)


def test_a_token_that_the_config_rules_out_can_be_forced():
    explainer = models.explainer("gpt2")
    generation = explainer.generate(TEXT, max_new_tokens=4, suppress_tokens=[7])
    assert generation.force(1, 7).ids[1] == 7
    assert generation.force(1, 7).steps[1].probability == 0


def test_a_conversation_is_shown_as_the_model_sees_it():
    tokenizer = wordpiece.__wrapped__()
    explainer = xai.Explainer(tiny_models.gpt2(n_positions=64), tokenizer)
    messages = [{"role": "user", "content": "the cat sat"}]
    with pytest.raises(xai.InputError, match="has no chat template"):
        explainer.generate(messages)
    tokenizer.chat_template = CHAT
    generation = explainer.generate(messages, max_new_tokens=3)
    shown = "[CLS] user the cat sat [SEP] the"
    ids = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=True)["input_ids"]
    assert generation.prompt.ids == tuple(ids)
    assert generation.prompt.sources == (shown,)
    assert generation.prompt.special[0]
    assert generation.attention().tokens()[0].ids[: len(ids)] == tuple(ids)
    assert generation.attribute().tokens.ids[: len(ids)] == tuple(ids)
    assert generation.score("on the mat").prompt.ids == tuple(ids)
    asked = explainer.generate("the cat sat", chat=True, max_new_tokens=3)
    assert asked.ids == generation.ids
    assert explainer.generate("the cat sat", max_new_tokens=3).prompt.ids != tuple(ids)
    with pytest.raises(xai.InputError, match="needs a role and a content"):
        explainer.generate([{"content": "hello"}])
    with pytest.raises(xai.InputError, match="chat=False"):
        explainer.generate(messages, chat=False)


def test_a_view_can_go_on_from_the_map_and_the_attribution():
    generation = models.explainer("gpt2").generate(TEXT, max_new_tokens=3)
    rerun = generation.attention().rerun
    again = rerun.run(rerun.text, rerun.text_pair)
    assert again.tokens()[0].ids == (*generation.prompt.ids, *generation.ids)
    assert len(rerun.run("the cat", None).tokens()[0]) == 4
    other = generation.attribute(0).rerun.again(text="the cat", text_pair=" sat on", at=1)
    assert other.target == "token 'on' (step 1)"
