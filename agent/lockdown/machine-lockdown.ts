/**
 * Takes the ways to root, and the sockets of container engines, from everybody on this machine who is not root, and gives them
 * back at the end. What changes is the permission of files: it holds for processes that run already, whatever their groups are,
 * and whatever sudo's rules say.
 */
import type { Lockdown } from "../../protocol/index.ts";
import { toErrorCode } from "../errors.ts";
import type { AskedLockdown } from "./asked-lockdown.ts";
import { toContainerStatus } from "./container-status.ts";
import { hasEnginePort } from "./engine-port.ts";
import { describeUsableEngines, findEngineSockets } from "./engine-sockets.ts";
import {
  type ChangedMode,
  type LockdownRecord,
  openLockdownRecord,
  type RecordContent,
  type TryLock,
} from "./lockdown-record.ts";
import { findMachineObstacles, type MachineObstacles } from "./machine-obstacles.ts";
import { describeOpenConnections } from "./open-connections.ts";
import { changeMode, findOpenFiles, restoreModes } from "./open-files.ts";
import type { Places } from "./places.ts";
import { RECORD_DIRECTORY } from "./record-directory.ts";
import { ENGINE_PORT } from "./remarks.ts";
import { describeRootHelpers } from "./root-helpers.ts";
import { findUnknownPrograms } from "./set-user-id-programs.ts";
import { describeUserNamespaces } from "./user-namespaces.ts";

export interface MachineLockdown extends Disposable {
  state(): Lockdown;
  /** Looks again: what came since is closed too, and what somebody opened again is told, a sentence each. */
  review(): readonly string[];
}

const ROOT = 0;

/** In force when this returns, as far as its state says. `obstacles`: why it does not hold the job, whatever is changed. */
export function lockMachine(
  asked: AskedLockdown,
  { tryLock, places, obstacles = findMachineObstacles() }: LockMachineOptions,
): MachineLockdown {
  const { prevents, reasons } = obstacles;
  if (prevents) return toNothing(asked, reasons);
  const opened = openLockdownRecord(RECORD_DIRECTORY, tryLock);
  if (opened.status === "refused") return toNothing(asked, [opened.reason]);
  const { record } = opened;
  try {
    return lock(asked, { record, obstacles: reasons, places });
  } catch (error) {
    giveBack(record, places);
    throw error;
  }
}

export interface LockMachineOptions {
  readonly tryLock: TryLock;
  readonly places: Places;
  readonly obstacles?: MachineObstacles;
}

/** Gives back what a guard left that was killed, unless another one has taken that over. Returns why that is not done. */
export function unlockMachine({
  tryLock,
  places,
}: Omit<LockMachineOptions, "obstacles">): string | undefined {
  if (findMachineObstacles().prevents) return undefined;
  const opened = openLockdownRecord(RECORD_DIRECTORY, tryLock);
  if (opened.status === "refused") return opened.reason;
  giveBack(opened.record, places);
  return undefined;
}

/** What cannot be given back now is for the next guard; where others hold it too, so is all. */
function giveBack(record: LockdownRecord, places: Places): void {
  using held = record;
  held.exclusively((content) => {
    if (held.isLast()) writeIfPossible(content, restoreModes(content.changes, places));
    // Before others may look whether they are the last.
    held[Symbol.dispose]();
  });
}

/** What has its mode again is passed over by whoever reads that it was to be given back. */
function writeIfPossible(content: RecordContent, changes: readonly ChangedMode[]): void {
  try {
    content.write(changes);
  } catch {
    // The disk is full.
  }
}

/** What `watch` could take from jobs here, without a change. */
export function foreseeMachineLockdown(asked: AskedLockdown): Lockdown {
  const { reasons } = findMachineObstacles();
  return toState(asked, { obstacles: reasons, failed: [], remarks: [] });
}

function toNothing(asked: AskedLockdown, obstacles: readonly string[]): MachineLockdown {
  return {
    state: () => toState(asked, { obstacles, failed: [], remarks: [] }),
    review: () => [],
    [Symbol.dispose]: () => undefined,
  };
}

interface LockOptions {
  readonly record: LockdownRecord;
  /** Why it does not hold the job, whatever is changed. */
  readonly obstacles: readonly string[];
  readonly places: Places;
}

