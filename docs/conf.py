"""How `make docs` builds the site: Sphinx with MyST; the lessons are executed and keep their live views.

Pages load nothing from elsewhere: formulas are MathML, views carry their own scripts.
"""

from __future__ import annotations

import re
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx

HERE = Path(__file__).parent
LESSONS = HERE / "lessons"

project = "xai_widgets"
author = "the xai_widgets authors"
copyright = f"2026, {author}"  # noqa: A001
version = release = installed("xai-widgets")

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode", "sphinx_copybutton"]
exclude_patterns = ["_build", "**/.ipynb_checkpoints"]
myst_enable_extensions = ["attrs_inline", "colon_fence", "dollarmath"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = "xai_widgets"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_math_renderer = "mathml"

# A cell that fails, or that says something on stderr which a reader would see, fails the build.
nb_execution_mode = "cache"
nb_execution_cache_path = str(HERE.parent / "build/docs/executed")
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_merge_streams = True
# The kept view of a widget is in its HTML output and needs no widget manager, which would come from elsewhere.
nb_ipywidgets_js: dict[str, Any] = {}

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
python_use_unqualified_type_names = True


def bring_lessons(_app: Sphinx) -> None:
    """The lessons live in notebooks/, where people open them; the site wants its sources under its own folder."""
    LESSONS.mkdir(exist_ok=True)
    wanted = {path.name: told(path) for path in (HERE.parent / "notebooks").glob("*.ipynb")}
    for old in LESSONS.glob("*.ipynb"):
        if old.name not in wanted:
            old.unlink()
    for name, lesson in wanted.items():
        copy = LESSONS / name
        if not copy.exists() or copy.read_text(encoding="utf-8") != lesson:
            copy.write_text(lesson, encoding="utf-8")


def told(path: Path) -> str:
    """A lesson for readers without a kernel: what each question shows is there, to be opened; nothing to hand in."""
    notebook = nbformat.read(path, as_version=4)
    cells = []
    for cell in notebook.cells:
        if cell.source in ("lesson", "## Your answers"):
            continue
        cells.append(cell)
        if re.search(r"^lesson\.(predict|check)\(", cell.source, re.M):
            unsure = nbformat.v4.new_code_cell(
                "_.answer(None)", id=f"{cell.id}-told", metadata={"tags": ["remove-cell"]}
            )
            cells.append(unsure)
    notebook.cells = cells
    return nbformat.writes(notebook)


def formula(self: Any, node: nodes.Element, *, block: bool) -> None:
    """A formula as MathML, which browsers draw by themselves."""
    element = tex2mathml(node.astext(), as_block=block)
    self.body.append(f'<div class="math">{element}</div>' if block else element)
    raise nodes.SkipNode


def inline_formula(self: Any, node: nodes.Element) -> None:
    """A formula within a sentence."""
    formula(self, node, block=False)


def block_formula(self: Any, node: nodes.Element) -> None:
    """A formula by itself."""
    formula(self, node, block=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("builder-inited", bring_lessons)
    app.add_html_math_renderer("mathml", (inline_formula, None), (block_formula, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
