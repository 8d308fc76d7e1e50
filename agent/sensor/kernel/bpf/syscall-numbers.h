/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Which system calls matter, for each way into the kernel that a program of this architecture has. A 64-bit x86 program
 * can make 32-bit calls (int $0x80), and many processors for arm64 run programs for 32-bit ARM, so their numbers are here
 * as well. Source: arch/x86/entry/syscalls/syscall_64.tbl and syscall_32.tbl, include/uapi/asm-generic/unistd.h,
 * arch/arm/tools/syscall.tbl.
 */
#pragma once

#include "scratch.h"

enum action {
	IGNORED = 0,
	OPEN,
	OPENAT,
	OPENAT2,
	CREAT,
	OPEN_BY_HANDLE,
	RENAME,
	RENAMEAT,
	RENAMEAT2,
	LINK,
	LINKAT,
	SYMLINK,
	SYMLINKAT,
	UNLINK,
	UNLINKAT,
	TRUNCATE,
	FTRUNCATE,
	CHMOD,
	FCHMOD,
	FCHMODAT,
	MKNOD,
	MKNODAT,
	SOCKET,
	CONNECT,
	SOCKETCALL,
	PTRACE,
	VM_READ,
	VM_WRITE,
	PIDFD_GETFD,
	SETNS,
	UNSHARE,
	MOUNT,
	UNMOUNT,
	MOVE_MOUNT,
	OPEN_TREE,
	FSOPEN,
	FSPICK,
	MOUNT_SETATTR,
	PIVOT_ROOT,
	CHROOT,
	INIT_MODULE,
	FINIT_MODULE,
	BPF_SYSCALL,
	KILL,
	TKILL, /* and rt_sigqueueinfo, which have one number */
	TGKILL, /* and rt_tgsigqueueinfo */
	PIDFD_SIGNAL,
};

#define SYSCALLS 1024

#if defined(__TARGET_ARCH_x86)

#define TS_COMPAT 0x0002         /* arch/x86/include/asm/thread_info.h */
#define X32_SYSCALL_BIT 0x40000000

static const u8 actions[SYSCALLS] = {
	[2] = OPEN,	     [41] = SOCKET,	  [42] = CONNECT,	 [76] = TRUNCATE,
	[77] = FTRUNCATE,    [82] = RENAME,	  [85] = CREAT,		 [86] = LINK,
	[87] = UNLINK,	     [88] = SYMLINK,	  [90] = CHMOD,		 [91] = FCHMOD,
	[101] = PTRACE,	     [133] = MKNOD,	  [155] = PIVOT_ROOT,	 [161] = CHROOT,
	[165] = MOUNT,	     [166] = UNMOUNT,	  [175] = INIT_MODULE,	 [257] = OPENAT,
	[259] = MKNODAT,     [263] = UNLINKAT,	  [264] = RENAMEAT,	 [265] = LINKAT,
	[266] = SYMLINKAT,   [268] = FCHMODAT,	  [272] = UNSHARE,	 [304] = OPEN_BY_HANDLE,
	[308] = SETNS,	     [310] = VM_READ,	  [311] = VM_WRITE,	 [313] = FINIT_MODULE,
	[316] = RENAMEAT2,   [321] = BPF_SYSCALL,	  [428] = OPEN_TREE,	 [429] = MOVE_MOUNT,
	[430] = FSOPEN,	     [433] = FSPICK,	  [437] = OPENAT2,	 [438] = PIDFD_GETFD,
	[442] = MOUNT_SETATTR, [452] = FCHMODAT,   [467] = OPEN_TREE,	 [62] = KILL,
	[129] = TKILL,	     [200] = TKILL,	  [234] = TGKILL,	 [297] = TGKILL,
	[424] = PIDFD_SIGNAL,
	/* x32 has numbers of its own for what takes structures */
	[521] = PTRACE,	     [539] = VM_READ,	  [540] = VM_WRITE,
	[524] = TKILL,	     [536] = TGKILL,
};

