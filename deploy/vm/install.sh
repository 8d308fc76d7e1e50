#!/bin/sh
# Installs a release of Runner Guard on a machine: verified before anything of it is unpacked, root's alone, whole or not at all.
# docs/getting-started/vm.md tells more.
set -eu
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL=C
umask 022

usage() {
  cat <<'END'
Usage: install.sh [--prefix DIR] [--sums FILE | --sha256 SUM] [--node FILE] ARCHIVE
       install.sh [--prefix DIR] --uninstall [VERSION]

Installs runner-guard-VERSION.tar.gz, a file or an https:// address, as PREFIX/runner-guard-VERSION, and makes PREFIX/runner-guard a link to it.
The version that was there before stays, for going back and for a guard that still runs.

  --prefix DIR     where to install it; default: /opt
  --sums FILE      the release's SHA256SUMS, a file or an https:// address; default: SHA256SUMS beside the archive
  --sha256 SUM     what the archive's SHA-256 must be, instead of such a file: for images, where it is written down once it was looked at
  --node FILE      the program of Node.js 24 to put beside it; default: that of the version before, if it has one, else the machine's own
  --uninstall      remove that version, or all of them; settings in /etc/runner-guard, reports and the collector's data stay
  --help           this text

Exit status: 0 done, also where nothing was left to do; 1 not done, and everything is as it was; 2 wrong usage.
END
}

fail() {
  printf 'install.sh: %s\n' "$1" >&2
  exit "${2:-1}"
}

say() {
  printf 'install.sh: %s\n' "$1"
}

prefix=/opt
sums=
sha256=
node=
archive=
uninstall=
version=
while [ $# -gt 0 ]; do
  case $1 in
    --prefix | --sums | --sha256 | --node)
      [ $# -ge 2 ] || fail "$1 needs a value; --help explains" 2
      case $1 in
        --prefix) prefix=$2 ;;
        --sums) sums=$2 ;;
        --sha256) sha256=$2 ;;
        --node) node=$2 ;;
      esac
      shift
      ;;
    --uninstall) uninstall=1 ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*) fail "there is no option $1; --help explains" 2 ;;
    *)
      [ -z "$archive" ] || fail "more than one archive was given; --help explains" 2
      archive=$1
      ;;
  esac
  shift
done

