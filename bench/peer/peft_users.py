"""The peer of `cola-bench step --users K`: K LoRA adapters on one base, trained one after the other; see README.md.

A step goes through all users: the user's adapter is set, the user's rows go forward and backward, and the user's own
optimizer takes its step. One mixed batch is no choice: PEFT takes batches of several adapters in inference alone.
"""
import argparse
import time

import torch
from peft import LoraConfig, get_peft_model

from models import MODELS, optimizer, peak_cuda_mb, peak_rss_mb, print_line, random_batch, step_numbers, wait_for

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--model", default="gpt2", choices=MODELS)
parser.add_argument("--method", default="lora", choices=["lora"])
parser.add_argument("--users", type=int, default=16, help="one adapter each")
parser.add_argument("--rows-each", type=int, default=2, help="rows of each user in a step")
parser.add_argument("--batch", type=int, help="rows of a step altogether; instead of --rows-each")
parser.add_argument("--seq", type=int, default=128)
parser.add_argument("--rank", type=int, default=8)
parser.add_argument("--steps", type=int, default=8)
parser.add_argument("--warmup", type=int, default=2)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--device", default="cpu")
parser.add_argument("--dtype", default="float32")
parser.add_argument("--optimizer", default="adamw", choices=["adamw", "sgd"])


def main(args):
    if args.batch is not None:
        if args.batch < args.users or args.batch % args.users:
            parser.error(f"--batch {args.batch} cannot be dealt to {args.users} users in equal parts")
        args.rows_each = args.batch // args.users
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    model, targets, task = MODELS[args.model]()
    model = model.to(args.device, getattr(torch, args.dtype))
    users = [f"user{number}" for number in range(args.users)]
    lora = LoraConfig(r=args.rank, target_modules=targets, task_type=task)
    model = get_peft_model(model, lora, adapter_name=users[0])
    for user in users[1:]:
        model.add_adapter(user, lora)
    model.train()
    rules, rows, trainable = {}, {}, 0
    for user in users:
        model.set_adapter(user)  # only what it sets is trained
        own = [parameter for parameter in model.parameters() if parameter.requires_grad]
        rules[user] = optimizer(args.optimizer, own)
        rows[user] = random_batch(model, task, args.rows_each, args.seq, args.device)
        trainable += sum(parameter.numel() for parameter in own)
    milliseconds = []
    for _ in range(args.warmup + args.steps):
        wait_for(args.device)
        start = time.perf_counter()
        for user in users:
            model.set_adapter(user)
            ids, labels = rows[user]
            model(input_ids=ids, labels=labels).loss.backward()
            rules[user].step()
            rules[user].zero_grad(set_to_none=True)
        wait_for(args.device)
        milliseconds.append((time.perf_counter() - start) * 1e3)
    print_line(
        {
            "method": "peft-lora",
            "model": args.model,
            "users": args.users,
            "rows_each": args.rows_each,
            "batch": args.users * args.rows_each,
            "seq": args.seq,
            "rank": args.rank,
            "device": args.device,
            "dtype": args.dtype,
            "threads": args.threads,
            **step_numbers(milliseconds[args.warmup :]),
            "peak_rss_mb": peak_rss_mb(),
            "peak_cuda_mb": peak_cuda_mb(args.device),
            "steps": args.steps,
            "trainable": trainable,
        }
    )


main(parser.parse_args())
