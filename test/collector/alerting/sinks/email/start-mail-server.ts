/** A real server of SMTP, on loopback, with what it took. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { z } from "zod";

import { UNPACKED } from "../../../../support/requires.ts";
import { makeCertificate } from "../support/http-stand-in.ts";

export interface MailServerOptions {
  readonly security: "tls" | "starttls" | "none";
  readonly login?: readonly [string, string];
  /** Its answers, by whom a mail is for. */
  readonly recipients?: Readonly<Record<string, string>>;
  /** To the mail itself, by whom it is for in the first place. */
  readonly data?: Readonly<Record<string, string>>;
}

const takenSchema = z.object({
  from: z.string(),
  to: z.array(z.string()),
  isSafe: z.boolean(),
  login: z.string().nullable(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  /** Of its form, as Python's parser sees it. */
  defects: z.array(z.string()),
  parts: z.record(z.string(), z.string()),
  raw: z.string(),
});
export type Taken = z.infer<typeof takenSchema>;

export interface RunningMailServer extends AsyncDisposable {
  readonly port: number;
  /** PEM. */
  readonly authorities: string;
  readonly taken: readonly Taken[];
}

export async function startMailServer(options: MailServerOptions): Promise<RunningMailServer> {
  const folder = mkdtempSync(join(tmpdir(), "mail-server-"));
  const { certificate, key } = makeCertificate();
  const [certificatePath, keyPath] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
  writeFileSync(certificatePath, certificate);
  writeFileSync(keyPath, key);
  const asked = { ...options, certificate: certificatePath, key: keyPath };
  const program = join(import.meta.dirname, "mail-server.py");
  const child = spawn("python3", [program, JSON.stringify(asked)], {
    env: { ...process.env, PYTHONPATH: UNPACKED },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-10_000);
  });
  const taken: Taken[] = [];
  const port = await new Promise<number>((resolve, reject) => {
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      const told: unknown = JSON.parse(line);
      const started = z.object({ port: z.int() }).safeParse(told);
      if (started.success) resolve(started.data.port);
      else taken.push(takenSchema.parse(told));
    });
    lines.on("close", () => reject(new Error(`the mail server ended: ${said}`)));
  });
  return {
    port,
    authorities: certificate,
    taken,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