function lock(asked: AskedLockdown, { record, obstacles, places }: LockOptions): MachineLockdown {
  const failed = new Map<string, string>();
  const remarks = [
    ...findUnknownPrograms(places).map(describeUnknown),
    ...describeRootHelpers(),
    ...describeOthers(asked, places),
  ];
  const findOpen = (): readonly ChangedMode[] => findOpenFiles(asked, places);
  /** Returns those that had been closed before. What cannot be closed is tried again the next time. */
  const close = (): readonly ChangedMode[] => {
    if (findOpen().length === 0) return [];
    return record.exclusively((content) => {
      // Another guard may have closed some meanwhile.
      const open = findOpen();
      if (open.length === 0) return open;
      const known = new Map(content.changes.map((change) => [change.path, change]));
      const again = open.filter(
        (change) => isSameFile(known.get(change.path), change) && !failed.has(change.path),
      );
      const isOnRecord = open.every((change) => isSameChange(known.get(change.path), change));
      for (const change of open) {
        const before = known.get(change.path);
        // Whoever opened it again does not say what it is to be afterwards.
        const original = isSameFile(before, change) ? before.original : change.original;
        known.set(change.path, { ...change, original });
      }
      // Before the first of them is changed: whoever comes after a crash finds all.
      if (!isOnRecord) content.write([...known.values()]);
      for (const change of open) closeOne(change, failed, places);
      return again;
    });
  };
  const closeOrFail = (): readonly ChangedMode[] => {
    try {
      const again = close();
      failed.delete(RECORD_DIRECTORY);
      return again;
    } catch (error) {
      // Nothing is changed that is not on record: a full disk leaves open what came since.
      failed.set(RECORD_DIRECTORY, describeUnwritable(error));
      return [];
    }
  };
  closeOrFail();
  return {
    state: () => toState(asked, { obstacles, failed: [...failed.values()], remarks }),
    review: () =>
      closeOrFail().map(
        ({ path }) => `${path} was opened again to others than root, and is closed`,
      ),
    [Symbol.dispose]: () => giveBack(record, places),
  };
}

function closeOne(change: ChangedMode, failed: Map<string, string>, places: Places): void {
  try {
    if (changeMode(change, { from: change.original, to: change.locked, places })) {
      if (failed.has(change.path)) failed.set(change.path, describeLate(change));
      return;
    }
    failed.set(change.path, `the mode of ${change.path} does not change`);
  } catch (error) {
    failed.set(
      change.path,
      `the mode of ${change.path} cannot be changed (${toErrorCode(error) || String(error)})`,
    );
  }
}

/** Whoever used it meanwhile goes on. */
function describeLate({ path }: ChangedMode): string {
  return `${path} was open until it could be closed later than the rest`;
}

function describeUnwritable(error: unknown): string {
  return `what is to be given back cannot be written to ${RECORD_DIRECTORY} (${toErrorCode(error) || String(error)})`;
}

function isSameFile(
  one: ChangedMode | undefined,
  { device, inode }: ChangedMode,
): one is ChangedMode {
  return one?.device === device && one.inode === inode;
}

function isSameChange(one: ChangedMode | undefined, change: ChangedMode): boolean {
  return isSameFile(one, change) && one.locked === change.locked;
}

function describeUnknown(path: string): string {
  return `${path} is set-user-ID root, and the guard does not know what it lets users do`;
}

/** What stays open beside what is closed, and why that is no more than it says. */
function describeOthers({ containers }: AskedLockdown, places: Places): readonly string[] {
  if (containers) {
    const sockets = findEngineSockets(places);
    const ofUsers = sockets.filter(({ userId }) => userId !== ROOT);
    return [
      ...describeOpenConnections(sockets.map(({ path }) => path)),
      ...describeUserNamespaces(),
      ...ofUsers.map(({ path }) => `${path} is an engine of a user's own, with that user's rights`),
    ];
  }
  return describeUsableEngines(places);
}

interface Found {
  readonly obstacles: readonly string[];
  readonly failed: readonly string[];
  readonly remarks: readonly string[];
}

function toState({ containers }: AskedLockdown, { obstacles, failed, remarks }: Found): Lockdown {
  const open = [...obstacles, ...failed];
  const ports = containers && hasEnginePort() ? [ENGINE_PORT] : [];
  const ofContainers = [...open, ...ports];
  return {
    sudo: open.length === 0 ? "disabled" : "not-held",
    containers: toContainerStatus(containers, ofContainers),
    reasons: [...(ofContainers.length > 0 ? ofContainers : remarks)],
  };
}
