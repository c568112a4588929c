import type { Request, RequestMessage, ResponseMessage, WireArray } from "../contract.js";
import { randomId } from "../views/controls/dom.js";
import { atEnd, listen, type WidgetModel } from "./lifecycle.js";

/** After this long without any word from the kernel, something is likely amiss. */
export const QUIET_AFTER = 4000;

/** An answer that says what went wrong, in Python's words. */
export class RequestError extends Error {
  constructor(
    name: string,
    message: string,
    readonly offer: "truncate" | null = null,
  ) {
    super(message);
    this.name = name;
  }
}

/** Names of failures that concern nobody: the answer is no longer wanted. */
export function isMoot(error: unknown): boolean {
  return error instanceof RequestError && ["StaleError", "Cancelled", "Closed"].includes(error.name);
}

interface Waiting {
  request: Request;
  resolve(arrays: WireArray[]): void;
  reject(error: RequestError): void;
}

export interface Asked {
  id: string;
  answer: Promise<WireArray[]>;
}

/**
 * Requests to Python and their answers, over the model's custom messages. Every view of a model has its own channel:
 * ids are unique, and the answers to other views' requests pass by.
 */
export class Channel<Traits> {
  readonly #waiting = new Map<string, Waiting>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #quiet = false;
  readonly #model: WidgetModel<Traits>;
  readonly #signal: AbortSignal;
  readonly #onQuiet: (quiet: boolean) => void;

  constructor(model: WidgetModel<Traits>, signal: AbortSignal, onQuiet: (quiet: boolean) => void = () => {}) {
    this.#model = model;
    this.#signal = signal;
    this.#onQuiet = onQuiet;
    listen(model, "msg:custom", (message, buffers) => this.#receive(message, buffers), signal);
    atEnd(signal, () => this.#close());
  }

  request(request: Request): Asked {
    const id = randomId();
    const answer = new Promise<WireArray[]>((resolve, reject) => {
      if (this.#signal.aborted) {
        reject(new RequestError("Closed", "The view is closed."));
        return;
      }
      if (request.what === "run") this.#dropOlder("run");
      this.#waiting.set(id, { request, resolve, reject });
      const message: RequestMessage = { type: "request", id, request };
      try {
        this.#model.send(message);
        this.#watch();
      } catch {
        this.#waiting.delete(id);
        if (isAwaited(request)) this.#setQuiet(true);
        reject(
          new RequestError(
            "NoKernel",
            "There is no kernel to ask. What is drawn stays; for the rest, run the cell again.",
          ),
        );
      }
    });
    // A failure that nobody waits for is no error of the page.
    answer.catch(() => {});
    return { id, answer };
  }

  /** Stops the request of that id, or with null whatever runs. */
  cancel(target: string | null): void {
    this.request({ what: "cancel", target });
    // The person is free at once, also where no kernel is left to confirm it.
    if (target === null) return;
    const waiting = this.#waiting.get(target);
    this.#waiting.delete(target);
    waiting?.reject(new RequestError("Cancelled", "Cancelled."));
  }

  /** Somebody waits, also for what was asked for before anybody did. */
  expect(): void {
    this.#timer ??= setTimeout(() => this.#setQuiet(true), QUIET_AFTER);
  }

  /** The kernel gave a sign of life by another way than an answer. */
  heard(): void {
    this.#setQuiet(false);
    this.#watch();
  }

  #dropOlder(what: Request["what"]): void {
    for (const [id, waiting] of this.#waiting) {
      if (waiting.request.what !== what) continue;
      this.#waiting.delete(id);
      waiting.reject(new RequestError("StaleError", "A newer request took its place."));
    }
  }

  #receive(message: unknown, buffers: DataView[]): void {
    if (!isResponse(message)) return;
    const waiting = this.#waiting.get(message.id);
    if (waiting === undefined) return;
    this.#waiting.delete(message.id);
    this.heard();
    if (message.ok) {
      if (buffers.length < message.arrays.length) {
        waiting.reject(new RequestError("WireError", "The answer came without its bytes."));
        return;
      }
      waiting.resolve(message.arrays.map((array, index) => ({ ...array, data: buffers[index] as DataView })));
    } else waiting.reject(new RequestError(message.name, message.message, message.offer));
  }

  #watch(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if ([...this.#waiting.values()].some(({ request }) => isAwaited(request))) this.expect();
  }

  #setQuiet(quiet: boolean): void {
    if (quiet === this.#quiet || this.#signal.aborted) return;
    this.#quiet = quiet;
    this.#onQuiet(quiet);
  }

  #close(): void {
    clearTimeout(this.#timer);
    for (const waiting of this.#waiting.values())
      waiting.reject(new RequestError("Closed", "The view is closed."));
    this.#waiting.clear();
  }
}

/** Whether somebody waits for the answer: not for what is looked ahead for, nor for pictures that get better. */
function isAwaited(request: Request): boolean {
  return request.what !== "thumbnails" && !("ahead" in request);
}

function isResponse(message: unknown): message is ResponseMessage {
  return typeof message === "object" && message !== null && "type" in message && message.type === "response";
}