static const u8 compat_actions[SYSCALLS] = {
	[5] = OPEN,	     [8] = CREAT,	  [9] = LINK,		 [10] = UNLINK,
	[14] = MKNOD,	     [15] = CHMOD,	  [21] = MOUNT,		 [22] = UNMOUNT,
	[26] = PTRACE,	     [38] = RENAME,	  [52] = UNMOUNT,	 [61] = CHROOT,
	[83] = SYMLINK,	     [92] = TRUNCATE,	  [93] = FTRUNCATE,	 [94] = FCHMOD,
	[102] = SOCKETCALL,  [128] = INIT_MODULE, [193] = TRUNCATE,	 [194] = FTRUNCATE,
	[217] = PIVOT_ROOT,  [295] = OPENAT,	  [297] = MKNODAT,	 [301] = UNLINKAT,
	[302] = RENAMEAT,    [303] = LINKAT,	  [304] = SYMLINKAT,	 [306] = FCHMODAT,
	[310] = UNSHARE,     [342] = OPEN_BY_HANDLE, [346] = SETNS,	 [347] = VM_READ,
	[348] = VM_WRITE,    [350] = FINIT_MODULE, [353] = RENAMEAT2,	 [357] = BPF_SYSCALL,
	[359] = SOCKET,	     [362] = CONNECT,	  [428] = OPEN_TREE,	 [429] = MOVE_MOUNT,
	[430] = FSOPEN,	     [433] = FSPICK,	  [437] = OPENAT2,	 [438] = PIDFD_GETFD,
	[442] = MOUNT_SETATTR, [452] = FCHMODAT,   [467] = OPEN_TREE,	 [37] = KILL,
	[178] = TKILL,	     [238] = TKILL,	  [270] = TGKILL,	 [335] = TGKILL,
	[424] = PIDFD_SIGNAL,
};

/* What reads or writes by the descriptor that is its first argument, in one of the tables at least. */
static const u8 uses_of_files[SYSCALLS] = {
	[0] = 1,   [1] = 1,   [17] = 1,	 [18] = 1,  [19] = 1,  [20] = 1,  [295] = 1, [296] = 1, [327] = 1, [328] = 1,
	[515] = 1, [516] = 1, [534] = 1, [535] = 1, [546] = 1, [547] = 1,
	/* 32-bit calls */
	[3] = 1,   [4] = 1,   [145] = 1, [146] = 1, [180] = 1, [181] = 1, [333] = 1, [334] = 1, [378] = 1, [379] = 1,
};

static __always_inline bool is_compat(struct task_struct *task)
{
	return BPF_CORE_READ(task, thread_info.status) & TS_COMPAT;
}

static __always_inline u32 number_of(struct pt_regs *regs)
{
	return BPF_CORE_READ(regs, orig_ax);
}

static __always_inline u32 action_of(u32 called, struct task_struct *task)
{
	u32 number = called & ~X32_SYSCALL_BIT;

	if (number >= SYSCALLS)
		return IGNORED;
	forget(number);
	number &= SYSCALLS - 1;
	/* Reading the task costs more than a look at both tables. */
	if (!(actions[number] | compat_actions[number]))
		return IGNORED;
	return is_compat(task) ? compat_actions[number] : actions[number];
}

static __always_inline void read_arguments(struct pt_regs *regs, struct task_struct *task, u64 *arguments)
{
	if (is_compat(task)) {
		arguments[0] = (u32)BPF_CORE_READ(regs, bx);
		arguments[1] = (u32)BPF_CORE_READ(regs, cx);
		arguments[2] = (u32)BPF_CORE_READ(regs, dx);
		arguments[3] = (u32)BPF_CORE_READ(regs, si);
		arguments[4] = (u32)BPF_CORE_READ(regs, di);
		return;
	}
	arguments[0] = BPF_CORE_READ(regs, di);
	arguments[1] = BPF_CORE_READ(regs, si);
	arguments[2] = BPF_CORE_READ(regs, dx);
	arguments[3] = BPF_CORE_READ(regs, r10);
	arguments[4] = BPF_CORE_READ(regs, r8);
}

#elif defined(__TARGET_ARCH_arm64)

#define TIF_32BIT (1UL << 22) /* arch/arm64/include/asm/thread_info.h */

static const u8 actions[SYSCALLS] = {
	[33] = MKNODAT,	     [35] = UNLINKAT,	  [36] = SYMLINKAT,	 [37] = LINKAT,
	[38] = RENAMEAT,     [39] = UNMOUNT,	  [40] = MOUNT,		 [41] = PIVOT_ROOT,
	[45] = TRUNCATE,     [46] = FTRUNCATE,	  [51] = CHROOT,	 [52] = FCHMOD,
	[53] = FCHMODAT,     [56] = OPENAT,	  [97] = UNSHARE,	 [105] = INIT_MODULE,
	[117] = PTRACE,	     [198] = SOCKET,	  [203] = CONNECT,	 [265] = OPEN_BY_HANDLE,
	[268] = SETNS,	     [270] = VM_READ,	  [271] = VM_WRITE,	 [273] = FINIT_MODULE,
	[276] = RENAMEAT2,   [280] = BPF_SYSCALL,	  [428] = OPEN_TREE,	 [429] = MOVE_MOUNT,
	[430] = FSOPEN,	     [433] = FSPICK,	  [437] = OPENAT2,	 [438] = PIDFD_GETFD,
	[442] = MOUNT_SETATTR, [452] = FCHMODAT,   [467] = OPEN_TREE,	 [129] = KILL,
	[130] = TKILL,	     [131] = TGKILL,	  [138] = TKILL,	 [240] = TGKILL,
	[424] = PIDFD_SIGNAL,
};

