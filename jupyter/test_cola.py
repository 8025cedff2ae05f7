"""%cola, word by word, in our own kernel and in JJava."""

import os
import signal
import time

import pytest

from conftest import make_project, open_notebook

SPEC = """
base: bert
data:
  train: {file: reviews.tsv, text: text}
  validation: {file: reviews.tsv}
  max_length: 32
adapter: {target_modules: [query, value]}
training: {epochs: EPOCHS, batch_size: 4, optimizer: {name: adamw, lr: 1e-3}}
threads: 1
device: cpu
""".strip()


def spec(epochs):
    return SPEC.replace("EPOCHS", str(epochs))


def finetune(epochs, *words):
    return " ".join(["%%cola finetune", *words]) + "\n" + spec(epochs)


def learning(name):
    """Whether a run is seen to learn; what is shown of an earlier one may still come."""
    return lambda cell: any(f"{name}: learns" in text and "loss" in text for text in cell.displays())


def test_version_help_and_doctor(notebook):
    assert "ColA" in notebook.ok("%cola version").text()
    help = notebook.ok("%cola help").text()
    for word in ("finetune", "predict", "resume", "compare", "doctor"):
        assert word in help
    assert "--background" in notebook.ok("%cola help finetune").text()
    doctor = notebook.ok("%cola doctor")
    assert "Works: PyTorch" in doctor.all


def test_a_run_shows_how_it_goes_in_one_place(notebook):
    run = notebook.ok(finetune(5, "--name", "first"))
    assert len(run.of("display_data")) == 1
    assert len(run.updates) >= 1
    identities = {c["transient"]["display_id"] for c in run.of("display_data") + run.updates}
    assert len(identities) == 1
    [text] = run.displays()
    assert "first: finished 50 steps" in text
    assert "Metrics: accuracy" in text
    [html] = run.displays("text/html")
    assert "<svg" in html and "<script" not in html

    again = notebook.ok(finetune(5, "--name", "first"))
    assert "up to date" in again.all


def test_what_a_run_is_good_for(notebook, project):
    assert "first" in notebook.ok("%cola runs").all
    assert "finished" in notebook.ok("%cola status").all
    assert "<svg" in "".join(notebook.ok("%cola plot").displays("text/html"))
    assert "accuracy" in notebook.ok("%cola evaluate").all
    asked = notebook.ok('%cola predict "a gem of a film" --run first')
    assert "a gem of a film" in asked.all and "probability" in asked.all
    lines = notebook.ok("%%cola predict\nan awful mess\na lovely film")
    assert "an awful mess" in lines.all and "a lovely film" in lines.all
    filed = notebook.ok("%cola predict --input reviews.tsv --output target/answers.jsonl")
    assert "40 answers" in filed.all
    notebook.ok("%cola merge --target target/merged")
    assert (project / "target/merged/model.safetensors").exists()
    notebook.ok("%cola export --target target/adapter.zip")
    assert (project / "target/adapter.zip").exists()


def test_runs_are_compared(notebook):
    notebook.ok(finetune(1, "--name", "wide", "adapter.r=16"))
    compared = notebook.ok("%cola compare first wide")
    assert "trainable parameters" in compared.all
    assert "<table" in "".join(compared.displays("text/html"))
    assert "<svg" in "".join(notebook.ok("%cola plot first wide").displays("text/html"))


def test_the_spec_is_handed_over(notebook, project):
    notebook.ok(finetune(5, "--name", "first"))
    notebook.ok("%cola spec > cola.yaml")
    assert (project / "cola.yaml").read_text() == spec(5) + "\noutput: target/cola/first\n"
    assert "up to date" in notebook.ok("%cola finetune cola.yaml").all
    assert "base: bert" in notebook.ok("%cola spec").text()


def test_sites_and_validate(notebook):
    sites = notebook.ok("%cola sites bert").all
    assert "attention.self.query *" in sites
    assert "2 sites" in notebook.ok("%cola sites cola.yaml").all or "sites," in sites
    told = notebook.ok("%%cola validate\n" + spec(1)).all
    assert "trainable parameters" in told


def test_users(notebook):
    users = spec(1) + "\nusers: {mode: alone, column: owner}"
    notebook.ok("%%cola finetune --name owners\n" + users)
    told = notebook.ok("%cola users").all
    assert "ann" in told and "bob" in told
    assert "probability" in notebook.ok('%cola predict "fine" --user ann').all


def test_text_is_generated(notebook):
    causal = """
base: llama
task: causal-lm
data:
  train: {file: lines.txt}
  max_length: 32
adapter: {target_modules: [q_proj, v_proj]}
training: {epochs: 1, batch_size: 4, optimizer: {name: adamw, lr: 1e-3}}
generation: {max_new_tokens: 5}
threads: 1
device: cpu
""".strip()
    notebook.ok("%%cola finetune --name writer\n" + causal)
    notebook.ok('%cola generate "the film" max_new_tokens=3')
    notebook.ok("%%cola generate --samples 1\nthe film number")


