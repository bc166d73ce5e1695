/**
 * COPY over shards: records are read from a stream and sent to the shards that own them, or read
 * from the shards and put one behind the other.
 *
 * <p>{@link io.shardjdbc.copy.CopyCommand} reads the statement. {@link io.shardjdbc.copy.Records}
 * cuts the caller's bytes into records by PostgreSQL's rules for the format, and decodes of each
 * record the fields of the key alone; the record itself goes to its shard byte for byte. {@link
 * io.shardjdbc.copy.Copying} holds the connections, and makes all of it stand or none.
 */
@NullMarked
package io.shardjdbc.copy;

import org.jspecify.annotations.NullMarked;
