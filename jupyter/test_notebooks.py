"""The notebooks in templates/, run as `nbconvert --execute` runs them."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from kernels import ROOT

TEMPLATES = ROOT / "templates" / "notebooks"


@pytest.mark.parametrize("name", sorted(p.stem for p in TEMPLATES.glob("*.ipynb")))
def test_it_runs_to_its_end(name, kernelspecs, tmp_path):
    # What notebooks write goes beside them: a copy, from which the examples are where they were.
    folder = tmp_path / "templates" / "notebooks"
    folder.mkdir(parents=True)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    shutil.copy(TEMPLATES / f"{name}.ipynb", folder)
    notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "committed with outputs"

    done = NotebookClient(
        notebook, timeout=600, kernel_name="cola-java", resources={"metadata": {"path": str(folder)}}
    ).execute()

    texts = []
    for cell in done.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error", output
            texts.append(output.get("text") or output.get("data", {}).get("text/plain", ""))
    assert any("finished" in text for text in texts)
