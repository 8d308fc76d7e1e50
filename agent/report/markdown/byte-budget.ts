/** What is left of a document's size. Parts ask before they are written, so that a part is there whole or not at all. */
export interface ByteBudget {
  /** True when `text` fits; then it is taken off. */
  take(text: string): boolean;
  /** Half of what is left, taken off here too: what comes first leaves room for what comes after. */
  half(): ByteBudget;
}

export function createByteBudget(maxBytes: number): ByteBudget {
  return createPart(maxBytes, () => undefined);
}

function createPart(maxBytes: number, onTake: (bytes: number) => void): ByteBudget {
  let left = maxBytes;
  const takeOff = (bytes: number) => {
    left -= bytes;
    onTake(bytes);
  };
  return {
    take(text) {
      const bytes = Buffer.byteLength(text);
      if (bytes > left) return false;
      takeOff(bytes);
      return true;
    },
    half: () => createPart(Math.floor(left / 2), takeOff),
  };
}
