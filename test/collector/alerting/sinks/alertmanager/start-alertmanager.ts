/** The real one, on loopback, with what it tells of alerts. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";

import { z } from "zod";

import { UNPACKED } from "../../../../support/requires.ts";
import { startHttp } from "../support/http-stand-in.ts";

const toldSchema = z.object({
  status: z.string(),
  alerts: z.array(
    z.object({
      status: z.string(),
      labels: z.record(z.string(), z.string()),
      annotations: z.record(z.string(), z.string()),
      generatorURL: z.string(),
    }),
  ),
});
export type Told = z.infer<typeof toldSchema>;

export interface Alertmanager extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly address: string;
  /** To its webhook receiver, the first first. */
  readonly told: readonly Told[];
  /** Of its API. */
  get(path: string): Promise<unknown>;
  post(path: string, body: unknown): Promise<void>;
}

export async function startAlertmanager(): Promise<Alertmanager> {
  const told: Told[] = [];
  const webhook = await startHttp(({ body }, response) => {
    told.push(toldSchema.parse(JSON.parse(body)));
    response.end();
  });
  const folder = mkdtempSync(join(tmpdir(), "alertmanager-"));
  const config = join(folder, "config.yml");
  const receiver = { name: "webhook", webhook_configs: [{ url: webhook.address }] };
  // It tells at once, and again within a second of a change.
  const route = {
    receiver: receiver.name,
    group_by: ["..."],
    group_wait: "0s",
    group_interval: "1s",
    repeat_interval: "1h",
  };
  writeFileSync(config, JSON.stringify({ route, receivers: [receiver] }));
  const [command, ...args] = toCommand(folder);
  const child = spawn(
    command,
    [
      ...args,
      `--config.file=${config}`,
      `--storage.path=${join(folder, "data")}`,
      "--web.listen-address=127.0.0.1:0",
      "--cluster.listen-address=",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const exited = once(child, "exit");
  // All that it says is read: a pipe that is full would stop it.
  const address = await readAddress(createInterface({ input: child.stderr }));
  return {
    address,
    told,
    get: async (path) => await (await fetch(`${address}${path}`)).json(),
    async post(path, body) {
      const headers = { "content-type": "application/json" };
      const init = { method: "POST", headers, body: JSON.stringify(body) };
      const answer = await fetch(`${address}${path}`, init);
      if (!answer.ok) throw new Error(await answer.text());
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
      await webhook[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One that was taken out of its package finds its templates below a /usr/share of its own. */
function toCommand(folder: string): [string, ...string[]] {
  const program = join(UNPACKED, "prometheus-alertmanager");
  if (!existsSync(program)) return ["prometheus-alertmanager"];
  const share = join(folder, "share");
  cpSync(join(UNPACKED, "alertmanager"), join(share, "prometheus/alertmanager"), {
    recursive: true,
  });
  const mounting = 'mount --bind "$0" /usr/share && exec "$@"';
  return ["unshare", "--mount", "sh", "-c", mounting, share, program];
}

async function readAddress(log: Interface): Promise<string> {
  const said: string[] = [];
  return await new Promise((resolve, reject) => {
    log.on("line", (line) => {
      const [, address] = /"Listening on" address=(\S+)/.exec(line) ?? [];
      if (address !== undefined) resolve(`http://${address}`);
      else if (said.length < 100) said.push(line);
    });
    log.on("close", () => reject(new Error(`Alertmanager ended: ${said.join("\n")}`)));
  });
}
