/** Milliseconds since 1970, as far as they can be written in RFC 3339: to the end of the year 9999. */
import { z } from "zod";

const LAST_MS = 253_402_300_799_999;

export const storedTimeSchema = z.int().min(0).max(LAST_MS);
