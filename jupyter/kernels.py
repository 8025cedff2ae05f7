"""Kernels as front ends have them: started by a real client, which looks at the messages."""

import os
import queue
import re
import subprocess
import time
from pathlib import Path

import zmq
from jupyter_client.manager import KernelManager

ROOT = Path(__file__).resolve().parent.parent
JAR = Path(os.environ.get("COLA_KERNEL_JAR", ROOT / "cola-kernel-ext" / "target" / "cola-kernel.jar"))
JAVA = os.environ.get("COLA_JAVA", "java")
ANSI = re.compile(r"\x1b\[[0-9;]*m")


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
        return ANSI.sub("", "\n".join(self.error["traceback"])) if self.error else ""

    @property
    def status(self):
        return self.reply["status"]

    @property
    def updates(self):
        return self.of("update_display_data")

    def displays(self, mime="text/plain"):
        """What stands below the cell in the end, each update in its place."""
        shown = {}
        for kind, content in self.outputs:
            if kind in ("display_data", "update_display_data"):
                key = content.get("transient", {}).get("display_id", str(len(shown)))
                shown[key] = content["data"].get(mime, "")
        return list(shown.values())

    @property
    def all(self):
        """Everything below the cell, as text."""
        result = self.result["text/plain"] if self.result else ""
        streams = [self.text("stdout"), self.text("stderr")]
        return "\n".join([*streams, *self.displays(), result, self.traceback])


class Kernel:
    """A kernel that runs, and its client."""

    def __init__(self, name, **start):
        self.context = zmq.Context()
        self.manager = KernelManager(kernel_name=name, context=self.context)
        self.started = time.monotonic()
        self.manager.start_kernel(**start)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def send(self, code, **how):
        return self.client.execute(code, **how)

    def receive(self, request, timeout=120, on_output=None, until=None):
        """All outputs of a cell, up to idle, and its reply; or up to where something is there."""
        cell, start = Cell(), time.monotonic()
        while True:
            left = timeout - (time.monotonic() - start)
            if left <= 0:
                raise TimeoutError(f"no end of the cell; so far: {cell.all}")
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
            if until and until(cell):
                return cell
        while cell.reply is None:
            message = self.client.get_shell_msg(timeout=10)
            if message["parent_header"].get("msg_id") == request:
                cell.reply = message["content"]
        cell.seconds = time.monotonic() - start
        return cell

    def run(self, code, timeout=120, on_output=None, **how):
        return self.receive(self.send(code, **how), timeout, on_output)

    def ok(self, code, **how):
        cell = self.run(code, **how)
        assert cell.status == "ok", cell.all
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

    @property
    def pid(self):
        return self.manager.provisioner.pid

    def workers(self):
        """The worker processes, and the processes that started them: a launcher may stand between."""
        lines = subprocess.run(
            ["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True
        ).stdout.splitlines()
        processes = [line.split(None, 2) for line in lines]
        ours = {str(self.pid)}
        for _ in processes:
            more = {pid for pid, parent, *_ in processes if parent in ours}
            if more <= ours:
                break
            ours |= more
        return {
            int(pid): int(parent)
            for pid, parent, *arguments in processes
            if pid in ours and "cola-worker" in "".join(arguments)
        }

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        # What was sent to a kernel that is dead would be waited for at the end of Python.
        self.context.destroy(linger=0)
