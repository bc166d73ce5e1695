/** Real PostgreSQL clusters for tests. */
@NullMarked
package io.shardjdbc.testkit;

import org.jspecify.annotations.NullMarked;
