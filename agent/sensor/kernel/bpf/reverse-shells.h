/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * A shell or interpreter that has the network as its input and output, and does what it reads there. The same is asked, of more
 * command lines, by agent/rules/facts/program-source.ts: what is not sure here goes on, and is judged there.
 */
#pragma once

#include "stops.h"

#define AF_INET 2
#define AF_INET6 10
#define MAX_WORDS 24
#define OLD_MAX_WORDS 6
#define MAX_LETTERS 16 /* of an option */
#define MAX_APPLET 16
#define MAX_VERSION 12 /* letters, as in python3.11 */
#define EACH_LETTER 0x0101010101010101ULL
#define WORD(a, b, c, d, e, f, g, h) (LETTERS(a, b, c, d, e, f, g) | (u64)(h) << 56)

static __always_inline bool is_of_network(const struct descriptor *descriptor)
{
	u32 family = descriptor->device & 0xffff;

	return (descriptor->mode & S_IFMT) == S_IFSOCK && (family == AF_INET || family == AF_INET6);
}

/* How the program called slot->name reads its command line; 0 where it is none of those that read commands. */
static __always_inline u32 command_reader(struct scratch_slot *slot)
{
	struct program_name key = {};
	u8 *reader;

	bpf_probe_read_kernel_str(key.name, sizeof(key.name), slot->name);
	reader = bpf_map_lookup_elem(&command_readers, &key);
	return reader ? *reader : 0;
}

/* Takes a version off what is in slot->name, of so many letters. */
static __always_inline void cut_version(struct scratch_slot *slot, u32 length)
{
	for (u32 i = 0; i < MAX_VERSION; i++) {
		char letter;

		if (length < 2)
			return;
		length -= 1;
		letter = slot->name[length & (PATH_MAX - 1)];
		if ((letter < '0' || letter > '9') && letter != '.' && letter != '-')
			return;
		slot->name[length & (PATH_MAX - 1)] = 0;
	}
}

__noinline int reader_of_executable(u32 index)
{
	struct scratch_slot *slot = slot_at(index);
	struct task_struct *task = current_task();
	u32 reader;
	long length;

	if (!slot)
		return 0;
	length = bpf_probe_read_kernel_str(slot->name, PATH_MAX,
					   BPF_CORE_READ(task, mm, exe_file, f_path.dentry, d_name.name));
	if (length <= 1)
		return 0;
	reader = command_reader(slot);
	if (reader)
		return reader;
	cut_version(slot, length - 1);
	return command_reader(slot);
}

static __always_inline u64 eight_letters(const struct scratch_slot *slot, u32 from)
{
	return *(const u64 *)&slot->name[from];
}

/* `-`, /dev/stdin, /dev/fd/0, /proc/self/fd/0 */
static __always_inline bool names_input(const struct scratch_slot *slot)
{
	u64 first = eight_letters(slot, 0), second = eight_letters(slot, 8);

	if (first == '-')
		return true;
	if (first == WORD('/', 'd', 'e', 'v', '/', 's', 't', 'd'))
		return second == LETTERS('i', 'n', 0, 0, 0, 0, 0);
	if (first == WORD('/', 'd', 'e', 'v', '/', 'f', 'd', '/'))
		return second == '0';
	return first == WORD('/', 'p', 'r', 'o', 'c', '/', 's', 'e') &&
	       second == WORD('l', 'f', '/', 'f', 'd', '/', '0', 0);
}

/* Ends the walk: the program has its commands from its input, or from elsewhere. */
static __always_inline long settle(struct scratch_slot *slot, bool is_open)
{
	slot->line.is_open = is_open;
	return 1;
}

/* Whether `letter` is one of the eight. Without a branch for each, of which the verifier would follow every combination. */
static __always_inline bool has_letter(u64 letters, u8 letter)
{
	u64 differs = letters ^ letter * EACH_LETTER;

	return (differs - EACH_LETTER) & ~differs & EACH_LETTER << 7;
}

static __always_inline long take_long_option(struct scratch_slot *slot, u64 first, u64 second)
{
	if (first == WORD('-', '-', 'c', 'o', 'm', 'm', 'a', 'n'))
		return settle(slot, false);
	if ((first == WORD('-', '-', 'r', 'c', 'f', 'i', 'l', 'e') && second == 0) ||
	    (first == WORD('-', '-', 'i', 'n', 'i', 't', '-', 'f') && second == LETTERS('i', 'l', 'e', 0, 0, 0, 0)) ||
	    (first == WORD('-', '-', 'i', 'n', 'i', 't', '-', 'c') && second == LETTERS('o', 'm', 'm', 'a', 'n', 'd', 0)))
		slot->line.skipped = 1;
	return 0;
}

