import type { Random } from "../random.ts";

/** Says what one tool says in one go, line by line. */
export type Speaker = (random: Random, say: (line: string) => void) => void;
