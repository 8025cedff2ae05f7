"""A kernel and a client, as a front end has them."""

import os
import queue
import re
import subprocess
import time
from pathlib import Path

from jupyter_client.manager import KernelManager

ROOT = Path(__file__).resolve().parent.parent
JAR = ROOT / "cola-kernel-ext" / "target" / "cola-kernel.jar"
ANSI = re.compile(r"\x1b\[[0-9;]*m")


class Result:
    """What came of a cell."""

    def __init__(self):
        self.messages = []
        self.reply = None
        self.seconds = 0.0

    def of(self, kind):
        return [m["content"] for m in self.messages if m["msg_type"] == kind]

    @property
    def status(self):
        return self.reply["content"]["status"]

    @property
    def stdout(self):
        return "".join(c["text"] for c in self.of("stream") if c["name"] == "stdout")

    @property
    def stderr(self):
        return "".join(c["text"] for c in self.of("stream") if c["name"] == "stderr")

    @property
    def updates(self):
        return self.of("update_display_data")

    @property
    def error(self):
        """As the reader sees it."""
        return ANSI.sub("", "\n".join("\n".join(c["traceback"]) for c in self.of("error")))

    @property
    def value(self):
        """The text of the result."""
        results = self.of("execute_result")
        return results[-1]["data"].get("text/plain") if results else None

    def displays(self, mime="text/plain"):
        """What stands below the cell in the end, each update in its place."""
        shown = {}
        for m in self.messages:
            if m["msg_type"] in ("display_data", "update_display_data"):
                content = m["content"]
                key = content.get("transient", {}).get("display_id", str(len(shown)))
                shown[key] = content["data"].get(mime, "")
        return list(shown.values())

    @property
    def all(self):
        """All of it as text."""
        return "\n".join([self.stdout, self.stderr, *self.displays(), self.value or "", self.error])


class Notebook:
    """A kernel that runs in a folder."""

    def __init__(self, name, folder, install=None):
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel(cwd=str(folder))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        if install:
            installed = self.run(install)
            assert installed.status == "ok", installed.all

    @property
    def pid(self):
        return self.manager.provisioner.pid

    def send(self, code):
        """Runs a cell, and does not wait."""
        return self.client.execute(code, store_history=True)

    def collect(self, sent, timeout=120, until=None):
        """What comes of a cell that was sent, to its end, or until something is there."""
        result = Result()
        began = time.monotonic()
        idle = False
        while not idle or result.reply is None:
            left = timeout - (time.monotonic() - began)
            assert left > 0, "the cell goes on and on:\n" + result.all
            try:
                message = self.client.get_iopub_msg(timeout=min(left, 0.5))
                if message["parent_header"].get("msg_id") == sent:
                    result.messages.append(message)
                    if message["msg_type"] == "status":
                        idle = message["content"]["execution_state"] == "idle"
                    if until and until(result):
                        return result
            except queue.Empty:
                pass
            if result.reply is None:
                try:
                    reply = self.client.get_shell_msg(timeout=0)
                    if reply["parent_header"].get("msg_id") == sent:
                        result.reply = reply
                except queue.Empty:
                    pass
        result.seconds = time.monotonic() - began
        return result

    def run(self, code, timeout=120):
        """Runs a cell to its end."""
        return self.collect(self.send(code), timeout)

    def complete(self, code, at=None):
        """The words that Tab offers."""
        reply = self.client.complete(code, at, reply=True, timeout=30)
        return reply["content"]["matches"]

    def workers(self):
        """The worker processes of the kernel."""
        children = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.pid)], capture_output=True, text=True
        ).stdout
        return [int(l.split()[0]) for l in children.splitlines() if "cola-worker" in l]

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
