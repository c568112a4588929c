"""Every head of every layer as a thumbnail: ``js/views/attention_grid.ts`` on paper."""

from __future__ import annotations

import math

import numpy as np

from xai_widgets.attention.attention_map import AttentionMap
from xai_widgets.attention.weight_bytes import NOT_A_NUMBER, UNSEEN, Bytes
from xai_widgets.export.drawing.attention_view import AttentionView
from xai_widgets.export.drawing.cell_png import cell_png
from xai_widgets.export.drawing.ink import Ink
from xai_widgets.export.drawing.scene import Cells, Rect, Scene, Text, hatch

_LEFT = 18.0
_TOP = 14.0
_GAP = 3.5
_MOST = 36.0


def draw_grid(
    scene: Scene,
    attention: AttentionMap,
    view: AttentionView,
    thumbnails: Bytes,
    ink: Ink,
    x: float,
    y: float,
    available: float,
) -> float:
    """Draws the thumbnails uint8 [layer, head, row, column] from (x, y), in the middle of what is available.

    Returns:
        The height that they take.
    """
    layers = attention.layers(view.kind)
    most_heads: int = thumbnails.shape[1]
    thumb = min(_MOST, (available - _LEFT) / most_heads - _GAP)
    gap = min(_GAP, 0.15 * (thumb + _GAP))
    thumb += _GAP - gap
    pitch = thumb + gap
    x += max(0.0, (available - _LEFT - most_heads * pitch) / 2)
    colours = ink.heads(attention.heads(view.layer, view.kind))
    palette = [*ink.weights.levels, ink.weights.nan]
    rtl = attention.tokens(view.kind)[1].direction == "rtl"
    step = math.ceil(12 / max(1.0, pitch))
    with scene.group("grid"):
        scene.add(Text(x, y + 7, "Layer ↓  Head →", 6.5, ink.muted))
        top = y + _TOP + 8
        for head in range(0, most_heads, step):
            on = head in view.heads
            at = x + _LEFT + head * pitch + thumb / 2
            scene.add(Text(at, top - 3.5, str(head), 6.5, ink.text if on else ink.muted, "middle", on))
        for row, layer in enumerate(layers):
            shown = layer == view.layer
            if row % step == 0:
                baseline = top + row * pitch + thumb / 2 + 2.3
                fill = ink.text if shown else ink.muted
                scene.add(Text(x + _LEFT - 5, baseline, str(layer), 6.5, fill, "end", shown))
            for head in range(attention.heads(layer, view.kind)):
                box = (x + _LEFT + head * pitch, top + row * pitch, thumb, thumb)
                levels = thumbnails[row, head]
                if (levels == UNSEEN).any():
                    scene.add(hatch(*box, ink.muted, 3))
                drawn = levels[:, ::-1] if rtl else levels
                scene.add(Cells(*box, cell_png(np.ascontiguousarray(drawn), palette, UNSEEN)))
                on = shown and head in view.heads
                grow = 0.5 if on else 0.0
                frame = (box[0] - grow, box[1] - grow, thumb + 2 * grow, thumb + 2 * grow)
                stroke = colours[head] if on else ink.line
                scene.add(Rect(*frame, stroke=stroke, stroke_width=1.3 if on else 0.5))
    return _TOP + 8 + len(layers) * pitch - gap


def has_nan(attention: AttentionMap, view: AttentionView, thumbnails: Bytes) -> bool:
    """Whether a head that exists holds what is not a number: those that a layer lacks are padded with it."""
    counts = [attention.heads(layer, view.kind) for layer in attention.layers(view.kind)]
    return any((thumbnails[row, :count] == NOT_A_NUMBER).any() for row, count in enumerate(counts))
