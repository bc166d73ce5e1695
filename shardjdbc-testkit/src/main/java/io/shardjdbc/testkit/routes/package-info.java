/**
 * A guard over where an application's statements run.
 *
 * <p>{@link io.shardjdbc.testkit.routes.RouteGuard} is a JUnit extension and a listener of a
 * DataSource: it notes every statement of a test suite that runs on several shards, and fails when
 * one of them is not in a file that people have reviewed. A {@code RouteFile} reads and writes that
 * file, whose entries are {@code SeenRoute}s: the statement without its literals, and its plan.
 */
@NullMarked
package io.shardjdbc.testkit.routes;

import org.jspecify.annotations.NullMarked;
