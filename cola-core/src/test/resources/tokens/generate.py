"""Token ids that the encoder must give, made with transformers' AutoTokenizer.

  python generate.py ../golden > expected.json
"""
import json, sys
from transformers import AutoTokenizer

LONG = "the quick brown fox jumps over the lazy dog , again and again , until it is tired . " * 8
TEXTS = [
    ("a charming and often affecting journey . ", None),
    ("", None),
    ("  two   spaces\tand\na line break ", None),
    ("it 's \"quoted\" , isn't it ?", None),
    ("Naïve café, São Tomé: 100 % ½", None),
    ("日本語 and emoji 😀👩‍👩‍👧", None),
    ("[MASK] </s> [SEP]", None),
    (LONG, None),
    ("Is it raining?", "It rains."),
    (LONG, "a short one"),
    ("a short one", LONG),
    (LONG, LONG[20:]),
    ("", "only the second"),
]
out = {}
for arch in ("bert", "roberta"):
    tokenizer = AutoTokenizer.from_pretrained(f"{sys.argv[1]}/{arch}/checkpoint")
    out[arch] = []
    for first, second in TEXTS:
        for max_length in (16, 64, 256):
            e = tokenizer(first, second, truncation=True, max_length=max_length, return_token_type_ids=True)
            out[arch].append({"first": first, "second": second, "max_length": max_length, "ids": e["input_ids"], "types": e["token_type_ids"]})
print("[\n" + ",\n".join(json.dumps(dict(arch=a, **c)) for a in out for c in out[a]) + "\n]")
