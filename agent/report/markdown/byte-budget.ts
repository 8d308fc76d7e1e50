/** What is left of a document's size. Parts ask before they are written, so that a part is there whole or not at all. */
export interface ByteBudget {
  /** True when `text` fits; then it is taken off. */
  take(text: string): boolean;
}

export function createByteBudget(maxBytes: number): ByteBudget {
  let left = maxBytes;
  return {
    take(text) {
      const bytes = Buffer.byteLength(text);
      if (bytes > left) return false;
      left -= bytes;
      return true;
    },
  };
}
