/** A function that caches its last result and returns it for identical arguments. */
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
