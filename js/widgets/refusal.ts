import { WIRE_VERSION } from "../contract.js";

/** Why nothing can be shown, in words; "" while there is simply nothing yet. */
export interface Refusal {
  refusal: string;
}

/** Why a payload cannot be read at all; null where it can. */
export function refusalOf(payload: { v: number } | null | undefined): Refusal | null {
  if (payload === null || payload === undefined || payload.v === undefined) return { refusal: "" };
  if (payload.v <= WIRE_VERSION) return null;
  return {
    refusal:
      `This view was made by a newer xai_widgets (format ${payload.v}; this one reads up to ${WIRE_VERSION}). ` +
      "Reload the page, or update xai_widgets and run the cell again.",
  };
}
