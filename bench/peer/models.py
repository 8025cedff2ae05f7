"""Models of public configurations with random weights, dropout off; and the line of JSON that each script ends with."""
import json
import resource

import peft
import torch
import transformers
from transformers import (
    GPT2Config,
    GPT2LMHeadModel,
    LlamaConfig,
    LlamaForCausalLM,
    RobertaConfig,
    RobertaForSequenceClassification,
)

CAUSAL_LM = "CAUSAL_LM"
SEQ_CLS = "SEQ_CLS"
CLASSES = 2


def gpt2():
    config = GPT2Config(resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0)  # the class's defaults are the 124M model
    return GPT2LMHeadModel(config), ["c_attn", "c_proj", "c_fc"], CAUSAL_LM


def roberta_base():
    config = RobertaConfig(
        vocab_size=50265,
        max_position_embeddings=514,
        type_vocab_size=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        num_labels=CLASSES,
    )
    return RobertaForSequenceClassification(config), ["query", "value"], SEQ_CLS


def llama(**sizes):
    return LlamaForCausalLM(LlamaConfig(**sizes)), ["q_proj", "v_proj"], CAUSAL_LM


def llama_160m():
    return llama(
        vocab_size=32000,
        hidden_size=768,
        intermediate_size=3072,
        num_hidden_layers=12,
        num_attention_heads=12,
        num_key_value_heads=12,
    )


def llama_1b():
    return llama(
        vocab_size=128256,
        hidden_size=2048,
        intermediate_size=8192,
        num_hidden_layers=16,
        num_attention_heads=32,
        num_key_value_heads=8,
        tie_word_embeddings=True,
    )


# By name: what makes the model, with the modules that get adapters and PEFT's word for its task.
MODELS = {"gpt2": gpt2, "roberta-base": roberta_base, "llama-160m": llama_160m, "llama-1b": llama_1b}


def random_batch(model, task, rows, length, device):
    """Token ids [rows, length] and labels: the ids themselves, or a class for each row."""
    ids = torch.randint(0, model.config.vocab_size, (rows, length), device=device)
    labels = ids if task == CAUSAL_LM else torch.randint(0, CLASSES, (rows,), device=device)
    return ids, labels


def optimizer(name, parameters):
    rules = {"adamw": torch.optim.AdamW, "sgd": torch.optim.SGD}
    return rules[name](parameters, lr=1e-4)


def wait_for(device):
    """A GPU works on while Python goes ahead."""
    if device.startswith("cuda"):
        torch.cuda.synchronize()


def step_numbers(milliseconds):
    times = sorted(milliseconds)
    return {"ms_per_step": round(times[len(times) // 2], 2), "ms_min": round(times[0], 2)}


def peak_rss_mb():
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)  # Linux counts KiB


def peak_cuda_mb(device):
    return round(torch.cuda.max_memory_allocated() / 2**20, 1) if device.startswith("cuda") else None


def print_line(numbers):
    versions = {"torch": torch.__version__, "transformers": transformers.__version__, "peft": peft.__version__}
    print(json.dumps({**numbers, **versions}))
