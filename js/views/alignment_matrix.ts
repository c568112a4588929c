import { h } from "./controls/dom.js";
import { type HeatMapData, type HeatMapOptions, heatMap } from "./heat_map.js";
import { type Ink, readInk, scoreInk } from "./ink.js";
import { inWindow, type MatrixScene } from "./matrix_drawing.js";
import type { Scale } from "./scale.js";
import type { View } from "./view.js";

type Context = CanvasRenderingContext2D;

/** Rows and columns that go together, half-open: those of a pair of words. */
export interface Block {
  rows: readonly [start: number, stop: number];
  columns: readonly [start: number, stop: number];
}

export interface AlignmentMatrixData extends HeatMapData {
  scale: Scale;
  names: { queries: string; keys: string };
  /** The alignment, drawn as outlined cells. */
  links: Block[];
  /** A reference, drawn as rings: what somebody is sure of, and dashed what is possible. */
  sure: Block[];
  possible: Block[];
}

/** What was written by what was read as a heat map, with an alignment and its reference drawn on it. */
export function alignmentMatrix(): View<AlignmentMatrixData, HeatMapOptions> {
  const element = h("div.xai-alignment-matrix");
  let map: View<HeatMapData, HeatMapOptions> | null = null;
  let shown: AlignmentMatrixData | null = null;

  function over(context: Context, scene: MatrixScene): void {
    const { links, sure, possible } = shown as AlignmentMatrixData;
    const { ink } = scene;
    inWindow(context, scene, 2, () => {
      for (const block of links) stroke(context, ink, 2, () => outline(context, scene, block));
      for (const block of sure) stroke(context, ink, 1.5, () => ring(context, scene, block));
      context.setLineDash([2.5, 2.5]);
      for (const block of possible) stroke(context, ink, 1.5, () => ring(context, scene, block));
    });
  }

  return {
    element,
    update(next, options) {
      const { scale, names } = next;
      if (scale !== shown?.scale) {
        map?.destroy();
        map = null;
      }
      shown = next;
      if (map !== null) {
        map.update(next, options);
        return;
      }
      const label = `Alignment: ${names.queries} in rows, ${names.keys} in columns`;
      const ink = scale === "weight" ? readInk : scoreInk(scale === "signed");
      map = heatMap(next, options, { label, names, ink, over, onInk: () => {} });
      element.append(map.element);
    },
    destroy() {
      map?.destroy();
      element.remove();
    },
  };
}

/** Light and dark, so that a mark stands out from any colour. */
function stroke(context: Context, ink: Ink, width: number, path: () => void): void {
  context.beginPath();
  path();
  for (const [wide, colour] of [
    [width + 2, ink.paper],
    [width, ink.text],
  ] as const) {
    context.lineWidth = wide;
    context.strokeStyle = colour;
    context.stroke();
  }
}

function boxOf(scene: MatrixScene, { rows, columns }: Block) {
  return {
    x: Math.min(scene.x(columns[0]), scene.x(columns[1] - 1)),
    y: scene.y(rows[0]),
    width: scene.size * (columns[1] - columns[0]),
    height: scene.size * (rows[1] - rows[0]),
  };
}

function outline(context: Context, scene: MatrixScene, block: Block): void {
  const { x, y, width, height } = boxOf(scene, block);
  const inset = Math.min(2, scene.size / 6);
  context.roundRect(x + inset, y + inset, width - 2 * inset, height - 2 * inset, Math.min(4, scene.size / 5));
}

function ring(context: Context, scene: MatrixScene, block: Block): void {
  const { x, y, width, height } = boxOf(scene, block);
  const radius = Math.max(1.5, Math.min(width, height) * 0.24);
  context.ellipse(x + width / 2, y + height / 2, radius, radius, 0, 0, 2 * Math.PI);
}
