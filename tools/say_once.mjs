/**
 * What a bundle says often, it says once. A minifier renames variables, but the names of properties, repeated strings,
 * `null`, `void 0` and `Math.max` stay as long as they are, wherever they stand. Here they become variables too: `a.queries` is
 * `a[q]` beside `q = "queries"`, which means the same to the letter. It takes a tenth off a bundle, and notebooks store
 * bundles uncompressed.
 */
import { parse } from "acorn";

/** A string that can stand in a list of words; others are left as they are. */
const WORD = /^[A-Za-z][\w-]*$/;
/** Children of a node in which a string is syntax, not a value. */
const SYNTAX = new Set(["source", "directive", "imported", "exported", "local", "attributes"]);

/**
 * The same module, shorter once a minifier has renamed what is new.
 * @param {string} code a module as esbuild minifies it: no variable of its own is called `Math`
 * @returns {string}
 */
export function sayOnce(code) {
  const said = occurrences(code);
  const worthIt = ([definition, places]) => {
    const before = places.reduce((sum, { start, end }) => sum + end - start, 0);
    const after = places.reduce((sum, { write }) => sum + write("ab").trim().length, 0);
    // Its definition, its name, and the commas after both.
    return before - after > definition.length + 4;
  };
  const chosen = [...said].filter(worthIt).map(([definition, places], i) => ({
    definition,
    places,
    name: `$once${i}`,
  }));
  const edits = chosen.flatMap(({ places, name }) =>
    places.map(({ start, end, write }) => ({ start, end, text: write(name) })),
  );
  edits.sort((a, b) => a.start - b.start);
  let [written, at] = ["", 0];
  for (const { start, end, text } of edits) {
    written += code.slice(at, start) + text;
    at = end;
  }
  return definitionsOf(chosen) + written + code.slice(at);
}

/** Everything that could be said once: where it stands, by the expression that defines it. */
function occurrences(code) {
  const found = new Map();
  const add = (definition, start, end, write) => {
    const places = found.get(definition) ?? [];
    found.set(definition, places);
    places.push({ start, end, write });
  };
  // Between spaces: what stands beside a literal may be a word, as in `return"a"`.
  const asValue = (name) => ` ${name} `;

  function visit(node) {
    if (node.type === "MemberExpression" && !node.computed && node.property.type === "Identifier") {
      const { object, property, optional } = node;
      if (object.type === "Identifier" && object.name === "Math") {
        add(`Math.${property.name}`, node.start, node.end, asValue);
        return;
      }
      const dot = code.lastIndexOf(".", property.start - 1) - (optional ? 1 : 0);
      add(JSON.stringify(property.name), dot, property.end, (name) => `${optional ? "?." : ""}[${name}]`);
      visit(object);
    } else if (node.type === "Literal") {
      if (node.raw === "null") add("null", node.start, node.end, asValue);
      else if (typeof node.value === "string" && WORD.test(node.value)) {
        add(JSON.stringify(node.value), node.start, node.end, asValue);
      }
    } else if (node.type === "UnaryExpression" && node.operator === "void" && node.argument.raw === "0") {
      add("void 0", node.start, node.end, asValue);
    } else visitChildren(node);
  }

  function visitChildren(node) {
    for (const [name, child] of Object.entries(node)) {
      if (SYNTAX.has(name) || (name === "key" && !node.computed)) continue;
      for (const each of Array.isArray(child) ? child : [child]) {
        if (typeof each?.type === "string") visit(each);
      }
    }
  }

  visit(parse(code, { ecmaVersion: "latest", sourceType: "module" }));
  return found;
}

/** One declaration for all: words come out of one string, so that none of them needs quotes. */
function definitionsOf(chosen) {
  if (chosen.length === 0) return "";
  const isWord = ({ definition }) => definition.startsWith('"');
  const [words, others] = [chosen.filter(isWord), chosen.filter((each) => !isWord(each))];
  const names = [...others, ...words].map(({ name }) => name).join();
  const list = JSON.stringify(words.map(({ definition }) => JSON.parse(definition)).join(" "));
  return `const[${names}]=[${others.map(({ definition }) => `${definition},`).join("")}...${list}.split(" ")];`;
}
