import { createHash } from "node:crypto";

/** Lies in the folder whose files it names. */
export const MANIFEST = "manifest.json";

/**
 * Every file of a folder but this one, with what it holds: sorted, so that the same files make the same text.
 *
 * @param {ReadonlyMap<string, { readonly content: Buffer, readonly isProgram: boolean }>} files By their paths below the folder.
 */
export function toManifestText(files) {
  const entries = [...files]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, { content, isProgram }]) => ({
      path,
      bytes: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
      ...(isProgram ? { program: true } : {}),
    }));
  return `${JSON.stringify({ version: 1, files: entries }, null, 1)}\n`;
}
