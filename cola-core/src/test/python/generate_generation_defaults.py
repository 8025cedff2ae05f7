"""Expected values of GenerationDefaultsTest, made by transformers (5.18).

    python generate_generation_defaults.py ../resources/io/github/cola4j/predict

defaults.json: what config.json and generation_config.json of real models say of generation; beside
them the settings that generate takes from them.
"""

import json
import sys
import tempfile
from pathlib import Path

from transformers import GenerationConfig

GPT2 = dict(model_type="gpt2", architectures=["GPT2LMHeadModel"], bos_token_id=50256, eos_token_id=50256,
            task_specific_params={"text-generation": {"do_sample": True, "max_length": 50}})
LLAMA = dict(model_type="llama", architectures=["LlamaForCausalLM"], bos_token_id=128000, eos_token_id=[128001, 128008, 128009])
QWEN = dict(model_type="qwen2", architectures=["Qwen2ForCausalLM"], bos_token_id=151643, eos_token_id=151645)
SUMMARY = {"summarization": {"length_penalty": 1.0, "max_length": 128, "min_length": 12, "num_beams": 4},
           "summarization_cnn": {"length_penalty": 2.0, "max_length": 142, "min_length": 56, "num_beams": 4}}
BART = dict(model_type="bart", architectures=["BartForConditionalGeneration"], is_encoder_decoder=True, bos_token_id=0, eos_token_id=2,
            pad_token_id=1, decoder_start_token_id=2)
BART_BASE = dict(BART, early_stopping=True, forced_bos_token_id=0, forced_eos_token_id=2, no_repeat_ngram_size=3, num_beams=4,
                 task_specific_params=SUMMARY)
BART_CNN = dict(BART, early_stopping=True, force_bos_token_to_be_generated=True, forced_bos_token_id=0, forced_eos_token_id=2,
                length_penalty=2.0, max_length=142, min_length=56, no_repeat_ngram_size=3, num_beams=4,
                task_specific_params={"summarization": dict(early_stopping=True, length_penalty=2.0, max_length=142, min_length=56,
                                                            no_repeat_ngram_size=3, num_beams=4)})
CNN_OWN = dict(_from_model_config=True, bos_token_id=0, decoder_start_token_id=2, early_stopping=True, eos_token_id=2, forced_bos_token_id=0,
               forced_eos_token_id=2, length_penalty=2.0, max_length=142, min_length=56, no_repeat_ngram_size=3, num_beams=4, pad_token_id=1)

# name: (config.json, generation_config.json or None)
CASES = {
    "gpt2": (GPT2, dict(_from_model_config=True, bos_token_id=50256, eos_token_id=50256, transformers_version="4.26.0.dev0")),
    "gpt2, config.json alone": (GPT2, None),
    "Llama-3.1-8B-Instruct": (LLAMA, dict(bos_token_id=128000, do_sample=True, eos_token_id=[128001, 128008, 128009], temperature=0.6, top_p=0.9)),
    "Llama-3.1-8B-Instruct, config.json alone": (LLAMA, None),
    "Qwen2.5-7B-Instruct": (QWEN, dict(bos_token_id=151643, pad_token_id=151643, do_sample=True, eos_token_id=[151645, 151643],
                                       repetition_penalty=1.05, temperature=0.7, top_p=0.8, top_k=20)),
    "Qwen2.5-7B": (QWEN, dict(bos_token_id=151643, do_sample=False, eos_token_id=151643, max_new_tokens=2048)),
    "bart-base, config.json alone": (BART_BASE, None),
    "bart-large-cnn, config.json alone": (BART_CNN, None),
    "bart-large-cnn": (BART_CNN, CNN_OWN),
    "bart-large-cnn, the keys moved": (BART, CNN_OWN),
    "no generation keys": (BART, None),
    "end token in config.json alone": (GPT2, dict(do_sample=False, max_new_tokens=7)),
    "generation keys in both": (BART_CNN, dict(eos_token_id=2, pad_token_id=1, decoder_start_token_id=2, num_beams=2, max_length=30)),
    "beams never stop early": (BART, dict(CNN_OWN, early_stopping="never", length_penalty=0.6)),
    "sampling, all silent": (GPT2, dict(do_sample=True, eos_token_id=50256)),
    "sampling, no top_k": (GPT2, dict(do_sample=True, eos_token_id=50256, top_k=0, top_p=0.95)),
    "nulls": (GPT2, dict(do_sample=None, eos_token_id=None, num_beams=None, temperature=None, repetition_penalty=None, max_new_tokens=None)),
    "neutral values of what is not built": (GPT2, dict(eos_token_id=50256, num_return_sequences=1, min_p=0.0, typical_p=1.0, epsilon_cutoff=0.0,
                                                        eta_cutoff=0.0, encoder_repetition_penalty=1.0, encoder_no_repeat_ngram_size=0)),
    "new tokens over lengths": (BART, dict(CNN_OWN, max_new_tokens=9, min_new_tokens=3)),
    "start token from bos": (dict(BART, decoder_start_token_id=None), dict(bos_token_id=0, eos_token_id=2, max_length=12)),
}


def settings(config, own):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "config.json").write_text(json.dumps(config))
        if own is None:  # as loading a model does
            read = GenerationConfig.from_pretrained(folder, config_file_name="config.json", _from_model_config=True)
        else:
            Path(folder, "generation_config.json").write_text(json.dumps(own))
            read = GenerationConfig.from_pretrained(folder)
    said = {key: value for key, value in read.to_dict().items() if value is not None}
    told = {**GenerationConfig._get_default_generation_params(), **said}
    coder = config.get("is_encoder_decoder", False)
    eos = told.get("eos_token_id", [])
    expected = dict(
        do_sample=told["do_sample"], num_beams=told["num_beams"], temperature=told["temperature"], top_k=told["top_k"], top_p=told["top_p"],
        length_penalty=told["length_penalty"], early_stopping=told["early_stopping"], repetition_penalty=told["repetition_penalty"],
        no_repeat_ngram_size=told["no_repeat_ngram_size"], eos_token_id=eos if isinstance(eos, list) else [eos],
        pad_token_id=told.get("pad_token_id"), forced_bos_token_id=told["forced_bos_token_id"],
        forced_eos_token_id=told["forced_eos_token_id"],
        decoder_start_token_id=told.get("decoder_start_token_id", told.get("bos_token_id")) if coder else None,
        # New tokens: lengths count the decoder's start token too. None: no file says so.
        max_new_tokens=said.get("max_new_tokens", said["max_length"] - 1 if coder and "max_length" in said else None),
        min_new_tokens=said.get("min_new_tokens", max(0, told["min_length"] - 1) if coder else 0))
    return expected


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    cases = [dict(name=name, config=config, generation_config=own, expected=settings(config, own)) for name, (config, own) in CASES.items()]
    (out / "defaults.json").write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")


if __name__ == "__main__":
    main()
