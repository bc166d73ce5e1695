/**
 * Cuts text into tokens exactly as PostgreSQL does.
 *
 * <p>Start at {@code Lexer}, which makes {@code Tokens}. A text that PostgreSQL would not read is
 * refused with a {@link io.shardjdbc.routing.sql.lex.SqlSyntaxException}.
 */
@NullMarked
package io.shardjdbc.routing.sql.lex;

import org.jspecify.annotations.NullMarked;
