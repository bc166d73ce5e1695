/** What makes a server refuse writes of rows that are another shard's. */
@NullMarked
package io.shardjdbc.reshard.guard;

import org.jspecify.annotations.NullMarked;
