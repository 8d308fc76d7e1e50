import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { buildGenerator } from "../../../../bench/harness/build-generator.ts";
import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { observeCommand, ofKind } from "./support/observe-command.ts";

const { bpf } = requires;
const NOBODY = 65_534;
const [AF_INET, AF_VSOCK] = ["2", "40"];
const [SOCK_STREAM, SOCK_DGRAM, SOCK_RAW] = ["1", "2", "3"];
const [ICMP, TCP] = ["1", "6"];
const CONNECTS = 2_000;

let directory = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "sockets-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe.skipIf(!bpf.available)(`sockets of every family${bpf.note}`, () => {
  test("a raw socket is told although it was refused", async () => {
    const observed = await observeCommand([buildProgram("make-socket"), AF_INET, SOCK_RAW, ICMP], {
      uid: NOBODY,
    });
    expect(ofKind(observed, "privileged")).toMatchObject([
      { operation: "raw-socket", detail: "AF_INET SOCK_RAW", succeeded: false },
    ]);
  });

  test("a way to the virtual machine's host is told", async () => {
    const observed = await observeCommand([
      buildProgram("make-socket"),
      AF_VSOCK,
      SOCK_STREAM,
      "0",
    ]);
    expect(ofKind(observed, "privileged")).toMatchObject([
      { operation: "packet-socket", detail: "AF_VSOCK" },
    ]);
  });

  test("an internet socket whose destinations no hook sees is told", async () => {
    const observed = await observeCommand([buildProgram("make-socket"), AF_INET, SOCK_DGRAM, ICMP]);
    expect(ofKind(observed, "privileged").map(({ operation }) => operation)).toEqual(
      observed.records[0]?.ok === true ? ["raw-socket"] : [],
    );
  });

  test("an ordinary TCP socket is nothing to report", async () => {
    const observed = await observeCommand([buildProgram("make-socket"), AF_INET, SOCK_STREAM, TCP]);
    expect(ofKind(observed, "privileged")).toEqual([]);
  });

  test("a connection that nobody answered is told as given up", async () => {
    const script = `
      ip link add near type veth peer name far && ip address add 192.0.2.1/24 dev near &&
      ip link set near up && ip link set far up &&
      exec "$0" 192.0.2.9 443 nonblocking`;
    const observed = await observeCommand(
      ["/usr/bin/unshare", "--net", "sh", "-c", script, buildProgram("connect-tcp")],
      { until: (seen) => seen.some(({ kind }) => kind === "flow") },
    );
    expect(ofKind(observed, "flow")).toMatchObject([
      { address: { transport: "tcp", ip: "192.0.2.9", port: 443 }, result: "abandoned" },
    ]);
  });

  test("no result is lost when the states of many connections change at once", async () => {
    const log = join(directory, "log");
    const observed = await observeCommand([
      buildGenerator("connect-many"),
      log,
      String(CONNECTS),
      "4",
    ]);
    const results = ofKind(observed, "flow").filter(
      ({ address, result }) => address.transport === "tcp" && result !== undefined,
    );
    expect(results).toHaveLength(CONNECTS);
    expect(observed.status).toMatchObject({ status: "active", eventsDropped: 0 });
  });
});
