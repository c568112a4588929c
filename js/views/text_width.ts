import type { AttentionAxis } from "./attention_data.js";

/** Width of a text in CSS pixels. */
export type Measure = (text: string, fontSize: number) => number;

/** Measures in the page's type face; without a canvas, as wide as letters mostly are. */
export function measureOn(canvas: HTMLCanvasElement, family: string): Measure {
  const context = canvas.getContext("2d");
  return (text, fontSize) => {
    if (context === null) return text.length * fontSize * 0.6;
    context.font = `${fontSize}px ${family}`;
    return context.measureText(text).width;
  };
}

/** Width of the widest label; of many, those that have the most characters decide. */
export function widestLabel(axis: AttentionAxis, fontSize: number, measure: Measure): number {
  const candidates = [...new Set(axis.labels)].sort((a, b) => b.length - a.length).slice(0, 64);
  return candidates.reduce((width, label) => Math.max(width, measure(label, fontSize)), 0);
}
