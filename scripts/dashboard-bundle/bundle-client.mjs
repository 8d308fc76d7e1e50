import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";

import { rolldown } from "rolldown";

import { CLIENT, STYLES } from "./client-sources.mjs";

/** Below the folder of the dashboard's pages: nothing there is ever changed, so that browsers may keep it. */
const ASSETS = "assets";
const HASH_LENGTH = 10;

/** @typedef {{ readonly name: string, readonly content: string }} ClientFile */

/**
 * What browsers load, made of collector/dashboard/client. Nothing is written.
 *
 * @param {string} root The checkout.
 * @param {(path: string) => void} [note] Told what was read, by its path below the checkout.
 * @returns {Promise<ClientFile[]>}
 */
export async function bundleClient(root, note = () => undefined) {
  const chunks = await bundleCode(root, note);
  const styles = toAsset("style.css", STYLES.map((path) => readText(root, path, note)).join("\n"));
  const icon = toAsset("icon.svg", readText(root, `${CLIENT}/icon.svg`, note));
  const entry = chunks.find(({ isEntry }) => isEntry);
  if (entry === undefined) throw new Error("the dashboard has no entry");
  const page = fill(readText(root, `${CLIENT}/index.html`, note), {
    style: styles.name,
    icon: icon.name,
    script: entry.name,
    preloads: entry.imports.map(toPreload).join("\n    "),
  });
  const code = chunks.map(({ name, content }) => ({ name, content }));
  return [{ name: "index.html", content: page }, styles, icon, ...code];
}

/**
 * @param {string} root
 * @param {(path: string) => void} note
 */
async function bundleCode(root, note) {
  const build = await rolldown({
    cwd: root,
    input: { main: `${CLIENT}/main.tsx` },
    platform: "browser",
    tsconfig: false,
    resolve: { symlinks: false },
    transform: { jsx: { runtime: "automatic", importSource: "preact" }, target: "es2022" },
    plugins: [createNotePlugin(root, note)],
    onLog(level, log) {
      if (level === "warn") throw new Error(log.message);
    },
  });
  try {
    const { output } = await build.generate({
      format: "esm",
      minify: true,
      entryFileNames: `${ASSETS}/[name]-[hash:${HASH_LENGTH}].js`,
      chunkFileNames: `${ASSETS}/[name]-[hash:${HASH_LENGTH}].js`,
    });
    return output.flatMap((file) =>
      file.type === "chunk"
        ? [
            {
              name: file.fileName,
              content: file.code,
              isEntry: file.isEntry,
              imports: file.imports,
            },
          ]
        : [],
    );
  } finally {
    await build.close();
  }
}

/**
 * @param {string} root
 * @param {(path: string) => void} note
 */
function createNotePlugin(root, note) {
  return {
    name: "note",
    /** @param {string} id */
    load(id) {
      if (id.startsWith("/")) note(relative(root, id));
      return null;
    },
  };
}

/**
 * @param {string} root
 * @param {string} path
 * @param {(path: string) => void} note
 */
function readText(root, path, note) {
  note(path);
  return readFileSync(join(root, path), "utf8");
}

/**
 * @param {string} name
 * @param {string} content
 * @returns {ClientFile}
 */
function toAsset(name, content) {
  const [stem, ending] = name.split(".");
  const hash = createHash("sha256").update(content).digest("hex").slice(0, HASH_LENGTH);
  return { name: `${ASSETS}/${stem}-${hash}.${ending}`, content };
}

/** @param {string} name */
function toPreload(name) {
  return `<link rel="modulepreload" href="/${name}" />`;
}

/**
 * @param {string} template
 * @param {Readonly<Record<string, string>>} values
 */
function fill(template, values) {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (_, name) => {
    const value = values[name];
    if (value === undefined) throw new Error(`index.html asks for ${name}`);
    return value;
  });
}
