/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Names that say themselves which process's memory they lead to: /proc/PID/mem, /proc/PID/task/TID/maps, or the same from a
 * directory of procfs. Links and detours say nothing before they are followed.
 */
#pragma once

#include "files.h"

#define TEXT_SIZE 64
#define PID_DIGITS 7 /* PID_MAX_LIMIT is 4194304 */
#define DIGITS_TAKEN 8 /* bits of what take_number returns that say how many letters it took */

struct path_text {
	u64 letters[TEXT_SIZE / 8];
};

/* Eight of them from `at` on, without a branch that the verifier would have to follow. */
static __always_inline u64 letters_at(const struct path_text *path, u32 at)
{
	const char *text = (const char *)path->letters;
	u64 letters = 0;

	forget(text); /* where it is aligned the compiler makes an `or` of a sum, which the verifier does not take */
	for (u32 i = 0; i < 8; i++)
		letters |= (u64)(u8)text[(at + i) & (TEXT_SIZE - 1)] << (8 * i);
	return letters;
}

/*
 * Digits with a slash behind them; 0 where it is no such number. A function that the verifier looks at once, and of whose answer it
 * knows nothing.
 */
__noinline u64 take_number(u64 letters)
{
	u64 number = 0;

	for (u32 i = 0; i <= PID_DIGITS; i++) {
		u8 letter = letters;

		if (letter == '/')
			return number << DIGITS_TAKEN | (i + 1);
		if (letter < '0' || letter > '9')
			return 0;
		number = number * 10 + (letter - '0');
		letters >>= 8;
	}
	return 0;
}

#define FIVE_LETTERS 0xffffffffffULL
#define SIX_LETTERS 0xffffffffffffULL
#define SEVEN_LETTERS 0xffffffffffffffULL
#define MAX_TAKEN 15

static __always_inline struct dentry *directory_of(const struct named_path *path)
{
	struct task_struct *task = current_task();
	struct file *file;

	if (path->directory == AT_FDCWD)
		return BPF_CORE_READ(task, fs, pwd.dentry);
	file = file_at(task, path->directory);
	return file ? BPF_CORE_READ(file, f_path.dentry) : NULL;
}

/* The process (a task_struct) whose memory a name leads to; 0 where it says nothing of the kind. */
static __noinline u64 owner_of_memory_path(const struct named_path *path)
{
	struct task_struct *target = NULL;
	struct path_text text = {};
	struct dentry *directory;
	u64 number;
	u32 at = 0;

	if (!path)
		return 0;
	if (path->in_kernel)
		bpf_probe_read_kernel_str(&text, sizeof(text), (void *)path->name);
	else
		bpf_probe_read_user_str(&text, sizeof(text), (void *)path->name);
	if ((text.letters[0] & SIX_LETTERS) == LETTERS('/', 'p', 'r', 'o', 'c', '/', 0)) {
		at = 6;
	} else {
		if ((char)text.letters[0] == '/')
			return 0;
		directory = directory_of(path);
		if (!directory || BPF_CORE_READ(directory, d_sb, s_magic) != PROC_SUPER_MAGIC)
			return 0;
		if (BPF_CORE_READ(directory, d_parent) != directory)
			target = process_of_inode(BPF_CORE_READ(directory, d_inode));
	}
	if (!target) {
		number = take_number(letters_at(&text, at));
		at += number & MAX_TAKEN;
		target = (struct task_struct *)task_with_number(number >> DIGITS_TAKEN);
	}
	if (target && (letters_at(&text, at) & FIVE_LETTERS) == LETTERS('t', 'a', 's', 'k', '/', 0, 0)) {
		number = take_number(letters_at(&text, at + 5));
		at += 5 + (number & MAX_TAKEN);
		target = (struct task_struct *)task_with_number(number >> DIGITS_TAKEN);
	}
	return target && leads_to_memory(letters_at(&text, at) & SEVEN_LETTERS) ? (u64)target : 0;
}

static __always_inline bool is_memory_path_forbidden(const struct named_path *path)
{
	struct task_struct *target;

	if (!settings.stops_memory_readers && !settings.stops_guard_attackers)
		return false;
	target = (struct task_struct *)owner_of_memory_path(path);
	return target && is_protected(target) && may_reach(current_task(), target);
}
