/** Entry, in a mount namespace of its own, with an empty folder: what a guard takes for known when file systems come and go. Prints one JSON. */
import { execFileSync } from "node:child_process";
import { closeSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";

import { createLocalFiles } from "../../../../agent/files/local-files.ts";

const [folder = ""] = process.argv.slice(2);
execFileSync("mount", ["-t", "tmpfs", "mounts", folder]);
const at = (name: string): string => join(folder, name);
for (const name of ["base", "lower", "other-lower", "first", "second"]) mkdirSync(at(name));
const mountOverlay = (lower: string, place: string): number => {
  const layers = `lowerdir=${at(lower)}:${at("base")}`;
  execFileSync("mount", ["-t", "overlay", "overlay", "-o", layers, at(place)]);
  return statSync(at(place)).dev;
};

/** Others on this machine mount too, and may get the number that has become free: then all is done again. */
const MAX_TRIES = 50;

let seen = lookOnce();
for (let tries = 1; !seen.hasSameNumber && tries < MAX_TRIES; tries += 1) seen = lookOnce();
process.stdout.write(JSON.stringify(seen));

function lookOnce() {
  const before = mountOverlay("lower", "first");
  const files = createLocalFiles();
  const isKnown = (name: string): boolean => {
    const place = files.openPlace(process.pid, at(name));
    if (place !== undefined) closeSync(place);
    return place !== undefined;
  };
  const first = isKnown("first");
  execFileSync("mount", ["--bind", at("first"), at("second")]);
  const sameElsewhere = isKnown("second");
  execFileSync("umount", [at("second")]);
  execFileSync("umount", [at("first")]);
  const after = mountOverlay("other-lower", "second");
  const another = isKnown("second");
  execFileSync("umount", [at("second")]);
  return { first, sameElsewhere, hasSameNumber: before === after, another };
}
