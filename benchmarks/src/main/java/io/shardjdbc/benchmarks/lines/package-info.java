/**
 * What is measured: each class is one line of the table of goals, against the same servers.
 *
 * <p>{@link io.shardjdbc.benchmarks.lines.Lab} holds the servers, our DataSource over them, and a
 * pool of each.
 */
@NullMarked
package io.shardjdbc.benchmarks.lines;

import org.jspecify.annotations.NullMarked;
