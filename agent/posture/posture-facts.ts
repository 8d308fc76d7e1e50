import { isInContainer } from "./facts/container-marks.ts";
/** All that the checks go by, read once. */
import { type ContainerMode, readContainerMode } from "./facts/container-mode.ts";
import { findDiskDevices } from "./facts/disk-devices.ts";
import { findEngineSockets } from "./facts/engine-sockets.ts";
import { type KernelSwitches, readKernelSwitches } from "./facts/kernel-switches.ts";
import { hasMetadataRoute } from "./facts/metadata-route.ts";
import { type MountEntry, readMountTable } from "./facts/mount-table.ts";
import { type OwnName, readOwnName } from "./facts/own-name.ts";
import { type OwnRights, readOwnRights } from "./facts/own-rights.ts";
import { type ResourceLimits, readResourceLimits } from "./facts/resource-limits.ts";
import { readRunnerHome, type RunnerHome } from "./facts/runner-home.ts";
import { findLooseEntries, type LooseEntry } from "./facts/search-path.ts";
import { readServiceAccount, type ServiceAccount } from "./facts/service-account.ts";
import { readSharedNamespaces } from "./facts/shared-namespaces.ts";
import { readSudoRights, type SudoRights } from "./facts/sudo-rights.ts";
import { findVerificationSwitches } from "./facts/verification-switches.ts";
import type { PosturePlaces } from "./posture-places.ts";
import type { Probes } from "./probes.ts";

export interface PostureFacts {
  readonly isContainer: boolean;
  readonly rights: OwnRights | undefined;
  readonly name: OwnName;
  readonly mounts: readonly MountEntry[];
  readonly devices: readonly string[];
  readonly sharedNamespaces: readonly string[] | undefined;
  readonly sudo: SudoRights;
  readonly engineSockets: readonly string[];
  readonly serviceAccount: ServiceAccount | undefined;
  readonly metadataRoute: boolean | undefined;
  readonly runner: RunnerHome | undefined;
  readonly verificationSwitches: readonly string[];
  readonly looseEntries: readonly LooseEntry[];
  readonly limits: ResourceLimits | undefined;
  readonly containerMode: ContainerMode;
  readonly kernel: KernelSwitches;
  /** Answers of others, who were asked because the user said so. */
  readonly probes: Probes;
}

export function readPostureFacts(places: PosturePlaces, probes: Probes): PostureFacts {
  const rights = readOwnRights(places);
  const name = readOwnName(places, rights);
  const mounts = readMountTable(places);
  return {
    isContainer: isInContainer(places),
    rights,
    name,
    mounts,
    devices: findDiskDevices(places),
    sharedNamespaces: readSharedNamespaces(places),
    sudo: readSudoRights(places, name),
    engineSockets: findEngineSockets(places),
    serviceAccount: readServiceAccount(places),
    metadataRoute: hasMetadataRoute(places),
    runner: readRunnerHome(places),
    verificationSwitches: findVerificationSwitches(places, name),
    looseEntries: findLooseEntries(places),
    limits: readResourceLimits(places, mounts),
    containerMode: readContainerMode(places),
    kernel: readKernelSwitches(places),
    probes,
  };
}
