/** Copying rows by PostgreSQL's own logical replication, there and back. */
@NullMarked
package io.shardjdbc.reshard.copy;

import org.jspecify.annotations.NullMarked;
