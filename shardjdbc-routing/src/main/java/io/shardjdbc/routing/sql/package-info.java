/**
 * The tree of a statement: immutable records.
 *
 * <p>{@link io.shardjdbc.routing.sql.ParsedSql} is a text with its {@link
 * io.shardjdbc.routing.sql.Statement}, the positions of the parameters, and the routing hint of the
 * text. Every {@link io.shardjdbc.routing.sql.Node} carries its {@link
 * io.shardjdbc.routing.sql.Span}; rewriting is by spans over the original text. {@link
 * io.shardjdbc.routing.sql.parse} makes trees.
 */
@NullMarked
package io.shardjdbc.routing.sql;

import org.jspecify.annotations.NullMarked;
