import { constants } from "node:fs";

import type { PosturePlaces } from "../posture-places.ts";
import { isAccessible, listBounded } from "../read-bounded.ts";

const MAX_ENTRIES = 2_000;
const DEVICE = /^(?:sd[a-z]+\d*|vd[a-z]+\d*|xvd[a-z]+\d*|nvme\d+n\d+(?:p\d+)?|mem|kmem|port)$/;

/** Devices of the machine that this process may write to: its disks, its memory. */
export function findDiskDevices(places: PosturePlaces): readonly string[] {
  return (listBounded(places, "dev", MAX_ENTRIES) ?? [])
    .filter((name) => DEVICE.test(name))
    .filter((name) => isAccessible(places, `dev/${name}`, constants.W_OK))
    .map((name) => `/dev/${name}`)
    .toSorted();
}
