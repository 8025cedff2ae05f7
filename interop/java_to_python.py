"""Loads what io.github.cola4j.interop.ToPython wrote with transformers and PEFT, and compares.

Run: python java_to_python.py GOLDEN_DIR WRITTEN_DIR RESULTS.jsonl

Per case: the adapter with PeftModel.from_pretrained and the AutoPeftModel of its task, the merged folders with the Auto class; logits at
real tokens, what they generate token for token, the tokenizer, the names of the classes, and that no key is missing or left over.
"""
import json, os, sys, warnings
import torch, transformers
from peft import (AutoPeftModelForCausalLM, AutoPeftModelForSeq2SeqLM, AutoPeftModelForSequenceClassification, PeftModel,
                  get_peft_model_state_dict)
from safetensors.torch import load_file
from transformers import (AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoModelForSequenceClassification, AutoTokenizer,
                          BartForConditionalGeneration)
from results import Results, relative

if not hasattr(BartForConditionalGeneration, "_prepare_encoder_decoder_kwargs_for_generation"):      # renamed in transformers 5; PEFT 0.21 still asks for it
    BartForConditionalGeneration._prepare_encoder_decoder_kwargs_for_generation = BartForConditionalGeneration._prepare_text_encoder_decoder_kwargs_for_generation
AUTO = {"sequence-classification": AutoModelForSequenceClassification, "sequence-regression": AutoModelForSequenceClassification,
        "causal-lm": AutoModelForCausalLM, "sequence-to-sequence": AutoModelForSeq2SeqLM}
AUTO_PEFT = {"sequence-classification": AutoPeftModelForSequenceClassification, "sequence-regression": AutoPeftModelForSequenceClassification,
             "causal-lm": AutoPeftModelForCausalLM, "sequence-to-sequence": AutoPeftModelForSeq2SeqLM}
TEXTS = ["A coffee shop in the city centre area called Blue Spice.", "Naïve café, 東京 — 42%!"]


