"""Kernels for the tests: our own, and the true JJava with the extension on its class path."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from notebook import JAR, ROOT, Notebook

GOLDEN = ROOT / "cola-core" / "src" / "test" / "resources" / "golden"


@pytest.fixture(scope="session", autouse=True)
def kernelspecs(tmp_path_factory):
    """Our kernel, installed where nothing else is; JJava's is in the environment."""
    prefix = tmp_path_factory.mktemp("prefix")
    subprocess.run(["java", "-jar", str(JAR), "install", "--prefix", str(prefix)], check=os.environ.get("SKIP_OWN") is None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", f"{prefix}/share/jupyter:{sys.prefix}/share/jupyter")
        yield prefix


HOSTS = {
    "own": ("cola-java", None),
    "jjava": ("java", f"%classpath {JAR}\nimport io.github.cola4j.kernel.*;"),
}


@pytest.fixture(scope="module", params=list(HOSTS))
def host(request):
    return request.param


@pytest.fixture(scope="module")
def project(host, tmp_path_factory):
    """A folder with a tiny base and a few rows, in which a run takes seconds."""
    folder = tmp_path_factory.mktemp(host)
    make_project(folder)
    return folder


@pytest.fixture(scope="module")
def notebook(host, project):
    opened = open_notebook(host, project)
    yield opened
    opened.close()


def open_notebook(host, folder):
    name, install = HOSTS[host]
    return Notebook(name, folder, install)


def make_project(folder: Path):
    for base in ("bert", "llama"):
        shutil.copytree(GOLDEN / base / "checkpoint", folder / base)
    rows = ["owner\ttext\tlabel"]
    for row in range(40):
        good = row % 2 == 0
        text = f"a fine and lovely film {row}" if good else f"a dull and tedious mess {row}"
        rows.append(f"{'ann' if row % 4 < 2 else 'bob'}\t{text}\t{'good' if good else 'bad'}")
    (folder / "reviews.tsv").write_text("\n".join(rows) + "\n")
    (folder / "lines.txt").write_text("\n".join(f"the film number {i} was fine" for i in range(20)) + "\n")
