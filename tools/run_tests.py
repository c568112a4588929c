"""Runs suites one after another and closes with which tests failed, and how many passed, failed and were skipped.

    python tools/run_tests.py lint python javascript browser

Every suite runs, also after one has failed, so that a single run says all there is to say. Standard library only: it
is what starts the tools, so it must not need them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    names: list[str] = field(default_factory=list)
    """Of the tests that failed, as their runner calls them."""

    def __add__(self, other: Count) -> Count:
        return Count(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
            self.names + other.names,
        )

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def call(*command: str, **environment: str) -> int:
    print("$", " ".join(command), flush=True)
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False).returncode


def python(*arguments: str, **environment: str) -> int:
    return call(sys.executable, "-m", *arguments, **environment)


def lint() -> Count:
    """Each tool counts as one test."""
    codes = [
        python("ruff", "check", "--quiet", "."),
        python("ruff", "format", "--check", "--quiet", "."),
        python("mypy"),
        call("npx", "tsc", "--noEmit"),
        call("npx", "biome", "check"),
    ]
    return Count(passed=codes.count(0), failed=len(codes) - codes.count(0))


def with_report(run: Callable[..., int], *arguments: str) -> Count:
    """Counts what a runner's JUnit report says, and one failure more where it ended badly without saying why."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        code = run(*[argument.format(report=report) for argument in arguments])
        count = counted(report) if report.is_file() else Count()
    if code != 0 and count.failed == 0:
        print(f"{arguments[0]} ended with code {code} without a failed test", flush=True)
        count.failed = 1
    return count


def counted(report: Path) -> Count:
    count = Count()
    for case in ET.parse(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            count.failed += 1
            count.names.append(f"{case.get('classname')} {case.get('name')}")
        elif case.find("skipped") is not None:
            count.skipped += 1
        else:
            count.passed += 1
    return count


def pytest(*arguments: str, **environment: str) -> Count:
    def run(*command: str) -> int:
        return python(*command, **environment)

    return with_report(run, "pytest", "--quiet", "--junitxml={report}", *arguments)


def pytest_on_all_cores(*arguments: str) -> Count:
    """A process a core, each with one thread: the models of the tests are too small to share their arithmetic."""
    cores = min(4, os.cpu_count() or 1)
    return pytest("-n", str(cores), "--dist", "loadfile", *arguments, OMP_NUM_THREADS="1")


def vitest(*arguments: str) -> Count:
    return with_report(
        call,
        "npx",
        "vitest",
        "run",
        "--reporter=default",
        "--reporter=junit",
        "--outputFile.junit={report}",
        *arguments,
    )


def counts() -> Count:
    """Bytes, passes and allocations, against those that are kept: benchmarks/counts.py."""
    code = call(sys.executable, "benchmarks/counts.py", OMP_NUM_THREADS="1")
    return Count(passed=int(code == 0), failed=int(code != 0))


def docs() -> Count:
    """The site builds, its lessons run, and nothing warns."""
    code = python("sphinx", "--fail-on-warning", "--keep-going", "--quiet", "docs", "build/docs/html")
    return Count(passed=int(code == 0), failed=int(code != 0))


# Old versions deprecate each other; that is theirs to say. The wheel, the lessons and the pages are what `make test`
# makes of them; bitsandbytes and PEFT need a new transformers.
LEFT_TO_THE_NEWEST = (
    "test_docs.py",
    "test_notebooks.py",
    "test_wheel.py",
    "test_wrapped_models.py",
    "attribution/test_quantized.py",
)

SUITES = {
    "lint": lint,
    "python": lambda: pytest_on_all_cores("-m", "not architectures"),
    "architectures": lambda: pytest("-m", "architectures"),
    "lowest": lambda: pytest(
        *("--ignore=tests/python/" + file for file in LEFT_TO_THE_NEWEST),
        *("-m", "not architectures", "-W", "default"),
    ),
    "counts": counts,
    "javascript": vitest,
    "browser": lambda: vitest("--config", "tests/browser/vitest.config.ts"),
    "docs": docs,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in SUITES]
    if unknown or not names:
        print(f"name suites: {' '.join(SUITES)}", file=sys.stderr)
        return 2
    counts: dict[str, Count] = {}
    lines = []
    for name in names:
        print(f"\n== {name}", flush=True)
        start = time.monotonic()
        counts[name] = SUITES[name]()
        lines.append(f"{name:<14} {counts[name]}  ({time.monotonic() - start:.0f} s)")
    total = sum(counts.values(), Count())
    failed = [f"failed: {name}" for name in total.names]
    print("", *lines, "", *failed, total, sep="\n", flush=True)
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
