import type { JobFolders } from "./job-folders.ts";
import type { LogBounds } from "./log-bounds.ts";
import type { LogPlace } from "./log-place.ts";
import type { Losses } from "./losses.ts";
import type { FoundInText, OpenText } from "./searched-text.ts";

/** What all that read logs share. */
export interface LogReading<Found extends FoundInText> {
  readonly open: OpenText<Found>;
  readonly tell: (found: Found, place: LogPlace) => void;
  /** Takes secrets out of a text that is told. */
  readonly mask: (text: string) => string;
  readonly onLines: (count: number) => void;
  readonly onStir: () => void;
  readonly losses: Losses;
  readonly buffer: Buffer;
  readonly bounds: LogBounds;
  readonly folders: JobFolders;
}
