/** Learning what is normal for jobs, as the options want it. */
import type { DetectionSettings } from "./detection/detection-file.ts";
import { type Detection, type DetectionOptions, startDetection } from "./detection/detection.ts";
import type { CollectorLog } from "./log.ts";

const PROGRAM = new URL("detection-thread.ts", import.meta.url);

interface DetectingOptions {
  readonly dataDir: string;
  readonly detection: DetectionSettings;
  readonly onDefect: (error: unknown) => void;
}

interface DetectingParts extends Pick<DetectionOptions, "store" | "now"> {
  readonly log: CollectorLog;
}

export function startDetecting(
  { dataDir, detection: settings, onDefect }: DetectingOptions,
  { store, log, now }: DetectingParts,
): Promise<Detection> {
  return startDetection({
    program: PROGRAM,
    directory: dataDir,
    settings,
    store,
    onTrouble: (message) => log.write("warn", "a run cannot be learned from", { message }),
    onCrash: onDefect,
    now,
  });
}
