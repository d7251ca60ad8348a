/*
 * The memory a kernel works in, the flag that stops it, and what stands where. The host hands over one
 * piece of memory and counts in bytes from its start, so that it says the same to WebAssembly and to
 * native code; here these references become pointers.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include "vector.h"

/* Bytes from the start of the memory. */
typedef u32 ref;

/* What a call tells the host. */
typedef enum { DONE, STOPPED, OUT_OF_BOUNDS } Status;

/* A few milliseconds. */
#define WORK_BETWEEN_LOOKS (1 << 24)

#if defined(__wasm__)
/* The host's: memory of another thread is out of reach here. */
__attribute__((import_module("host"), import_name("stopped"))) i32 host_stopped(void);
#endif

static bool stop_is_set(const Kernel *k) {
#if defined(__wasm__)
  (void)k;
  return host_stopped() != 0;
#else
  return k->stop && *k->stop != 0;
#endif
}

/* Counts work that is about to be done. Once the kernel is to stop it is true, and stays so. */
INLINE bool stopped(Kernel *k, u64 work) {
  k->work += work;
  if (__builtin_expect(k->work >= WORK_BETWEEN_LOOKS, 0)) {
    k->work = 0;
    k->is_stopped = k->is_stopped || stop_is_set(k);
  }
  return k->is_stopped;
}

INLINE Status status_of(const Kernel *k) { return k->is_stopped ? STOPPED : DONE; }

/* What the host refers to; none where it does not lie within the memory. */
INLINE void *within(const Kernel *k, ref at, u64 bytes) {
  if (at == 0 || at % 4 != 0 || (u64)at + bytes > k->bytes) return NULL;
  return (void *)((uintptr_t)k->memory + at);
}

/* Hands out memory from a place on. Without being used, it counts what something will take. */
typedef struct {
  char *memory;
  u64 next;
} Arena;

INLINE void *take(Arena *arena, u64 bytes) {
  void *at = (void *)((uintptr_t)arena->memory + (uintptr_t)arena->next);
  arena->next += (bytes + LINE - 1) / LINE * LINE;
  return at;
}

INLINE void clear(void *at, u64 bytes) { __builtin_memset(at, 0, bytes); }

#endif
