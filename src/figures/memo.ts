/** A function that remembers its last result, for as long as it is given the very same things. */
export function memoised<A extends readonly unknown[], R>(
  of: (...given: A) => R,
): (...given: A) => R {
  let last: { readonly given: A; readonly result: R } | undefined;
  return (...given) => {
    if (!last || given.some((one, i) => !Object.is(one, last?.given[i]))) {
      last = { given, result: of(...given) };
    }
    return last.result;
  };
}
