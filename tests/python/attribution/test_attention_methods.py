"""Attention-based methods and AttnLRP, against their papers' formulas written out by hand."""

from __future__ import annotations

import copy

import attribution_models as models
import numpy as np
import pytest
import torch
import transformers
from attribution_models import TEXT
from tiny_models import VOCAB, scaled

import xai_widgets as xai


def eager_copy(model):
    # A config of its own: in transformers 5.0 a model keeps the one that it is given.
    made = type(model)(copy.deepcopy(model.config))
    made.load_state_dict(model.state_dict())
    made.set_attn_implementation("eager")
    return made.eval()


def eager(explainer, text, target):
    """The model's own eager weights, and their gradients: [layer, head, query, key]."""
    output = eager_copy(explainer.model)(**explainer.tokenizer(text, return_tensors="pt"), output_attentions=True)
    grads = torch.autograd.grad(output.logits[0, target], output.attentions)
    return [w[0].detach().double() for w in output.attentions], [g[0].double() for g in grads]


def test_rollout_is_the_product_of_half_attention_and_half_identity():
    explainer = models.classifier()
    weights, _ = eager(explainer, TEXT, 0)
    flow = torch.eye(weights[0].shape[1], dtype=torch.float64)
    for layer in weights:
        flow = (0.5 * layer.mean(0) + 0.5 * torch.eye(len(flow))) @ flow
    attribution = explainer.attribute(TEXT, method="attention_rollout")
    np.testing.assert_allclose(attribution.scores, flow[0], atol=1e-6)  # [CLS] is what BERT's head reads
    assert attribution.scores.sum() == pytest.approx(1)
    assert attribution.method.attention_based
    assert "attention, not attribution" in attribution.as_text()


def test_attention_x_gradient_follows_the_papers_rules():
    explainer = models.classifier()
    weights, grads = eager(explainer, TEXT, 2)
    relevance = torch.eye(weights[0].shape[1], dtype=torch.float64)
    for layer, grad in zip(weights, grads, strict=True):
        relevance = relevance + (layer * grad).clamp_min(0).mean(0) @ relevance
    expected = relevance[0] - torch.eye(len(relevance))[0]
    found = explainer.attribute(TEXT, method="attention_x_gradient", target=2)
    np.testing.assert_allclose(found.scores, expected, atol=1e-6)


@pytest.mark.parametrize("method", ["attention_rollout", "attention_x_gradient", "value_norms"])
def test_the_row_of_the_position_that_is_read(method):
    explainer = models.llama()
    attribution = explainer.attribute(TEXT, "hello world", method=method)
    last = explainer.attribute(TEXT, "hello world", method=method, at=-1)
    np.testing.assert_allclose(attribution.scores[-1], last.scores, atol=1e-5)
    for step, place in enumerate(attribution.at):
        assert not attribution.scores[step, place + 1 :].any()
        assert attribution.scores[step, place] > 0


@pytest.mark.parametrize("shape", ["bart", "t5"])
def test_rollout_of_an_encoder_decoder_shares_out_one(shape):
    attribution = models.translator(shape).attribute(TEXT, "hello", method="attention_rollout")
    total = attribution.scores.sum(-1) + attribution.second.scores.sum(-1)
    np.testing.assert_allclose(total, 1, atol=1e-5)
    # Two residual halves a decoder layer: what stays in the target is half for each layer.
    layers = models.translator(shape).model.config.num_hidden_layers if shape == "t5" else 3
    np.testing.assert_allclose(attribution.second.scores.sum(-1), 0.5**layers, atol=1e-5)


def test_attention_x_gradient_of_an_encoder_decoder_follows_the_papers_rules():
    explainer = models.translator()
    attribution = explainer.attribute(TEXT, "hello", method="attention_x_gradient", at=1)
    inputs = explainer.inputs.make(TEXT, "hello", truncate=False).arguments
    output = eager_copy(explainer.model)(**inputs, output_attentions=True)
    token = inputs["decoder_input_ids"][0, 2]
    stacks = [output.encoder_attentions, output.decoder_attentions, output.cross_attentions]
    flat = [w for stack in stacks for w in stack]
    grads = dict(zip(map(id, flat), torch.autograd.grad(output.logits[0, 1, token], flat), strict=True))
    encoder, decoder, cross = ([(w * grads[id(w)]).clamp_min(0)[0].mean(0).detach() for w in stack] for stack in stacks)

    def normalized(relevance):
        own = relevance - torch.eye(len(relevance))
        return own / own.sum(-1, keepdim=True).clamp_min(1e-12) + torch.eye(len(relevance))

    source = torch.eye(len(encoder[0]))
    for layer in encoder:
        source = source + layer @ source
    target, mixed = torch.eye(len(decoder[0])), torch.zeros(len(decoder[0]), len(source))
    for own, across in zip(decoder, cross, strict=True):
        target, mixed = target + own @ target, mixed + own @ mixed
        mixed = mixed + normalized(target).T @ (across @ normalized(source))
    np.testing.assert_allclose(attribution.scores, mixed[1], atol=1e-5)
    np.testing.assert_allclose(attribution.second.scores, (target - torch.eye(len(target)))[1], atol=1e-5)


