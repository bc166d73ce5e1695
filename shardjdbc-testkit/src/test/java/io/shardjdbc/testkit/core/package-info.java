/**
 * Tests of the DataSource over real shards: what statements, transactions and failures do.
 *
 * <p>{@link io.shardjdbc.testkit.core.Sample} is the schema that they share.
 */
@NullMarked
package io.shardjdbc.testkit.core;

import org.jspecify.annotations.NullMarked;
