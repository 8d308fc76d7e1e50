/** In the place of the thread that writes: takes a write, and leaves. */
import { parentPort } from "node:worker_threads";

parentPort?.postMessage("ready");
parentPort?.on("message", () => parentPort?.close());