def test_objects_for_cells_of_java(notebook):
    made = notebook.ok('var run = Cola.open("first");\nrun.losses().size()')
    assert made.result["text/plain"] == "50"
    assert "accuracy" in notebook.ok("run.metrics()").result["text/plain"]
    weights = notebook.ok('run.weights().values().iterator().next().length')
    assert int(weights.result["text/plain"]) > 0
    asked = notebook.ok('run.predict("a gem").get(0).label().get()')
    assert asked.result["text/plain"] in ("good", "bad", '"good"', '"bad"')
    again = notebook.ok('Cola.run("cola.yaml", "output=target/cola/from-java", "training.epochs=1").finished()')
    assert again.result["text/plain"] == "true"


@pytest.mark.parametrize(
    "code, told",
    [
        ("%cola finetun", "finetune"),
        ("%cola finetune nowhere.yaml", "There is no nowhere.yaml"),
        ("%cola plot nothing", "There is no run nothing"),
        ("%cola predict", "There is no text"),
        ("%cola finetune --forec", "--force"),
        ("%%cola finetune\nbase: bert\nadaptr: {}", "cell:3: adaptr"),
        ("%%cola finetune\nbase: nowhere\ndata: {train: {file: reviews.tsv}}", "cell:2: base"),
    ],
)
def test_mistakes_are_told_in_the_cell(notebook, code, told):
    result = notebook.run(code)
    assert result.status == "error"
    assert told in result.all
    assert notebook.ok("1 + 1").result["text/plain"] == "2"


def test_a_run_is_interrupted_within_a_second_and_resumed(notebook):
    sent = notebook.send(finetune(2000, "--name", "long"))
    notebook.receive(sent, until=learning("long"))
    began = time.monotonic()
    notebook.manager.interrupt_kernel()
    stopped = notebook.receive(sent, timeout=10)
    seconds = time.monotonic() - began
    print(f"interrupted after {seconds:.2f} s")
    assert stopped.status == "error"
    assert seconds < 1, stopped.all
    assert notebook.ok("21 * 2").result["text/plain"] == "42"

    deadline = time.monotonic() + 30
    while notebook.workers() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not notebook.workers(), "the worker did not end"
    while "goes on" in notebook.ok("%cola status").all:
        assert time.monotonic() < deadline
    assert "not finished" in notebook.ok("%cola runs").all

    sent = notebook.send("%cola resume")
    going = notebook.receive(sent, until=lambda r: "Continues after step" in r.all)
    assert "Continues after step" in going.all
    notebook.manager.interrupt_kernel()
    notebook.receive(sent, timeout=10)


def test_a_worker_that_is_killed_leaves_a_working_kernel(notebook):
    sent = notebook.send(finetune(2000, "--name", "killed"))
    notebook.receive(sent, until=learning("killed"))
    for worker in notebook.workers():
        os.kill(worker, signal.SIGKILL)
    dead = notebook.receive(sent, timeout=20)
    assert dead.status == "error"
    assert "the worker process was killed" in dead.all or "exit code 137" in dead.all, dead.all
    assert notebook.ok("6 * 7").result["text/plain"] == "42"


def test_a_run_in_the_background(notebook):
    begun = notebook.ok(finetune(2000, "--name", "behind", "--background"))
    assert begun.seconds < 20
    assert "goes on" in notebook.ok("%cola status").all
    assert "is going on" in notebook.run(finetune(1, "--name", "other")).all
    notebook.ok(finetune(1, "--name", "other", "--beside"))
    assert "stopped" in notebook.ok("%cola stop").all
    assert "behind" in notebook.ok("%cola status").all + notebook.ok("%cola runs").all


def test_an_early_interrupt_is_none_of_the_libraries(host, notebook):
    """Wherever it hits: while the spec is read, the library found, or the worker started."""
    # JJava loses an interrupt that comes while it compiles the cell.
    for millis in {"own": (0, 10, 30, 60, 100, 200, 400), "jjava": (500, 800)}[host]:
        sent = notebook.send(finetune(2000, "--name", "early"))
        notebook.receive(sent, until=lambda cell: cell.of("execute_input"))
        time.sleep(millis / 1000)
        notebook.manager.interrupt_kernel()
        cell = notebook.receive(sent, timeout=20)
        assert cell.status == "error"
        assert "NamedLock" not in cell.all and "aether" not in cell.all, cell.all
        assert "restart the kernel" not in cell.all
    assert notebook.ok("3 * 3").result["text/plain"] == "9"


def test_two_kernels_at_once(host, tmp_path):
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        make_project(folder)
    both = [open_notebook(host, folder) for folder in folders]
    try:
        sent = [one.send(finetune(10, "--name", "both")) for one in both]
        for one, cell in zip(both, sent):
            assert "finished 100 steps" in one.receive(cell, timeout=180).all
    finally:
        for one in both:
            one.stop()


def test_a_kernel_that_ends_takes_its_worker_with_it(host, tmp_path):
    make_project(tmp_path)
    notebook = open_notebook(host, tmp_path)
    sent = notebook.send(finetune(2000))
    notebook.receive(sent, until=learning("cell"))
    [(worker, jvm)] = notebook.workers().items()
    os.kill(jvm, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while os.path.exists(f"/proc/{worker}") and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not os.path.exists(f"/proc/{worker}")
    notebook.stop()
