import { type Check, failed, notApplicable, passed } from "../check.ts";
import { listed } from "../listed.ts";

export const hostDevices: Check = {
  id: "host-devices",
  title: "Devices of the machine",
  severity: "critical",
  why: "Whoever can write to the machine's disk or memory can change every file and every process on it.",
  mend: "Take the devices out of the container, or the job's user out of the group `disk`",
  judge({ devices, rights, isContainer }) {
    if (!isContainer && rights?.userId === 0) {
      return notApplicable("root of a machine can write to its devices; see run-as-root");
    }
    return devices.length > 0
      ? failed(`the job can write to ${listed(devices)}`)
      : passed("no disk and no memory of the machine is in reach");
  },
};
