"""The peer of `cola-bench step`: training steps of PEFT on full batches of a model with random weights; see README.md."""
import argparse
import time

import torch
from peft import AdaLoraConfig, IA3Config, LoraConfig, get_peft_model

from models import MODELS, optimizer, peak_cuda_mb, peak_rss_mb, print_line, random_batch, step_numbers, wait_for

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--model", default="gpt2", choices=MODELS)
parser.add_argument("--method", default="lora", choices=["lora", "adalora", "ia3", "full"])
parser.add_argument("--batch", type=int, default=8)
parser.add_argument("--seq", type=int, default=128)
parser.add_argument("--rank", type=int, default=8)
parser.add_argument("--steps", type=int, default=8)
parser.add_argument("--warmup", type=int, default=2)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--device", default="cpu")
parser.add_argument("--dtype", default="float32")
parser.add_argument("--optimizer", default="adamw", choices=["adamw", "sgd"])


def adapted(model, targets, task, args):
    if args.method == "full":
        return model
    if args.method == "ia3":
        return get_peft_model(model, IA3Config(task_type=task))
    if args.method == "adalora":
        half = max(1, args.rank // 2)
        ranks = dict(init_r=args.rank, target_r=half, total_step=1000)
        return get_peft_model(model, AdaLoraConfig(target_modules=targets, task_type=task, **ranks))
    return get_peft_model(model, LoraConfig(r=args.rank, target_modules=targets, task_type=task))


def main(args):
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    model, targets, task = MODELS[args.model]()
    model = adapted(model.to(args.device, getattr(torch, args.dtype)), targets, task, args)
    model.train()
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    rule = optimizer(args.optimizer, trained)
    ids, labels = random_batch(model, task, args.batch, args.seq, args.device)
    milliseconds = []
    for _ in range(args.warmup + args.steps):
        wait_for(args.device)
        start = time.perf_counter()
        model(input_ids=ids, labels=labels).loss.backward()
        rule.step()
        rule.zero_grad(set_to_none=True)
        wait_for(args.device)
        milliseconds.append((time.perf_counter() - start) * 1e3)
    print_line(
        {
            "method": "peft-" + args.method,
            "model": args.model,
            "batch": args.batch,
            "seq": args.seq,
            "rank": args.rank,
            "device": args.device,
            "dtype": args.dtype,
            "threads": args.threads,
            **step_numbers(milliseconds[args.warmup :]),
            "peak_rss_mb": peak_rss_mb(),
            "peak_cuda_mb": peak_cuda_mb(args.device),
            "steps": args.steps,
            "trainable": sum(parameter.numel() for parameter in trained),
        }
    )


main(parser.parse_args())
