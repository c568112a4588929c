import { writeFile } from "node:fs/promises";
import path from "node:path";

/** Writes a notebook of code cells that have not run; gives its name. */
export async function writeNotebook(root: string, name: string, cells: string[]): Promise<string> {
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "python3", display_name: "Python 3", language: "python" } },
    cells: cells.map((source, index) => ({
      id: `cell-${index}`,
      cell_type: "code",
      source,
      metadata: {},
      outputs: [],
      execution_count: null,
    })),
  };
  const file = `${name}.ipynb`;
  await writeFile(path.join(root, file), JSON.stringify(notebook));
  return file;
}
