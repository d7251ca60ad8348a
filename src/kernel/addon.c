/*
 * The Node addon of the native kernel. It exports `variants`, the variants that this processor runs, the
 * widest last; `misalignment(buffer)`; and `open(variant)`, an object with the functions of the kernel, which
 * are called with (buffer, origin, stop, a, b, c). The memory belongs to the host, so its address and size
 * are read in every call: a buffer that was transferred meanwhile has size 0, and every reference into it
 * is out of bounds.
 */
#include <node_api.h>
#include <string.h>

#include "kernel.h"

static const struct {
  const char *name;
  const Function *functions;
} VARIANTS[] = {
#if defined(__x86_64__)
  {"sse4", kernel_sse4},
  {"avx2", kernel_avx2},
  {"avx512", kernel_avx512},
#else
  {"neon", kernel_neon},
#endif
};
#define COUNT (sizeof VARIANTS / sizeof *VARIANTS)

static bool runs_here(const char *variant) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (strcmp(variant, "avx512") == 0) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  }
  if (strcmp(variant, "avx2") == 0) return __builtin_cpu_supports("avx2");
  return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
#else
  (void)variant;
  return true;
#endif
}

static napi_value failed(napi_env env, const char *reason) {
  napi_throw_type_error(env, NULL, reason);
  return NULL;
}

static napi_value number(napi_env env, u32 value) {
  napi_value result = NULL;
  napi_create_uint32(env, value, &result);
  return result;
}

static napi_value misalignment(napi_env env, napi_callback_info info) {
  size_t count = 1, bytes;
  napi_value buffer;
  void *data;
  napi_get_cb_info(env, info, &count, &buffer, NULL, NULL);
  if (count < 1 || napi_get_arraybuffer_info(env, buffer, &data, &bytes) != napi_ok) {
    return failed(env, "an ArrayBuffer was expected");
  }
  return number(env, (u32)((uintptr_t)data % LINE));
}

static napi_value call(napi_env env, napi_callback_info info) {
  size_t count = 6, bytes, ints;
  napi_value arguments[6];
  void *data, *function, *stop = NULL;
  u32 origin, numbers[3];
  napi_get_cb_info(env, info, &count, arguments, NULL, &function);
  if (count < 6 || napi_get_arraybuffer_info(env, arguments[0], &data, &bytes) != napi_ok ||
      napi_get_value_uint32(env, arguments[1], &origin) != napi_ok) {
    return failed(env, "an ArrayBuffer and its origin were expected");
  }
  napi_valuetype type = napi_undefined;
  napi_typedarray_type kind;
  napi_typeof(env, arguments[2], &type);
  if (type != napi_undefined &&
      (napi_get_typedarray_info(env, arguments[2], &kind, &ints, &stop, NULL, NULL) != napi_ok ||
       kind != napi_int32_array || ints < 1)) {
    return failed(env, "the stop flag must be an Int32Array");
  }
  for (int i = 0; i < 3; i++) {
    if (napi_get_value_uint32(env, arguments[3 + i], &numbers[i]) != napi_ok) {
      return failed(env, "three numbers were expected");
    }
  }
  if (origin > bytes || !data) origin = 0, bytes = 0;
  Kernel k = {.memory = (char *)data + origin, .bytes = bytes - origin, .stop = stop};
  return number(env, ((const Function *)function)->call(&k, numbers[0], numbers[1], numbers[2]));
}

static napi_value open(napi_env env, napi_callback_info info) {
  size_t count = 1, length = 0;
  napi_value name, result = NULL;
  char wanted[16] = "";
  napi_get_cb_info(env, info, &count, &name, NULL, NULL);
  napi_get_value_string_utf8(env, name, wanted, sizeof wanted, &length);
  for (size_t v = 0; v < COUNT; v++) {
    if (strcmp(VARIANTS[v].name, wanted) != 0 || !runs_here(wanted)) continue;
    napi_create_object(env, &result);
    for (const Function *f = VARIANTS[v].functions; f->name; f++) {
      napi_value function;
      napi_create_function(env, f->name, NAPI_AUTO_LENGTH, call, (void *)f, &function);
      napi_set_named_property(env, result, f->name, function);
    }
    return result;
  }
  return failed(env, "this processor does not run such a variant");
}

NAPI_MODULE_INIT() {
  napi_value variants, function, name;
  u32 found = 0;
  napi_create_array(env, &variants);
  for (size_t v = 0; v < COUNT; v++) {
    if (!runs_here(VARIANTS[v].name)) continue;
    napi_create_string_utf8(env, VARIANTS[v].name, NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, variants, found++, name);
  }
  napi_set_named_property(env, exports, "variants", variants);
  napi_create_function(env, "misalignment", NAPI_AUTO_LENGTH, misalignment, NULL, &function);
  napi_set_named_property(env, exports, "misalignment", function);
  napi_create_function(env, "open", NAPI_AUTO_LENGTH, open, NULL, &function);
  napi_set_named_property(env, exports, "open", function);
  return exports;
}