@pytest.mark.parametrize("make", [models.classifier, models.causal, models.llama])
def test_value_norms_are_of_vectors_that_add_up_to_what_the_layer_gives(make):
    """The vectors of all keys must sum to the attention block's output, less its bias: measured in the model."""
    from xai_widgets.attribution.methods.value_norms import _Projections
    from xai_widgets.models.interface import observe_attention

    explainer = make()
    names = ("attention.output.dense", "attn.c_proj", "self_attn.o_proj")
    outputs, hooks = {}, []
    for name, module in explainer.model.named_modules():
        if name.endswith(names):
            hooks.append(module.register_forward_hook(lambda m, _a, out, n=name: outputs.__setitem__(n, (m, out[0]))))
    arguments = explainer.inputs.make(TEXT, None, truncate=False).arguments
    recorder = _Projections(explainer.model)
    with torch.no_grad(), observe_attention(recorder.observe), recorder:
        explainer.model(**arguments)
    for hook in hooks:
        hook.remove()
    layers = recorder.layers()["self"]
    assert len(layers) == len(outputs) == 2
    for projected, (module, output) in zip(layers.values(), outputs.values(), strict=True):
        rows = list(range(output.shape[0]))
        bias = 0 if getattr(module, "bias", None) is None else module.bias
        torch.testing.assert_close(projected.vectors(rows).sum(1), (output - bias).float(), rtol=1e-3, atol=1e-4)


def test_value_norms_of_one_layer():
    explainer = models.classifier()
    assert explainer.attribute(TEXT, method="value_norms", layer=1).scores.sum() != pytest.approx(1)
    with pytest.raises(xai.InputError, match="layers are 0, 1"):
        explainer.attribute(TEXT, method="value_norms", layer=5)


def tiny_llama(family: str = "Llama", **config) -> xai.Explainer:
    options = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 2}
    options |= {"intermediate_size": 24, "vocab_size": VOCAB, "max_position_embeddings": 32, "pad_token_id": 3}
    options |= {"head_dim": 8} | config
    configured = getattr(transformers, f"{family}Config")(**options)
    model = scaled(getattr(transformers, f"{family}ForCausalLM")(configured))
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "self_attn" in name and parameter.dim() == 1:  # biases, and norms of query and key
                parameter.copy_(torch.linspace(0.5, 1.5, len(parameter)))
    return xai.Explainer(model, models.causal().tokenizer)


