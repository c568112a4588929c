"""Which architectures there are, and what is expected of those that are not like the others."""

from __future__ import annotations

from transformers.models.auto import modeling_auto

_BASE = {
    "albert": "AlbertModel",
    "big_bird": "BigBirdForMaskedLM",
    "convbert": "ConvBertForMaskedLM",
    "deberta-v2": "DebertaV2Model",
    "electra": "ElectraForMaskedLM",
    "funnel": "FunnelModel",
    "longformer": "LongformerForMaskedLM",
    "modernbert": "ModernBertForMaskedLM",
    "mpnet": "MPNetForMaskedLM",
    "roformer": "RoFormerForMaskedLM",
    "t5": "T5EncoderModel",
    "xlm": "XLMModel",
    "xlnet": "XLNetModel",
}

# Which of them the everyday run takes: one of each way to attend.
EVERYDAY = {
    # as most do: multi-head, grouped, fused projections, one softmax
    "BertLMHeadModel",
    "DistilBertForSequenceClassification",
    "AlbertForSequenceClassification",
    "GPT2LMHeadModel",
    "GPTBigCodeForCausalLM",
    "LlamaForCausalLM",
    "MobileBertForSequenceClassification",
    "Phi3ForCausalLM",
    "Qwen3ForCausalLM",
    # windows, chunks and several kinds of layer
    "MistralForCausalLM",
    "Gemma3ForCausalLM",
    "Cohere2ForCausalLM",
    "GPTNeoForCausalLM",
    "Llama4ForCausalLM",
    "ModernBertForMaskedLM",
    "Gemma3nForCausalLM",
    # soft caps, sinks, biases, ALiBi
    "Gemma2ForCausalLM",
    "GptOssForCausalLM",
    "GraniteSWAForCausalLM",
    "Inkling2ForCausalLM",
    "BloomForCausalLM",
    "MptForCausalLM",
    "FalconForCausalLM",
    "DogeForCausalLM",
    # query and key of another width than value, selected keys, two softmaxes
    "DeepseekV3ForCausalLM",
    "DeepseekV32ForCausalLM",
    "DeepseekV4ForCausalLM",
    "DiffLlamaForCausalLM",
    "HrmTextForCausalLM",
    # hybrids
    "JambaForCausalLM",
    "BambaForCausalLM",
    "FalconH1ForCausalLM",
    "MiniMaxForCausalLM",
    "Qwen3NextForCausalLM",
    "RecurrentGemmaForCausalLM",
    "ZambaForCausalLM",
    "Zamba2ForCausalLM",
    # their own attention, outside the interface
    "BigBirdForMaskedLM",
    "ConvBertForMaskedLM",
    "DebertaV2Model",
    "ElectraForMaskedLM",
    "FunnelModel",
    "LayoutLMv3ForSequenceClassification",
    "LongformerForMaskedLM",
    "LongformerForSequenceClassification",
    "MPNetForMaskedLM",
    "RoFormerForMaskedLM",
    "SqueezeBertForSequenceClassification",
    "XLMModel",
    "XLNetModel",
    # encoder-decoders
    "BartForConditionalGeneration",
    "EncoderDecoderModel",
    "FSMTForConditionalGeneration",
    "LEDForConditionalGeneration",
    "LongT5ForConditionalGeneration",
    "M2M100ForConditionalGeneration",
    "MarianMTModel",
    "ProphetNetForConditionalGeneration",
    "T5ForConditionalGeneration",
    "T5EncoderModel",
    "T5GemmaForConditionalGeneration",
    "T5Gemma2ForConditionalGeneration",
    "BartForSequenceClassification",
    # refused
    "CanineForSequenceClassification",
    "FNetForSequenceClassification",
    "MambaForCausalLM",
    "NystromformerForSequenceClassification",
    "PerceiverForSequenceClassification",
    "ReformerModelWithLMHead",
    "RwkvForCausalLM",
}

# Which of those are as they are now since transformers 5.0: what `make test-lowest` runs.
SINCE_5_0 = {
    "AlbertForSequenceClassification",
    "BartForConditionalGeneration",
    "BertLMHeadModel",
    "BloomForCausalLM",
    "ConvBertForMaskedLM",
    "DebertaV2Model",
    "DistilBertForSequenceClassification",
    "FalconForCausalLM",
    "FNetForSequenceClassification",
    "GPT2LMHeadModel",
    "GptOssForCausalLM",
    "LlamaForCausalLM",
    "MambaForCausalLM",
    "MarianMTModel",
    "MistralForCausalLM",
    "MPNetForMaskedLM",
    "Qwen3ForCausalLM",
    "T5EncoderModel",
    "T5ForConditionalGeneration",
}

# Numbers of the layers that attend from token to token, where the config's list of layer types does not tell.
LAYERS: dict[str, tuple[int, ...]] = {
    "deepseek_v4": (0, 2),
    "FunnelForSequenceClassification": (0, 1, 2, 3),
    "FunnelModel": (0, 1, 2, 3, 12, 13),
    "hrm_text": tuple(range(16)),
}
NO_ATTENTION = {"linear_attention", "conv", "mamba", "moe", "mlp"}

# A word of the sentence with which an architecture is refused, whole or a part of it.
REFUSED = {
    "blt": "groups",
    "canine": "groups",
    "falcon_mamba": "no attention weights",
    "fnet": "Fourier",
    "mamba": "no attention weights",
    "mamba2": "no attention weights",
    "mra": "resolutions",
    "nystromformer": "landmarks",
    "perceiver": "latents",
    "reformer": "chunks",
    "rwkv": "recurrence",
    "xlstm": "no attention weights",
    "yoso": "hashing",
}
LEFT_OUT = {
    "deepseek_v4": "positions",
    "funnel": "positions",
    "longt5": "window",
    "pegasus_x": "window",
}

# Why there is no gradient × input: a part of the sentence with which it is refused.
NOT_ATTRIBUTED = {
    "canine": "one table of word embeddings",
    "cpmant": "does not look up word embeddings",
    "ibert": "does not look up word embeddings",
    "musicgen": "one table of word embeddings",
    "musicgen_melody": "one table of word embeddings",
    "perceiver": "one table of word embeddings",
    "reformer": "cannot be differentiated in evaluation mode",
}
# Where the scores are what the model's own backward pass says, and that is not the derivative of its forward pass.
OWN_BACKWARD = {
    "hrm_text": "it leaves gradients of all but the last of its cycles out",
    "phimoe": "it has a backward pass of its own for its choice of experts",
    "yoso": "it has a backward pass of its own for its hashing",
}
NO_LENGTH = {
    "inkling2_text": "whatever it reads it norms first: the length of an embedding means nothing, scores are 0"
}

NOT_BUILT = {
    "gemma3n": "needs the package timm for its vision tower; its text model is gemma3n_text",
    "gemma4_assistant": "drafts for another model, whose keys and values it needs: no text alone",
    "gemma4_unified_assistant": "drafts for another model, whose keys and values it needs: no text alone",
    "layoutlmv2": "needs the package detectron2",
    "voxtral_realtime": "needs sound: no text alone",
}


def architectures() -> list[tuple[str, str]]:
    """Every (model type, class) with a causal language model, a sequence classifier or a sequence-to-sequence head."""
    mappings = (
        modeling_auto.MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
        modeling_auto.MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES,
        modeling_auto.MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES,
        _BASE,
    )
    found = dict.fromkeys(pair for mapping in mappings for pair in mapping.items())
    return [pair for pair in found if pair[0] not in NOT_BUILT]
