// SQLite, and the one binding whose last argument is a cast that Swift cannot say: SQLITE_TRANSIENT, "copy it now".
#pragma once

#include <sqlite3.h>

static inline int csqlite_bind_text(sqlite3_stmt *statement, int index, const char *bytes, int count) {
  return sqlite3_bind_text(statement, index, bytes, count, SQLITE_TRANSIENT);
}

