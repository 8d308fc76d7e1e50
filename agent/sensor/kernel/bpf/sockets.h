/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Sockets as system calls tell of them: Unix ones by name, and families whose destinations no hook tells. */
#pragma once

#include "intrusions.h"

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define AF_PACKET 17
#define AF_RDS 21
#define AF_PPPOX 24
#define AF_TIPC 30
#define AF_BLUETOOTH 31
#define AF_RXRPC 33
#define AF_VSOCK 40
#define AF_SMC 43
#define AF_XDP 44
#define SOCK_RAW 3
#define SOCK_TYPE_MASK 0xf /* include/linux/net.h */
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

static __noinline int emit_unix_connect(u32 descriptor, u64 sockaddr, u32 size, s32 result)
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

static __always_inline bool is_unix_socket(u32 descriptor)
{
	struct file *file = file_at(current_task(), descriptor);
	struct socket *socket;

	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return false;
	socket = BPF_CORE_READ(file, private_data);
	return BPF_CORE_READ(socket, sk, __sk_common.skc_family) == AF_UNIX;
}

/* The family in the program's memory is looked at as well: another thread may have closed the socket meanwhile. */
static __always_inline void on_connected(u64 descriptor, u64 sockaddr, u64 size, long result)
{
	u16 family = 0;

	bpf_probe_read_user(&family, sizeof(family), (void *)sockaddr);
	if (family == AF_UNIX || is_unix_socket(descriptor))
		emit_unix_connect(descriptor, sockaddr, size, result);
}

/* Families that reach beyond this machine, whose destinations no hook tells. */
static __always_inline bool leaves_without_address(u64 family)
{
	return family == AF_PACKET || family == AF_XDP || family == AF_VSOCK || family == AF_SMC ||
	       family == AF_RDS || family == AF_TIPC || family == AF_RXRPC || family == AF_PPPOX ||
	       family == AF_BLUETOOTH;
}

/* Raw sockets of the internet families are seen where they are made (network.h); one that is refused never is made. */
static __always_inline void on_socket(u64 family, u64 type, long result)
{
	s32 error = result < 0 ? result : 0;

	if (leaves_without_address(family))
		emit_privileged_call(PRIVILEGED_PACKET_SOCKET, family, error);
	else if (error && (family == AF_INET || family == AF_INET6) && (type & SOCK_TYPE_MASK) == SOCK_RAW)
		emit_privileged_call(PRIVILEGED_RAW_SOCKET, family, error);
}

static __always_inline void on_socketcall(u64 call, u64 address, long result)
{
	u32 arguments[3] = {};

	bpf_probe_read_user(arguments, sizeof(arguments), (void *)address);
	if (call == SYS_SOCKET)
		on_socket(arguments[0], arguments[1], result);
	else if (call == SYS_CONNECT)
		on_connected(arguments[0], arguments[1], arguments[2], result);
}