class Case:
    def __init__(self, golden, written, arch, name, results):
        self.folder, self.results = os.path.join(written, arch, name), results
        self.told = json.load(open(os.path.join(self.folder, "case.json")))
        self.expected = load_file(os.path.join(self.folder, "expected.safetensors"))
        self.inputs = load_file(os.path.join(golden, arch, "inputs.safetensors"))
        self.arch, self.name = arch, name
        if self.told["task"] != "sequence-to-sequence": self.inputs.pop("labels")
        self.auto = AUTO[self.told["task"]]
        self.heads = {} if "causal" in self.told["task"] or "to-sequence" in self.told["task"] else {"num_labels": max(1, len(self.told["labels"]))}

    def say(self, check, difference=0.0, limit=0.0, note=""):
        self.results.add(self.arch, self.name, check, difference, limit, note)

    def holds(self, check, true, note=""):
        self.say(check, 0.0 if true else 1.0, 0.0, note)

    def logits(self, check, model, form):
        with torch.no_grad(): logits = model.eval()(**self.inputs).logits
        here = logits.reshape(-1, logits.shape[-1])[self.expected["places"]]
        self.say(check, relative(self.expected[form], here), 1e-5)

    def generations(self, check, model, form):
        told = self.told.get(form)
        if not told: return
        ends = model.generation_config.eos_token_id
        ends = ends if isinstance(ends, list) else [ends]
        pad, skip = model.generation_config.pad_token_id, 1 if self.told["task"] == "sequence-to-sequence" else 0

        def new(rows, width):
            for row in rows:
                row = row[width:]; stop = [i for i, t in enumerate(row) if t in ends]
                yield row[:stop[0] + 1] if stop else row

        def run(prompts, **settings):
            width = max(map(len, prompts)); gap = [[pad] * (width - len(p)) for p in prompts]
            if skip: ids, mask = [p + g for p, g in zip(prompts, gap)], [[1] * len(p) + [0] * len(g) for p, g in zip(prompts, gap)]
            else: ids, mask = [g + p for p, g in zip(prompts, gap)], [[0] * len(g) + [1] * len(p) for p, g in zip(prompts, gap)]
            with torch.no_grad():
                out = model.generate(input_ids=torch.tensor(ids), attention_mask=torch.tensor(mask), do_sample=False,
                                     max_new_tokens=told["max_new_tokens"], min_new_tokens=0, **settings).tolist()
            return list(new(out, skip or width))
        beams = dict(num_beams=3, length_penalty=1.0, early_stopping=False)
        for name, settings in ("greedy", dict(num_beams=1)), ("beam", beams):
            alone = [run([p], **settings)[0] for p in told["prompts"]]
            self.holds(f"{check} {name}", alone == told[name], f"{told[name]} here, {alone} there" if alone != told[name] else "")
        padded = run(told["prompts"], num_beams=1)
        self.holds(f"{check} padded batch", padded == told["greedy"], f"{told['greedy']} here, {padded} there" if padded != told["greedy"] else "")

    def adapter(self, form="adapter", folder=os.path.join("run", "adapter")):
        path = os.path.join(self.folder, folder)
        base = self.auto.from_pretrained(os.path.join(self.folder, "base"), **self.heads)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always"); model = PeftModel.from_pretrained(base, path)
        head = base.get_output_embeddings()      # which may read a table that is adapted
        tied = any(hasattr(m, "lora_embedding_A") and m.lora_embedding_A and head and m.get_base_layer().weight is head.weight for m in model.modules())
        complaints = [str(w.message) for w in caught if not (tied and "tie_word_embeddings" in str(w.message))]
        self.holds("no warning of PEFT", not complaints, str(complaints) if complaints else "")
        stored, taken = set(load_file(os.path.join(path, "adapter_model.safetensors"))), set(get_peft_model_state_dict(model, save_embedding_layers=False))
        self.holds("adapter keys", stored == taken, str(sorted(stored ^ taken)) if stored != taken else "")
        if self.told["users"]: self.logits("users together, logits" if form == "adapter" else "one of the users, logits", model, form)
        else: self.logits("adapter logits", model, form)
        self.generations("adapter", model, form)
        if form == "adapter": self.holds("merged unless the head is tied", self.told["merges"] != tied)
        if not tied: self.logits("adapter merged by PEFT", model.merge_and_unload(), form)
        here = os.getcwd(); os.chdir(self.folder)       # the adapter says where its base is: beside it, by its bare name
        try: self.logits("AutoPeftModel logits", AUTO_PEFT[self.told["task"]].from_pretrained(folder, **self.heads), form)
        finally: os.chdir(here)

    def merged(self, form):
        folder = os.path.join(self.folder, form)
        model, loaded = self.auto.from_pretrained(folder, output_loading_info=True, dtype=torch.float32)
        odd = {k: v for k, v in loaded.items() if v}
        self.holds("merged keys", not odd, str(odd) if odd else "")
        self.logits(f"{form} logits", model, form)
        if form != "merged": return
        self.generations("merged", model, form)
        config = json.load(open(os.path.join(folder, "config.json")))
        self.holds("merged class", type(model).__name__ == config["architectures"][0])
        if self.told["labels"]: self.holds("class names", list(model.config.id2label.values()) == self.told["labels"], str(model.config.id2label))
        one, other = AutoTokenizer.from_pretrained(folder), AutoTokenizer.from_pretrained(os.path.join(self.folder, "base"))
        self.holds("tokenizer", one(TEXTS)["input_ids"] == other(TEXTS)["input_ids"] and one.special_tokens_map == other.special_tokens_map)


def main(golden, written, out):
    torch.set_num_threads(1); transformers.logging.disable_progress_bar(); transformers.logging.set_verbosity_error()      # that a base lacks its head is what is tested
    with Results(out, "Java to Python") as results:
        for arch in sorted(os.listdir(written)):
            for name in sorted(os.listdir(os.path.join(written, arch))):
                case = Case(golden, os.path.abspath(written), arch, name, results)
                steps = [case.adapter, *(lambda u=u: case.adapter(u, os.path.join("run", "users", u, "adapter")) for u in case.told["users"])]
                if case.told["merges"]: steps += [lambda: case.merged("merged"), lambda: case.merged("merged-bf16")]
                for step in steps:
                    try: step()
                    except Exception as e: case.say("loads", 1.0, 0.0, f"{type(e).__name__}: {e}")
            print(arch, len(os.listdir(os.path.join(written, arch))), "runs", flush=True)


main(*sys.argv[1:])
