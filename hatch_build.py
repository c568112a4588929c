"""Builds the front end into the package, so that no archive is ever made without it.

From a checkout the bundles are made by npm where they are missing or older than their sources. From a source archive,
which holds them already, no Node is needed. An editable install leaves them alone: `make` and `npm run watch` do that.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUNDLES = "xai_widgets/static"
SOURCES = ("js", "build.mjs", "package.json", "package-lock.json")


class FrontEndHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel" and version == "editable":
            return
        root = Path(self.root)
        from_archive = (root / "PKG-INFO").is_file()
        if not from_archive and is_stale(root):
            build(root)
        missing = [name for name in expected(root) if not (root / BUNDLES / name).is_file()]
        if missing:
            raise RuntimeError(f"The front end is not built: {BUNDLES} has no {', '.join(missing)}.")


def expected(root: Path) -> list[str]:
    """The files that the package asks for."""
    rooms = [root / "xai_widgets" / room for room in ("widgets", "export")]
    sources = (path.read_text(encoding="utf-8") for room in rooms for path in room.glob("*.py"))
    return sorted({name for source in sources for name in re.findall(r'\bbundle\("([^"]+)"\)', source)})


def is_stale(root: Path) -> bool:
    built = [path.stat().st_mtime for name in expected(root) if (path := root / BUNDLES / name).is_file()]
    if len(built) < len(expected(root)):
        return True
    sources = [path for name in SOURCES for path in ((root / name).rglob("*") if name == "js" else [root / name])]
    return min(built) < max(path.stat().st_mtime for path in sources if path.is_file())


def build(root: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError(
            "The front end has to be built, and npm was not found: install Node 20 or newer, or install a wheel."
        )
    if not (root / "node_modules").is_dir():
        subprocess.run([npm, "ci", "--loglevel=error"], cwd=root, check=True)
    subprocess.run([npm, "run", "--silent", "build"], cwd=root, check=True)
