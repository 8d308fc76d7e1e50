/** A writer's thread whose disk does not answer. */
import { parentPort } from "node:worker_threads";

parentPort?.on("message", (message: unknown) => {
  if (message === "close") parentPort?.close();
});
parentPort?.postMessage("ready");
