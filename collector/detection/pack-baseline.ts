/** Baselines as they are stored: the model's JSON in zstd, a fifth of it. */
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";

import { DamagedRow } from "../errors.ts";
import type { BaselineContent } from "../stores/baseline-store.ts";
import type { Baseline } from "./model/baseline.ts";
import { decodeBaseline } from "./model/decode-baseline.ts";
import { toState } from "./model/describe-state.ts";
import { encodeBaseline } from "./model/encode-baseline.ts";
import type { ModelSettings } from "./model/model-settings.ts";

/** The model's own bounds keep it far below. What is longer was not written here. */
const MAX_BYTES = 16_777_216;

export function toContent(baseline: Baseline, settings: ModelSettings): BaselineContent {
  return {
    state: toState(baseline, settings),
    runs: baseline.runs,
    document: zstdCompressSync(encodeBaseline(baseline)),
  };
}

/** Throws `DamagedRow` for what was not packed here. */
export function unpackBaseline(document: Uint8Array): Baseline {
  const read = decodeBaseline(unpackText(document));
  if (read.status === "read") return read.baseline;
  throw new DamagedRow(`the baseline: ${read.reason}`);
}

function unpackText(document: Uint8Array): string {
  try {
    return zstdDecompressSync(document, { maxOutputLength: MAX_BYTES }).toString("utf8");
  } catch (error) {
    throw new DamagedRow("the baseline cannot be unpacked", { cause: error });
  }
}
