import { describe, expect, it } from "vitest";
import { WEIGHT_LEVELS, WEIGHT_NAN, WEIGHT_UNSEEN } from "../../js/contract.js";
import { CodecError, decodeArray, decodeWeights, UNSEEN } from "../../js/core/codec.js";

const floats = (values: number[], shift = 0): ArrayBuffer => {
  const buffer = new ArrayBuffer(shift + 4 * values.length);
  const view = new DataView(buffer);
  values.forEach((value, i) => {
    view.setFloat32(shift + 4 * i, value, true);
  });
  return buffer;
};

describe("decodeArray", () => {
  it("takes a DataView, an ArrayBuffer and a Uint8Array", () => {
    const buffer = floats([1.5, -2]);
    for (const data of [new DataView(buffer), buffer, new Uint8Array(buffer)]) {
      expect([...decodeArray({ dtype: "float32", shape: [2], data }, "float32")]).toEqual([1.5, -2]);
    }
  });

  it("honours byteOffset, aligned or not", () => {
    for (const shift of [4, 3, 1]) {
      const data = new DataView(floats([0.25, 7], shift), shift);
      expect([...decodeArray({ dtype: "float32", shape: [1, 2], data }, "float32")]).toEqual([0.25, 7]);
    }
  });

  it("honours the end of a view as well as its beginning", () => {
    const data = new DataView(new Uint8Array([9, 1, 2, 3, 9]).buffer, 1, 3);
    expect([...decodeArray({ dtype: "uint8", shape: [3], data }, "uint8")]).toEqual([1, 2, 3]);
  });

  it("refuses what is shorter or longer than its shape, in words", () => {
    const array = (bytes: number) => ({
      dtype: "uint8" as const,
      shape: [2, 3],
      data: new Uint8Array(bytes),
    });
    for (const bytes of [5, 7]) {
      expect(() => decodeArray(array(bytes), "uint8", "heads")).toThrow(
        new CodecError(`heads has ${bytes} bytes; uint8 [2, 3] takes 6.`),
      );
    }
  });

  it("refuses another dtype and a broken shape", () => {
    const data = new Uint8Array(4);
    expect(() => decodeArray({ dtype: "uint8", shape: [4], data }, "float32")).toThrow("uint8, not float32");
    expect(() => decodeArray({ dtype: "uint8", shape: [-4], data }, "uint8")).toThrow("-4");
    expect(() => decodeArray({ dtype: "uint8", shape: [1.5], data }, "uint8")).toThrow("1.5");
  });

  it("says what to do where the bytes did not come along", () => {
    const saved = JSON.parse(JSON.stringify({ dtype: "uint8", shape: [2] }));
    expect(() => decodeArray(saved, "uint8", "heads")).toThrow(
      "heads came without bytes. Run the cell again.",
    );
  });

  it("takes an empty array", () => {
    expect(decodeArray({ dtype: "uint8", shape: [0, 7], data: new ArrayBuffer(0) }, "uint8")).toHaveLength(0);
  });
});

describe("decodeWeights", () => {
  it("expands the square root, and tells what is no number from what cannot be seen", () => {
    const weights = decodeWeights(new Uint8Array([0, WEIGHT_LEVELS, 126, WEIGHT_NAN, WEIGHT_UNSEEN]));
    expect(weights[0]).toBe(0);
    expect(weights[1]).toBe(1);
    expect(weights[2]).toBeCloseTo((126 / 253) ** 2, 6);
    expect(weights[3]).toBeNaN();
    expect(weights[4]).toBe(UNSEEN);
  });

  it("is within half a level of what was sent", () => {
    for (let weight = 0; weight <= 1; weight += 0.001) {
      const byte = Math.round(WEIGHT_LEVELS * Math.sqrt(weight));
      const [back] = decodeWeights(new Uint8Array([byte]));
      expect(Math.abs(Math.sqrt(back!) - Math.sqrt(weight))).toBeLessThanOrEqual(0.5 / WEIGHT_LEVELS + 1e-6);
    }
  });
});
