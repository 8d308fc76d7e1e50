/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Sockets as system calls tell of them: Unix ones by name, and families whose destinations no hook tells. */
#pragma once

#include "intrusions.h"
#include "protocols.h"
#include "refusals.h"

#include <bpf/bpf_tracing.h>

#define NETLINK_NETFILTER 12
#define SYS_SOCKET 1       /* socketcall(2) */
#define SYS_CONNECT 3
#define SOCKADDR_PATH 2 /* offset of sun_path */
#define UNIX_PATH_MAX 108

/* Appends the name that the other end of a connected Unix socket is bound to. */
static __always_inline u32 append_peer_name(struct scratch_slot *slot, struct file *file)
{
	struct socket *socket = BPF_CORE_READ(file, private_data);
	struct unix_sock *unix_socket = (struct unix_sock *)BPF_CORE_READ(socket, sk);
	struct unix_sock *peer = (struct unix_sock *)BPF_CORE_READ(unix_socket, peer);
	struct unix_address *address;
	u32 used = slot->used & (RECORD_MAX - 1);
	u64 length;

	if (!peer)
		return 0;
	address = BPF_CORE_READ(peer, addr);
	if (!address)
		return 0;
	length = BPF_CORE_READ(address, len) - SOCKADDR_PATH;
	forget(length);
	if (length > UNIX_PATH_MAX)
		return 0;
	bpf_probe_read_kernel(&slot->record[used], length, (void *)address->name[0].sun_path);
	slot->used = used + length;
	return length;
}

__noinline int emit_unix_connect(u32 descriptor, u64 sockaddr, u32 size, s32 result)
{
	struct task_struct *task = current_task();
	struct file *file = file_at(task, descriptor);
	struct scratch_slot *slot;
	struct unix_record *record;
	u64 length = 0;
	u32 used;

	slot = begin_record(RECORD_CONNECT_UNIX, sizeof(*record));
	if (!slot)
		return 0;
	record = (struct unix_record *)slot->record;
	record->result = result;
	if (result == 0 && file)
		length = append_peer_name(slot, file);
	if (length == 0 && size > SOCKADDR_PATH) {
		used = slot->used & (RECORD_MAX - 1);
		length = size - SOCKADDR_PATH;
		forget(length);
		if (length > UNIX_PATH_MAX)
			length = UNIX_PATH_MAX;
		if (bpf_probe_read_user(&slot->record[used], length, (void *)(sockaddr + SOCKADDR_PATH)) == 0)
			slot->used = used + length;
		else
			length = 0;
	}
	record->path_length = length;
	emit_slot(slot, RECORD_CONNECT_UNIX);
	return 0;
}

/* The family of an open socket; 0 where the descriptor is something else. */
static __always_inline u16 family_at(u32 descriptor)
{
	struct file *file = file_at(current_task(), descriptor);
	struct socket *socket;

	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	socket = BPF_CORE_READ(file, private_data);
	return BPF_CORE_READ(socket, sk, __sk_common.skc_family);
}

/* The family in the program's memory is looked at as well: another thread may have closed the socket meanwhile. */
static __always_inline void on_connected(u64 descriptor, u64 sockaddr, u64 size, long result)
{
	u16 family = 0;

	bpf_probe_read_user(&family, sizeof(family), (void *)sockaddr);
	/* The C library looks for a name service, which few machines have, wherever nft uses it. */
	if (result < 0 && is_helper_of_guard(current_task()))
		return;
	if (family == AF_UNIX || family_at(descriptor) == AF_UNIX)
		emit_unix_connect(descriptor, sockaddr, size, result);
}

/* Families that reach beyond this machine, whose destinations no hook tells. */
static __always_inline bool leaves_without_address(u64 family)
{
	return family == AF_PACKET || family == AF_XDP || family == AF_VSOCK || family == AF_SMC ||
	       family == AF_RDS || family == AF_TIPC || family == AF_RXRPC || family == AF_PPPOX ||
	       family == AF_BLUETOOTH;
}

static __always_inline void emit_packet_socket(struct task_struct *task, u64 family, s32 error, bool stopped)
{
	struct privileged_record record = {};

	fill_header(&record.header, RECORD_PRIVILEGED, task);
	record.operation = PRIVILEGED_PACKET_SOCKET;
	record.arguments[0] = family;
	record.arguments[1] = stopped;
	record.result = stopped ? -EPERM : error;
	emit(&record, sizeof(record), RECORD_PRIVILEGED);
}

/* One that the kernel refuses anyway, for want of the capability, is no reason to end a process. */
static __always_inline void on_packet_socket(u64 family, s32 error)
{
	struct task_struct *task = current_task();
	bool stopped = is_refused_family(task, family) && (!error || may_make_raw_sockets(task));

	if (stopped)
		stop_current();
	emit_packet_socket(task, family, error, stopped);
}

/* In a network namespace of its own a job may have a packet filter of its own. */
static __always_inline bool reaches_packet_filter(u64 family, u64 protocol)
{
	struct task_struct *task = current_task();
	struct net *network;

	if ((u32)family != AF_NETLINK || (u32)protocol != NETLINK_NETFILTER || !settings.guarded_cgroup || !is_tracked(task))
		return false;
	network = (struct net *)BPF_CORE_READ(task, nsproxy, net_ns);
	return BPF_CORE_READ(network, ns.inum) == settings.guarded_network;
}

/* Raw sockets of the internet families are seen where they are made (network.h); one that is refused never is made. */
static __always_inline void on_socket(u64 family, u64 type, u64 protocol, long result)
{
	s32 error = result < 0 ? result : 0;

	if (leaves_without_address(family))
		on_packet_socket(family, error);
	else if (reaches_packet_filter(family, protocol))
		emit_privileged_call(PRIVILEGED_NETFILTER_SOCKET, family, error);
	else if (error && (family == AF_INET || family == AF_INET6) && (type & SOCK_TYPE_MASK) == SOCK_RAW)
		emit_privileged_call(PRIVILEGED_RAW_SOCKET, family, error);
}

static __always_inline void on_socketcall(u64 call, u64 address, long result)
{
	u32 arguments[3] = {};

	bpf_probe_read_user(arguments, sizeof(arguments), (void *)address);
	/* Another thread may have changed what stands there; the socket itself does not lie. */
	if (call == SYS_SOCKET && result >= 0)
		arguments[0] = family_at(result) ?: arguments[0];
	if (call == SYS_SOCKET)
		on_socket(arguments[0], arguments[1], arguments[2], result);
	else if (call == SYS_CONNECT)
		on_connected(arguments[0], arguments[1], arguments[2], result);
}
