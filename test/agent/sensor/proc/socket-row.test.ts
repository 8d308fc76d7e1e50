import * as fc from "fast-check";
import { expect, test } from "vitest";

import { parseInternetRow, parsePacketRow } from "../../../../agent/sensor/proc/socket-row.ts";

test("reads a TCP row", () => {
  const line =
    "   3: 0100007F:9C40 0100007F:1F90 02 00000001:00000000 01:00000050 00000002  1000        0 123456 2 0000000000702dbb 20 4 30 10 -1";

  expect(parseInternetRow(line, "tcp")).toEqual({
    protocol: "tcp",
    local: "0100007F:9C40",
    remote: "0100007F:1F90",
    state: "syn-sent",
    inode: 123_456,
  });
});

test("reads a UDP row, whose pointer column the kernel can hide", () => {
  const line =
    " 4242: 00000000000000000000000001000000:0202 00000000000000000000000001000000:0035 01 00000000:00000000 00:00000000 00000000     0        0 77 2 (____ptrval____) 0";

  expect(parseInternetRow(line, "udp")).toMatchObject({ state: "established", inode: 77 });
});

test.each([
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
  "",
  "   0: 0100007F:9C40 0100007F:1F90 FF 00000000:00000000 00:00000000 00000000 0 0 1 1",
])("refuses %j", (line) => {
  expect(parseInternetRow(line, "tcp")).toBeUndefined();
});

test("reads a packet row", () => {
  const line = "ffff888003d4d800 3      3    0003   2     1 0      0      424242";

  expect(parsePacketRow(line)).toEqual({ inode: 424_242, etherType: 3 });
});

test("never throws, whatever the line", () => {
  const pieces = fc.constantFrom(
    "0100007F:1F90",
    "01",
    ":",
    " ",
    "0:",
    "00000000",
    "9".repeat(20),
    "\n",
  );
  const lines = fc.oneof(
    fc.string(),
    fc.array(pieces).map((parts) => parts.join(" ")),
  );
  let runs = 0;

  fc.assert(
    fc.property(lines, (line) => {
      const rows = [parseInternetRow(line, "tcp"), parsePacketRow(line)];
      runs += 1;
      return rows.every((row) => row === undefined || Number.isSafeInteger(row.inode));
    }),
  );

  expect(runs).toBeGreaterThan(0);
});