@pytest.mark.parametrize(
    ("family", "options"),
    [("Llama", {}), ("Mistral", {"sliding_window": 3}), ("Qwen2", {}), ("Qwen3", {})],
    ids=["llama", "mistral", "qwen2", "qwen3"],
)
def test_attn_lrp_propagates_relevance_by_the_papers_formulas(family, options):
    """One layer, every relevance passed on by its explicit rule instead of by gradients.

    What Mistral has beside Llama is a window, Qwen2 biases of query, key and value, Qwen3 norms of query and key.
    """
    explainer = tiny_llama(family, **options)
    model = explainer.model
    config = model.config
    ids = explainer.inputs.make(TEXT, None, truncate=False).arguments["input_ids"]
    w = {name: p.detach().double() for name, p in model.named_parameters()}
    prefix = "model.layers.0."
    length, heads, width = ids.shape[1], 2, 8

    def rms(x, weight):
        return x / (x.pow(2).mean(-1, keepdim=True) + config.rms_norm_eps).sqrt() * weight

    def linear_rule(x, weight, relevance, bias=0.0):  # the epsilon rule with epsilon zero; a bias keeps its part
        return x * ((relevance / (x @ weight.T + bias)) @ weight)

    cos, sin = model.model.rotary_emb(torch.zeros(1, length, 16), torch.arange(length)[None])
    cos, sin = cos[0].double(), sin[0].double()

    def turned(x):  # [head, position, width]
        half = torch.cat([-x[..., width // 2 :], x[..., : width // 2]], -1)
        return x * cos + half * sin

    def split(x):
        return x.view(length, heads, width).transpose(0, 1)

    x0 = w["model.embed_tokens.weight"][ids[0]]
    n0 = rms(x0, w[prefix + "input_layernorm.weight"])
    biases = {name: w.get(f"{prefix}self_attn.{name}_proj.bias", 0.0) for name in "qkv"}
    q, k, v = (n0 @ w[f"{prefix}self_attn.{name}_proj.weight"].T + biases[name] for name in "qkv")
    norms = [w.get(f"{prefix}self_attn.{name}_norm.weight") for name in "qk"]
    qs, ks = (split(x) if norm is None else rms(split(x), norm) for x, norm in zip((q, k), norms, strict=True))
    qr, kr, vs = turned(qs), turned(ks), split(v)
    scores = qr @ kr.transpose(1, 2) * width**-0.5
    window = options.get("sliding_window", length)
    assert window <= length
    allowed = torch.ones(length, length).tril().triu(1 - window).bool()
    a = scores.masked_fill(~allowed, -torch.inf).softmax(-1)
    o = a @ vs
    joined = o.transpose(0, 1).reshape(length, -1)
    x1 = x0 + joined @ w[prefix + "self_attn.o_proj.weight"].T
    n1 = rms(x1, w[prefix + "post_attention_layernorm.weight"])
    gate = n1 @ w[prefix + "mlp.gate_proj.weight"].T
    up = n1 @ w[prefix + "mlp.up_proj.weight"].T
    product = gate * torch.sigmoid(gate) * up
    down = product @ w[prefix + "mlp.down_proj.weight"].T
    x2 = x1 + down
    n2 = rms(x2, w["model.norm.weight"])
    logits = n2 @ w["lm_head.weight"].T
    token = int(logits[-1].argmax())

    relevance = torch.zeros_like(logits)
    relevance[-1, token] = logits[-1, token]
    r = torch.zeros_like(x2)
    r[-1] = n2[-1] * w["lm_head.weight"][token]  # then the final norm: identity rule
    r_x1, r_down = r * x1 / x2, r * down / x2
    r_product = torch.nan_to_num(linear_rule(product, w[prefix + "mlp.down_proj.weight"], r_down))
    r_n1 = torch.nan_to_num(linear_rule(n1, w[prefix + "mlp.gate_proj.weight"], r_product / 2))
    r_n1 = r_n1 + torch.nan_to_num(linear_rule(n1, w[prefix + "mlp.up_proj.weight"], r_product / 2))
    r_x1 = r_x1 + r_n1
    attended = joined @ w[prefix + "self_attn.o_proj.weight"].T
    r_x0, r_attended = r_x1 * x0 / x1, r_x1 * attended / x1
    r_o = split(linear_rule(joined, w[prefix + "self_attn.o_proj.weight"], r_attended).nan_to_num())
    share = r_o / (2 * o)  # the uniform rule for a product of two activations
    r_a, r_v = a * (share @ vs.transpose(1, 2)), vs * (a.transpose(1, 2) @ share)
    r_scores = scores * (r_a - a * r_a.sum(-1, keepdim=True))  # the softmax's Taylor expansion
    r_scores = r_scores.masked_fill(~allowed, 0)
    share = (r_scores / (2 * scores)).masked_fill(~allowed, 0) * width**-0.5
    r_qr, r_kr = qr * (share @ kr), kr * (share.transpose(1, 2) @ qr)

    def merged(x):
        return x.transpose(0, 1).reshape(length, -1)

    r_n0 = torch.zeros_like(n0)
    for name, turned_relevance, rotated in (("q", r_qr, qr), ("k", r_kr, kr)):
        # A rotation is linear: its relevance goes back by the epsilon rule.
        ratio = turned_relevance / rotated
        back = ratio * cos + torch.cat([(ratio * sin)[..., width // 2 :], -(ratio * sin)[..., : width // 2]], -1)
        # Through a norm of query or key it goes whole.
        of_head = merged((qs if name == "q" else ks) * back)
        r_n0 = r_n0 + linear_rule(n0, w[f"{prefix}self_attn.{name}_proj.weight"], of_head, biases[name])
    r_n0 = r_n0 + linear_rule(n0, w[prefix + "self_attn.v_proj.weight"], merged(r_v), biases["v"])
    expected = (r_x0 + r_n0).sum(-1)

    attribution = explainer.attribute(TEXT, method="attn_lrp", target=token)
    np.testing.assert_allclose(attribution.scores, expected, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("make", [models.classifier, models.causal, models.llama])
def test_attn_lrp_leaves_values_as_they_are(make):
    explainer = make()
    attribution = explainer.attribute(TEXT, method="attn_lrp")
    assert attribution.scores.any()
    assert attribution.value == pytest.approx(explainer.attribute(TEXT).value, abs=1e-5)


def test_attn_lrp_refuses_by_name_what_it_has_no_rules_for():
    with pytest.raises(xai.UnsupportedModelError, match="no rules here for BartForConditionalGeneration"):
        models.translator().attribute(TEXT, method="attn_lrp")
    with pytest.raises(xai.InputError, match="explains logits"):
        models.classifier().attribute(TEXT, method="attn_lrp", value="probability")


def test_models_without_attention_weights_are_refused_by_name():
    config = transformers.MambaConfig(hidden_size=16, num_hidden_layers=1, vocab_size=VOCAB, state_size=4)
    explainer = xai.Explainer(scaled(transformers.MambaForCausalLM(config)), models.causal().tokenizer)
    assert np.isfinite(explainer.attribute(TEXT).scores).all()
    for method in ("attention_rollout", "attention_x_gradient", "value_norms"):
        with pytest.raises(xai.UnsupportedModelError, match="gradient_x_input"):
            explainer.attribute(TEXT, method=method)
