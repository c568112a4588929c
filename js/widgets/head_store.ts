import type { AttentionKind, HeadsRequest, Part, WireArray } from "../contract.js";

/** The heads that are wanted of one layer of one map. */
export interface Wanted {
  run: number;
  kind: AttentionKind;
  layer: number;
  heads: number[];
  /** The part of a long text; null: all of it. */
  part: Part | null;
  /** Whether nobody looks at them yet. */
  ahead?: true;
}

export interface Held {
  /** Weight bytes [query, key] of each head that is here. */
  bytes: Map<number, Uint8Array>;
  /** Heads that are on their way. */
  pending: number[];
  /** Heads that could not be had, and the words that say why. */
  failed: { heads: number[]; words: string } | null;
}

export interface HeadSource {
  /** Bytes [head, query, key] of the heads asked for. */
  fetch(request: HeadsRequest): Promise<WireArray>;
  decode(array: WireArray): Uint8Array;
  /** Something arrived, or failed: draw anew. */
  onChange(): void;
  /** A failure in words; null for one that concerns nobody. */
  explain(error: unknown): string | null;
}

const MEGABYTE = 2 ** 20;

/**
 * The weight bytes that this view has, and a way to get those that it lacks. What is missing is asked for in one
 * request a turn; what was not looked at for longest goes first when there is too much.
 */
export class HeadStore {
  /** In order of use, oldest first. */
  readonly #heads = new Map<string, Uint8Array>();
  readonly #underway = new Set<string>();
  readonly #failures = new Map<string, string>();
  readonly #queue = new Map<string, Wanted>();
  #run = Number.NEGATIVE_INFINITY;
  #size = 0;
  #lastGroup = "";

  readonly #source: HeadSource;
  readonly #limit;

  constructor(source: HeadSource, limit = 64 * MEGABYTE) {
    this.#source = source;
    this.#limit = limit;
  }

  /** Bytes that came without being asked for, with the payload. */
  seed(wanted: Wanted, array: WireArray): void {
    this.#enter(wanted.run);
    this.#split(wanted, array);
  }

  want(wanted: Wanted): Held {
    this.#enter(wanted.run);
    // Coming back to a layer tries again what failed there.
    if (this.#lastGroup !== group(wanted)) this.#failures.clear();
    this.#lastGroup = group(wanted);
    const held: Held = { bytes: new Map(), pending: [], failed: null };
    const missing: number[] = [];
    for (const head of wanted.heads) {
      const key = `${group(wanted)}/${head}`;
      const bytes = this.#heads.get(key);
      const failure = this.#failures.get(key);
      if (bytes !== undefined) {
        this.#heads.delete(key);
        this.#heads.set(key, bytes);
        held.bytes.set(head, bytes);
      } else if (failure !== undefined) {
        held.failed ??= { heads: [], words: failure };
        held.failed.heads.push(head);
      } else {
        held.pending.push(head);
        if (!this.#underway.has(key)) missing.push(head);
      }
    }
    if (missing.length > 0) this.#ask({ ...wanted, heads: missing });
    this.#evict(wanted);
    return held;
  }

  /** Asks for what is likely to be looked at next. Where that cannot be had, nobody needs to know yet. */
  ahead(wanted: Wanted): void {
    const known = (head: number) => {
      const key = `${group(wanted)}/${head}`;
      return this.#heads.has(key) || this.#underway.has(key);
    };
    const heads = wanted.heads.filter((head) => !known(head));
    if (wanted.run === this.#run && heads.length > 0) this.#ask({ ...wanted, heads, ahead: true });
  }

  #enter(run: number): void {
    if (run === this.#run) return;
    this.#run = run;
    this.#size = 0;
    for (const map of [this.#heads, this.#underway, this.#failures, this.#queue]) map.clear();
  }

  #ask(wanted: Wanted): void {
    if (this.#queue.size === 0) queueMicrotask(() => this.#flush());
    const queued = this.#queue.get(group(wanted));
    const heads = [...new Set([...(queued?.heads ?? []), ...wanted.heads])].sort((a, b) => a - b);
    this.#queue.set(group(wanted), { ...wanted, heads });
    for (const head of heads) this.#underway.add(`${group(wanted)}/${head}`);
  }

  #flush(): void {
    const batch = [...this.#queue.values()];
    this.#queue.clear();
    for (const wanted of batch) void this.#fetch(wanted);
  }

  async #fetch(wanted: Wanted): Promise<void> {
    try {
      const array = await this.#source.fetch({ what: "heads", ...wanted });
      if (wanted.run !== this.#run) return;
      this.#split(wanted, array);
    } catch (error) {
      const words = this.#source.explain(error);
      // Stale: the map that took this one's place is on its way, and asking again before it comes would go on forever.
      if (wanted.run !== this.#run || words === null) return;
      for (const head of wanted.ahead ? [] : wanted.heads)
        this.#failures.set(`${group(wanted)}/${head}`, words);
    }
    for (const head of wanted.heads) this.#underway.delete(`${group(wanted)}/${head}`);
    this.#source.onChange();
  }

  #split(wanted: Wanted, array: WireArray): void {
    const bytes = this.#source.decode(array);
    const [count = 0, queries = 0, keys = 0] = array.shape;
    if (count !== wanted.heads.length)
      throw new Error(`${wanted.heads.length} heads asked for, ${count} came`);
    const length = queries * keys;
    wanted.heads.forEach((head, index) => {
      const key = `${group(wanted)}/${head}`;
      this.#size += length - (this.#heads.get(key)?.length ?? 0);
      // A copy: a slice would keep the whole message alive after its other heads were let go.
      this.#heads.set(key, bytes.slice(index * length, (index + 1) * length));
    });
  }

  /** What is looked at stays, however large it is. */
  #evict(wanted: Wanted): void {
    const kept = new Set(wanted.heads.map((head) => `${group(wanted)}/${head}`));
    for (const [key, bytes] of this.#heads) {
      if (this.#size <= this.#limit) return;
      if (kept.has(key)) continue;
      this.#heads.delete(key);
      this.#size -= bytes.length;
    }
  }
}

function group({ kind, layer, part }: Wanted): string {
  return [kind, layer, ...(part === null ? [] : [part.query, part.key])].join("/");
}
