import { dirname, join, relative } from "node:path";

/** Whose sources find things beside themselves by `import.meta`; libraries keep theirs. */
const OWN = ["agent", "collector"];

/**
 * @typedef {object} SourcePluginOptions
 * @property {string} root The checkout.
 * @property {string} wayBack From the bundle to the checkout.
 * @property {Readonly<Record<string, string>>} entries Paths of sources, by the names of their files in the bundle.
 * @property {(path: string) => Buffer} read By its path below the checkout.
 */

/**
 * Has sources read by who notes what was read, so that this is of the very bytes that are bundled; and has them find what they
 * find beside themselves: other files, and what they load by `require`. WebAssembly becomes a part of them.
 *
 * @param {SourcePluginOptions} options
 */
export function createSourcePlugin(options) {
  return {
    name: "sources",
    /** @param {string} id */
    load(id) {
      return id.startsWith("/") ? options.read(relative(options.root, id)).toString("utf8") : null;
    },
    /**
     * @param {string} code
     * @param {string} id
     */
    transform(code, id) {
      const isOurs = OWN.some((folder) => id.startsWith(`${options.root}/${folder}/`));
      if (!isOurs || !code.includes("import.meta.")) return null;
      const replaced = toPlaceInBundle(code, id, options);
      // Lines stay where they are.
      return replaced === code ? null : { code: replaced, map: null };
    },
  };
}

/**
 * @param {string} code
 * @param {string} id
 * @param {SourcePluginOptions} options
 */
function toPlaceInBundle(code, id, { root, wayBack, entries, read }) {
  const place = `${wayBack}/${relative(root, id)}`;
  const url = `new URL(${JSON.stringify(place)}, import.meta.url).href`;
  const folder = `(import.meta.dirname + ${JSON.stringify(`/${dirname(place)}`)})`;
  return code
    .replaceAll(/\breadFileSync\(new URL\("([^"]+\.wasm)", import\.meta\.url\)\)/g, (_, name) => {
      const content = read(relative(root, join(dirname(id), String(name))));
      return `Buffer.from(${JSON.stringify(content.toString("base64"))}, "base64")`;
    })
    .replaceAll(/\bimport\.meta\.url\b/g, url)
    .replaceAll(/\bimport\.meta\.dirname\b/g, folder)
    .replaceAll(/\brequire\("(\.[^"]+\.ts)"\)/g, (_, specifier) => {
      const wanted = relative(root, join(dirname(id), String(specifier)));
      const entry = Object.entries(entries).find(([, path]) => path === wanted);
      if (entry === undefined) {
        throw new Error(`${id} requires ${wanted}, which has to be an entry of the bundle`);
      }
      return `require(import.meta.dirname + ${JSON.stringify(`/${entry[0]}.mjs`)})`;
    });
}