case $prefix in
  /*[!/]) ;;
  *) fail "--prefix must be a whole path that does not end in /, and is $prefix" 2 ;;
esac
case $sha256 in
  *[!0-9a-f]*) fail "--sha256 must be 64 digits of 0-9 and a-f, and is $sha256" 2 ;;
esac
[ -z "$sha256" ] || [ ${#sha256} -eq 64 ] || fail "--sha256 must be 64 digits, and has ${#sha256}" 2
[ -z "$sha256" ] || [ -z "$sums" ] || fail "give --sums or --sha256, not both" 2
[ "$(id -u)" -eq 0 ] || fail "must be run by root: whoever may write to the guard can change it"

work=
target=

fail_for_owner() {
  fail "$1 must be root's, and nobody else may write to it: chown root:root $1 && chmod go-w $1"
}

# Whoever may write to a directory above could put another one in its place.
check_owners() {
  directory=$1
  while :; do
    if [ -n "$(find "$directory" -maxdepth 0 \( ! -user 0 -o -perm /022 ! -perm -1000 \))" ]; then
      fail_for_owner "$directory"
    fi
    [ "$directory" != / ] || return 0
    directory=$(dirname "$directory")
  done
}

# Of this run alone, beside what it becomes, so that a rename is all there is to it. Nobody else may look into it.
make_work() {
  mkdir -p "$prefix"
  prefix=$(readlink -f "$prefix")
  link=$prefix/runner-guard
  check_owners "$prefix"
  if [ -n "$(find "$prefix" -maxdepth 0 -perm /022)" ]; then
    fail_for_owner "$prefix"
  fi
  work=$(mktemp -d "$prefix/.runner-guard-work.XXXXXX") || fail "cannot make a directory in $prefix"
}

clean_up() {
  [ -n "$work" ] || return 0
  if [ -n "$target" ] && [ -d "$work/old" ] && [ ! -e "$target" ]; then
    mv -T "$work/old" "$target"
  fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

# One at a time: the lock goes with this process, whatever becomes of it. Whoever uninstalls all takes its file away, and then a lock on that
# file holds nobody.
lock() {
  command -v flock >/dev/null || fail "needs flock (util-linux)"
  lock=$prefix/.runner-guard.lock
  exec 9>"$lock"
  flock -n 9 || fail "another install.sh is at work in $prefix"
  [ "$(stat -L -c %i "/proc/$$/fd/9")" = "$(stat -c %i "$lock" 2>/dev/null)" ] || fail "another install.sh was at work in $prefix: try again"
}

# FROM TO [ADVICE]
bring() {
  case $1 in
    https://*)
      if command -v curl >/dev/null; then
        curl --fail --silent --show-error --location --proto '=https' --proto-redir '=https' --max-time 600 --max-filesize 500000000 --output "$2" -- "$1"
      elif command -v wget >/dev/null; then
        wget --quiet --https-only --tries=1 --timeout=60 --output-document="$2" -- "$1"
      else
        fail "needs curl or wget to fetch $1"
      fi || fail "cannot fetch $1${3:+; $3}"
      ;;
    *://*) fail "$1 must begin with https://" 2 ;;
    *)
      [ -f "$1" ] || fail "there is no file $1${3:+; $3}"
      cp -- "$1" "$2" || fail "cannot read $1"
      ;;
  esac
}

verify() {
  if [ -z "$sha256" ]; then
    bring "${sums:-${archive%"$name"}SHA256SUMS}" "$work/SHA256SUMS" "--sums FILE says where the release's SHA256SUMS is, --sha256 SUM what it has for $name"
    # `SUM  NAME`, or with * before the name; nothing else of the file is looked at.
    sha256=$(awk -v name="$name" '$2 == name || $2 == "*" name { print $1 }' "$work/SHA256SUMS")
    case $sha256 in
      "") fail "SHA256SUMS has no sum of $name" ;;
      *[!0-9a-f]*) fail "SHA256SUMS has something else than one SHA-256 for $name" ;;
    esac
    [ ${#sha256} -eq 64 ] || fail "SHA256SUMS has something else than one SHA-256 for $name"
  fi
  is=$(sha256sum <"$work/archive")
  is=${is%% *}
  [ "$is" = "$sha256" ] || fail "$name is not what it should be: its SHA-256 is $is, and should be $sha256"
}

# Files and directories below one, and nothing that leads elsewhere.
unpack() {
  tar -tzf "$work/archive" >"$work/names" || fail "$name cannot be read as an archive"
  [ -s "$work/names" ] || fail "$name is empty"
  if ! awk -v below="runner-guard-$version/" 'index($0, below) != 1 { exit 1 }' "$work/names"; then
    fail "$name holds something outside of runner-guard-$version"
  fi
  if grep -qE '(^|/)\.\.(/|$)' "$work/names"; then
    fail "$name holds a path with .. in it"
  fi
  tar -tvzf "$work/archive" | cut -c 1 | grep -qv '[-d]' && fail "$name holds links or devices"
  mkdir "$work/unpacked"
  tar -xzf "$work/archive" -C "$work/unpacked" --no-same-owner --no-same-permissions || fail "$name cannot be unpacked"
  new=$work/unpacked/runner-guard-$version
  chown -R 0:0 "$new"
  chmod -R u+rwX,go+rX,go-w "$new"
  add_node
  # What its launcher advises after a semicolon is about a directory that is gone when somebody reads it.
  said=$("$new/bin/runner-guard" --version 2>&1) ||
    fail "what was unpacked does not start${node:+ with $node}: ${said%%; *}. --node FILE gives it a Node.js 24, as nodejs.org has them"
  [ "$said" = "runner-guard $version" ] || fail "what was unpacked says that it is \"$said\""
  # Made by the start; what it holds is of no use where it is put now.
  rm -rf "$new/.cache"
}

add_node() {
  if [ -z "$node" ] && [ -f "$link/.node24/node" ]; then
    node=$link/.node24/node
  fi
  [ -n "$node" ] || return 0
  [ -f "$node" ] || fail "there is no file $node"
  # An older one would say in JavaScript's words what it does not understand.
  node_version=$("$node" --version 2>/dev/null || :)
  major=${node_version#v}
  major=${major%%.*}
  case $major in
    "" | *[!0-9]*) ;;
    *) [ "$major" -ge 24 ] || fail "$node is Node.js $node_version, and the guard needs Node.js 24 or newer: --node FILE gives it one, as nodejs.org has them" ;;
  esac
  mkdir -p "$new/.node24"
  cp -- "$node" "$new/.node24/node"
  chmod 755 "$new/.node24" "$new/.node24/node"
}

# Renamed over the old one: there is a link at every moment, and it leads to something whole.
point_link() {
  rm -f "$work/link"
  ln -s "runner-guard-$1" "$work/link"
  mv -T "$work/link" "$link"
}

install() {
  name=${archive##*/}
  version=${name#runner-guard-}
  version=${version%.tar.gz}
  [ "$name" = "runner-guard-$version.tar.gz" ] || fail "the archive must be called runner-guard-VERSION.tar.gz, and is called $name" 2
  case $version in
    [0-9]*) ;;
    *) fail "$version is no version: it must begin with a digit" 2 ;;
  esac
  case $version in
    *[!0-9A-Za-z.+-]*) fail "$version is no version: it has other characters than letters, digits and . + -" 2 ;;
  esac
  make_work
  lock
  if [ -e "$link" ] && [ ! -L "$link" ]; then
    fail "$link is there and no link: move it away first"
  fi
  bring "$archive" "$work/archive"
  verify
  unpack
  target=$prefix/runner-guard-$version
  if [ -d "$target" ] && diff -rq --exclude=.cache "$target" "$new" >/dev/null 2>&1 && [ -z "$(find "$target" ! -user 0 -o -perm /022)" ]; then
    say "$target is there already, and whole"
  elif [ -e "$target" ] || [ -L "$target" ]; then
    mv -T "$target" "$work/old"
    mv -T "$new" "$target"
    say "$target was not as the release has it, and has been replaced"
  else
    mv -T "$new" "$target"
    say "$target installed"
  fi
  point_link "$version"
  say "$link leads to runner-guard-$version; a guard that runs goes on with what it was started with, until it is restarted"
}

