/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* The few variables of a new program's environment that are kept. */
#pragma once

#include "scratch.h"

#define ENVIRONMENT_MAX 4096   /* of what is kept */
#define VARIABLE_MAX 2048      /* of one variable */
#define ENVIRONMENT_STRINGS 8192 /* looked at; more is reported as truncated */
#define OLD_ENVIRONMENT_STRINGS 256

/* Whether slot->name begins like a watched variable. A function of its own so that the verifier looks at it once. */
__noinline int is_watched_name(u32 index)
{
	struct scratch_slot *slot = slot_at(index);
	u64 low, high;

	if (!slot)
		return false;
	low = ((const u64 *)slot->name)[0];
	high = ((const u64 *)slot->name)[1];
	for (u32 i = 0; i < WATCHED_NAMES; i++) {
		const volatile struct name_prefix *prefix = &settings.watched_names[i];

		if (prefix->low == 0)
			break;
		if ((low & prefix->low_mask) == prefix->low && (high & prefix->high_mask) == prefix->high)
			return true;
	}
	return false;
}

struct environment_walk {
	struct scratch_slot *slot;
	u64 address;
	u64 end;
	bool continued;
	bool complete;
	bool shortened;
};

/* Takes over what is in slot->name: as much of it as has room, so that a long value hides neither itself nor the next. */
static __always_inline void keep_variable(struct environment_walk *walk, u32 size)
{
	struct scratch_slot *slot = walk->slot;
	u32 used = slot->used & (RECORD_MAX - 1);

	if (size > VARIABLE_MAX) {
		size = VARIABLE_MAX;
		walk->shortened = true;
	}
	if (slot->environment_kept + size > ENVIRONMENT_MAX) {
		walk->shortened = true;
		return;
	}
	forget(size);
	if (size > VARIABLE_MAX || size == 0)
		return;
	bpf_probe_read_kernel(&slot->record[used], size, slot->name);
	slot->record[used + size - 1] = 0;
	slot->used = used + size;
	slot->environment_kept += size;
}

/* Looks at one string of the environment. Returns 1 at the end. */
static long take_variable(u32 step, void *context)
{
	struct environment_walk *walk = context;
	struct scratch_slot *slot = walk->slot;
	long length;

	walk->complete = walk->address >= walk->end;
	if (walk->complete)
		return 1;
	__builtin_memset(slot->name, 0, sizeof(u64) * 2);
	length = bpf_probe_read_user_str(slot->name, PATH_MAX, (void *)walk->address);
	if (length <= 0)
		return 1;
	/* A string that filled the buffer goes on: what follows is not the start of a variable. */
	if (!walk->continued && is_watched_name(slot->index))
		keep_variable(walk, length);
	walk->continued = length == PATH_MAX;
	walk->address += walk->continued ? PATH_MAX - 1 : length;
	return 0;
}

/*
 * Appends those variables of the new program's environment whose names are watched, each with a NUL after it. Returns
 * the length, with the highest bit set where not everything could be looked at. No other variable leaves the kernel.
 */
__noinline u32 append_environment(u32 index, u64 address, u64 end)
{
	struct environment_walk walk = {};

	walk.slot = slot_at(index);
	if (!walk.slot)
		return 0;
	walk.slot->environment_kept = 0;
	walk.address = address;
	walk.end = end;
	repeat(ENVIRONMENT_STRINGS, OLD_ENVIRONMENT_STRINGS, take_variable, &walk);
	return walk.slot->environment_kept | (walk.complete && !walk.shortened ? 0 : 1U << 31);
}
