"""Expected values of CausalClassifierTest, made by PyTorch and transformers (5.18).

    python generate_causal_classifiers.py ../resources/io/github/cola4j/model/classifiers

For each architecture a tiny model with a classification head (config.json, model.safetensors), and
values.safetensors: a batch padded on the right, in which one row's text ends in padding tokens and
another's is nothing else; logits, loss, what the head reads and the gradient of that; adapters
(low rank on some modules, a full one on the head) and the losses of ten steps of back-propagation.
"""

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import GPT2Config, GPT2ForSequenceClassification, LlamaConfig, LlamaForSequenceClassification

PAD = 1
ROWS = [[5, 9, 3, 22, 17, 30, 8], [11, 4, 29, 6], [13, 7, 21, PAD, PAD], [PAD, PAD, PAD], [2, 33, 34, PAD, 35, 9, 10, 28, 3]]
LABELS = [2, 0, 1, 1, 0]
STEPS = 10


def build(name):
    if name == "llama":
        return LlamaForSequenceClassification(LlamaConfig(
            vocab_size=40, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
            max_position_embeddings=32, bos_token_id=0, eos_token_id=2, pad_token_id=PAD, num_labels=3, initializer_range=0.3))
    return GPT2ForSequenceClassification(GPT2Config(
        vocab_size=40, n_positions=32, n_embd=16, n_layer=2, n_head=4, bos_token_id=0, eos_token_id=2, pad_token_id=PAD, num_labels=3,
        resid_pdrop=0, embd_pdrop=0, attn_pdrop=0, initializer_range=0.3))


def main():
    for name, targets in (("llama", ("q_proj", "v_proj")), ("gpt2", ("c_attn",))):
        torch.manual_seed(11)
        torch.set_num_threads(1)
        out = Path(sys.argv[1], name)
        model = build(name).eval()
        for p in model.parameters():
            if p.dim() == 1:
                p.data += 0.1 * torch.randn_like(p)
            p.requires_grad_(False)
        model.save_pretrained(out)
        width = max(map(len, ROWS))
        batch = dict(input_ids=torch.tensor([row + [PAD] * (width - len(row)) for row in ROWS]),
                     attention_mask=torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in ROWS]), labels=torch.tensor(LABELS))

        read = {}

        def keep(module, args, made):
            read["x"] = args[0].detach().clone().requires_grad_(True)
            return torch.nn.functional.linear(read["x"], module.weight)

        hook = model.score.register_forward_hook(keep)
        result = model(**batch)
        result.loss.backward()
        hook.remove()
        # The head's hidden states at the one token of each row that is read.
        kept = read["x"].grad.abs().sum(-1).argmax(-1)
        rows = torch.arange(len(ROWS))
        values = dict(batch, logits=result.logits, loss=result.loss.reshape(1), head_x=read["x"][rows, kept], head_x_grad=read["x"].grad[rows, kept])

        trained = {}
        for path, module in model.named_modules():
            last = path.split(".")[-1]
            if last in targets:
                shape = module.weight.shape if last == "c_attn" else module.weight.shape[::-1]  # [in, out]
                a, b = torch.randn(4, shape[0]) * 0.2, torch.randn(shape[1], 4) * 0.05
                trained[path + ".A"], trained[path + ".B"] = a.requires_grad_(True), b.requires_grad_(True)
                module.register_forward_hook(lambda m, args, made, a=a, b=b: made + args[0] @ a.T @ b.T)
            elif last == "score":
                w = torch.zeros(module.weight.shape, requires_grad=True)
                trained[path + ".W"] = w
                module.register_forward_hook(lambda m, args, made, w=w: made + args[0] @ w.T)
        values.update({"adapters." + key: value.detach().clone() for key, value in trained.items()})
        optimizer = torch.optim.AdamW(trained.values(), lr=1e-2, betas=(0.9, 0.999), eps=1e-4, weight_decay=0.01)
        losses = []
        for _ in range(STEPS):
            loss = model(**batch).loss
            losses.append(loss.item())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        print(name, kept.tolist(), losses)
        values["losses"] = torch.tensor(losses, dtype=torch.float64)
        save_file({key: value.detach().contiguous() for key, value in values.items()}, out / "values.safetensors")


if __name__ == "__main__":
    main()
