// What Linux offers and Swift's Glibc module cannot say: GNU extensions, variadics, system calls without a wrapper.
#pragma once

/// Names the calling thread, for `ps -L` and debuggers. At most 15 bytes are kept.
void csystem_name_thread(const char *name);
