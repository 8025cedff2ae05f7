"""Writes adapters with PEFT and models with transformers, and what they compute, for io.github.cola4j.interop.FromPython to compare.

Run: python python_to_java.py write GOLDEN_DIR CASES_DIR
     (Java: FromPython CASES_DIR COMPARED.jsonl)
     python python_to_java.py read COMPARED.jsonl RESULTS.jsonl

Of every architecture: PEFT adapters of many options, which Java evaluates and merges; adapters that are not built, which Java refuses by
name; and the model itself as transformers may save it: sharded, in BF16 and F16, without a head, with a tied or an untied one, as a classifier.
"""
import json, os, shutil, sys, warnings
import peft, torch, transformers
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModel, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoModelForSequenceClassification, BartForConditionalGeneration
from results import Results

warnings.filterwarnings("ignore")
if not hasattr(BartForConditionalGeneration, "_prepare_encoder_decoder_kwargs_for_generation"):      # renamed in transformers 5; PEFT 0.21 still asks for it
    BartForConditionalGeneration._prepare_encoder_decoder_kwargs_for_generation = BartForConditionalGeneration._prepare_text_encoder_decoder_kwargs_for_generation
AUTO = {"SEQUENCE_CLASSIFICATION": AutoModelForSequenceClassification, "CAUSAL_LM": AutoModelForCausalLM, "SEQUENCE_TO_SEQUENCE": AutoModelForSeq2SeqLM}
PEFT_TASK = {"SEQUENCE_CLASSIFICATION": "SEQ_CLS", "CAUSAL_LM": "CAUSAL_LM", "SEQUENCE_TO_SEQUENCE": "SEQ_2_SEQ_LM"}
LLAMA = dict(words="embed_tokens", query="q_proj", value="v_proj", wide="up_proj", narrow="down_proj", first="layers.0.self_attn.q_proj", pattern=r".*\.1\.mlp\.(gate|down)_proj")
# The names of some modules; "first" ends only one module's path.
MODULES = {
    "bert": dict(words="word_embeddings", query="query", value="value", wide="intermediate.dense", narrow="output.dense", first="layer.0.attention.self.query", pattern=r".*\.1\..*(key|dense)"),
    "gpt2": dict(words="wte", query="c_attn", value="c_fc", wide="mlp.c_fc", narrow="mlp.c_proj", first="h.0.attn.c_attn", pattern=r".*\.1\.mlp\.c_(fc|proj)"),
    "bart": dict(words="embed_tokens", query="q_proj", value="v_proj", wide="fc1", narrow="fc2", first="decoder.layers.0.encoder_attn.q_proj", pattern=r".*decoder\.layers\.1\..*(k_proj|fc2)"),
    "llama": LLAMA, "mistral": LLAMA, "qwen2": LLAMA}
MODULES["roberta"] = MODULES["bert"]


