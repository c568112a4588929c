import type { Size } from "../core/geometry.js";
import { densityOf } from "./zoom.js";

/** A canvas measured in CSS pixels, sharp on every screen. */
export interface Surface {
  readonly canvas: HTMLCanvasElement;
  /** Device pixels in a CSS pixel, as of the last `begin`. */
  readonly density: number;
  /** Sizes and clears; null where the page has no canvas. */
  begin(size: Size): CanvasRenderingContext2D | null;
}

export function surface(className: string): Surface {
  const canvas = document.createElement("canvas");
  canvas.className = className;
  canvas.setAttribute("aria-hidden", "true");
  let density = 1;
  return {
    canvas,
    get density() {
      return density;
    },
    begin({ width, height }) {
      const context = canvas.getContext("2d");
      if (context === null) return null;
      density = densityOf(canvas);
      const [columns, rows] = [Math.round(width * density), Math.round(height * density)];
      if (canvas.width !== columns || canvas.height !== rows) {
        canvas.width = columns;
        canvas.height = rows;
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
      }
      context.setTransform(density, 0, 0, density, 0, 0);
      context.clearRect(0, 0, width, height);
      return context;
    },
  };
}
