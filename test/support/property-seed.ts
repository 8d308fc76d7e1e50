/**
 * In CI property tests try the same examples each time, so that what CI says of a change depends on the change alone. A
 * developer's run tries others each time, and fast-check prints the seed of what it found.
 */
import { configureGlobal } from "fast-check";

const CI_SEED = 20_261_121;

if (process.env["CI"] !== undefined) configureGlobal({ seed: CI_SEED });
