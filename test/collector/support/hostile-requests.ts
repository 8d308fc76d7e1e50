/** Requests that no honest agent sends, made of those that one does send. */
import { gzipSync, zstdCompressSync } from "node:zlib";

import {
  BATCH_LIMITS,
  type ContentEncoding,
  COUNT_HEADER,
  FIRST_SEQ_HEADER,
  MAC_HEADER,
} from "../../../protocol/index.ts";
import { type BatchRequest, type GuardClient, heartbeat } from "./guard-client.ts";
import type { Random } from "./random.ts";

export interface HostileRequest {
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Buffer;
  /** Whether it may be taken: what is wrong with it is its sender's own loss. */
  readonly mayPass: boolean;
}

export interface Target {
  readonly agentToken: string;
  /** The attacker's own run: its key is known. */
  readonly own: GuardClient;
  readonly nextSeq: number;
  /** Of that run; what was taken of it last. */
  readonly taken: readonly HostileRequest[];
  readonly victimRunId: string;
}

export const REPLAY = "a replay";

type Make = (target: Target, random: Random) => Partial<HostileRequest>;

const ZEROS = Buffer.alloc(BATCH_LIMITS.maxBytes + 1);
const BOMBS = { zstd: zstdCompressSync(ZEROS), gzip: gzipSync(ZEROS) };
const NUMBERS = ["0", "-1", "1e9", "9007199254740993", "9".repeat(400), "NaN", "", "0x1", "1, 1"];
const DEEP = `${'{"a":['.repeat(5_000)}${"]}".repeat(5_000)}`;

