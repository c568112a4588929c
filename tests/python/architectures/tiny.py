"""A tiny model with random weights of any architecture that transformers can build."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import torch
import transformers
from architectures.overrides import OVERRIDES
from transformers import PreTrainedConfig, PreTrainedModel
from transformers.models.auto.configuration_auto import CONFIG_MAPPING
from transformers.pytorch_utils import Conv1D

N_LAYERS = 2
# Ids below are special tokens, ids from LAST_WORD up stand for images and sounds.
FIRST_WORD, LAST_WORD = 10, 80
VOCABULARY = 100

_SIZES: dict[str, int] = {
    **dict.fromkeys(["hidden_size", "d_model", "n_embd", "emb_dim", "dim", "embedding_size", "embed_dim"], 32),
    **dict.fromkeys(["word_embed_proj_dim", "input_embedding_size", "output_embedding_size"], 32),
    **dict.fromkeys(["embedding_dim", "attention_hidden_size", "lru_width", "d_latents", "audio_hidden_size"], 32),
    **dict.fromkeys(["cross_attention_hidden_size", "hidden_size_global", "pooler_hidden_size"], 32),
    **dict.fromkeys(["num_attention_heads", "n_head", "n_heads", "num_heads", "attention_heads"], 4),
    **dict.fromkeys(["encoder_attention_heads", "decoder_attention_heads"], 4),
    **dict.fromkeys(["num_encoder_attention_heads", "num_decoder_attention_heads"], 4),
    **dict.fromkeys(["num_hidden_layers", "n_layer", "n_layers", "num_layers", "encoder_layers"], N_LAYERS),
    **dict.fromkeys(["decoder_layers", "num_decoder_layers", "num_encoder_layers", "num_blocks"], N_LAYERS),
    **dict.fromkeys(["max_window_layers"], 1),
    **dict.fromkeys(["head_dim", "d_kv", "d_head", "attention_head_size", "swa_head_dim"], 8),
    **dict.fromkeys(["global_head_dim", "dim_head", "index_head_dim", "kv_channels"], 8),
    **dict.fromkeys(["linear_key_head_dim", "linear_value_head_dim", "linear_head_dim"], 8),
    **dict.fromkeys(["linear_num_key_heads", "linear_num_value_heads", "linear_num_heads"], 4),
    **dict.fromkeys(["index_n_heads", "swa_num_attention_heads"], 4),
    "swa_num_key_value_heads": 2,
    **dict.fromkeys(["intermediate_size", "encoder_ffn_dim", "decoder_ffn_dim", "d_ff", "d_inner"], 64),
    **dict.fromkeys(["ffn_dim", "ffn_hidden_size", "dim_ff", "dff", "hidden_dim", "feed_forward_size"], 64),
    **dict.fromkeys(["intermediate_size_mlp", "dense_intermediate_size", "shared_intermediate_size"], 64),
    **dict.fromkeys(["moe_intermediate_size", "shared_expert_intermediate_size"], 16),
    **dict.fromkeys(["expert_ffn_hidden_size", "moe_shared_expert_intermediate_size"], 16),
    **dict.fromkeys(["num_experts", "n_routed_experts", "num_local_experts", "moe_num_experts"], 4),
    **dict.fromkeys(["zero_expert_num"], 2),
    **dict.fromkeys(["num_experts_per_tok", "num_experts_per_token", "moe_topk", "moe_k", "moe_top_k"], 2),
    **dict.fromkeys(["topk_group", "n_group", "num_expert_group", "n_groups"], 1),
    "first_k_dense_replace": 1,
    # Query and key wider than value, as latent attention has them.
    **dict.fromkeys(["qk_rope_head_dim", "qk_nope_head_dim"], 8),
    **dict.fromkeys(["v_head_dim"], 12),
    "qk_head_dim": 16,
    **dict.fromkeys(["kv_lora_rank", "q_lora_rank", "o_lora_rank"], 16),
    **dict.fromkeys(["vocab_size", "src_vocab_size", "tgt_vocab_size", "decoder_vocab_size"], VOCABULARY),
    **dict.fromkeys(["vocab_size_per_layer_input", "unpadded_vocab_size"], VOCABULARY),
    **dict.fromkeys(["max_position_embeddings", "n_positions", "n_ctx", "max_seq_len"], 64),
    **dict.fromkeys(["max_source_positions", "max_target_positions", "context_length"], 64),
    **dict.fromkeys(["model_max_length", "max_encoder_position_embeddings"], 64),
    **dict.fromkeys(["max_decoder_position_embeddings", "seq_length"], 64),
    # Shorter than the texts, so that a window that is missed is seen.
    **dict.fromkeys(["sliding_window", "window_size", "attention_chunk_size", "sliding_window_size"], 5),
    **dict.fromkeys(["local_attention", "attention_window_size"], 6),
    **dict.fromkeys(["mamba_d_state", "state_size", "ssm_state_size"], 8),
    **dict.fromkeys(["mamba_n_heads", "mamba_num_heads", "n_mamba_heads"], 8),
    **dict.fromkeys(["mamba_d_head", "mamba_head_dim"], 8),
    **dict.fromkeys(["mamba_chunk_size", "chunk_size"], 8),
    **dict.fromkeys(["mamba_dt_rank", "time_step_rank"], 4),
    "rotary_dim": 4,
    "query_pre_attn_scalar": 8,
    "type_vocab_size": 2,
}
_SPECIAL = {"pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 1}
_SPECIAL_OTHERS = {"sep_token_id": 3, "cls_token_id": 4, "mask_token_id": 5, "unk_token_id": 6}


def tiny_config(model_type: str) -> PreTrainedConfig:
    """The config of a tiny model: the class's defaults, made small by the names of the attributes."""
    return _shrunk(CONFIG_MAPPING[model_type], OVERRIDES.get(model_type, {}))


