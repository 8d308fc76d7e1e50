#!/bin/sh
# The first process of a machine of its own: namespaces, files over those of this machine, and systemd with the units that are shipped.
# $1 is the checkout, $2 a folder for what the units are to find in /etc/runner-guard.
set -e
mount --make-rprivate /
ip link set lo up
mount -t tmpfs tmpfs /run
for place in etc opt var/lib var/log; do
  mkdir -p "/run/over/$place/upper" "/run/over/$place/work"
  mount -t overlay overlay -o "lowerdir=/$place,upperdir=/run/over/$place/upper,workdir=/run/over/$place/work" "/$place"
done
rm -rf /opt/runner-guard /etc/runner-guard /var/lib/runner-guard* /var/log/runner-guard /var/log/runner-guard-job
ln -s "$1" /opt/runner-guard
cp -r "$2" /etc/runner-guard
mkdir /run/units /run/lock
cp "$1"/deploy/systemd/* /run/units/
for target in only sysinit basic paths multi-user shutdown network-online nss-lookup sockets timers; do
  printf '[Unit]\nDefaultDependencies=no\n' >"/run/units/$target.target"
done
umount /sys/fs/cgroup/* 2>/dev/null || :
umount /sys/fs/cgroup 2>/dev/null || :
mount -t cgroup2 cgroup2 /sys/fs/cgroup
export container=unshare SYSTEMD_UNIT_PATH=/run/units
exec /lib/systemd/systemd --system --unit=only.target --log-target=null --show-status=0