const MAKERS: Readonly<Record<string, Make>> = {
  truncated: (target, random) => {
    const request = honest(target, random);
    return {
      ...request,
      content: request.content.subarray(0, random.below(request.content.length)),
    };
  },
  "a bit flipped": (target, random) => {
    const request = honest(target, random);
    return { ...request, content: flip(request.content, random) };
  },
  // The bit may have stood in a text.
  "a bit flipped, and signed": (target, random) => ({
    ...signed(target, { content: flip(pack([heartbeat(target.nextSeq)]), random) }),
    mayPass: true,
  }),
  "another count, and signed": (target, random) =>
    signed(target, { count: 2 + random.below(9_000), content: pack([heartbeat(target.nextSeq)]) }),
  "another place": (target, random) => {
    const request = honest(target, random);
    const seq = String(target.nextSeq + 1 + random.below(1_000));
    return { ...request, headers: { ...request.headers, [FIRST_SEQ_HEADER]: seq } };
  },
  "a MAC of chance": (target, random) => {
    const request = honest(target, random);
    const mac = Buffer.from(random.bytes(32)).toString("hex");
    return { ...request, headers: { ...request.headers, [MAC_HEADER]: mac } };
  },
  "a number that is none": (target, random) => {
    const request = honest(target, random);
    const name = random.pick([FIRST_SEQ_HEADER, COUNT_HEADER]);
    return { ...request, headers: { ...request.headers, [name]: random.pick(NUMBERS) } };
  },
  "another's run": (target, random) => ({
    ...honest(target, random),
    path: `/v1/runs/${target.victimRunId}/batches`,
  }),
  // It is acknowledged again, and stored once.
  [REPLAY]: (target, random) =>
    target.taken.length > 0
      ? { ...random.pick(target.taken), what: REPLAY, mayPass: true }
      : { path: `/v1/runs/${target.own.run.runId}/finish` },
  "a replay to another's run": (target, random) => ({
    ...(target.taken.length > 0 ? random.pick(target.taken) : honest(target, random)),
    what: "a replay to another's run",
    path: `/v1/runs/${target.victimRunId}/batches`,
    mayPass: false,
  }),
  "a goodbye to another's run": (target, random) => ({
    ...honest(target, random),
    content: Buffer.from('{"lastSeq":2}'),
    path: `/v1/runs/${target.victimRunId}/finish`,
  }),
  "deep JSON": (target) => ({ ...signed(target, { content: pack([DEEP]) }), mayPass: true }),
  "numbers without end": (target) => {
    const line = heartbeat(target.nextSeq).replace(String(target.nextSeq), "9".repeat(1_000));
    return { ...signed(target, { content: pack([line]) }), mayPass: true };
  },
  "no UTF-8": (target, random) => {
    const bytes = Buffer.from(random.bytes(100)).map((byte) => (byte === 10 ? 0 : byte));
    const content = zstdCompressSync(Buffer.concat([bytes, Buffer.from("\n")]));
    return { ...signed(target, { content }), mayPass: true };
  },
  "no event": (target, random) => {
    const line = random.pick(["null", "[]", "1", '""', '{"__proto__":{"kind":"finding"}}', "{}"]);
    return { ...signed(target, { content: pack([line]) }), mayPass: true };
  },
  "a bomb": (target, random) => {
    const encoding = random.pick(["zstd", "gzip"] as const);
    return signed(target, { content: BOMBS[encoding], encoding });
  },
  "said to be packed otherwise": (target, random) => {
    const request = honest(target, random);
    const encoding = random.pick(["gzip", "br", "zstd, zstd", "identity", "x".repeat(1_000)]);
    return { ...request, headers: { ...request.headers, "content-encoding": encoding } };
  },
  "a token of chance": (target, random) => ({
    ...honest(target, random),
    token: Buffer.from(random.bytes(1 + random.below(200))).toString("base64url"),
  }),
  "what operators see": (target, random) => ({
    method: "GET",
    path: random.pick([
      "/v1/runs",
      `/v1/runs/${target.victimRunId}/events`,
      "/v1/findings?limit=1",
    ]),
  }),
  "a path of chance": (_, random) => ({
    method: random.pick(["GET", "POST", "PUT", "DELETE", "OPTIONS"]),
    path: `/${random.pick(["v1/runs/..%2f..", "%00", "v1//runs", "v1/runs/{id}/batches", "v1/runs?%", "__proto__"])}`,
  }),
  "a start that is none": (_, random) => ({
    path: "/v1/runs",
    content: Buffer.from(
      random.pick([
        "",
        "{",
        "[]",
        '{"claim":1}',
        DEEP.slice(0, 60_000),
        `{"claim":"${"0".repeat(64)}"}`,
      ]),
    ),
  }),
  "a run that is none": (target, random) => ({
    ...honest(target, random),
    path: `/v1/runs/${Buffer.from(random.bytes(16)).toString("hex")}/batches`,
  }),
};

export const HOSTILE_KINDS = Object.keys(MAKERS);

export function makeHostileRequest(target: Target, random: Random): HostileRequest {
  const what = random.pick(HOSTILE_KINDS);
  return {
    what,
    method: "POST",
    path: "/",
    token: target.agentToken,
    headers: {},
    content: Buffer.alloc(0),
    mayPass: false,
    ...MAKERS[what]?.(target, random),
  };
}

function honest({ own, nextSeq }: Target, random: Random): BatchRequest {
  const count = 1 + random.below(5);
  return own.toRequest({
    firstSeq: nextSeq,
    lines: Array.from({ length: count }, (_, index) => heartbeat(nextSeq + index)),
  });
}

/** With the MAC that it takes: only what it says is wrong. */
function signed(
  { own, nextSeq }: Target,
  {
    content,
    count = 1,
    encoding = "zstd",
  }: { content: Buffer; count?: number; encoding?: ContentEncoding },
): BatchRequest {
  return own.toSigned({ firstSeq: nextSeq, count, encoding }, content);
}

function pack(lines: readonly string[]): Buffer {
  return zstdCompressSync(Buffer.from(lines.map((line) => `${line}\n`).join("")));
}

function flip(content: Buffer, random: Random): Buffer {
  const flipped = Buffer.from(content);
  const at = random.below(flipped.length);
  flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
  return flipped;
}
