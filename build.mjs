/**
 * Builds the front end: every `js/widgets/<name>.ts` with a default export (an anywidget module) becomes
 * `xai_widgets/static/<name>.js` and, where it imports styles, `<name>.css` beside it. `js/page/page.ts`, the script of
 * pages that hold a widget, becomes `page.js` and `page.css`.
 *   node build.mjs [--watch]   the widgets' bundles
 *   node build.mjs --gallery   the pages that show every view on fixed data: js/gallery/index.html and those beside it
 */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import { sayOnce } from "./tools/say_once.mjs";

const ROOT = path.dirname(fileURLToPath(import.meta.url));
const WIDGETS = path.join(ROOT, "js/widgets");
const PAGE = path.join(ROOT, "js/page/page.ts");
const STATIC = path.join(ROOT, "xai_widgets/static");
const GALLERY = path.join(ROOT, "js/gallery");

/** A bundle is stored once per widget in every saved notebook, so its size is a promise: see DESIGN. */
const LIMIT = 80_000;

/**
 * Properties that a bundle's own parts say to each other and to nobody else: neither Python, nor the page, nor another
 * bundle, nor any string of ours knows them. In a bundle they are a letter or two.
 */
const OWN_NAMES = [
  ...["destroy", "rowHeight", "boxWidth", "kindMeta", "nHeads", "mirrored", "hasUnseen", "hasNaN"],
  ...["segmentFilter", "mergeWords", "hideSpecial", "hiddenShare", "outsideShare", "leftOut"],
  ...[
    "onHover",
    "onPin",
    "onPick",
    "onSummary",
    "onLayer",
    "onHeads",
    "onRun",
    "onCancel",
    "onTruncate",
    "onShown",
  ],
  ...["onLeave", "onMove", "onAct", "onInk", "onPart", "onFind", "onChoose", "onThreshold", "onHideSpecial"],
  ...["onMergeWords", "onPresentation", "onQuery", "onOpen", "onChange", "onClick", "onLeft", "isOpen"],
  ...["hover", "hovered", "unseen", "notice", "refined", "rowOf", "rowLabel", "columnLabel", "columnAt"],
  ...["ofTexts", "fieldsets", "failureId", "pinQuery", "quiet", "heard", "underway", "activate", "absent"],
  ...["density", "subject", "least", "askAll", "fetching", "broken", "improve", "expect", "turned", "lasts"],
];

const shared = {
  bundle: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  logLevel: "warning",
};

async function widgetEntries() {
  const names = (await readdir(WIDGETS)).filter((name) => name.endsWith(".ts")).sort();
  const sources = await Promise.all(names.map((name) => readFile(path.join(WIDGETS, name), "utf8")));
  return names
    .filter((_, i) => /^export default\b/m.test(sources[i]))
    .map((name) => path.join(WIDGETS, name));
}

/** Every bundle as it is stored, shorter by what it says more than once; and the style sheets. */
async function bundles(options) {
  const { outputFiles } = await esbuild.build({ ...options, write: false });
  const { charset, format, target } = options;
  return Promise.all(
    outputFiles.map(async ({ path: file, contents, text }) => {
      if (!file.endsWith(".js")) return { file, contents };
      const { code } = await esbuild.transform(sayOnce(text), { charset, format, target, minify: true });
      return { file, contents: Buffer.from(code) };
    }),
  );
}

/** Writes what was built, one line each with its size; throws where a bundle is over the limit. */
async function write(outputs) {
  await mkdir(STATIC, { recursive: true });
  const over = [];
  for (const { file, contents } of outputs.sort((a, b) => a.file.localeCompare(b.file))) {
    await writeFile(file, contents);
    console.log(`${path.relative(ROOT, file)}  ${(contents.length / 1000).toFixed(1)} kB`);
    if (file.endsWith(".js") && contents.length > LIMIT) over.push(path.basename(file));
  }
  if (over.length > 0) throw new Error(`over ${LIMIT / 1000} kB minified: ${over.join(", ")}`);
}

async function buildWidgets(watch) {
  const entryPoints = await widgetEntries();
  if (entryPoints.length === 0) {
    console.log("no widget in js/widgets yet");
    return;
  }
  const contract = await readFile(path.join(ROOT, "js/contract.ts"), "utf8");
  const heard = OWN_NAMES.filter((name) => new RegExp(`\\b${name}\\b`).test(contract));
  if (heard.length > 0) throw new Error(`Python hears of these, they keep their names: ${heard.join(", ")}`);
  const mangleProps = new RegExp(`^(${OWN_NAMES.join("|")})$`);
  const options = { ...shared, mangleProps, outdir: STATIC, minify: true, absWorkingDir: ROOT };
  const builds = [
    { ...options, entryPoints },
    // Stands in a page as it is: a script of its own, that imports nothing and exports nothing.
    { ...options, entryPoints: [PAGE], format: "iife" },
  ];
  if (watch) {
    for (const build of builds) await (await esbuild.context({ ...build, logLevel: "info" })).watch();
  } else await write((await Promise.all(builds.map(bundles))).flat());
}

/** The pages of js/gallery, each an HTML file that loads its bundle from dist. */
async function buildGallery() {
  const pages = ["gallery", "views", "widget", "attribution", "translation", "lesson"];
  await esbuild.build({
    ...shared,
    format: "iife",
    entryPoints: pages.map((page) => path.join(GALLERY, `${page}.ts`)),
    outdir: path.join(GALLERY, "dist"),
    sourcemap: "linked",
    loader: { ".woff2": "file" },
  });
  console.log(`open ${path.join(GALLERY, "index.html")}`);
}

const flags = new Set(process.argv.slice(2));
try {
  await (flags.has("--gallery") ? buildGallery() : buildWidgets(flags.has("--watch")));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