/* -c has the commands behind it, -o and -O a value; -s says that they are read. */
static __always_inline long take_letters(struct scratch_slot *slot, u64 first, u64 second, long length)
{
	u8 last = slot->name[(length - 2) & (PATH_MAX - 1)];

	if (length > MAX_LETTERS || has_letter(first, 'c') || has_letter(second, 'c'))
		return settle(slot, false);
	if (last == 'o' || last == 'O')
		slot->line.skipped = 1;
	return (char)first == '-' && (has_letter(first, 's') || has_letter(second, 's')) ? settle(slot, true) : 0;
}

static __always_inline long take_shell_word(struct scratch_slot *slot, long length)
{
	u64 first = eight_letters(slot, 0), second = eight_letters(slot, 8);

	if (slot->line.has_operand || ((char)first != '-' && (char)first != '+'))
		return settle(slot, names_input(slot));
	if (first == '-' || first == ('-' | '-' << 8)) {
		slot->line.has_operand = true;
		return 0;
	}
	return (first & 0xffff) == ('-' | '-' << 8) ? take_long_option(slot, first, second)
						    : take_letters(slot, first, second, length);
}

/* -i, -q and -u mean nothing here to any interpreter. */
static __always_inline long take_bare_word(struct scratch_slot *slot)
{
	u64 first = eight_letters(slot, 0);

	if (first == ('-' | 'i' << 8) || first == ('-' | 'q' << 8) || first == ('-' | 'u' << 8))
		return 0;
	return settle(slot, names_input(slot));
}

struct word_walk {
	struct scratch_slot *slot;
};

static long take_word(u32 step, void *context)
{
	struct scratch_slot *slot = ((struct word_walk *)context)->slot;
	struct command_line *line = &slot->line;
	long length;

	if (line->address >= line->end)
		return settle(slot, true);
	__builtin_memset(slot->name, 0, MAX_LETTERS + 8);
	length = bpf_probe_read_user_str(slot->name, PATH_MAX, (void *)line->address);
	if (length <= 0 || length == PATH_MAX)
		return settle(slot, false);
	line->address += length;
	if (line->skipped) {
		line->skipped -= 1;
		return 0;
	}
	return line->reader == READS_AS_SHELL ? take_shell_word(slot, length) : take_bare_word(slot);
}

/* Of the last part of the path at `address`, and leaves where the next word is in slot->line. */
__noinline int reader_of_word(u32 index, u64 address)
{
	struct scratch_slot *slot = slot_at(index);
	struct program_name key = {};
	u8 *reader;
	u32 from = 0;
	long length;

	if (!slot)
		return 0;
	length = bpf_probe_read_user_str(slot->name, PATH_MAX, (void *)address);
	if (length <= 1 || length == PATH_MAX)
		return 0;
	slot->line.address = address + length;
	for (u32 back = 2; back < MAX_APPLET + 2 && back <= length; back++) {
		from = length - back;
		if (slot->name[from & (PATH_MAX - 1)] == '/') {
			from += 1;
			break;
		}
	}
	bpf_probe_read_kernel_str(key.name, sizeof(key.name), &slot->name[from & (PATH_MAX - 1)]);
	reader = bpf_map_lookup_elem(&command_readers, &key);
	return reader ? *reader : 0;
}

/* busybox is what it is called as, or what its first word says. */
static __always_inline bool is_shell_applet(struct scratch_slot *slot, u64 args, u64 end)
{
	u32 reader = reader_of_word(slot->index, args);

	slot->line.skipped = 1;
	if (reader != READS_AS_APPLET)
		return reader == READS_AS_SHELL;
	slot->line.skipped = 2;
	return slot->line.address < end && reader_of_word(slot->index, slot->line.address) == READS_AS_SHELL;
}

/* Whether the program that is about to run takes its commands from its input. Uses slot->name. */
__noinline int reads_commands(u32 index, u64 args, u64 end)
{
	struct word_walk walk = {};
	u32 reader = reader_of_executable(index);

	walk.slot = slot_at(index);
	if (!reader || !walk.slot)
		return 0;
	walk.slot->line.skipped = 1;
	walk.slot->line.has_operand = false;
	walk.slot->line.is_open = false;
	if (reader == READS_AS_APPLET) {
		if (!is_shell_applet(walk.slot, args, end))
			return 0;
		reader = READS_AS_SHELL;
	}
	walk.slot->line.reader = reader;
	walk.slot->line.address = args;
	walk.slot->line.end = end;
	repeat(MAX_WORDS, OLD_MAX_WORDS, take_word, &walk);
	return walk.slot->line.is_open;
}
