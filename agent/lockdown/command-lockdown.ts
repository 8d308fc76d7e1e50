/** What can be taken from a command of an ordinary user's: rights that it would gain, and groups. No file is changed for it. */
import { accessSync, constants } from "node:fs";

import type { Lockdown } from "../../protocol/index.ts";
import type { AskedLockdown } from "./asked-lockdown.ts";
import { toContainerStatus } from "./container-status.ts";
import { readEngineGroups } from "./engine-groups.ts";
import { hasEnginePort } from "./engine-port.ts";
import { type EngineSocket, findEngineSockets } from "./engine-sockets.ts";
import { type OwnCredentials, readOwnCredentials } from "./own-credentials.ts";
import type { Places } from "./places.ts";
import { AS_GOOD_AS_ROOT, ENGINE_PORT } from "./remarks.ts";
import { findServiceManager } from "./service-managers.ts";
import { findWaysToRoot } from "./set-user-id-programs.ts";
import { describeUserNamespaces } from "./user-namespaces.ts";

export interface CommandLockdown {
  readonly state: Lockdown;
  /** How the command is to be started: without gaining rights, and with these groups alone where they are given. */
  readonly gains: { readonly groups?: readonly number[] };
}

const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;

/** Nothing is done here: it is for the start of the command. Whoever may not use containers may not become root either. */
export function planCommandLockdown(asked: AskedLockdown, places: Places): CommandLockdown {
  const own = readOwnCredentials();
  const ofSudo = findOpenWays(own, places);
  const { groups, isInEngineGroup, open } = planGroups(own, places);
  if (!asked.containers) {
    const isOpen = isInEngineGroup || open.length > 0;
    return {
      state: toState(asked, { ofSudo, remarks: isOpen ? [AS_GOOD_AS_ROOT] : [] }),
      gains: {},
    };
  }
  const ofContainers = [...open, ...ofSudo];
  const remarks = describeUserNamespaces();
  const isChanged = groups.length < own.groups.length;
  return {
    state: toState(asked, { ofSudo, ofContainers, remarks }),
    gains: isChanged ? { groups } : {},
  };
}

interface Found {
  readonly ofSudo: readonly string[];
  readonly ofContainers?: readonly string[];
  readonly remarks?: readonly string[];
}

function toState(
  { containers }: AskedLockdown,
  { ofSudo, ofContainers = [], remarks = [] }: Found,
): Lockdown {
  const open = [...new Set([...ofSudo, ...ofContainers])];
  return {
    sudo: ofSudo.length === 0 ? "disabled" : "not-held",
    containers: toContainerStatus(containers, ofContainers),
    reasons: [...(open.length > 0 ? open : remarks)],
  };
}

/** Ways to root that no_new_privs does not close. */
function findOpenWays({ userId }: OwnCredentials, places: Places): readonly string[] {
  const manager = findServiceManager(userId, places);
  if (manager === undefined || findWaysToRoot(places).length === 0) return [];
  return [
    `the user's own service manager (${manager}) starts programs outside of the command, where sudo is as it was: runner-guard watch as root takes it from all of the machine`,
  ];
}

interface GroupPlan {
  /** That are kept. */
  readonly groups: readonly number[];
  readonly isInEngineGroup: boolean;
  readonly open: readonly string[];
}

function planGroups(own: OwnCredentials, places: Places): GroupPlan {
  const sockets = findEngineSockets(places);
  const engineGroups = readEngineGroups();
  const named = [...engineGroups.keys()];
  const ofSockets = sockets.filter(({ mode }) => (mode & GROUP_WRITES) !== 0);
  const strong = new Set([...named, ...ofSockets.map(({ groupId }) => groupId)]);
  const held = own.groups.filter((group) => strong.has(group));
  const kept = own.maySetGroups ? own.groups.filter((group) => !strong.has(group)) : own.groups;
  const describe = (group: number): string => engineGroups.get(group) ?? String(group);
  return {
    groups: kept,
    isInEngineGroup: held.length > 0,
    open: [
      ...(own.maySetGroups ? [] : held.map((group) => describeHeld(describe(group)))),
      ...(strong.has(own.groupId) ? [describePrimary(describe(own.groupId))] : []),
      ...sockets.flatMap((socket) => describeOpen(socket, { own, held })),
      ...(hasEnginePort() ? [ENGINE_PORT] : []),
    ],
  };
}

function describeHeld(group: string): string {
  return `the job's user is in the group ${group}, and the guard may not take it out, for want of the capability SETGID: runner-guard watch as root closes the sockets themselves`;
}

function describePrimary(group: string): string {
  return `${group} is the first group of the job's user, which cannot be taken`;
}

/** By anything but a group. */
function describeOpen(
  { path, userId, groupId, mode }: EngineSocket,
  { own, held }: { own: OwnCredentials; held: readonly number[] },
): string[] {
  if (userId === own.userId) return [`${path} belongs to the job's user`];
  if (!mayWrite(path)) return [];
  if ((mode & OTHERS_WRITE) !== 0) return [`everybody may write to ${path}`];
  const isByGroup = held.includes(groupId) || groupId === own.groupId;
  return isByGroup ? [] : [`the job's user may write to ${path}, by an access list perhaps`];
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
