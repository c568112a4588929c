"""What `make demo` starts once all is installed: JupyterLab, with an address that opens the lesson."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LESSON = "notebooks/01-attention.ipynb"


def test_the_address_is_printed_where_there_is_no_screen(tmp_path: Path) -> None:
    pytest.importorskip("jupyterlab")
    jupyter = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    environment = {**os.environ, **jupyter, "HOME": str(tmp_path)}
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        environment.pop(name, None)
    command = [sys.executable, "tools/open_demo.py", LESSON]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as demo:
        # A server that says nothing ends with the test.
        timer = threading.Timer(90, demo.terminate)
        timer.start()
        try:
            url = next((line.split()[1] for line in demo.stdout if line.startswith("Open http")), "")
            found = re.fullmatch(rf"(http://127\.0\.0\.1:\d+)/lab/tree/{LESSON}\?token=(\w+)", url)
            assert found, url
            server, token = found.groups()
            with urllib.request.urlopen(url) as page:
                assert "JupyterLab" in page.read().decode()
            with urllib.request.urlopen(f"{server}/api/contents/{LESSON}?token={token}&content=0") as answer:
                assert json.load(answer)["type"] == "notebook"
        finally:
            timer.cancel()
            demo.send_signal(signal.SIGTERM)
            demo.wait(30)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{server}/api", timeout=5)
