import type { Detector, Hit, Search } from "../../search/detector.ts";
import type { Text } from "../../search/text.ts";
import { findAssignedPlace } from "../assignment/assigned-place.ts";
import { addSecret } from "../found-secret.ts";
import { delimitValue, type Value } from "../value/delimit-value.ts";
import { waitForSecret } from "../wait-for-secret.ts";

const NAME = '"auth';
const MIN_LENGTH = 8;
const MAX_LENGTH = 8192;

/** The `auth` of a registry in docker's `config.json`: user and password in base64. */
export function createDockerAuthDetector(): Detector {
  return { anchors: [{ literal: NAME, isAssigned: true }], inspect };
}

function inspect(text: Text, { position }: Hit, search: Search): void {
  const place = findAssignedPlace(text, position + NAME.length);
  const value = place === undefined || place === "open" ? place : delimitValue(text, place);
  if (value === "open") {
    const start = typeof place === "number" ? place : text.end;
    waitForSecret(search, text, { position, start });
  } else if (value?.isQuoted && isUserAndPassword(text.bytes, value)) {
    addSecret(search, "docker-auth", value);
  }
}

function isUserAndPassword(bytes: Uint8Array, { start, end }: Value): boolean {
  if (end - start < MIN_LENGTH || end - start > MAX_LENGTH) return false;
  const written = Buffer.from(bytes.subarray(start, end)).toString("latin1");
  const decoded = Buffer.from(written, "base64");
  if (decoded.toString("base64").replace(/=+$/u, "") !== written.replace(/=+$/u, "")) return false;
  return decoded.includes(":") && decoded.every((byte) => byte > 0x20 && byte !== 0x7f);
}
