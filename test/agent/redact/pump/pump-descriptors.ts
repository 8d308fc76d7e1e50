/**
 * Pumps from one descriptor to another with the stand-in of a stream: `pump-descriptors.ts INPUT OUTPUT [OPTIONS]`, OPTIONS
 * being JSON. Says on standard error what came of it, as JSON, with the most memory that it had.
 */
import { writeSync } from "node:fs";

import koffi from "koffi";

import { toErrorCode } from "../../../../agent/errors.ts";
import { createPump } from "../../../../agent/redact/pump/pump.ts";
import { openMaskingStream } from "./masking-stream.ts";

export interface PumpDescriptorsOptions {
  /** Stops at once, with this patience. */
  readonly stopMs?: number;
  /** Makes both descriptors non-blocking, as whoever shares them may have done. */
  readonly isNonBlocking?: boolean;
}

/** include/uapi/asm-generic/fcntl.h */
const F_SETFL = 4;
const O_NONBLOCK = 0x800;

const [inputText, outputText, optionsText = "{}"] = process.argv.slice(2);
const [input, output] = [Number(inputText), Number(outputText)];
const { stopMs, isNonBlocking }: PumpDescriptorsOptions = JSON.parse(optionsText);
if (isNonBlocking === true) {
  const fcntl = koffi.load(null).func("int fcntl(int descriptor, int command, int flags)");
  for (const descriptor of [input, output]) fcntl(descriptor, F_SETFL, O_NONBLOCK);
}
const pump = createPump({ input, output, openStream: openMaskingStream });
if (stopMs !== undefined) pump.stop(stopMs);
const outcome = await pump.ended;
const told = "error" in outcome ? { ...outcome, error: toErrorCode(outcome.error) } : outcome;
writeSync(2, JSON.stringify({ ...told, maxKilobytes: process.resourceUsage().maxRSS }));
