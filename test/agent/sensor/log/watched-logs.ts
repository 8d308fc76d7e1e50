/** A log sensor in a folder of its own, that looks for `SECRET-…` alone and says what it found. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { createLocalFiles } from "../../../../agent/files/local-files.ts";
import type { LogBounds } from "../../../../agent/sensor/log/log-bounds.ts";
import { DEFAULT_LOG_BOUNDS } from "../../../../agent/sensor/log/log-bounds.ts";
import {
  createLogSensor,
  type LogOrigin,
  type LogSensor,
} from "../../../../agent/sensor/log/log-sensor.ts";
import type { FoundInText, SearchedText } from "../../../../agent/sensor/log/searched-text.ts";

export class LogFolder implements AsyncDisposable {
  readonly root = mkdtempSync(join(tmpdir(), "guard-log-"));
  readonly #sensors: LogSensor[] = [];

  /** The directory that it is in is made. */
  path(...names: readonly string[]): string {
    const path = join(this.root, ...names);
    mkdirSync(dirname(path), { recursive: true });
    return path;
  }

  watch(
    origins: readonly (LogOrigin | string)[],
    bounds: Partial<LogBounds> = {},
  ): { readonly sensor: LogSensor; readonly told: string[] } {
    const told: string[] = [];
    const sensor = createLogSensor({
      origins: origins.map((origin) =>
        typeof origin === "string" ? { kind: "path", path: origin } : origin,
      ),
      folders: createLocalFiles(),
      open: openText,
      mask: (text) => text.replaceAll(SECRET, "[redacted]"),
      onFound: ({ fingerprint, line }, { where }) =>
        told.push(`${where.replace(this.root, "")}, line ${line}: ${fingerprint}`),
      bounds: { ...DEFAULT_LOG_BOUNDS, periodMs: 20, lingerMs: 100, ...bounds },
    });
    this.#sensors.push(sensor);
    return { sensor, told };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const sensor of this.#sensors) await sensor[Symbol.asyncDispose]();
    rmSync(this.root, { recursive: true, force: true });
  }
}

const SECRET = /SECRET-\w+/g;

/** Line by line, as a redaction does; what is begun counts when it is released or ended. */
function openText(onFound: (found: FoundInText) => void): SearchedText {
  let held = "";
  let lines = 0;
  const search = (text: string): void => {
    lines += 1;
    for (const { 0: fingerprint, index } of text.matchAll(SECRET)) {
      onFound({ rule: "secret", fingerprint, line: lines, column: index + 1 });
    }
  };
  const finish = (): void => {
    if (held !== "") search(held);
    held = "";
  };
  return {
    write(bytes) {
      const parts = (held + Buffer.from(bytes).toString("latin1")).split("\n");
      held = parts.pop() ?? "";
      for (const part of parts) search(part);
    },
    release: finish,
    get isHolding() {
      return held !== "";
    },
    end: finish,
  };
}
