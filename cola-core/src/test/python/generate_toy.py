"""Expected values of the tests of io.github.cola4j.generate, made by transformers (5.18).

    python generate_toy.py ../resources/io/github/cola4j/generate

A toy model, whose logits are a hash of what it read, is continued by model.generate under many
settings (generation.json); the warpers of sampling are applied to given logits (sampling.json).
ToyModel.java computes the same logits. A case is kept only if small noise on the logits changes
nothing, so that it doesn't hang on the last bits of a float, and if beam search finished something:
where no token is allowed any more, transformers returns what PyTorch's order of equal scores leaves.
"""

import json
import random
import sys
from pathlib import Path

import numpy as np
import torch
import transformers
from transformers import GenerationConfig, GenerationMixin, PretrainedConfig, PreTrainedModel
from transformers.generation import StoppingCriteria, StoppingCriteriaList
from transformers.modeling_outputs import BaseModelOutput, CausalLMOutput, Seq2SeqLMOutput

MASK = 0xFFFFFFFF
NOISE = 1e-5
# Which of two equal scores wins is a coin that each noisy run throws anew.
NOISY_RUNS = 15


def absorb(state, token):
    return ((state * 16777619) & MASK) ^ (token + 1)


def start(seed):
    return (seed * 2654435761) & MASK


def logits(state, toy):
    x = np.uint32(state) ^ (np.arange(toy["vocabulary"], dtype=np.uint32) * np.uint32(2654435769))
    for shift, factor in ((16, 2246822507), (13, 3266489909)):
        x = (x ^ (x >> np.uint32(shift))) * np.uint32(factor)
    x ^= x >> np.uint32(16)
    scores = (x >> np.uint32(8)).astype(np.float32) * np.float32(2.0**-24 * 4)
    scores[toy["favoured"]] += np.float32(toy["favour"])
    return scores


class ToyConfig(PretrainedConfig):
    model_type = "toy"


class Encoder(torch.nn.Module):
    main_input_name = "input_ids"

    def __init__(self, toy):
        super().__init__()
        self.toy = toy

    def forward(self, input_ids=None, attention_mask=None, **_):
        states = []
        for row, tokens in enumerate(input_ids.tolist()):
            state = start(self.toy["seed"])
            for place, token in enumerate(tokens):
                if attention_mask is None or attention_mask[row, place]:
                    state = absorb(state, token)
            states.append([[state]])
        return BaseModelOutput(last_hidden_state=torch.tensor(states, dtype=torch.float64))


class Toy(PreTrainedModel, GenerationMixin):
    config_class = ToyConfig
    main_input_name = "input_ids"

    def __init__(self, toy):
        super().__init__(
            ToyConfig(vocab_size=toy["vocabulary"], is_encoder_decoder=toy["decoder_start"] is not None)
        )
        self.toy = toy
        self.anchor = torch.nn.Parameter(torch.zeros(1))
        self.encoder = Encoder(toy)
        self.noise = 0.0

    def get_encoder(self, modality=None):
        return self.encoder

    def prepare_inputs_for_generation(self, input_ids, attention_mask=None, encoder_outputs=None, **_):
        if encoder_outputs is not None:
            return {"decoder_input_ids": input_ids, "encoder_outputs": encoder_outputs}
        return {"input_ids": input_ids, "attention_mask": attention_mask}

    def score(self, state):
        scores = torch.from_numpy(logits(state, self.toy))
        return scores + self.noise * torch.randn_like(scores) if self.noise else scores

    def state(self, state, tokens):
        # With a memory, the model forgets all but its last tokens, which makes it repeat itself.
        memory = self.toy["memory"]
        for token in tokens[-memory:] if memory else tokens:
            state = absorb(state, token)
        return state

    def forward(
        self, input_ids=None, attention_mask=None, decoder_input_ids=None, encoder_outputs=None, **_
    ):
        rows = []
        if encoder_outputs is not None:
            starts = encoder_outputs.last_hidden_state[:, 0, 0].tolist()
            for state, tokens in zip(starts, decoder_input_ids.tolist()):
                rows.append(self.score(self.state(int(state), tokens)))
            return Seq2SeqLMOutput(logits=torch.stack(rows).unsqueeze(1))
        for row, tokens in enumerate(input_ids.tolist()):
            if attention_mask is not None:
                tokens = [t for t, real in zip(tokens, attention_mask[row].tolist()) if real]
            rows.append(self.score(self.state(start(self.toy["seed"]), tokens)))
        return CausalLMOutput(logits=torch.stack(rows).unsqueeze(1))


def stops(generated, modulo):
    return len(generated) >= 2 and (generated[-1] + generated[-2]) % modulo == 0


class StopModulo(StoppingCriteria):
    def __init__(self, prefix, modulo):
        self.prefix = prefix
        self.modulo = modulo

    def __call__(self, input_ids, scores, **_):
        return torch.tensor([stops(row[self.prefix :], self.modulo) for row in input_ids.tolist()])


