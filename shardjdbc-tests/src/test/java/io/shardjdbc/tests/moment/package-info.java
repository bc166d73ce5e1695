/**
 * Reads that see all shards of one moment: {@link io.shardjdbc.tests.moment.Bank} moves money in
 * two phases while others count it, and histories of reads and writes are searched for what the
 * level excludes.
 */
@NullMarked
package io.shardjdbc.tests.moment;

import org.jspecify.annotations.NullMarked;
