"""Expected values of DecoderConfigTest and RotaryTest, made by transformers (5.18).

    python generate_decoder_configs.py ../resources/io/github/cola4j/model

configs.json: texts of config.json as the named models have them, in the dialects of transformers 4
and 5, and with keys left out; beside each what AutoConfig and the modules built from it say.
rotary.json: cosines and sines of rotary positions.
"""

import copy
import json
import sys
import tempfile
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForCausalLM, LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

LLAMA3 = dict(factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=8192)


def llama(**keys):
    return dict(architectures=["LlamaForCausalLM"], model_type="llama", **keys)


def qwen(**keys):
    return dict(architectures=["Qwen2ForCausalLM"], model_type="qwen2", attention_dropout=0.0, hidden_act="silu",
                initializer_range=0.02, rms_norm_eps=1e-06, torch_dtype="bfloat16", use_cache=True, **keys)


def mistral(**keys):
    return dict(architectures=["MistralForCausalLM"], model_type="mistral", bos_token_id=1, eos_token_id=2, hidden_act="silu",
                hidden_size=4096, initializer_range=0.02, intermediate_size=14336, num_attention_heads=32, num_hidden_layers=32,
                num_key_value_heads=8, rms_norm_eps=1e-05, tie_word_embeddings=False, torch_dtype="bfloat16", use_cache=True, **keys)


def gpt2(**keys):
    return dict(activation_function="gelu_new", architectures=["GPT2LMHeadModel"], attn_pdrop=0.1, bos_token_id=50256, embd_pdrop=0.1,
                eos_token_id=50256, initializer_range=0.02, layer_norm_epsilon=1e-05, model_type="gpt2", n_ctx=1024, n_embd=768,
                n_head=12, n_positions=1024, resid_pdrop=0.1, summary_activation=None, summary_first_dropout=0.1,
                summary_proj_to_labels=True, summary_type="cls_index", summary_use_proj=True, vocab_size=50257, **keys)


REAL = {
    "Llama-2-7b": llama(
        bos_token_id=1, eos_token_id=2, hidden_act="silu", hidden_size=4096, initializer_range=0.02, intermediate_size=11008,
        max_position_embeddings=4096, num_attention_heads=32, num_hidden_layers=32, num_key_value_heads=32, pretraining_tp=1,
        rms_norm_eps=1e-05, rope_scaling=None, tie_word_embeddings=False, torch_dtype="float16", use_cache=True, vocab_size=32000),
    "Llama-3.1-8B": llama(
        attention_bias=False, attention_dropout=0.0, bos_token_id=128000, eos_token_id=128001, hidden_act="silu", hidden_size=4096,
        initializer_range=0.02, intermediate_size=14336, max_position_embeddings=131072, mlp_bias=False, num_attention_heads=32,
        num_hidden_layers=32, num_key_value_heads=8, pretraining_tp=1, rms_norm_eps=1e-05,
        rope_scaling=dict(LLAMA3, rope_type="llama3"), rope_theta=500000.0, tie_word_embeddings=False, torch_dtype="bfloat16",
        use_cache=True, vocab_size=128256),
    "Llama-3.2-1B": llama(
        attention_bias=False, attention_dropout=0.0, bos_token_id=128000, eos_token_id=128001, head_dim=64, hidden_act="silu",
        hidden_size=2048, initializer_range=0.02, intermediate_size=8192, max_position_embeddings=131072, mlp_bias=False,
        num_attention_heads=32, num_hidden_layers=16, num_key_value_heads=8, pretraining_tp=1, rms_norm_eps=1e-05,
        rope_scaling=dict(LLAMA3, factor=32.0, rope_type="llama3"), rope_theta=500000.0, tie_word_embeddings=True,
        torch_dtype="bfloat16", use_cache=True, vocab_size=128256),
    "TinyLlama-1.1B": llama(
        attention_bias=False, bos_token_id=1, eos_token_id=2, hidden_act="silu", hidden_size=2048, initializer_range=0.02,
        intermediate_size=5632, max_position_embeddings=2048, num_attention_heads=32, num_hidden_layers=22, num_key_value_heads=4,
        pretraining_tp=1, rms_norm_eps=1e-05, rope_scaling=None, rope_theta=10000.0, tie_word_embeddings=False,
        torch_dtype="bfloat16", use_cache=True, vocab_size=32000),
    "SmolLM-135M": llama(
        attention_bias=False, attention_dropout=0.0, bos_token_id=0, eos_token_id=0, hidden_act="silu", hidden_size=576,
        initializer_range=0.02, intermediate_size=1536, max_position_embeddings=2048, mlp_bias=False, num_attention_heads=9,
        num_hidden_layers=30, num_key_value_heads=3, pretraining_tp=1, rms_norm_eps=1e-05, rope_scaling=None, rope_theta=10000.0,
        tie_word_embeddings=True, torch_dtype="float32", use_cache=True, vocab_size=49152),
    "Mistral-7B-v0.1": mistral(max_position_embeddings=32768, rope_theta=10000.0, sliding_window=4096, vocab_size=32000),
    "Mistral-7B-v0.3": mistral(max_position_embeddings=32768, rope_theta=1000000.0, sliding_window=None, vocab_size=32768),
    "Qwen2-0.5B": qwen(
        bos_token_id=151643, eos_token_id=151643, hidden_size=896, intermediate_size=4864, max_position_embeddings=131072,
        max_window_layers=24, num_attention_heads=14, num_hidden_layers=24, num_key_value_heads=2, rope_theta=1000000.0,
        sliding_window=131072, tie_word_embeddings=True, use_mrope=False, use_sliding_window=False, vocab_size=151936),
    "Qwen2.5-7B": qwen(
        bos_token_id=151643, eos_token_id=151643, hidden_size=3584, intermediate_size=18944, max_position_embeddings=131072,
        max_window_layers=28, num_attention_heads=28, num_hidden_layers=28, num_key_value_heads=4, rope_theta=1000000.0,
        sliding_window=131072, tie_word_embeddings=False, use_mrope=False, use_sliding_window=False, vocab_size=152064),
    "gpt2": gpt2(n_layer=12, task_specific_params={"text-generation": {"do_sample": True, "max_length": 50}}),
    "distilgpt2": gpt2(n_layer=6, _num_labels=1, id2label={"0": "LABEL_0"}, label2id={"LABEL_0": 0},
                       task_specific_params={"text-generation": {"do_sample": True, "max_length": 50}}),
}

