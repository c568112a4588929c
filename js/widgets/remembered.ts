/**
 * A value that is made anew only when something that it is made from changed: views compare what they are given by
 * identity, and leave alone what is the same.
 */
export function remembered<Value>(): (inputs: unknown[], make: () => Value) => Value {
  let last: { inputs: unknown[]; value: Value } | null = null;
  return (inputs, make) => {
    const same =
      last?.inputs.length === inputs.length && inputs.every((input, i) => Object.is(input, last?.inputs[i]));
    if (last === null || !same) last = { inputs, value: make() };
    return last.value;
  };
}
