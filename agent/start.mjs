/**
 * What bin/runner-guard starts: plain JavaScript, so that the compile cache is there before the first TypeScript file is
 * loaded. Without it every start would strip types anew, which takes 200 ms and 30 MB.
 */
import { enableCompileCache, registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

// Waiting for the command's end and for what it writes takes a thread each, of four that there would be.
process.env["UV_THREADPOOL_SIZE"] = "8";
// Beside the program, where only its owner can write: compiled code from /tmp could be anyone's.
enableCompileCache(fileURLToPath(new URL("../.cache/compile", import.meta.url)));
// Node.js looks for a package.json above each module, and whether it is a link: 200 modules of ours take 60 ms so.
registerHooks({
  resolve(specifier, context, nextResolve) {
    const isOurs = specifier.startsWith(".") && specifier.endsWith(".ts");
    if (!isOurs || context.parentURL === undefined) return nextResolve(specifier, context);
    const { href } = new URL(specifier, context.parentURL);
    return { url: href, format: "module-typescript", shortCircuit: true };
  },
});
await import("./main.ts");