def generate(model, case):
    settings, prompts = case["settings"], case["prompts"]
    longest = max(map(len, prompts))
    pad = case["pad"]
    ids = torch.tensor([[pad] * (longest - len(p)) + p for p in prompts])
    mask = torch.tensor([[0] * (longest - len(p)) + [1] * len(p) for p in prompts])
    prefix = 1 if case["toy"]["decoder_start"] is not None else longest
    criteria = StoppingCriteriaList()
    if case["stop_modulo"]:
        criteria.append(StopModulo(prefix, case["stop_modulo"]))
    config = GenerationConfig(
        **settings | {"eos_token_id": settings["eos_token_id"] or None},
        pad_token_id=pad,
        decoder_start_token_id=case["toy"]["decoder_start"],
        use_cache=False,
        do_sample=False,
        return_dict_in_generate=True,
        output_scores=True,
    )
    out = model.generate(
        ids, attention_mask=mask, generation_config=config, stopping_criteria=criteria
    )
    if settings["num_beams"] > 1 and out.sequences_scores.min() < -1e8:
        return None
    rows = []
    for row, tokens in enumerate(out.sequences[:, prefix:].tolist()):
        if settings["num_beams"] > 1:
            rows.append(tokens[: int((out.beam_indices[row] >= 0).sum())])
            continue
        length = next(
            (
                i + 1
                for i, token in enumerate(tokens)
                if token in settings["eos_token_id"]
                or (case["stop_modulo"] and stops(tokens[: i + 1], case["stop_modulo"]))
            ),
            len(tokens),
        )
        rows.append(tokens[:length])
    return rows


def draw_case(number):
    draw = random.Random(number)
    vocabulary = draw.choice([9, 16, 40])
    eos = draw.sample(range(vocabulary), draw.choice([0, 1, 1, 1, 2, 3]))
    seq2seq = draw.random() < 0.35
    beams = draw.choice([1, 2, 2, 3, 3, 4, 5])
    settings = {
        "max_new_tokens": draw.choice([1, 2, 6, 12, 12, 20]),
        "min_new_tokens": draw.choice([0, 0, 0, 1, 4, 8]),
        "num_beams": beams,
        "length_penalty": draw.choice([1.0, 1.0, 0.0, 0.6, 2.0, -1.0, -0.5]),
        "early_stopping": draw.choice([False, True, "never"]),
        "eos_token_id": eos,
        "forced_bos_token_id": None,
        "forced_eos_token_id": None,
        "repetition_penalty": draw.choice([1.0, 1.0, 1.0, 1.2, 1.7, 0.8]),
        "no_repeat_ngram_size": draw.choice([0, 0, 0, 1, 2, 3]),
    }
    if draw.random() < 0.3:
        settings["forced_bos_token_id"] = draw.randrange(vocabulary)
    if draw.random() < 0.3:
        settings["forced_eos_token_id"] = draw.choice(eos) if eos else draw.randrange(vocabulary)
    toy = {
        "seed": draw.randrange(1, 1 << 20),
        "vocabulary": vocabulary,
        "memory": draw.choice([0, 0, 1, 2]),
        "favoured": eos,
        "favour": draw.choice([-1.0, 0.0, 0.0, 1.0, 1.5, 2.5]),
        # As of BART, the start token may also be the end token.
        "decoder_start": draw.choice(eos + [0]) if seq2seq else None,
    }
    lengths = [draw.choice([1, 1, 3, 6])] * draw.choice([1, 2, 3, 4])
    looks_at_prefix = (
        settings["repetition_penalty"] != 1.0
        or settings["no_repeat_ngram_size"]
        or settings["forced_bos_token_id"] is not None
    )
    # Padding of a prompt would take part in these rules; with an encoder it stays out of them.
    if seq2seq or not looks_at_prefix:
        lengths = [draw.choice([1, 2, 3, 6]) for _ in lengths]
    return {
        "toy": toy,
        "settings": settings,
        "pad": draw.randrange(vocabulary),
        "stop_modulo": draw.choice([0, 0, 0, 0, 5, 7]),
        "prompts": [[draw.randrange(vocabulary) for _ in range(n)] for n in lengths],
    }


def generation_cases(count):
    number = left_out = 0
    cases = []
    while len(cases) < count:
        number += 1
        case = draw_case(number)
        model = Toy(case["toy"]).eval()
        expected = generate(model, case)
        torch.manual_seed(number)
        model.noise = NOISE
        if expected and all(generate(model, case) == expected for _ in range(NOISY_RUNS)):
            cases.append(case | {"expected": expected})
        else:
            left_out += 1
    print(f"{len(cases)} cases, {left_out} left out")
    return cases


def sampling_cases(count):
    cases = []
    model = Toy(draw_case(1)["toy"])
    for number in range(count):
        draw = random.Random(number)
        vocabulary = draw.choice([3, 12, 60])
        settings = {
            "temperature": draw.choice([1.0, 0.3, 0.7, 1.5, 4.0]),
            "top_k": draw.choice([0, 1, 2, 5, 20, 1000]),
            "top_p": draw.choice([1.0, 1.0, 0.0, 0.1, 0.5, 0.9, 0.95, 0.999]),
        }
        scores = [draw.gauss(0, 3) for _ in range(vocabulary)]
        if settings["top_p"] == 1.0:
            # Equal scores at the border of top-k all stay; top-p would have to choose among them.
            scores = [round(score) / 1.0 for score in scores]
        if draw.random() < 0.2:
            scores[draw.randrange(vocabulary)] = -float("inf")
        scores = torch.tensor([scores])
        config = GenerationConfig(do_sample=True, num_beams=1, **settings)
        config._eos_token_tensor = None
        warpers = model._get_logits_processor(config, input_ids_seq_length=1)
        probabilities = torch.softmax(warpers(torch.tensor([[0]]), scores.clone()), dim=-1)
        cases.append(
            {
                "settings": settings,
                "scores": [None if s == -float("inf") else s for s in scores[0].tolist()],
                "expected": probabilities[0].tolist(),
            }
        )
    return cases


def write(path, cases):
    lines = ",\n".join(json.dumps(case) for case in cases)
    path.write_text(f'{{"transformers": "{transformers.__version__}", "cases": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    np.seterr(over="ignore")
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    with torch.no_grad():
        write(folder / "generation.json", generation_cases(500))
        write(folder / "sampling.json", sampling_cases(120))
