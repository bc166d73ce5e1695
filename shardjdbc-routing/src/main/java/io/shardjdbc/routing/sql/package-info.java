/**
 * The tree of a statement: immutable records.
 *
 * <p>{@link io.shardjdbc.routing.sql.ParsedSql} is a text with its {@link
 * io.shardjdbc.routing.sql.Statement}, the positions of the parameters, and the routing hint of the
 * text. Every {@link io.shardjdbc.routing.sql.Node} carries its {@link
 * io.shardjdbc.routing.sql.Span}; rewriting is by spans over the original text.
 *
 * <p>The rooms beside it, from text to tree: {@link io.shardjdbc.routing.sql.lex} makes tokens,
 * {@link io.shardjdbc.routing.sql.parse} makes trees of them, {@link
 * io.shardjdbc.routing.sql.routine} reads the bodies of functions, and {@link
 * io.shardjdbc.routing.sql.text} tells what else can be seen in a text.
 */
@NullMarked
package io.shardjdbc.routing.sql;

import org.jspecify.annotations.NullMarked;