def tiny_model(class_name: str, config: PreTrainedConfig, *, gain: float = 1.5, **options: Any) -> PreTrainedModel:
    """A model of that class in evaluation mode, with weights under which attention is far from uniform.

    ``gain``: how much larger a layer's output is than its input.
    """
    torch.manual_seed(0)
    cls = getattr(transformers, class_name)
    model = cls._from_config(_part_for(cls, copy.deepcopy(config)), **options)
    transposed = {id(module.weight) for module in model.modules() if isinstance(module, Conv1D)}
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if not parameter.is_floating_point():
                continue
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() > 1:
                fan_in = len(parameter) if id(parameter) in transposed else parameter[0].numel()
                parameter.copy_(noise * gain * fan_in**-0.5)
            else:
                parameter.add_(noise * 0.3)
            if "q_norm" in name or "k_norm" in name:
                parameter.mul_(min(gain, 1.0))
    return model.eval()


def _part_for(cls: type[PreTrainedModel], config: PreTrainedConfig) -> PreTrainedConfig:
    """The part of a composite config that the class is built from, as the auto classes choose it."""
    if isinstance(config, cls.config_class):
        return config
    parts = (getattr(config, name, None) for name in config.sub_configs)
    return next((part for part in parts if isinstance(part, cls.config_class)), config)


def _shrunk(config_class: type[PreTrainedConfig], overrides: Mapping[str, Any]) -> PreTrainedConfig:
    base = {name: value for name, value in overrides.items() if not isinstance(value, Mapping)}
    default = config_class()
    values = _small_values(default)
    for name in config_class.sub_configs:
        part = getattr(default, name, None)
        if isinstance(part, PreTrainedConfig):
            given = overrides.get(name, {})
            values[name] = _shrunk(type(part), given if isinstance(given, Mapping) else {})
    plain = {n: v for n, v in overrides.items() if isinstance(v, Mapping) and n not in config_class.sub_configs}
    return config_class(**(values | base | plain))


def _small_values(default: PreTrainedConfig) -> dict[str, Any]:
    stated = default.to_dict()
    values: dict[str, Any] = {}
    names = set(stated) | set(default.attribute_map)
    for name in names:
        value = stated.get(name)
        if isinstance(value, bool) or (value is None and name != "sliding_window"):
            continue
        if name in _SIZES and isinstance(value, int):
            values[name] = _SIZES[name]
        elif name == "num_key_value_heads" and isinstance(value, int):
            values[name] = 2
        elif name in _SPECIAL:
            values[name] = _SPECIAL[name]
        elif name in _SPECIAL_OTHERS:
            values[name] = _SPECIAL_OTHERS[name]
        elif isinstance(value, int) and name.endswith(("_token_id", "_token_index")):
            values[name] = LAST_WORD + sum(map(ord, name)) % (VOCABULARY - LAST_WORD)
    if "kv_lora_rank" in stated and "num_key_value_heads" in values:
        values["num_key_value_heads"] = _SIZES["num_attention_heads"]  # latent attention has no groups
    values.update(_layer_lists(stated, values))
    return values


def _layer_lists(stated: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Lists with an entry per layer, cut down to one layer of each sort; and the number of those layers."""
    count = next((n for n in ("num_hidden_layers", "num_layers", "n_layer") if n in values), None)
    n_layers = stated.get(count) if count else None
    lists = {n: v for n, v in stated.items() if isinstance(v, list) and len(v) == n_layers and len(v) > N_LAYERS}
    if not lists or count is None or n_layers is None:
        return {}
    sorts: dict[str, int] = {}
    for i in range(n_layers):
        sorts.setdefault(repr([v[i] for v in lists.values() if isinstance(v[i], str)]), i)
    kept = sorted(sorts.values())
    kept += [i for i in range(n_layers) if i not in kept][: max(0, N_LAYERS - len(kept))]
    return {name: [value[i] for i in kept] for name, value in lists.items()} | {count: len(kept)}
