"""Opens a notebook in JupyterLab, runs it to its end in headless Chromium, and takes its picture.

    jupyter/screenshot.py templates/notebooks/quickstart.ipynb docs/notebook.png

Needs jupyterlab and playwright in this Python, a Chromium (CHROMIUM, by default /usr/bin/chromium), and cola-kernel.jar.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

from kernels import JAR, ROOT

PORT = 8931


def main(notebook, picture, width=1180, height=2250, seconds=600):
    work = Path(tempfile.mkdtemp())
    folder = work / "templates" / "notebooks"
    folder.mkdir(parents=True)
    (work / "examples").symlink_to(ROOT / "examples")
    shutil.copy(notebook, folder)
    subprocess.run(["java", "-jar", str(JAR), "install", "--prefix", str(work / "prefix")], check=True)
    # Or it asks whether it may tell news.
    quiet = work / "settings" / "@jupyterlab" / "apputils-extension"
    quiet.mkdir(parents=True)
    (quiet / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    environment = os.environ | {
        "JUPYTERLAB_SETTINGS_DIR": str(work / "settings"),
        "JUPYTER_PATH": str(work / "prefix" / "share" / "jupyter"),
        "JUPYTER_CONFIG_DIR": str(work / "config"),
        "JUPYTER_DATA_DIR": str(work / "data"),
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={PORT}",
         "--IdentityProvider.token=", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT,
    )
    try:
        wait_for(f"http://localhost:{PORT}/api")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
                args=["--no-sandbox", "--disable-gpu"],
            )
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(f"http://localhost:{PORT}/doc/tree/{Path(notebook).name}?reset")
            page.wait_for_selector(".jp-Notebook", timeout=60_000)
            page.wait_for_timeout(3000)
            page.get_by_role("menuitem", name="Run", exact=True).click()
            page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
            cells = page.locator(".jp-CodeCell").count()
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                prompts = page.locator(".jp-CodeCell .jp-InputPrompt").all_inner_texts()
                if prompts and all(any(c.isdigit() for c in prompt) for prompt in prompts):
                    break
                if page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']").count():
                    break
                page.wait_for_timeout(500)
            page.wait_for_timeout(3000)
            page.screenshot(path=picture)
            prompts = page.locator(".jp-CodeCell .jp-InputPrompt").all_inner_texts()
            print(f"{cells} cells, prompts {prompts}")
            browser.close()
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(work, ignore_errors=True)


def wait_for(address):
    for _ in range(120):
        try:
            urllib.request.urlopen(address)
            return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("JupyterLab did not start")


if __name__ == "__main__":
    main(*sys.argv[1:3])
