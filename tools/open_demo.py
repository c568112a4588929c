"""Opens a notebook in JupyterLab; where there is no screen, says at which address to find it.

python tools/open_demo.py notebooks/01-attention.ipynb
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STARTS_WITHIN = 120
ENDS_WITHIN = 10


def has_screen() -> bool:
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def free_port(wanted: int = 8888) -> int:
    """The usual port when it is free, else any other."""
    for port in (wanted, 0):
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(listener.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")


def command(port: int) -> list[str]:
    options = [
        "--no-browser",
        f"--ServerApp.root_dir={ROOT}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--log-level=WARN",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    return [sys.executable, "-m", "jupyterlab", *options]


def wait_until_it_answers(server: subprocess.Popen[bytes], port: int, token: str) -> bool:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/api/status", headers={"Authorization": f"token {token}"})
    end = time.monotonic() + STARTS_WITHIN
    while server.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(request, timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def main(notebook: str) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    port, token = free_port(), secrets.token_hex(16)
    # The token goes by the environment, where other users of the machine cannot read it. A kernel of the person's own
    # with the same name must not come before the one that has our package.
    environment = {**os.environ, "JUPYTER_TOKEN": token, "JUPYTER_PREFER_ENV_PATH": "1"}
    # In a session of its own, Ctrl+C reaches us alone: Jupyter would ask whether it is meant.
    server = subprocess.Popen(command(port), env=environment, cwd=ROOT, start_new_session=True)
    try:
        if not wait_until_it_answers(server, port, token):
            print("JupyterLab did not start; what it said is above.", file=sys.stderr)
            return server.poll() or 1
        url = f"http://127.0.0.1:{port}/lab/tree/{notebook}?token={token}"
        opened = has_screen() and webbrowser.open(url)
        print(f"\n{'Opened' if opened else 'Open'} {url}\nCtrl+C ends it.\n", flush=True)
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        try:
            server.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            server.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
