/**
 * Keeps the bundle's files in memory, so that a guard runs what was there when it started, also of what it has yet to load:
 * the job may remove the checkout's files, or write others in their place.
 */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

/**
 * @param {string} root The checkout, without a slash at its end.
 * @param {readonly string[]} files Below it.
 */
export function holdBundle(root, files) {
  const held = new Map(
    files.map((path) => {
      const file = `${root}/${path}`;
      return [pathToFileURL(file).href, readFileSync(file)];
    }),
  );
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const url = toHeldUrl(specifier, context.parentURL);
      if (url === undefined || !held.has(url)) return nextResolve(specifier, context);
      return { url, format: "module", shortCircuit: true };
    },
    load(url, context, nextLoad) {
      const source = held.get(url);
      if (source === undefined) return nextLoad(url, context);
      return { format: "module", source, shortCircuit: true };
    },
  });
}

/**
 * Of what the system or a package has: undefined, or an address that is none of these.
 *
 * @param {string} specifier
 * @param {string | undefined} parent
 */
function toHeldUrl(specifier, parent) {
  if (specifier.startsWith("file:")) return specifier;
  if (specifier.startsWith("/")) return pathToFileURL(specifier).href;
  if (parent === undefined || !specifier.startsWith(".")) return undefined;
  return new URL(specifier, parent).href;
}
