/**
 * Reads PostgreSQL's SQL: text in, a tree out.
 *
 * <p>Start at {@code SqlParser}: it lexes by PostgreSQL's own rules ({@code Lexer}) and parses by
 * recursive descent with operator precedence, one file per kind of statement. What is not
 * understood is refused with a {@link io.shardjdbc.routing.sql.parse.SqlSyntaxException}, never
 * guessed.
 */
@NullMarked
package io.shardjdbc.routing.sql.parse;

import org.jspecify.annotations.NullMarked;
