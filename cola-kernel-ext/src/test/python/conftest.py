"""Kernels for tests: installed from the jar that was built, started by a real client."""

import os
import queue
import subprocess
import time
from pathlib import Path

import pytest
from jupyter_client.manager import KernelManager

MODULE = Path(__file__).parents[3]
JAR = Path(os.environ.get("COLA_KERNEL_JAR", MODULE / "target" / "cola-kernel.jar"))
JAVA = os.environ.get("COLA_JAVA", "java")


class Cell:
    """What came back from a cell."""

    def __init__(self):
        self.reply = None
        self.outputs = []
        self.seconds = None

    def of(self, kind):
        return [content for name, content in self.outputs if name == kind]

    def text(self, stream="stdout"):
        return "".join(c["text"] for c in self.of("stream") if c["name"] == stream)

    @property
    def result(self):
        found = self.of("execute_result")
        return found[-1]["data"] if found else None

    @property
    def error(self):
        found = self.of("error")
        return found[-1] if found else None

    @property
    def traceback(self):
        return "\n".join(self.error["traceback"])


class Kernel:
    """A kernel that runs, and its client."""

    def __init__(self, name, **start):
        self.manager = KernelManager(kernel_name=name)
        self.started = time.monotonic()
        self.manager.start_kernel(**start)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def send(self, code, **how):
        return self.client.execute(code, **how)

    def receive(self, request, timeout=60, on_output=None):
        """All outputs of a cell, up to idle, and its reply."""
        cell, start = Cell(), time.monotonic()
        while True:
            left = timeout - (time.monotonic() - start)
            if left <= 0:
                raise TimeoutError(f"no end of the cell; so far: {cell.outputs}")
            try:
                message = self.client.get_iopub_msg(timeout=left)
            except queue.Empty:
                continue
            if message["parent_header"].get("msg_id") != request:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                break
            cell.outputs.append((kind, content))
            if on_output:
                on_output(kind, content)
        while cell.reply is None:
            message = self.client.get_shell_msg(timeout=10)
            if message["parent_header"].get("msg_id") == request:
                cell.reply = message["content"]
        cell.seconds = time.monotonic() - start
        return cell

    def run(self, code, timeout=60, on_output=None, **how):
        return self.receive(self.send(code, **how), timeout, on_output)

    def ok(self, code, **how):
        cell = self.run(code, **how)
        assert cell.reply["status"] == "ok", cell.error
        return cell

    def interrupt(self):
        self.manager.interrupt_kernel()

    def ask(self, request, timeout=30):
        while True:
            message = self.client.get_shell_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") == request:
                return message["content"]

    def complete(self, code, cursor=None):
        return self.ask(self.client.complete(code, cursor))

    def inspect(self, code, cursor=None):
        return self.ask(self.client.inspect(code, cursor))

    def is_complete(self, code):
        return self.ask(self.client.is_complete(code))

    def stop(self):
        self.client.stop_channels()
        if self.manager.is_alive():
            self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="session")
def kernelspecs(tmp_path_factory):
    """A folder with the kernelspec of our own kernel, which Jupyter looks into."""
    prefix = tmp_path_factory.mktemp("prefix")
    command = [JAVA, "-jar", str(JAR), "install", "--prefix", str(prefix)]
    subprocess.run(command, check=True, capture_output=True, text=True)
    before = os.environ.get("JUPYTER_PATH")
    ours = str(prefix / "share" / "jupyter")
    os.environ["JUPYTER_PATH"] = ours + (os.pathsep + before if before else "")
    yield prefix
    if before is None:
        del os.environ["JUPYTER_PATH"]
    else:
        os.environ["JUPYTER_PATH"] = before


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
