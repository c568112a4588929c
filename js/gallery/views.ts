import "./views.css";
import { headColours } from "../core/palette.js";
import { attentionPreparer } from "../core/prepare.js";
import type { AttentionData, AttentionViewOptions, Hover } from "../views/attention_data.js";
import { attentionGrid } from "../views/attention_grid.js";
import { attentionLines } from "../views/attention_lines.js";
import { attentionMatrix } from "../views/attention_matrix.js";
import type { AttentionGridOptions } from "../views/grid_data.js";
import type { View } from "../views/view.js";
import { type Fixture, fixtures, type GridFixture, gridFixtures, sourceOf } from "./fixtures.js";
import { fontsLoaded } from "./fonts.js";

type AttentionView = (
  data: AttentionData,
  options: AttentionViewOptions,
) => View<AttentionData, AttentionViewOptions>;

const VIEWS: Record<string, AttentionView> = { lines: attentionLines, matrix: attentionMatrix };

/** `?view=lines&text=pair&heads=0,3&dark&hover=2&merge&hide&threshold=0.1`: what to show; everything where it is left out. */
const query = new URLSearchParams(location.search);
const dark = query.has("dark");
document.body.classList.toggle("dark", dark);

function figure(caption: string, child: HTMLElement): HTMLElement {
  const root = document.createElement("div");
  root.className = "xai-root";
  root.dataset.theme = dark ? "dark" : "light";
  root.append(child);
  const title = document.createElement("figcaption");
  title.textContent = caption;
  const item = document.createElement("figure");
  item.className = "gallery-item";
  item.append(title, root);
  return item;
}

function hoverAsked(): Hover | null {
  const row = query.get("hover");
  const column = query.get("hoverkey");
  if (row === null && column === null) return null;
  return { query: row === null ? null : Number(row), key: column === null ? null : Number(column) };
}

function exhibit(name: string, view: AttentionView, made: Fixture): HTMLElement {
  const on = query.get("heads")?.split(",").map(Number) ?? [...made.bytes.keys()];
  const { data } = attentionPreparer()(sourceOf(made, on), {
    mergeWords: query.has("merge"),
    hideSpecial: query.has("hide"),
    segmentFilter: "all",
  });
  const summary = document.createElement("p");
  const options: AttentionViewOptions = {
    colours: headColours(made.nHeads, dark),
    dark,
    threshold: Number(query.get("threshold") ?? 0),
    pinned: [],
    hover: hoverAsked(),
    onHover: (hover) => change({ hover }),
    onPin: (selection) => {
      const same = (other: typeof selection) =>
        other.side === selection.side && other.start === selection.start && other.stop === selection.stop;
      const { pinned } = current;
      change({ pinned: pinned.some(same) ? pinned.filter((other) => !same(other)) : [...pinned, selection] });
    },
    onSummary: (text) => {
      summary.textContent = text;
    },
  };
  let current = options;
  const made_ = view(data, options);
  function change(part: Partial<AttentionViewOptions>): void {
    current = { ...current, ...part };
    made_.update(data, current);
  }
  const item = figure(`${name}: ${made.name}`, made_.element);
  item.append(summary);
  return item;
}

function gridExhibit({ name, data }: GridFixture): HTMLElement {
  let current = data;
  const options: AttentionGridOptions = {
    colours: headColours(data.shape[1], dark),
    dark,
    onPick: (layer, head) => {
      current = { ...current, layer, on: [head] };
      grid.update(current, options);
    },
  };
  const grid = attentionGrid(data, options);
  return figure(`grid: ${name}`, grid.element);
}

async function show(): Promise<void> {
  await fontsLoaded();
  const gallery = document.getElementById("gallery")!;
  for (const [name, view] of Object.entries(VIEWS)) {
    if (query.has("view") && query.get("view") !== name) continue;
    for (const made of fixtures()) {
      if (query.has("text") && query.get("text") !== made.name) continue;
      gallery.append(exhibit(name, view, made));
    }
  }
  if (!query.has("view") || query.get("view") === "grid") {
    for (const made of gridFixtures()) {
      if (!query.has("text") || query.get("text") === made.name) gallery.append(gridExhibit(made));
    }
  }
}

void show();
