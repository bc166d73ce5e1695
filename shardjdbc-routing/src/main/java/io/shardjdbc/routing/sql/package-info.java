/**
 * Reads PostgreSQL's SQL: text in, a tree of immutable records out.
 *
 * <p>Start at {@code SqlParser}: it lexes by PostgreSQL's own rules ({@code Lexer}) and parses by
 * recursive descent with operator precedence, one file per kind of statement. The result is a
 * {@link io.shardjdbc.routing.sql.ParsedSql}: the {@link io.shardjdbc.routing.sql.Statement} tree,
 * the positions of the parameters and the routing hint of the text. Every {@link
 * io.shardjdbc.routing.sql.Node} carries its {@link io.shardjdbc.routing.sql.Span}; rewriting is by
 * spans over the original text. What is not understood is refused with a {@link
 * io.shardjdbc.routing.sql.SqlSyntaxException}, never guessed.
 */
@NullMarked
package io.shardjdbc.routing.sql;

import org.jspecify.annotations.NullMarked;
