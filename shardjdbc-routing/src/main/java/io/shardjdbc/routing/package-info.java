/** Reads the shard key out of SQL and says where a statement runs. */
@NullMarked
package io.shardjdbc.routing;

import org.jspecify.annotations.NullMarked;