# What the texts above do not ask for.
ASKED = {
    "linear scaling, type": ("Llama-2-7b", dict(rope_scaling=dict(type="linear", factor=4.0))),
    "linear scaling, rope_type": ("Llama-2-7b", dict(rope_scaling=dict(rope_type="linear", factor=2.5))),
    "default scaling": ("Llama-2-7b", dict(rope_scaling=dict(rope_type="default"), rope_theta=20000.0)),
    "whole theta": ("Llama-2-7b", dict(rope_theta=10000)),
    "key heads null": ("Llama-2-7b", dict(num_key_value_heads=None)),
    "head size null": ("Llama-2-7b", dict(head_dim=None)),
    "head size of its own": ("Llama-2-7b", dict(head_dim=96)),
    "biases": ("Llama-2-7b", dict(attention_bias=True, mlp_bias=True)),
    "attention's bias alone": ("Llama-2-7b", dict(attention_bias=True)),
    "dropout of attention": ("Llama-2-7b", dict(attention_dropout=0.1)),
    "gelu": ("Llama-2-7b", dict(hidden_act="gelu")),
    "gelu by tanh": ("Llama-2-7b", dict(hidden_act="gelu_pytorch_tanh")),
    "qwen2, key heads null": ("Qwen2-0.5B", dict(num_key_value_heads=None)),
    "qwen2 with windows": ("Qwen2-0.5B", dict(use_sliding_window=True, sliding_window=4096, max_window_layers=20)),
    "qwen2 with windows null": ("Qwen2-0.5B", dict(use_sliding_window=True, sliding_window=None, max_window_layers=20)),
    "gpt2, relu": ("gpt2", dict(activation_function="relu")),
    "gpt2, gelu": ("gpt2", dict(activation_function="gelu")),
    "gpt2, gelu by tanh": ("gpt2", dict(activation_function="gelu_pytorch_tanh")),
    "gpt2, silu": ("gpt2", dict(activation_function="silu")),
    "gpt2, swish": ("gpt2", dict(activation_function="swish")),
    "gpt2, inner size": ("gpt2", dict(n_inner=1000)),
    "gpt2, inner size null": ("gpt2", dict(n_inner=None)),
    "gpt2, no dropout": ("gpt2", dict(resid_pdrop=0.0, embd_pdrop=0, attn_pdrop=0.0)),
    "gpt2, untied": ("gpt2", dict(tie_word_embeddings=False)),
}

# Keys of other releases' config.json, and nothing but the type.
SILENT = {f"{kind} silent": dict(model_type=kind) for kind in ("llama", "mistral", "qwen2", "gpt2")}
SILENT["qwen2 silent with windows"] = dict(model_type="qwen2", use_sliding_window=True)


def read(text):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "config.json").write_text(json.dumps(text))
        return AutoConfig.from_pretrained(folder)


