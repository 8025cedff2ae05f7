"""What the tests share: kernels that are installed from the jar that was built, and a tiny project."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kernels import JAR, JAVA, ROOT, Kernel

GOLDEN = ROOT / "cola-core" / "src" / "test" / "resources" / "golden"


@pytest.fixture(scope="session")
def kernelspecs(tmp_path_factory):
    """A folder with the kernelspec of our own kernel, which Jupyter looks into."""
    prefix = tmp_path_factory.mktemp("prefix")
    command = [JAVA, "-jar", str(JAR), "install", "--prefix", str(prefix)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    # JJava's is in the environment that Python runs in.
    folders = [prefix / "share" / "jupyter", Path(sys.prefix) / "share" / "jupyter"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", os.pathsep.join(map(str, folders)), prepend=os.pathsep)
        yield prefix


@pytest.fixture
def start(kernelspecs):
    """Starts kernels by the names of their kernelspecs; they end with the test."""
    kernels = []

    def starts(name="cola-java", **how):
        kernels.append(Kernel(name, **how))
        return kernels[-1]

    yield starts
    for each in kernels:
        each.stop()


@pytest.fixture(scope="module")
def kernel(kernelspecs, request):
    """One kernel for the tests of a file; another one by a parameter, the kernelspec's name."""
    running = Kernel(getattr(request, "param", "cola-java"))
    yield running
    running.stop()


# The name of the kernelspec, and the cell that brings %cola.
HOSTS = {
    "own": ("cola-java", None),
    "jjava": ("java", f"%classpath {JAR}\nimport io.github.cola4j.kernel.*;"),
}


@pytest.fixture(scope="module", params=list(HOSTS))
def host(request):
    return request.param


@pytest.fixture(scope="module")
def project(host, tmp_path_factory):
    folder = tmp_path_factory.mktemp(host)
    make_project(folder)
    return folder


@pytest.fixture(scope="module")
def notebook(kernelspecs, host, project):
    """A kernel with %cola, in a folder with a tiny base and a few rows."""
    running = open_notebook(host, project)
    yield running
    running.stop()


def open_notebook(host, folder):
    name, install = HOSTS[host]
    kernel = Kernel(name, cwd=str(folder))
    if install:
        kernel.ok(install)
    return kernel


def make_project(folder: Path):
    """A folder in which a run takes seconds."""
    for base in ("bert", "llama"):
        shutil.copytree(GOLDEN / base / "checkpoint", folder / base)
    rows = ["owner\ttext\tlabel"]
    for row in range(40):
        good = row % 2 == 0
        text = f"a fine and lovely film {row}" if good else f"a dull and tedious mess {row}"
        rows.append(f"{'ann' if row % 4 < 2 else 'bob'}\t{text}\t{'good' if good else 'bad'}")
    (folder / "reviews.tsv").write_text("\n".join(rows) + "\n")
    lines = [f"the film number {i} was fine" for i in range(20)]
    (folder / "lines.txt").write_text("\n".join(lines) + "\n")
