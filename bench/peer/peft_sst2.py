"""The peer of `cola-bench sst2`: epochs with PEFT LoRA on a real base, as its users write them; see README.md."""
import argparse
import csv
import random
import time
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from models import CLASSES, SEQ_CLS, peak_rss_mb, print_line

MAX_LENGTH = 128
EVALUATION_BATCH = 64
WEIGHT_DECAY = 5e-4
MEGA_BATCHES = 50  # the Trainer's group_by_length sorts within so many batches

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--base", default="../models/minilm-l6")
parser.add_argument("--data", default="../data/sst2")
parser.add_argument("--train", default="train.tsv", help="file in --data")
parser.add_argument("--test", default="test.tsv", help="file in --data")
parser.add_argument("--text", nargs="+", default=["sentence"], help="column of the text, or the two of a pair")
parser.add_argument("--label", default="label", help="column of the class")
parser.add_argument("--rows", type=int, default=6000)
parser.add_argument("--epochs", type=int, default=1)
parser.add_argument("--batch", type=int, default=32)
parser.add_argument("--lr", type=float, default=3e-3)
parser.add_argument("--rank", type=int, default=8)
parser.add_argument("--targets", nargs="*", default=["query", "value"])
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--seed", type=int, default=0)
parser.add_argument("--group-by-length", action="store_true")
parser.add_argument("--device", default="cpu")
parser.add_argument("--order", help="file with a line per step: the numbers of its rows, from 0")


def read(file, args, tokenizer, limit=None):
    """Rows as (token ids, class); tabs between the columns, their names in the first line, quotes are letters."""
    rows = []
    with open(file, encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            if limit is not None and len(rows) == limit:
                break
            texts = [row[column] for column in args.text]
            rows.append((tokenizer(*texts, truncation=True, max_length=MAX_LENGTH), int(row[args.label])))
    return rows


def epoch_order(epoch, lengths, args):
    order = list(range(len(lengths)))
    random.Random(args.seed + epoch).shuffle(order)
    if not args.group_by_length:
        return order
    mega = args.batch * MEGA_BATCHES
    parts = [order[start : start + mega] for start in range(0, len(order), mega)]
    return [row for part in parts for row in sorted(part, key=lambda row: lengths[row], reverse=True)]


def batches(epoch, lengths, args):
    if args.order:
        with open(args.order, encoding="utf-8") as lines:
            return [[int(row) for row in line.split()] for line in lines if line.strip()]
    order = epoch_order(epoch, lengths, args)
    return [order[start : start + args.batch] for start in range(0, len(order), args.batch)]


def collate(rows, tokenizer, device):
    """Padded to the longest of them."""
    inputs = tokenizer.pad([encoded for encoded, _ in rows], return_tensors="pt")
    return inputs.to(device), torch.tensor([label for _, label in rows], device=device)


def main(args):
    torch.manual_seed(args.seed)
    torch.set_num_threads(args.threads)
    tokenizer = AutoTokenizer.from_pretrained(args.base)
    base = AutoModelForSequenceClassification.from_pretrained(args.base, num_labels=CLASSES, dtype=torch.float32)
    lora = LoraConfig(r=args.rank, lora_alpha=args.rank, target_modules=args.targets, task_type=SEQ_CLS)
    model = get_peft_model(base.to(args.device), lora)
    train = read(Path(args.data, args.train), args, tokenizer, args.rows)
    test = read(Path(args.data, args.test), args, tokenizer)
    lengths = [len(encoded["input_ids"]) for encoded, _ in train]

    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    rule = torch.optim.AdamW(trained, lr=args.lr, weight_decay=WEIGHT_DECAY)
    total = args.epochs * -(-len(train) // args.batch)
    warm = max(1, total // 20)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        rule, lambda step: min((step + 1) / warm, max(0.0, (total - step) / max(1, total - warm)))
    )

    start = time.time()
    real, padded, losses = 0, 0, []
    model.train()
    for epoch in range(args.epochs):
        for numbers in batches(epoch, lengths, args):
            inputs, labels = collate([train[number] for number in numbers], tokenizer, args.device)
            real += sum(lengths[number] for number in numbers)
            padded += inputs["input_ids"].numel()
            loss = model(**inputs, labels=labels).loss
            loss.backward()
            rule.step()
            schedule.step()
            rule.zero_grad(set_to_none=True)
            losses.append(loss.item())
    trained_at = time.time()

    model.eval()
    right = 0
    with torch.no_grad():
        for first in range(0, len(test), EVALUATION_BATCH):
            inputs, labels = collate(test[first : first + EVALUATION_BATCH], tokenizer, args.device)
            right += int((model(**inputs).logits.argmax(-1) == labels).sum())
    end = time.time()

    print_line(
        {
            "method": "peft-lora",
            "train_s": round(trained_at - start, 2),
            "eval_s": round(end - trained_at, 2),
            "rows_per_s": round(len(train) * args.epochs / (trained_at - start), 1),
            "accuracy": round(right / len(test), 4),
            "loss": round(sum(losses) / len(losses), 4),
            "padded_share": round(1 - real / padded, 3),
            "group_by_length": args.group_by_length,
            "rows": len(train),
            "batch": args.batch,
            "threads": args.threads,
            "peak_rss_mb": peak_rss_mb(),
            "seed": args.seed,
        }
    )


main(parser.parse_args())
