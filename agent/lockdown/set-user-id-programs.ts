/** Programs that belong to root and are set-user-ID: whoever starts one has root's rights in it. */
import { lstatSync, readdirSync, readlinkSync, type Stats } from "node:fs";
import { join } from "node:path";

import { pinFile, type PinnedFile } from "./pinned-file.ts";
import type { Folder, Places } from "./places.ts";

const FOLDERS = [
  "/usr/bin",
  "/usr/sbin",
  "/bin",
  "/sbin",
  "/usr/local/bin",
  "/usr/local/sbin",
  "/run/wrappers/bin",
  "/usr/lib/cargo/bin",
  "/usr/lib/polkit-1",
  "/usr/libexec/polkit-1",
  "/usr/libexec",
  "/opt/bin",
];
/** Give their user root, if a file or a password says so. By its helper polkit learns that somebody is who he says. */
const BECOME_ROOT = toWords(
  "sudo sudoedit sudo.ws sudoedit.ws sudo-rs su su-rs ksu doas opendoas dzdo pkexec please calife polkit-agent-helper-1",
);
/** Common, and give nobody root: they mount what fstab names, change one's own password, send one kind of packet. */
const HARMLESS = new Set(
  [
    "mount umount fusermount fusermount3 mount.nfs mount.nfs4 mount.cifs mount.fuse mount.fuse3 mount.ecryptfs_private",
    "ntfs-3g passwd chsh chfn gpasswd chage expiry newgrp sg newuidmap newgidmap ping ping6 traceroute6.iputils",
    "at atq atrm crontab unix_chkpwd pam_timestamp_check pam_extrausers_chkpwd bwrap pppd userhelper usernetctl",
  ].flatMap(toWords),
);
const SET_USER_ID = 0o4000;
const GROUP_OR_OTHERS_WRITE = 0o022;
const ROOT = 0;
/** /usr/bin of a large machine has some 4,000 entries. */
const MAX_ENTRIES = 16_384;

export function isSetUserIdRoot({ uid, mode }: Pick<Stats, "uid" | "mode">): boolean {
  return uid === ROOT && (mode & SET_USER_ID) !== 0;
}

/** By which somebody becomes root now: real paths, each file once. */
export function findWaysToRoot(places: Places): readonly string[] {
  return inFolders(places, (folder) =>
    BECOME_ROOT.flatMap((name) => toSetUserIdPath(folder, name, places)),
  );
}

/** Of which nobody knows here what they do for whom. */
export function findUnknownPrograms(places: Places): readonly string[] {
  const known = new Set(findWaysToRoot(places));
  const found = inFolders(places, (folder) =>
    listNames(folder)
      .slice(0, MAX_ENTRIES)
      .filter((name) => !HARMLESS.has(name))
      .filter(toFirstLook(folder))
      .flatMap((name) => toSetUserIdPath(folder, name, places)),
  );
  return found.filter((path) => !known.has(path));
}

/** /bin is /usr/bin on most machines. */
function inFolders(
  { openFolder }: Places,
  find: (folder: PinnedFolder) => readonly string[],
): readonly string[] {
  const seen = new Set<string>();
  const found = FOLDERS.flatMap((path) => {
    using entries = openFolder(path);
    if (entries === undefined) return [];
    const file = pinFile(entries.descriptor);
    if (file === undefined || seen.has(file.path)) return [];
    seen.add(file.path);
    return find({ file, entries });
  });
  return [...new Set(found)];
}

interface PinnedFolder {
  readonly file: PinnedFile;
  readonly entries: Folder;
}

/** A link is root's word where nobody else could have put it there. */
function toSetUserIdPath(
  { file: folder, entries }: PinnedFolder,
  name: string,
  { openPlace }: Places,
): string[] {
  using entry = pinFile(entries.openEntry(name));
  if (entry?.stats.isSymbolicLink() !== true) return toPathOfProgram(entry);
  if (!isRootsAlone(folder.stats)) return [];
  using target = pinFile(openPlace(join(folder.path, name)));
  return toPathOfProgram(target);
}

function toPathOfProgram(file: PinnedFile | undefined): string[] {
  return file?.stats.isFile() === true && isSetUserIdRoot(file.stats) ? [file.path] : [];
}

function isRootsAlone({ uid, mode }: Pick<Stats, "uid" | "mode">): boolean {
  return uid === ROOT && (mode & GROUP_OR_OTHERS_WRITE) === 0;
}

/** Thousands of names are opened one by one only where somebody may have mounted something among them. */
function toFirstLook({ entries }: PinnedFolder): (name: string) => boolean {
  if (!entries.isWhole) return () => true;
  return (name) => {
    const path = `/proc/self/fd/${entries.descriptor}/${name}`;
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isSymbolicLink() === true) return leadsElsewhere(path);
    return stats !== undefined && isSetUserIdRoot(stats);
  };
}

/** To another folder: what is in the same one is looked at under its own name. */
function leadsElsewhere(link: string): boolean {
  try {
    return readlinkSync(link).includes("/");
  } catch {
    return false;
  }
}

function listNames({ entries }: PinnedFolder): string[] {
  try {
    return readdirSync(`/proc/self/fd/${entries.descriptor}`);
  } catch {
    return [];
  }
}

function toWords(text: string): string[] {
  return text.split(" ");
}
