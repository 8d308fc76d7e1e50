/** All that the checks go by, read once. */
import { isInContainer } from "./facts/container-marks.ts";
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
import { inTurn } from "./in-turn.ts";
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

export function* readPostureFacts(
  places: PosturePlaces,
  probes: Probes,
): Generator<undefined, PostureFacts> {
  const rights = yield* inTurn(() => readOwnRights(places));
  const name = yield* inTurn(() => readOwnName(places, rights));
  const mounts = yield* inTurn(() => readMountTable(places));
  return {
    isContainer: yield* inTurn(() => isInContainer(places)),
    rights,
    name,
    mounts,
    devices: yield* inTurn(() => findDiskDevices(places)),
    sharedNamespaces: yield* inTurn(() => readSharedNamespaces(places)),
    sudo: yield* inTurn(() => readSudoRights(places, name)),
    engineSockets: yield* inTurn(() => findEngineSockets(places)),
    serviceAccount: yield* inTurn(() => readServiceAccount(places)),
    metadataRoute: yield* inTurn(() => hasMetadataRoute(places)),
    runner: yield* inTurn(() => readRunnerHome(places)),
    verificationSwitches: yield* inTurn(() => findVerificationSwitches(places, name)),
    looseEntries: yield* inTurn(() => findLooseEntries(places)),
    limits: yield* inTurn(() => readResourceLimits(places, mounts)),
    containerMode: yield* inTurn(() => readContainerMode(places)),
    kernel: yield* inTurn(() => readKernelSwitches(places)),
    probes,
  };
}
