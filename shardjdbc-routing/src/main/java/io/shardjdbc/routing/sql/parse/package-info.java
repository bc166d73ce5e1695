/**
 * Parses PostgreSQL's SQL: tokens in, a tree out.
 *
 * <p>Start at {@code SqlParser}. It parses by recursive descent with operator precedence; {@code
 * Grammar} ties the parsers together, one for each rule or kind of statement. What is not
 * understood is refused with a {@link io.shardjdbc.routing.sql.lex.SqlSyntaxException}, never
 * guessed.
 */
@NullMarked
package io.shardjdbc.routing.sql.parse;

import org.jspecify.annotations.NullMarked;
