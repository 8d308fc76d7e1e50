/** Made when it is asked for first: what formats takes a browser tens of milliseconds to make, before there is anything to be seen. */
export function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}
