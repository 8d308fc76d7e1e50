import { tmpdir } from "node:os";

import { expect, test, vi } from "vitest";

import { USUAL_DETECTION } from "../../../collector/detection/detection-file.ts";
import { startDetection } from "../../../collector/detection/detection.ts";

/** Ends at whichever run it is at, as one without memory does. */
const PROGRAM = `
  import { parentPort } from "node:worker_threads";
  parentPort.postMessage({ kind: "ready" });
  parentPort.postMessage({ kind: "turn", runId: "run" });
  setTimeout(() => { throw new Error("no memory"); }, 10);`;

test("a run that the thread ends at once may be innocent, and one that it ends at twice is left out", async () => {
  const crashes: string[] = [];
  const leftOut: [run: string, crashes: number][] = [];
  const detection = await startDetection({
    program: new URL(`data:text/javascript,${encodeURIComponent(PROGRAM)}`),
    directory: tmpdir(),
    settings: USUAL_DETECTION,
    store: {
      async addOwnFinding() {},
      async teachRun({ runId, lesson }) {
        if (lesson === "too-large") leftOut.push([runId, crashes.length]);
      },
    },
    onTrouble: () => {},
    onCrash: ({ message }) => void crashes.push(message),
    now: () => 0,
  });
  await vi.waitFor(() => expect(leftOut).not.toEqual([]), { timeout: 30_000 });
  await detection[Symbol.asyncDispose]();

  expect(leftOut).toEqual([["run", 2]]);
});
