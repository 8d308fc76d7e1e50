import { fileURLToPath } from "node:url";

/** The folder that holds package.json, without a slash at its end. */
export function checkoutFolder() {
  return fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
}
