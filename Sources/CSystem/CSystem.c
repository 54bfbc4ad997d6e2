#include "CSystem.h"

#include <sys/prctl.h>

void csystem_name_thread(const char *name) { prctl(PR_SET_NAME, name); }
