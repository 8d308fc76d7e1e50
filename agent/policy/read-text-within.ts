import { type FileBounds, readFileWithin } from "./read-file-within.ts";

/** Text of a file; or what is wrong with it, which reads on after its name. */
export type BoundedText =
  | { readonly text: string }
  | { readonly refusal: string; readonly cause?: unknown };

export function readTextWithin(path: string, bounds: FileBounds): BoundedText {
  const read = readFileWithin(path, bounds);
  if (!("bytes" in read)) return read;
  const { bytes } = read;
  if (isUtf16(bytes)) return { refusal: "is UTF-16: save it as UTF-8" };
  const zero = bytes.indexOf(0);
  if (zero >= 0) return { refusal: `is not a text file: it has a NUL byte at offset ${zero}` };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch (cause) {
    return { refusal: "is not UTF-8: save it as UTF-8", cause };
  }
}

function isUtf16(bytes: Buffer): boolean {
  const mark = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  return mark === 0xfeff || mark === 0xfffe;
}
