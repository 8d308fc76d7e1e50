import { expect, test } from "vitest";

import type { FromDetection } from "../../../collector/detection/thread-messages.ts";
import { createWriteRequests, NotWritten } from "../../../collector/detection/write-requests.ts";

test("each is written when its own answer says so, in whatever order they come", async () => {
  const posted: FromDetection[] = [];
  const requests = createWriteRequests((message) => posted.push(message));
  const done: string[] = [];
  const first = requests.write([]).then(() => done.push("first"));
  const second = requests.write([]).then(() => done.push("second"));
  requests.settle({ kind: "written", number: 2 });
  await second;
  expect(done).toEqual(["second"]);
  requests.settle({ kind: "written", number: 1 });
  await first;

  expect(done).toEqual(["second", "first"]);
  expect(posted).toEqual([
    { kind: "write", number: 1, writes: [] },
    { kind: "write", number: 2, writes: [] },
  ]);
});

test("what could not be written says why, and the others do not", async () => {
  const requests = createWriteRequests(() => undefined);
  const [full, good] = [requests.write([]), requests.write([])];
  requests.settle({ kind: "written", number: 1, fault: "the disk is full" });
  requests.settle({ kind: "written", number: 2 });

  await expect(full).rejects.toThrow(new NotWritten("the disk is full"));
  await expect(good).resolves.toBeUndefined();
});

test("an answer to nothing, or a second one, changes nothing", async () => {
  const requests = createWriteRequests(() => undefined);
  const one = requests.write([]);
  requests.settle({ kind: "written", number: 7, fault: "of nobody" });
  requests.settle({ kind: "written", number: 1 });
  requests.settle({ kind: "written", number: 1, fault: "too late" });

  await expect(one).resolves.toBeUndefined();
});

test("nobody waits for an end that does not come", async () => {
  const posted: FromDetection[] = [];
  const requests = createWriteRequests((message) => posted.push(message));
  const waiting = requests.write([]);
  requests.end();

  await expect(waiting).rejects.toThrow(NotWritten);
  await expect(requests.write([])).rejects.toThrow(NotWritten);
  expect(posted).toHaveLength(1);
});
