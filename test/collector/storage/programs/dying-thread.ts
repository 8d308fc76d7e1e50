/** In the place of the thread that writes: takes a write, and dies of it. */
import { parentPort } from "node:worker_threads";

parentPort?.postMessage("ready");
parentPort?.on("message", () => {
  throw new Error("something that nobody thought of");
});
