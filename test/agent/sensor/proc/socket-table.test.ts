import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, onTestFinished, test } from "vitest";

import { parseEndpoint } from "../../../../agent/sensor/proc/network-endpoint.ts";
import { readSocketTable } from "../../../../agent/sensor/proc/socket-table.ts";
import type { SocketTableOptions } from "../../../../agent/sensor/proc/socket-table.ts";
import { toSocketLine } from "./fixture-proc.ts";

describe("of this machine", () => {
  test("holds a socket that listens", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const address = server.address();

    const { internet } = readSocketTable(options("/proc/net"));

    const listening = internet.rows
      .filter(({ state }) => state === "listen")
      .map(({ local }) => parseEndpoint(local));
    expect(listening).toContainEqual({
      family: "ipv4",
      ip: "127.0.0.1",
      port: typeof address === "object" ? address?.port : undefined,
    });
  });
});

describe("of a file", () => {
  const rows = Array.from({ length: 50 }, (_, index) => toSocketLine({ inode: 1_000 + index }));

  test.each([200, 257, 1_000, 65_536])("is whole when read %d bytes at a time", (size) => {
    const directory = makeDirectory();
    writeFileSync(join(directory, "tcp"), `heading\n${rows.join("\n")}\n`);

    const { internet } = readSocketTable({ ...options(directory), scratch: Buffer.alloc(size) });

    expect(internet.rows.map(({ inode }) => inode)).toEqual(rows.map((_, index) => 1_000 + index));
  });

  test("passes over a line longer than the buffer", () => {
    const directory = makeDirectory();
    writeFileSync(join(directory, "tcp"), `${"x".repeat(5_000)}\n${rows.join("\n")}`);

    const { internet } = readSocketTable({ ...options(directory), scratch: Buffer.alloc(256) });

    expect(internet.rows.map(({ inode }) => inode)).toEqual(rows.map((_, index) => 1_000 + index));
  });

  test.each([
    { sockstat: "TCP: inuse 0 orphan 0 tw 0 alloc 1 mem 1", inodes: [] },
    { sockstat: "TCP: inuse 10 orphan 0 tw 0 alloc 1 mem 1", inodes: [7] },
    { sockstat: "UDP: inuse 0 mem 0", inodes: [7] },
  ])("is read unless the kernel says that it is empty: $sockstat", ({ sockstat, inodes }) => {
    const directory = makeDirectory();
    writeFileSync(join(directory, "tcp"), toSocketLine({ inode: 7 }));
    writeFileSync(join(directory, "sockstat"), `sockets: used 10\n${sockstat}\n`);

    const { internet } = readSocketTable(options(directory));

    expect(internet.rows.map(({ inode }) => inode)).toEqual(inodes);
  });

  test("counts the rows beyond its bound", () => {
    const directory = makeDirectory();
    writeFileSync(join(directory, "udp6"), rows.join("\n"));

    const { internet } = readSocketTable({ ...options(directory), maxRows: 10 });

    expect(internet.rows).toHaveLength(10);
    expect(internet.omitted).toBe(40);
  });

  test("has no rows where the kernel has no such table", () => {
    expect(readSocketTable(options(makeDirectory())).internet).toEqual({
      rows: [],
      omitted: 0,
      unreadable: 0,
    });
  });
});

function options(directory: string): SocketTableOptions {
  return { directory, maxRows: 100_000, scratch: Buffer.alloc(65_536) };
}

function makeDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "runner-guard-sockets-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