class Architecture:
    """One folder of the golden set."""

    def __init__(self, golden, out, name):
        self.name, self.out = name, os.path.join(out, name)
        self.checkpoint = os.path.abspath(os.path.join(golden, name, "checkpoint"))
        self.config = AutoConfig.from_pretrained(self.checkpoint)
        kind = self.config.architectures[0]
        self.task = ("SEQUENCE_CLASSIFICATION" if kind.endswith("ForSequenceClassification") else
                     "SEQUENCE_TO_SEQUENCE" if kind.endswith("ForConditionalGeneration") else "CAUSAL_LM")
        self.inputs = load_file(os.path.join(golden, name, "inputs.safetensors"))
        if self.task == "SEQUENCE_CLASSIFICATION": self.inputs.pop("labels")
        self.modules = MODULES[self.config.model_type]
        self.layers = {"gpt2": "h", "bert": "layer", "roberta": "layer"}.get(self.config.model_type, "layers")

    def model(self, folder=None, task=None, **settings):
        return AUTO[task or self.task].from_pretrained(folder or self.checkpoint, dtype=torch.float32, **settings).eval()

    def case(self, name, model, base, adapter=None, task=None, refused=None):
        """Notes a case and, unless it is to be refused, its logits; base and adapter are folders seen from the case."""
        folder = os.path.join(self.out, name); os.makedirs(folder, exist_ok=True); task = task or self.task
        inputs = {k: v for k, v in self.inputs.items() if k != "labels" or task != "SEQUENCE_CLASSIFICATION"}
        save_file(inputs, os.path.join(folder, "inputs.safetensors"))
        classes = model.config.num_labels if task == "SEQUENCE_CLASSIFICATION" else 0
        if not refused:
            with torch.no_grad(): logits = model.eval()(**inputs).logits
            save_file({"logits": logits.float().contiguous()}, os.path.join(folder, "logits.safetensors"))
        head = model.get_output_embeddings(); table = head and getattr(head, "base_layer", head).weight     # also read by a lookup that is adapted?
        tied = any(hasattr(m, "lora_embedding_A") and m.lora_embedding_A and m.get_base_layer().weight is table for m in model.modules())
        json.dump(dict(task=task, classes=classes, base=base, adapter=adapter, refused=refused, tied=tied), open(os.path.join(folder, "case.json"), "w"), indent=1)

    def adapter(self, name, config, task=None, refused=None, half=False, adapter_name="default", **settings):
        """A PEFT adapter with weights of its own everywhere, on the checkpoint."""
        torch.manual_seed(len(name)); folder = os.path.join(self.out, name); task = task or self.task
        model = self.model(task=task, **settings)
        model = get_peft_model(model, config, adapter_name=adapter_name)
        with torch.no_grad():
            for n, p in model.named_parameters():
                if p.requires_grad: p.add_(torch.randn_like(p) * (0.3 if "lora_A" in n else 0.1))
            if half:
                for p in model.parameters():
                    if p.requires_grad: p.data = p.data.bfloat16()
        model.save_pretrained(os.path.join(folder, "adapter"))
        stored = "adapter" if adapter_name == "default" else os.path.join("adapter", adapter_name)
        if half:        # with the values that were stored
            assert all(t.dtype == torch.bfloat16 for t in load_file(os.path.join(folder, stored, "adapter_model.safetensors")).values())
            model = PeftModel.from_pretrained(self.model(task=task, **settings), os.path.join(folder, stored))
        self.case(name, model, self.checkpoint, stored, task, refused)

    def adapters(self):
        m, t = self.modules, PEFT_TASK[self.task]
        lora = lambda **k: LoraConfig(**{"task_type": t, "target_modules": [m["query"], m["value"]], "r": 4, "lora_alpha": 8, **k})
        head = {"modules_to_save": ["classifier"]} if t == "SEQ_CLS" else {}
        self.adapter("defaults of PEFT", LoraConfig(task_type=t, **({} if self.name in ("bert", "roberta", "gpt2", "bart") else {"target_modules": [m["query"]]})))
        self.adapter("rank and alpha", lora(r=3, lora_alpha=7, lora_dropout=0.3, init_lora_weights="gaussian"))
        self.adapter("rslora", lora(r=5, use_rslora=True))
        self.adapter("rank pattern", lora(rank_pattern={m["first"]: 2, m["value"]: 6}, alpha_pattern={m["first"]: 3, f"^.*{m['value']}": 5}))
        self.adapter("regex", lora(target_modules=m["pattern"]))
        self.adapter("all-linear", lora(target_modules="all-linear"))
        self.adapter("wide and narrow", lora(target_modules=[m["wide"], m["narrow"]]))
        self.adapter("layers", lora(layers_to_transform=[1]))
        self.adapter("one layer and its pattern", lora(layers_to_transform=0, layers_pattern=self.layers))
        self.adapter("exclude list", lora(exclude_modules=[m["value"]]))
        self.adapter("exclude regex", lora(target_modules="all-linear", exclude_modules=r".*\.0\..*"))
        self.adapter("no task type", lora(task_type=None, **head))
        self.adapter("bf16 adapter", lora(), half=True)
        self.adapter("adapter of a name", lora(), adapter_name="other")
        self.embeddings(lora)
        if self.config.model_type == "gpt2": self.adapter("fan_in_fan_out", lora(fan_in_fan_out=True))
        if t == "SEQ_CLS":
            self.adapter("classifier named", lora(modules_to_save=["classifier"]))
            if self.name == "bert": self.adapter("pooler too", lora(modules_to_save=["classifier", "pooler"]))
        if t == "CAUSAL_LM":
            on = dict(task="SEQUENCE_CLASSIFICATION", num_labels=3)
            self.adapter("fresh score", lora(task_type="SEQ_CLS"), **on)
            self.adapter("score named", lora(task_type="SEQ_CLS", modules_to_save=["score"], target_modules="all-linear"), **on)

    def embeddings(self, lora):
        """Adapters of embeddings, alone and beside those of linear modules; PEFT stores the base's table too where it knows the name."""
        m = self.modules; words, both = m["words"], [m["query"], m["words"]]
        self.adapter("embeddings", lora(target_modules=both))
        self.adapter("embeddings alone", lora(target_modules=[words], r=3, lora_alpha=5))
        self.adapter("embeddings, rslora and patterns", lora(target_modules=[*both, m["value"]], use_rslora=True,
                     rank_pattern={words: 5, m["first"]: 2}, alpha_pattern={words: 3, f"^.*{m['value']}": 5}))
        self.adapter("embeddings by regex, exclude", lora(target_modules=rf".*({m['query']}|{m['value']}|{words})", exclude_modules=[m["value"]]))
        self.adapter("embeddings excluded", lora(target_modules=both, exclude_modules=[words]))
        self.adapter("embeddings lie in no layer", lora(target_modules=both, layers_to_transform=[1], layers_pattern=self.layers))
        self.adapter("embeddings, adapter of a name", lora(target_modules=both), adapter_name="other")
        if self.config.model_type == "gpt2": self.adapter("embeddings of positions", lora(target_modules=["wpe", "c_attn"], rank_pattern={"wpe": 2}))
        if self.config.model_type in ("bert", "roberta"):
            self.adapter("embeddings of positions and types", lora(target_modules=["position_embeddings", "token_type_embeddings", words, "key"]))
        if self.config.model_type == "bart": self.adapter("embeddings of one side", lora(target_modules=["decoder.embed_tokens", "q_proj"]))
        if self.task == "CAUSAL_LM": self.adapter("embeddings, fresh score", lora(task_type="SEQ_CLS", target_modules=both), task="SEQUENCE_CLASSIFICATION", num_labels=3)

    def refusals(self):
        m, t = self.modules, PEFT_TASK[self.task]
        lora = lambda **k: LoraConfig(**{"task_type": t, "target_modules": [m["query"]], "r": 4, **k})
        target = dict(task_type=t, target_modules=[m["query"]])
        word = "shared" if self.name == "bart" else m["words"]
        plain = isinstance(dict(self.model().named_modules())[next(n for n, _ in self.model().named_modules() if n.endswith(m["query"]))], torch.nn.Linear)
        configs = {
            "DoRA": ("use_dora", lambda: lora(use_dora=True)),
            "bias all": ("bias", lambda: lora(bias="all")),
            "bias lora_only": ("bias", lambda: lora(bias="lora_only")),
            "lora_bias": ("lora_bias", lambda: lora(lora_bias=True)),
            "trainable tokens": ("trainable_token_indices", lambda: lora(trainable_token_indices={word: [3, 4]})),
            "PiSSA": ("init_lora_weights", lambda: lora(init_lora_weights="pissa")),
            "OLoRA": ("init_lora_weights", lambda: lora(init_lora_weights="olora")),
            "tied adapters": ("ensure_weight_tying", lambda: lora(target_modules=[m["query"], m["words"]], ensure_weight_tying=True)),
            "AdaLoRA": ("ADALORA", lambda: peft.AdaLoraConfig(**target, total_step=10)),
            "IA3": ("IA3", lambda: peft.IA3Config(**target, feedforward_modules=[])),
            "LoHa": ("LOHA", lambda: peft.LoHaConfig(**target)),
            "LoKr": ("LOKR", lambda: peft.LoKrConfig(**target)),
            "VeRA": ("VERA", lambda: peft.VeraConfig(**target)),
            "OFT": ("OFT", lambda: peft.OFTConfig(**target, oft_block_size=8)),
            "prompt tuning": ("PROMPT_TUNING", lambda: peft.PromptTuningConfig(task_type=t, num_virtual_tokens=4)),
            "prefix tuning": ("PREFIX_TUNING", lambda: peft.PrefixTuningConfig(task_type=t, num_virtual_tokens=4)),
            "P-tuning": ("P_TUNING", lambda: peft.PromptEncoderConfig(task_type=t, num_virtual_tokens=4, encoder_hidden_size=8)),
        }
        if self.name == "bart": configs["table that no one reads"] = (word, lambda: lora(target_modules=[m["query"], word]))
        if not plain:       # not for Conv1D
            for name in ("VeRA", "OFT", "LoHa", "LoKr", "PiSSA", "OLoRA"): configs.pop(name)
        for name, (said, config) in configs.items(): self.adapter("refused: " + name, config(), refused=said)

        # Made for AutoModel, under whose names it says nothing about a model with a head.
        name = "refused: feature extraction"
        model = get_peft_model(AutoModel.from_pretrained(self.checkpoint), lora(task_type="FEATURE_EXTRACTION"))
        model.save_pretrained(os.path.join(self.out, name, "adapter")); self.case(name, self.model(), self.checkpoint, "adapter", refused="another base")

    def stored(self, name, model, task=None, refused=None, **how):
        model.save_pretrained(os.path.join(self.out, name, "model"), **how)
        self.tokenizer(name)
        self.case(name, self.model(os.path.join(self.out, name, "model"), task), "model", None, task, refused)

    def tokenizer(self, name):
        for f in ("tokenizer.json", "tokenizer_config.json"): shutil.copy(os.path.join(self.checkpoint, f), os.path.join(self.out, name, "model"))

    def checkpoints(self):
        self.stored("sharded", self.model(), max_shard_size="20KB")
        assert os.path.exists(os.path.join(self.out, "sharded", "model", "model.safetensors.index.json"))
        self.stored("bf16", self.model().bfloat16()); self.stored("f16", self.model().half())
        if self.task != "SEQUENCE_CLASSIFICATION":
            torch.manual_seed(5); bare = "bare"       # AutoModel's names, which have no prefix
            if self.task == "CAUSAL_LM":
                model = self.model(); model.config.tie_word_embeddings = True; model.lm_head.weight = model.get_input_embeddings().weight
                self.stored("tied head", model)
                for name, said in ("untied head", False), ("head of its own, said to be tied", True):       # transformers 5 believes the file
                    model = self.model(); model.config.tie_word_embeddings = said
                    model.lm_head.weight = torch.nn.Parameter(torch.randn_like(model.lm_head.weight) * 0.2)
                    self.stored(name, model)
            if self.task == "CAUSAL_LM" and self.config.tie_word_embeddings or self.task == "SEQUENCE_TO_SEQUENCE":
                model = self.model(); model.base_model.save_pretrained(os.path.join(self.out, bare, "model")); self.tokenizer(bare)
                self.case(bare, model, "model")
        if self.task == "SEQUENCE_TO_SEQUENCE": return
        # Without a head: an adapter brings the one that Python drew.
        torch.manual_seed(6); name, task = "bare and an adapter's head", "SEQUENCE_CLASSIFICATION"
        base = self.model(task=task, num_labels=3, ignore_mismatched_sizes=True); folder = os.path.join(self.out, name)
        base.base_model.save_pretrained(os.path.join(folder, "model")); self.tokenizer(name)
        model = get_peft_model(base, LoraConfig(task_type="SEQ_CLS", target_modules=[self.modules["query"]], r=3))
        with torch.no_grad(): [p.add_(torch.randn_like(p) * 0.1) for p in model.parameters() if p.requires_grad]
        model.save_pretrained(os.path.join(folder, "adapter")); self.case(name, model, "model", "adapter", task)
        # A classifier, trained.
        torch.manual_seed(7); model = self.model(task=task, num_labels=3, ignore_mismatched_sizes=True); optimizer = torch.optim.SGD(model.parameters(), 0.05)
        inputs = {k: v for k, v in self.inputs.items() if k != "labels"}
        for _ in range(3): model(**inputs, labels=torch.tensor([1, 0, 2, 0])).loss.backward(); optimizer.step(); optimizer.zero_grad()
        self.stored("classifier trained", model, task=task)


def write(golden, out):
    torch.set_num_threads(1); transformers.logging.set_verbosity_error(); transformers.logging.disable_progress_bar()
    for name in sorted(os.listdir(golden)):
        if os.path.exists(os.path.join(golden, name, "inputs.safetensors")):
            arch = Architecture(golden, os.path.abspath(out), name)
            arch.adapters(); arch.refusals(); arch.checkpoints(); print(name, len(os.listdir(arch.out)), "cases", flush=True)


def read(compared, out):
    with Results(out, "Python to Java") as results:
        for line in map(json.loads, open(compared)):
            results.add(line["architecture"], line["case"], kind(line), line.get("difference", float("inf")), 0.0 if line["check"] in ("refused", "unmerged") else 1e-5,
                        line.get("error", ""))


def kind(line):
    return {"refused": "refused by name", "unmerged": "not merged into a tied head", "loaded": "saved by transformers", "evaluated": "PEFT adapter, evaluated", "merged": "PEFT adapter, merged"}[line["check"]]


{"write": write, "read": read}[sys.argv[1]](*sys.argv[2:])
