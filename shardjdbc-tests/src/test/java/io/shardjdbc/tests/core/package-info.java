/**
 * Tests of the DataSource over real shards: what statements, transactions and failures do.
 *
 * <p>{@link io.shardjdbc.tests.core.Sample} is the schema that they share.
 */
@NullMarked
package io.shardjdbc.tests.core;

import org.jspecify.annotations.NullMarked;
