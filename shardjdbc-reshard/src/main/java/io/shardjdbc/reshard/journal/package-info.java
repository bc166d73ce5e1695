/**
 * Bringing rows without logical replication: whoever writes one writes its key down, and the mover
 * brings what was written down.
 */
@NullMarked
package io.shardjdbc.reshard.journal;

import org.jspecify.annotations.NullMarked;
