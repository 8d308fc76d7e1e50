import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";

export interface KeyPair {
  readonly key: Buffer;
  readonly cert: Buffer;
}

export interface Certificates {
  /** For these names and addresses, made when they are first asked for. */
  pairFor(...subjects: readonly string[]): Promise<KeyPair>;
}

const run = promisify(execFile);
const DAYS = "2";

/** One authority and one key for all servers of an internet; `ca.pem` is what its machines trust. */
export function createCertificates(folder: string): Certificates {
  const made = new Map<string, Promise<KeyPair>>();
  let count = 0;
  return {
    pairFor(...subjects) {
      const names = subjects.map((it) => (isIP(it) > 0 ? `IP:${it}` : `DNS:${it}`)).join(",");
      const known = made.get(names);
      if (known !== undefined) return known;
      count += 1;
      const pair = makePair(folder, names, `${count}`);
      made.set(names, pair);
      return pair;
    },
  };
}

async function makePair(folder: string, names: string, id: string): Promise<KeyPair> {
  const certificate = join(folder, `server-${id}.pem`);
  const config = join(folder, `server-${id}.cnf`);
  writeFileSync(
    config,
    `[req]\ndistinguished_name=name\n[name]\n[server]\nsubjectAltName=${names}\n`,
  );
  await run("openssl", [
    "req",
    "-x509",
    "-config",
    config,
    "-extensions",
    "server",
    "-days",
    DAYS,
    "-CA",
    join(folder, "ca.pem"),
    "-CAkey",
    join(folder, "ca-key.pem"),
    "-subj",
    "/O=little internet",
    "-key",
    join(folder, "ca-key.pem"),
    "-out",
    certificate,
  ]);
  const key = readFileSync(join(folder, "ca-key.pem"));
  return { key, cert: readFileSync(certificate) };
}