static const u8 compat_actions[SYSCALLS] = {
	[5] = OPEN,	     [8] = CREAT,	  [9] = LINK,		 [10] = UNLINK,
	[14] = MKNOD,	     [15] = CHMOD,	  [21] = MOUNT,		 [26] = PTRACE,
	[37] = KILL,	     [38] = RENAME,	  [52] = UNMOUNT,	 [61] = CHROOT,
	[83] = SYMLINK,	     [92] = TRUNCATE,	  [93] = FTRUNCATE,	 [94] = FCHMOD,
	[128] = INIT_MODULE, [178] = TKILL,	  [193] = TRUNCATE,	 [194] = FTRUNCATE,
	[218] = PIVOT_ROOT,  [238] = TKILL,	  [268] = TGKILL,	 [281] = SOCKET,
	[283] = CONNECT,     [322] = OPENAT,	  [324] = MKNODAT,	 [328] = UNLINKAT,
	[329] = RENAMEAT,    [330] = LINKAT,	  [331] = SYMLINKAT,	 [333] = FCHMODAT,
	[337] = UNSHARE,     [363] = TGKILL,	  [371] = OPEN_BY_HANDLE, [375] = SETNS,
	[376] = VM_READ,     [377] = VM_WRITE,	  [379] = FINIT_MODULE,	 [382] = RENAMEAT2,
	[386] = BPF_SYSCALL, [424] = PIDFD_SIGNAL, [428] = OPEN_TREE,	 [429] = MOVE_MOUNT,
	[430] = FSOPEN,	     [433] = FSPICK,	  [437] = OPENAT2,	 [438] = PIDFD_GETFD,
	[442] = MOUNT_SETATTR, [452] = FCHMODAT,   [467] = OPEN_TREE,
};

/* What reads or writes by the descriptor that is its first argument, in one of the tables at least. */
static const u8 uses_of_files[SYSCALLS] = {
	[63] = 1,  [64] = 1,  [65] = 1,	 [66] = 1,  [67] = 1,  [68] = 1,  [69] = 1,  [70] = 1,	[286] = 1, [287] = 1,
	/* 32-bit calls */
	[3] = 1,   [4] = 1,   [145] = 1, [146] = 1, [180] = 1, [181] = 1, [361] = 1, [362] = 1, [392] = 1, [393] = 1,
};

static __always_inline bool is_compat(struct task_struct *task)
{
	return BPF_CORE_READ(task, thread_info.flags) & TIF_32BIT;
}

static __always_inline u32 number_of(struct pt_regs *regs)
{
	return BPF_CORE_READ(regs, syscallno);
}

static __always_inline u32 action_of(u32 number, struct task_struct *task)
{
	if (number >= SYSCALLS)
		return IGNORED;
	forget(number);
	number &= SYSCALLS - 1;
	if (!(actions[number] | compat_actions[number]))
		return IGNORED;
	return is_compat(task) ? compat_actions[number] : actions[number];
}

static __always_inline void read_arguments(struct pt_regs *regs, struct task_struct *task, u64 *arguments)
{
	if (is_compat(task)) {
		arguments[0] = (u32)BPF_CORE_READ(regs, orig_x0);
		arguments[1] = (u32)BPF_CORE_READ(regs, regs[1]);
		arguments[2] = (u32)BPF_CORE_READ(regs, regs[2]);
		arguments[3] = (u32)BPF_CORE_READ(regs, regs[3]);
		arguments[4] = (u32)BPF_CORE_READ(regs, regs[4]);
		return;
	}
	arguments[0] = BPF_CORE_READ(regs, orig_x0); /* regs[0] holds the result by now */
	arguments[1] = BPF_CORE_READ(regs, regs[1]);
	arguments[2] = BPF_CORE_READ(regs, regs[2]);
	arguments[3] = BPF_CORE_READ(regs, regs[3]);
	arguments[4] = BPF_CORE_READ(regs, regs[4]);
}

#endif

static __always_inline bool is_use_of_file(u32 called)
{
#if defined(__TARGET_ARCH_x86)
	called &= ~X32_SYSCALL_BIT;
#endif
	if (called >= SYSCALLS)
		return false;
	forget(called);
	return uses_of_files[called & (SYSCALLS - 1)];
}
