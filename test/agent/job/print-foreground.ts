/** Prints whether it is in the foreground of its terminal, under a name that could be taken for the fields after it. */
import { isInForeground } from "../../../agent/job/foreground.ts";

process.title = "a) S 1 2 3";
process.stdout.write(`in foreground: ${isInForeground()}\n`);
