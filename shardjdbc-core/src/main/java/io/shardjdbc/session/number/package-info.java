/**
 * Numbers that a session takes or has taken: from a process's blocks of a sequence, or as Snowflake
 * ids. {@code SequenceNumbers}, in the room above, asks for them.
 */
@NullMarked
package io.shardjdbc.session.number;

import org.jspecify.annotations.NullMarked;
