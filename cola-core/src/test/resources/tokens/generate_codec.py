"""Tokens without special ones, and the texts of tokens, made with transformers' AutoTokenizer.

  python generate_codec.py ../golden > codec.json
"""
import json, sys
from transformers import AutoTokenizer

TEXTS = [
    "a charming and often affecting journey . ",
    "",
    " leading space, it 's \"quoted\" , isn't it ? I 'm not !",
    "  two   spaces\tand\na line break \n\n",
    "Naïve café, São Tomé: 100 % ½",
    "日本語 and emoji 😀👩‍👩‍👧",
    "before </s> between <s><mask> [SEP] [MASK] behind",
]
out = []
for arch in ("bert", "roberta"):
    tokenizer = AutoTokenizer.from_pretrained(f"{sys.argv[1]}/{arch}/checkpoint")
    for text in TEXTS:
        ids = tokenizer(text, add_special_tokens=False)["input_ids"]
        # The whole, with special tokens around it; and a piece cut out anywhere, even within a character.
        for part in (ids, tokenizer(text)["input_ids"], ids[1:-1], ids[2:7]):
            out.append({"arch": arch, "text": text, "ids": ids, "part": part, "decoded": tokenizer.decode(part, skip_special_tokens=True)})
print("[\n" + ",\n".join(json.dumps(c) for c in out) + "\n]")
