/** Which pods are waited for, where there are more than places. */
export interface WatchPlaces<Pod extends PodKey> {
  /** It has a place, or waits for one again. */
  find(key: PodKey): Pod | undefined;
  /** Gives back the pod that lost its place for it: the one that has had it longest of the origin that has most. */
  take(pod: Pod): Pod | undefined;
  /** Gives back the pod that is to have the place now. */
  leave(pod: Pod): Pod | undefined;
}

export interface PodKey {
  readonly uid: string;
  /** Who makes pods there could have made all of them. */
  readonly origin: string;
}

export interface WatchPlacesOptions {
  /** With a place; as many wait for one again. */
  readonly maxPods: number;
  /** One that lost its place has waited longer for another than all others, and does not any more. */
  readonly onLeftOut: () => void;
}

export function createWatchPlaces<Pod extends PodKey>({
  maxPods,
  onLeftOut,
}: WatchPlacesOptions): WatchPlaces<Pod> {
  const placed = new Map<string, Map<string, Pod>>();
  let count = 0;
  const displaced = new Map<string, Pod>();
  const remove = ({ origin, uid }: PodKey): void => {
    const pods = placed.get(origin);
    if (pods?.delete(uid) === true) count -= 1;
    if (pods?.size === 0) placed.delete(origin);
  };
  const displace = (pod: Pod): void => {
    remove(pod);
    displaced.set(pod.uid, pod);
    if (displaced.size <= maxPods) return;
    takeFirst(displaced);
    onLeftOut();
  };
  return {
    find: ({ origin, uid }) => placed.get(origin)?.get(uid) ?? displaced.get(uid),
    take(pod) {
      const loser = count < maxPods ? undefined : findLongestOfMost(placed);
      if (loser !== undefined) displace(loser);
      const pods = placed.get(pod.origin) ?? new Map<string, Pod>();
      placed.set(pod.origin, pods.set(pod.uid, pod));
      count += 1;
      return loser;
    },
    leave(pod) {
      if (placed.get(pod.origin)?.get(pod.uid) !== pod) return undefined;
      remove(pod);
      return takeFirst(displaced);
    },
  };
}

function findLongestOfMost<Pod>(placed: ReadonlyMap<string, ReadonlyMap<string, Pod>>) {
  let most: ReadonlyMap<string, Pod> | undefined;
  for (const pods of placed.values()) if (pods.size > (most?.size ?? 0)) most = pods;
  return most?.values().next().value;
}

function takeFirst<Pod>(pods: Map<string, Pod>): Pod | undefined {
  const [uid, pod] = pods.entries().next().value ?? [];
  if (uid !== undefined) pods.delete(uid);
  return pod;
}
