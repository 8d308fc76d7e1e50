/** What every start of the agent does before anything else is loaded, of the sources and of a bundle. */
import { enableCompileCache } from "node:module";

/** @param {string} root Where the agent is, without a slash at its end. */
export function prepareProcess(root) {
  // Waiting for the command's end and for what it writes takes a thread each, of four that there would be.
  process.env["UV_THREADPOOL_SIZE"] = "8";
  // Beside the program, where only its owner can write: compiled code from /tmp could be anyone's.
  enableCompileCache(`${root}/.cache/compile`);
}
