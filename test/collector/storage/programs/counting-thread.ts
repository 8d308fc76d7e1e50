/** Says of each write in which message it came, and takes a while for each message. */
import { setTimeout as wait } from "node:timers/promises";
import { parentPort } from "node:worker_threads";

let messages = 0;

parentPort?.on("message", async (message: readonly { readonly number: number }[] | "close") => {
  if (message === "close") {
    parentPort?.close();
    return;
  }
  messages += 1;
  const fault = `message ${messages}`;
  await wait(50);
  parentPort?.postMessage(message.map(({ number }) => ({ number, fault })));
});
parentPort?.postMessage("ready");