def modern(text):
    """The text as transformers 5 writes it."""
    with tempfile.TemporaryDirectory() as folder:
        read(text).save_pretrained(folder)
        return json.loads(Path(folder, "config.json").read_text())


def expected(text):
    config = read(text)
    if config.model_type == "gpt2":
        return dict(vocabulary=config.vocab_size, positions=config.n_positions, hidden=config.n_embd, layers=config.n_layer,
                    heads=config.n_head, inner=inner(config), activation=config.activation_function, epsilon=config.layer_norm_epsilon,
                    initializerRange=config.initializer_range, residualDropout=config.resid_pdrop, embeddingDropout=config.embd_pdrop,
                    attentionDropout=config.attn_pdrop, tied=config.tie_word_embeddings)
    model = shapes(config)
    layer = model.model.layers[0]
    size = layer.self_attn.head_dim
    return dict(vocabulary=config.vocab_size, hidden=config.hidden_size, layers=config.num_hidden_layers,
                heads=layer.self_attn.q_proj.out_features // size, keyHeads=layer.self_attn.k_proj.out_features // size, headSize=size,
                intermediate=layer.mlp.gate_proj.out_features, positions=config.max_position_embeddings, activation=config.hidden_act,
                epsilon=config.rms_norm_eps, initializerRange=config.initializer_range, attentionDropout=config.attention_dropout,
                queryBias=layer.self_attn.q_proj.bias is not None, outputBias=layer.self_attn.o_proj.bias is not None,
                feedForwardBias=layer.mlp.down_proj.bias is not None, windows=windows(config), tied=config.tie_word_embeddings,
                frequencies=frequencies(config))


def shapes(config):
    """One layer of the model, without memory."""
    small = copy.deepcopy(config)
    small.num_hidden_layers = 1
    with torch.device("meta"):
        return AutoModelForCausalLM.from_config(small)


def inner(config):
    small = copy.deepcopy(config)
    small.n_layer = 1
    with torch.device("meta"):
        return AutoModelForCausalLM.from_config(small).transformer.h[0].mlp.c_fc.nf


def windows(config):
    window = getattr(config, "sliding_window", None) or 0
    if config.model_type == "qwen2":
        return [window if kind == "sliding_attention" else 0 for kind in config.layer_types]
    return [window if config.model_type == "mistral" else 0] * config.num_hidden_layers


def frequencies(config):
    return LlamaRotaryEmbedding(config).inv_freq.tolist()


def configs():
    texts = {f"{name}, transformers 4": text for name, text in REAL.items()}
    texts.update({f"{name}, transformers 5": modern(text) for name, text in REAL.items()})
    texts.update({name: {**REAL[base], **keys} for name, (base, keys) in ASKED.items()})
    texts.update({f"{name}, transformers 5": modern({**REAL[base], **keys}) for name, (base, keys) in ASKED.items()})
    texts.update(SILENT)
    return [dict(name=name, config=text, expected=expected(text)) for name, text in texts.items()]


POSITIONS = [0, 1, 2, 3, 17, 100, 511, 1000, 2047, 4095, 5000, 8191]


def rotary():
    cases = []
    for scaling in (dict(rope_type="default"), dict(rope_type="linear", factor=3.0),
                    dict(LLAMA3, rope_type="llama3", original_max_position_embeddings=1024)):
        for theta in (10000.0, 500000.0):
            for size in (8, 64, 128):
                config = LlamaConfig(hidden_size=4 * size, num_attention_heads=4, head_dim=size, max_position_embeddings=8192,
                                     rope_parameters=dict(scaling, rope_theta=theta))
                embedding = LlamaRotaryEmbedding(config)
                cos, sin = embedding(torch.zeros(1), torch.tensor([POSITIONS]))
                # Both halves of a head are alike.
                assert torch.equal(cos[..., : size // 2], cos[..., size // 2 :])
                cases.append(dict(rope_parameters=config.rope_parameters, size=size, frequencies=embedding.inv_freq.tolist(),
                                  cos=cos[0, :, : size // 2].tolist(), sin=sin[0, :, : size // 2].tolist()))
    return dict(positions=POSITIONS, cases=cases)


def rounded(value):
    """As few digits as tell a float32 from its neighbours."""
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return {k: rounded(v) for k, v in value.items()} if isinstance(value, dict) else value


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for name, cases in (("configs.json", configs()), ("rotary.json", rotary())):
        if isinstance(cases, list):
            text = "[\n" + ",\n".join(json.dumps(rounded(case)) for case in cases) + "\n]\n"
        else:
            rows = ",\n".join(json.dumps(rounded(case)) for case in cases["cases"])
            text = f'{{"positions": {cases["positions"]}, "cases": [\n{rows}\n]}}\n'
        (out / name).write_text(text)


if __name__ == "__main__":
    main()