# Only what this script has put there.
remove() {
  version=$archive
  case $version in
    */* | .*) fail "$version is no version" 2 ;;
  esac
  make_work
  lock
  current=$(readlink "$link" 2>/dev/null || :)
  removed=
  set -- "$prefix/runner-guard-$version"
  [ -n "$version" ] || set -- "$prefix"/runner-guard-*
  for directory in "$@"; do
    if [ ! -f "$directory/manifest.json" ] || [ -L "$directory" ]; then
      continue
    fi
    if [ "$current" = "${directory##*/}" ]; then
      stop_services
      rm -f "$link"
    fi
    mv -T "$directory" "$work/${directory##*/}"
    removed=1
    say "$directory removed"
  done
  [ -n "$version" ] || rm -f "$lock"
  [ -n "$removed" ] || say "nothing of runner-guard${version:+-$version} is in $prefix"
}

# A service whose program goes would be started again and again in vain.
stop_services() {
  [ -d /run/systemd/system ] || return 0
  for unit in runner-guard-job.path runner-guard-job.service runner-guard.service runner-guard-collector.service; do
    systemctl disable --now "$unit" >/dev/null 2>&1 || :
  done
}

if [ -n "$uninstall" ]; then
  remove
else
  [ -n "$archive" ] || fail "no archive was given; --help explains" 2
  install
fi
