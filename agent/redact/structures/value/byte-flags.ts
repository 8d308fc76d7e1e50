/** A table in which 1 stands for each of the characters. */
export function toByteFlags(characters: string): Uint8Array {
  const flags = new Uint8Array(256);
  for (const byte of Buffer.from(characters)) flags[byte] = 1;
  return flags;
}
