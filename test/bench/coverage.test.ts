import { describe, expect, test } from "vitest";

import { compareFiles } from "../../bench/coverage-of/files.ts";
import { compareFlows, type MadeFlow } from "../../bench/coverage-of/flows.ts";
import { compareProcesses, type StartedProcess } from "../../bench/coverage-of/processes.ts";
import { reportedConnection, reportedFile, reportedProcess, reportOf } from "./report-of.ts";

const parent = reportedProcess({ id: "10-a", pid: 10 });

describe("processes", () => {
  const started: StartedProcess = {
    did: "process",
    pid: 10,
    child: 11,
    way: "vfork",
    executable: "/usr/bin/true",
    name: "true",
    first: "n=1",
    livedMicroseconds: 700,
  };
  const right = { id: "11-b", pid: 11, parentId: "10-a", args: ["true", "n=1"] };

  test("a process that is reported rightly counts in every column", () => {
    expect(
      compareProcesses([started], reportOf({ processes: [parent, reportedProcess(right)] })),
    ).toEqual({
      made: 1,
      seen: 1,
      rightParent: 1,
      rightArgs: 1,
      rightExecutable: 1,
    });
  });

  test.for([
    { what: "the parent", wrong: { parentId: "11-b" }, column: "rightParent" },
    { what: "the arguments", wrong: { args: ["true", "n=2"] }, column: "rightArgs" },
    { what: "an argument too many", wrong: { args: ["true", "n=1", ""] }, column: "rightArgs" },
    { what: "the executable", wrong: { executable: "/bin/true" }, column: "rightExecutable" },
  ])("$what reported wrongly is missing in its column alone", ({ wrong, column }) => {
    const report = reportOf({ processes: [parent, reportedProcess({ ...right, ...wrong })] });
    const all = { made: 1, seen: 1, rightParent: 1, rightArgs: 1, rightExecutable: 1 };
    expect(compareProcesses([started], report)).toEqual({ ...all, [column]: 0 });
  });

  test("a process that is not reported is not seen", () => {
    const coverage = compareProcesses([started], reportOf({ processes: [parent] }));
    expect(coverage).toMatchObject({ made: 1, seen: 0, rightParent: 0 });
  });

  test("of two processes with one pid the one with the right arguments is meant", () => {
    const earlier = reportedProcess({ id: "11-a", pid: 11, args: ["sh"] });
    const report = reportOf({ processes: [parent, earlier, reportedProcess(right)] });
    expect(compareProcesses([started], report)).toMatchObject({ rightArgs: 1, rightParent: 1 });
  });
});

describe("flows", () => {
  const made: MadeFlow = { did: "tcp", pid: 10, way: "v4", ip: "127.0.0.1", port: 80, count: 3 };

  test("counts what was seen of a destination, and of that by the right process", () => {
    const report = reportOf({
      processes: [parent, reportedProcess({ id: "11-b", pid: 11 })],
      connections: [
        reportedConnection("10-a", { ip: "127.0.0.1", port: 80, count: 1 }),
        reportedConnection("11-b", { ip: "127.0.0.1", port: 80, count: 1 }),
      ],
    });
    expect(compareFlows([made], report)).toEqual([
      { way: "tcp v4", made: 3, seen: 2, rightProcess: 1, tooMany: 0 },
    ]);
  });

  test("more than was made does not make up for what is missing elsewhere", () => {
    const missed = { ...made, port: 81 };
    const report = reportOf({
      processes: [parent],
      connections: [reportedConnection("10-a", { ip: "127.0.0.1", port: 80, count: 6 })],
    });
    expect(compareFlows([made, missed], report)).toEqual([
      { way: "tcp v4", made: 6, seen: 3, rightProcess: 3, tooMany: 3 },
    ]);
  });

  test("an IPv4 address is the same when it is mapped into IPv6", () => {
    const report = reportOf({
      processes: [parent],
      connections: [reportedConnection("10-a", { ip: "127.0.0.1", port: 80, count: 3 })],
    });
    expect(compareFlows([{ ...made, ip: "::ffff:127.0.0.1" }], report)).toMatchObject([
      { seen: 3 },
    ]);
  });
});

describe("files", () => {
  const renamed = { did: "rename", pid: 10, path: "/w/new", originalPath: "/w/old" } as const;

  test("tells the operation, the process and both paths apart", () => {
    const rightFile = reportedFile("10-a", {
      operation: "rename",
      path: "/w/new",
      originalPath: "/w/old",
    });
    const compare = (file: typeof rightFile) =>
      compareFiles([renamed], reportOf({ processes: [parent], files: [file] }))[0];
    const all = { operation: "rename", made: 1, seen: 1, rightProcess: 1, rightPath: 1 };
    expect(compare(rightFile)).toEqual(all);
    expect(compare({ ...rightFile, path: "/x/new" })).toEqual({ ...all, rightPath: 0 });
    expect(compare({ ...rightFile, originalPath: "/x/old" })).toEqual({ ...all, rightPath: 0 });
    expect(compare({ ...rightFile, processId: null })).toEqual({ ...all, rightProcess: 0 });
    expect(compare({ ...rightFile, operation: "delete" })).toMatchObject({ seen: 0 });
  });
});
